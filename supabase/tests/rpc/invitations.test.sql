-- Accounts and memberships come into being through invitations, each of which is used once.
begin;
\ir ../fixtures.inc
select plan(41);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset

-- sign-up
select is(tests.refusal($$insert into auth.users (id, email, raw_user_meta_data) values (gen_random_uuid(), 'x@x.test', '{}')$$), 'PT403 invitation_required', 'no account without an invitation');
select is(tests.refusal($$insert into auth.users (id, email) values (gen_random_uuid(), 'x@x.test')$$), 'PT403 invitation_required', 'no account without any data');
select is(tests.refusal($$select tests.sign_up('x@x.test', 'made up')$$), 'PT404 invitation_unknown', 'no account with a made-up token');
select tests.issue(:'alpha', 'nina@alpha.test', 'staff', 'for nina') as invitation \gset
select is(tests.refusal($$select tests.sign_up('mallory@x.test', 'for nina')$$), 'PT409 invitation_wrong_address', 'no account for another address');
update public.invitations set revoked_at = now() where id = :'invitation';
select is(tests.refusal($$select tests.sign_up('nina@alpha.test', 'for nina')$$), 'PT409 invitation_revoked', 'no account with a revoked invitation');
update public.invitations set revoked_at = null, expires_at = now() where id = :'invitation';
select is(tests.refusal($$select tests.sign_up('nina@alpha.test', 'for nina')$$), 'PT409 invitation_expired', 'no account with an expired invitation');
update public.invitations set expires_at = default where id = :'invitation';
update public.tenants set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where id = :'alpha';
select is(tests.refusal($$select tests.sign_up('nina@alpha.test', 'for nina')$$), 'PT409 invitation_unavailable', 'no account for a suspended clinic');
update public.tenants set status = 'active', max_seats = 1, status_reason = 'test', status_changed_at = clock_timestamp() where id = :'alpha';
select is(tests.refusal($$select tests.sign_up('nina@alpha.test', 'for nina')$$), 'PT409 no_seats_left', 'no account when the seats were taken away since');
update public.tenants set max_seats = 10 where id = :'alpha';
select is((select count(*) from auth.users where email in ('nina@alpha.test', 'x@x.test', 'mallory@x.test')), 0::bigint, 'a refused sign-up leaves no user');

select tests.sign_up('Nina@Alpha.test', 'for nina') as nina \gset
select results_eq(format('select role, status from public.memberships where user_id = %L', :'nina'), $$values ('staff', 'active')$$, 'the right invitation makes an account with its membership, in any case of the address');
select results_eq(format('select email from public.profiles where user_id = %L', :'nina'), array['nina@alpha.test'], 'and a profile with the normalised address');
select ok((select email_confirmed_at is not null from auth.users where id = :'nina'), 'a mailed link proves the address');
select ok(not (select raw_user_meta_data ? 'invitation_token' from auth.users where id = :'nina'), 'the token is not kept with the user');
insert into auth.identities (id, user_id, provider, provider_id, identity_data) values (gen_random_uuid(), :'nina', 'email', :'nina', '{"sub": "x", "invitation_token": "for nina"}');
update auth.users set raw_user_meta_data = raw_user_meta_data || '{"invitation_token": "for nina"}' where id = :'nina';
select ok(not (select raw_user_meta_data ? 'invitation_token' from auth.users where id = :'nina'), 'nor when the Auth service writes it back');
select ok(not exists (select from auth.identities where identity_data ? 'invitation_token'), 'nor with the identity');
select is(tests.refusal($$select tests.sign_up('nina2@alpha.test', 'for nina')$$), 'PT409 invitation_used', 'an invitation is used once');

select tests.issue(:'alpha', 'rita@alpha.test', 'staff', 'for rita') as revealed \gset
update public.invitations set revealed = true where id = :'revealed';
select tests.sign_up('rita@alpha.test', 'for rita') as rita \gset
select ok((select email_confirmed_at is null from auth.users where id = :'rita'), 'a revealed link proves nothing: the address is still to be confirmed');

-- preview
select tests.issue(:'alpha', 'paul@alpha.test', 'staff', 'for paul') as paul_invitation \gset
select tests.sign_out();
select is(public.preview_invitation('for paul') - 'expires_at',
  '{"state": "valid", "kind": "clinic", "clinic_name": "Alpha", "role": "staff", "email": "paul@alpha.test", "email_masked": "p•••@alpha.test", "has_account": false, "needs_confirmation": false}',
  'whoever holds a link sees what it is for');
