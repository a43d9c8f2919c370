-- Erasing the personal data of somebody who had an account. That the audit log is emptied and its chain still verifies needs several
-- transactions: tests/integration/platform/lifecycle.test.ts.
begin;
\ir ../fixtures.inc
select plan(22);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'ana@alpha.test', 'staff') as ana \gset
select tests.create_super_admin('root@platform.test') as root \gset
insert into auth.identities (id, provider, provider_id, user_id, identity_data) values (gen_random_uuid(), 'email', :'ana', :'ana', '{"email": "ana@alpha.test", "sub": "1"}');
insert into auth.sessions (id, user_id) values (gen_random_uuid(), :'ana'), (gen_random_uuid(), :'owner');
insert into auth.audit_log_entries (id, payload, created_at) values
  (gen_random_uuid(), json_build_object('actor_id', :'ana', 'actor_username', 'x'), now()),
  (gen_random_uuid(), '{"actor_username": "Ana@Alpha.test"}', now()),
  (gen_random_uuid(), '{"actor_username": "owner@alpha.test"}', now());
select tests.issue(:'beta', 'ana@alpha.test', 'staff', 'open') as open_invitation \gset
update public.invitations set delivery = 'failed', delivery_error = 'no mailbox ana@alpha.test', delivery_provider_id = 're_1' where id = :'open_invitation';
update public.memberships set status = 'removed', status_reason = 'Ana moved to Cluj', status_changed_at = clock_timestamp() where user_id = :'ana';

select tests.sign_in(:'root');
select throws_ok(format('select private.erase_person(%L, ''x'')', :'ana'), '42501', null, 'no API role erases');
select tests.as_owner_of_database();
select is(tests.refusal(format('select private.erase_person(%L, ''request'')', :'ana')), 'PT409 user_not_deleted', 'only who is deleted is erased');
select is(tests.refusal(format('select private.erase_person(%L, ''request'')', gen_random_uuid())), 'PT404 user_not_found', 'and exists');
select tests.sign_in(:'root');
select public.admin_delete_user(:'ana', 'Ana asked for it');
select tests.as_owner_of_database();
select is(tests.refusal(format('select private.erase_person(%L, '' '')', :'ana')), 'PT422 reason_required', 'an erasure needs a reason');
select private.erase_person(:'ana', 'request 17')::text as answer \gset
select is(:'answer'::jsonb -> 'invitations', '2', 'invitations of the address are part of it');
select is(:'answer'::jsonb #> '{auth,left_alone}', '[]', 'no table of the Auth service is left out');

-- nothing names the person any more
select results_eq(format('select email, first_name, last_name, status, status_reason, erased_at is not null from public.profiles where user_id = %L', :'ana'),
  format('values (%L, '''', '''', ''deleted'', null::text, true)', 'erased-' || :'ana' || '@erased.invalid'), 'the profile is empty');
select results_eq(format('select email::text, raw_user_meta_data, encrypted_password::text, banned_until > now() from auth.users where id = %L', :'ana'),
  format('values (%L, ''{}''::jsonb, '''', true)', 'erased-' || :'ana' || '@erased.invalid'), 'so is the account, which cannot be signed in to');
select is_empty(format('select from auth.identities where user_id = %L', :'ana'), 'its identities are gone');
select is_empty(format('select from auth.sessions where user_id = %L', :'ana'), 'and its sessions');
select isnt_empty(format('select from auth.sessions where user_id = %L', :'owner'), 'but nobody else''s');
select results_eq('select payload ->> ''actor_username'' from auth.audit_log_entries', array['owner@alpha.test'], 'the Auth service''s own log forgets the person by id and by address, in any case of it');
select is_empty($$select from public.invitations i where to_jsonb(i)::text like '%ana@%'$$, 'invitations do not hold the address, nor what the mail service said of it');
select results_eq(format('select revoked_at is not null, token_hash is null, delivery_provider_id from public.invitations where id = %L', :'open_invitation'), $$values (true, true, null::text)$$, 'an open one is withdrawn');
select results_eq(format('select used_by from public.invitations where used_by = %L', :'ana'), array[:'ana'::uuid], 'a used one still says by whom, by id');
select results_eq(format('select status, status_reason from public.memberships where user_id = %L', :'ana'), $$values ('removed', null::text)$$, 'the membership stays, without the words about it');
select results_eq(format('select action, target_label, reason, before, after from public.audit_events where target_id = %L order by occurred_at desc limit 1', :'ana'), $$values ('user.erased', null::text, 'request 17', null::jsonb, null::jsonb)$$, 'the log says that it happened and repeats nothing');
update public.profiles set first_name = 'Olga' where user_id = :'owner';
select results_eq(format('select action from public.audit_events where target_id = %L order by occurred_at desc limit 1', :'owner'), array['user.updated'], 'changes of other people are recorded as before');

-- and nothing brings them back
select is(tests.refusal(format('select private.erase_person(%L, ''again'')', :'ana')), 'PT409 user_erased', 'once is enough');
select tests.sign_in(:'root');
select is(tests.refusal(format('select public.admin_restore_user(%L, ''x'')', :'ana')), 'PT409 user_erased', 'an erased person is not restored');
select tests.as_owner_of_database();
select tests.issue(:'alpha', 'ana@alpha.test', 'staff', 'new start') as again \gset
select isnt(tests.sign_up('ana@alpha.test', 'new start'), :'ana'::uuid, 'the address is free for a new account');
select results_eq($$select status from public.profiles where email = 'ana@alpha.test'$$, array['active'], 'which has nothing of the old one');
select * from finish();
rollback;
