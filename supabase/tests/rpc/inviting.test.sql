-- Writing, sending and withdrawing invitations.
begin;
\ir ../fixtures.inc
select plan(45);

select tests.create_clinic('alpha', 4) as alpha \gset
select tests.create_clinic('beta', 0) as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.create_super_admin('root@platform.test') as root \gset

-- who may
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.invite_member(%L, ''a@alpha.test'')', :'alpha')), 'PT403 owner_required', 'staff do not invite');
select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.invite_member(%L, ''a@alpha.test'')', :'beta')), 'PT404 clinic_not_found', 'another clinic does not exist');
select is(tests.refusal(format('select public.invite_member(%L, ''a@alpha.test'')', gen_random_uuid())), 'PT404 clinic_not_found', 'exactly like one that really does not');
select is(tests.refusal(format('select public.invite_member(%L, ''not an address'')', :'alpha')), 'PT422 email_invalid', 'an address must be one');
select is(tests.refusal(format('select public.invite_member(%L, null)', :'alpha')), 'PT422 email_invalid', 'and must be there');
select is(tests.refusal(format('select public.invite_member(%L, ''STAFF@alpha.test'')', :'alpha')), 'PT409 already_member', 'an active member is not invited again');

-- seats: 4, of which 2 are taken
select public.invite_member(:'alpha', ' New@Alpha.test ') as invited \gset
select is((:'invited'::jsonb) - '{id,tenant_id,created_at,expires_at}'::text[],
  '{"email": "new@alpha.test", "role": "staff", "state": "open", "delivery": "pending", "delivery_error": null, "delivered_at": null, "resend_available_at": null}', 'an owner invites staff');