select is(public.preview_invitation('for paul') ->> 'state', 'valid', 'looking does not use it up');
select is(public.preview_invitation('made up'), '{"state": "unknown"}', 'a made-up link is unknown');
select is(public.preview_invitation(null), '{"state": "unknown"}', 'no link is unknown');
select is(public.preview_invitation('for nina') ->> 'state', 'used', 'a used link says so');
select ok(not (public.preview_invitation('for nina') ? 'email'), 'a used link no longer shows the address');

-- accepting with an account
select tests.as_owner_of_database();
select tests.issue(:'beta', 'nina@alpha.test', 'staff', 'nina in beta') as beta_invitation \gset
select tests.sign_in(:'owner');
select is(tests.refusal($$select public.accept_invitation('nina in beta')$$), 'PT409 invitation_wrong_address', 'somebody else cannot accept it');
select tests.sign_in(:'rita');
select is(tests.refusal($$select public.accept_invitation('for paul')$$), 'PT409 email_unconfirmed', 'an unconfirmed account cannot accept');
select tests.sign_in(:'nina');
select is(tests.refusal($$select public.accept_invitation('made up')$$), 'PT404 invitation_unknown', 'a made-up token is not found');
select is(public.accept_invitation('nina in beta'), jsonb_build_object('tenant_id', :'beta'::uuid, 'slug', 'beta', 'role', 'staff'), 'the invited person accepts');
select is(tests.refusal($$select public.accept_invitation('nina in beta')$$), 'PT409 invitation_used', 'a second acceptance is refused');

-- removal and return
select tests.as_owner_of_database();
select tests.issue(:'alpha', 'nina@alpha.test', 'staff', 'old') as old_invitation \gset
update public.invitations set created_at = now() - interval '1 hour' where id = :'old_invitation';
select tests.sign_in(:'nina');
select is(tests.refusal($$select public.accept_invitation('old')$$), 'PT409 already_member', 'an active member has nothing to accept');
select tests.as_owner_of_database();
update public.memberships set status = 'removed', status_changed_at = now() - interval '1 minute' where tenant_id = :'alpha' and user_id = :'nina';
select tests.sign_in(:'nina');
select is(tests.refusal($$select public.accept_invitation('old')$$), 'PT409 membership_removed', 'an older invitation does not revive a removed membership');
select tests.as_owner_of_database();
select results_eq(format('select used_at is null from public.invitations where id = %L', :'old_invitation'), array[true], 'the refusal leaves the invitation unused');
update public.invitations set created_at = now() where id = :'old_invitation';
select tests.sign_in(:'nina');
select is(public.accept_invitation('old') ->> 'role', 'staff', 'a newer one does');
select tests.as_owner_of_database();
select results_eq(format('select status from public.memberships where tenant_id = %L and user_id = %L', :'alpha', :'nina'), array['active'], 'and the membership is active again');
update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where user_id = :'nina';
select tests.sign_in(:'nina');
select is(tests.refusal($$select public.accept_invitation('for paul')$$), 'PT403 account_inactive', 'a suspended account cannot accept');

-- platform
select tests.as_owner_of_database();
select is(public.bootstrap_super_admin('Root@Platform.test', encode(sha256('root token'), 'hex')), '{"outcome": "invited", "email": "root@platform.test"}', 'the first super-admin is invited');
select tests.sign_up('root@platform.test', 'root token') as root \gset
select results_eq('select user_id from public.platform_admins', array[:'root'::uuid], 'and comes in by sign-up');
select is(public.bootstrap_super_admin('root@platform.test', null) ->> 'outcome', 'already_super_admin', 'asking again changes nothing');
select is(public.bootstrap_super_admin('owner@alpha.test', null) ->> 'outcome', 'promoted', 'an existing account is promoted');
update public.platform_admins set status = 'revoked', status_reason = 'test', status_changed_at = clock_timestamp() where user_id = :'root';
select tests.issue(null, 'root@platform.test', 'super_admin', 'older') as older \gset
update public.invitations set created_at = now() - interval '1 hour' where id = :'older';
select tests.sign_in(:'root');
select is(tests.refusal($$select public.accept_invitation('older')$$), 'PT409 membership_removed', 'an older invitation does not bring a revoked super-admin back');
select tests.as_owner_of_database();
select results_eq(format('select status from public.platform_admins where user_id = %L', :'root'), array['revoked'], 'who stays revoked');

-- e-mail change
update auth.users set email = 'nina.new@alpha.test' where id = :'nina';
select results_eq(format('select email from public.profiles where user_id = %L', :'nina'), array['nina.new@alpha.test'], 'the profile follows a changed address');
select * from finish();
rollback;