select is(tests.refusal(format('select public.invite_member(%L, ''new@alpha.test'')', :'alpha')), 'PT409 invitation_open', 'not twice at once');
select public.invite_member(:'alpha', 'fourth@alpha.test') as fourth \gset
select is(tests.refusal(format('select public.invite_member(%L, ''fifth@alpha.test'')', :'alpha')), 'PT409 no_seats_left', 'members and open invitations never exceed the seats');
select is(public.list_team(:'alpha') -> 'seats', '{"max": 4, "active": 2, "open": 2, "available": 0}', 'the owner sees the seats');
select is(public.revoke_invitation((:'fourth'::jsonb ->> 'id')::uuid) ->> 'state', 'revoked', 'an owner withdraws an invitation');
select is(tests.refusal(format('select public.revoke_invitation(%L)', :'fourth'::jsonb ->> 'id')), 'PT409 invitation_revoked', 'once');
select is(public.list_team(:'alpha') #> '{seats,available}', '1', 'which frees its seat');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_invite(%L, ''a@beta.test'', ''owner'')', :'beta')), 'PT409 no_seat_allocation', 'a clinic without seats is refused in its own words');
select is(tests.refusal(format('select public.admin_invite(%L, ''a@alpha.test'', ''super_admin'')', :'alpha')), 'PT422 role_unknown', 'a clinic has owners and staff only');
select public.admin_invite(:'alpha', 'second@alpha.test', 'owner') as second \gset
select is(:'second'::jsonb ->> 'role', 'owner', 'a super-admin invites a further owner');
select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.revoke_invitation(%L)', :'invited'::jsonb ->> 'id')), 'PT403 not_allowed', 'staff do not withdraw invitations');
select tests.as_owner_of_database();
select tests.create_clinic('gamma') as gamma \gset
select tests.join_clinic(:'gamma', 'owner@gamma.test', 'owner') as stranger \gset
select tests.sign_in(:'stranger');
select is(tests.refusal(format('select public.revoke_invitation(%L)', :'invited'::jsonb ->> 'id')), 'PT404 invitation_not_found', 'for another clinic''s owner it does not exist');
select tests.sign_in(:'owner');
select is(tests.refusal(format('select public.revoke_invitation(%L)', :'second'::jsonb ->> 'id')), 'PT403 not_allowed', 'an owner does not touch the invitation of a further owner');
select is(tests.refusal(format('select public.invite_member(%L, %L)', :'alpha', address)), 'PT422 email_invalid', 'no address: ' || quote_literal(address))
from unnest(array['a@b..c', 'a@b.cd?x=y', 'a\@b.cd', E'a\u200b@b.test', E'a\u202e@b.test', E'a@b.te\u00a0st', 'a@-b.test']) address;

-- an expired one gives its seat back, and the address may be invited anew
select tests.as_owner_of_database();
update public.invitations set expires_at = now() where email = 'new@alpha.test';
select tests.sign_in(:'owner');
select is(public.list_team(:'alpha') #> '{seats,open}', '1', 'an expired invitation takes no seat');
select public.invite_member(:'alpha', 'new@alpha.test') as again \gset
select tests.as_owner_of_database();
select results_eq(format('select private.invitation_state(i) from public.invitations i where id = %L', :'invited'::jsonb ->> 'id'), array['revoked'], 'the expired one is superseded');

-- sending
select is(tests.refusal(format('select public.issue_invitation_token(%L, %L, repeat(''a'', 64))', :'again'::jsonb ->> 'id', :'staff')), 'PT403 not_allowed', 'a token is issued for those who may send only');
select is(public.issue_invitation_token((:'again'::jsonb ->> 'id')::uuid, :'owner', repeat('a', 64)) - 'expires_at',
  '{"email": "new@alpha.test", "role": "staff", "clinic_name": "Alpha", "inviter_name": "Owner Test", "language": "en"}', 'the function learns what the mail needs');
select throws_ok(format('select public.issue_invitation_token(%L, %L, repeat(''b'', 64))', :'again'::jsonb ->> 'id', :'owner'), 'PGRST', null, 'while its mail is on its way no second one is made');
select is(public.record_invitation_delivery((:'again'::jsonb ->> 'id')::uuid, repeat('b', 64), 'failed', 'late') ->> 'delivery', 'pending', 'the result of an older mail is ignored');
select is(public.record_invitation_delivery((:'again'::jsonb ->> 'id')::uuid, repeat('a', 64), 'failed', 'mailbox full') ->> 'delivery_error', 'mailbox full', 'a failure is kept with its reason');
select lives_ok(format('select public.issue_invitation_token(%L, %L, repeat(''c'', 64))', :'again'::jsonb ->> 'id', :'owner'), 'after a failure it may be sent again at once');
select is(public.record_invitation_delivery((:'again'::jsonb ->> 'id')::uuid, repeat('c', 64), 'sent', null, 'mail-1') ->> 'delivery', 'sent', 'a success too');
select throws_ok(format('select public.issue_invitation_token(%L, %L, repeat(''d'', 64))', :'again'::jsonb ->> 'id', :'owner'), 'PGRST', null, 'after a success there is a pause');
update public.invitations set revoked_at = now() where id = (:'again'::jsonb ->> 'id')::uuid;
select tests.sign_in(:'owner');
select public.invite_member(:'alpha', 'new@alpha.test') as anew \gset
select tests.as_owner_of_database();
select throws_ok(format('select public.issue_invitation_token(%L, %L, repeat(''9'', 64))', :'anew'::jsonb ->> 'id', :'owner'), 'PGRST', null, 'which withdrawing and inviting anew does not get round');
update public.invitations set revoked_at = now() where id = (:'anew'::jsonb ->> 'id')::uuid;
update public.invitations set revoked_at = null where id = (:'again'::jsonb ->> 'id')::uuid;
update public.invitations set delivered_at = now() - interval '61 seconds' where email = 'new@alpha.test';
select lives_ok(format('select public.issue_invitation_token(%L, %L, repeat(''d'', 64))', :'again'::jsonb ->> 'id', :'owner'), 'of a minute');
select is(public.preview_invitation('anything') ->> 'state', 'unknown', 'and the former link is gone');
select results_eq($$select token_hash from public.invitations where email = 'new@alpha.test' and revoked_at is null$$, array[repeat('d', 64)], 'replaced by the new one');
select is(tests.refusal(format('select public.record_invitation_delivery(%L, repeat(''d'', 64), ''maybe'')', :'again'::jsonb ->> 'id')) , '23514 ', 'an unknown outcome is refused');
update public.invitations set delivery = 'not_configured' where email = 'new@alpha.test';
select is(public.issue_invitation_token((:'again'::jsonb ->> 'id')::uuid, :'root', repeat('e', 64), true) ->> 'email', 'new@alpha.test', 'a super-admin may reveal the link');
select results_eq($$select revealed, delivery from public.invitations where email = 'new@alpha.test' and revoked_at is null$$, $$values (true, 'revealed')$$, 'which is remembered');

-- an expired invitation that is sent again needs a seat
update public.invitations set expires_at = now(), delivered_at = null where email = 'new@alpha.test' and revoked_at is null;
update public.tenants set max_seats = 3 where id = :'alpha';
select is(tests.refusal(format('select public.issue_invitation_token(%L, %L, repeat(''f'', 64))', :'again'::jsonb ->> 'id', :'owner')), 'PT409 no_seats_left', 'an expired invitation is only sent again if a seat is free');
update public.tenants set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where id = :'alpha';
select is(tests.refusal(format('select public.issue_invitation_token(%L, %L, repeat(''f'', 64))', :'again'::jsonb ->> 'id', :'root')), 'PT409 tenant_not_active', 'and not for a suspended clinic');
select * from finish();
rollback;
