-- What the audit log records of a change, and who acted.
begin;
\ir ../fixtures.inc
select plan(36);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.create_super_admin('root@platform.test') as root \gset

create function tests.last_event(wanted text) returns public.audit_events language sql security definer as
$$ select e from public.audit_events e where e.action = wanted order by e.occurred_at desc, e.id desc limit 1 $$;
grant execute on function tests.last_event(text) to authenticated;
create function tests.request(headers jsonb) returns void language sql as $$ select set_config('request.headers', headers::text, true) $$;
grant execute on function tests.request(jsonb) to authenticated, service_role;

-- coming in
select is((tests.last_event('invitation.accepted')).actor_email, 'root@platform.test', 'who signs up is the actor of the acceptance');
select is((tests.last_event('member.joined')).target_label, 'staff@alpha.test', 'a new member is named');
select is((tests.last_event('member.joined')).actor_id, :'staff'::uuid, 'and is the actor');
select is((tests.last_event('member.joined')).ip, null, 'whose address the Auth service does not tell');
select is((tests.last_event('super_admin.granted')).target_id, :'root', 'so is a super-admin');
select is((tests.last_event('tenant.created')).actor_role, session_user::text, 'what is done in the database itself is recorded with the login');
select is((tests.last_event('tenant.created')).tenant_id, :'alpha'::uuid, 'in the clinic it belongs to');

-- a change by an owner, with what the request tells
select tests.sign_in(:'owner');
select tests.request('{"x-forwarded-for": "203.0.113.7, 10.0.0.1", "user-agent": "Safari", "x-request-id": "r-1"}');
select set_config('request.jwt.claims', jsonb_build_object('sub', :'owner', 'role', 'authenticated', 'session_id', 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee')::text, true);
select public.update_clinic_settings(:'alpha', 'Alpha Dental', 'Europe/Bucharest');
select is((tests.last_event('tenant.updated')).before, '{"name": "Alpha"}', 'a change is recorded with the field as it was');
select is((tests.last_event('tenant.updated')).after, '{"name": "Alpha Dental"}', 'and as it is');
select is((tests.last_event('tenant.updated')).actor_email, 'owner@alpha.test', 'who');
select is((tests.last_event('tenant.updated')).actor_role, 'owner', 'in which role');
select is((tests.last_event('tenant.updated')).ip, '203.0.113.7'::inet, 'from where');
select is((tests.last_event('tenant.updated')).user_agent, 'Safari', 'with what');
select is((tests.last_event('tenant.updated')).request_id, 'r-1', 'in which request');
select is((tests.last_event('tenant.updated')).session_id, 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'::uuid, 'and session');
select public.update_clinic_settings(:'alpha', 'Alpha Dental', 'Europe/Bucharest');
select tests.as_owner_of_database();
select is((select count(*) from public.audit_events where action = 'tenant.updated'), 1::bigint, 'saving without a change is no event');

-- what a request can say wrongly
create temporary table addresses (headers jsonb, address inet);
insert into addresses values ('{"x-forwarded-for": "not an address"}', null), ('{"x-forwarded-for": "999.1.1.1"}', null), ('{"x-forwarded-for": "::ffff:zz"}', null),
  ('{"x-forwarded-for": "1:2:3"}', null), ('{"x-forwarded-for": "2001:db8::1"}', '2001:db8::1'), ('{}', null), ('{"cf-connecting-ip": "198.51.100.1", "x-forwarded-for": "10.0.0.1"}', '198.51.100.1');
select is(private.request_address(headers), address, 'address of ' || headers::text) from addresses;
create table public.mail_boxes (id uuid primary key default gen_random_uuid(), tenant_id uuid, name text, smtp_password text, note text, updated_at timestamptz default now());
create trigger audit_change after insert or update or delete on public.mail_boxes for each row execute function private.audit_row_change('mail_box', 'insert:connected', 'note:noted');
insert into public.mail_boxes (tenant_id, name, smtp_password) values (:'alpha', 'Front desk', 'hunter2');
select is((tests.last_event('mail_box.connected')).after - array['id', 'tenant_id'], '{"name": "Front desk", "smtp_password": "[redacted]"}', 'secrets are redacted, empty and derived fields left out');
update public.mail_boxes set smtp_password = 'hunter3', updated_at = clock_timestamp();
select is((tests.last_event('mail_box.updated'))::text ~ 'hunter', false, 'a new password is recorded as changed, without the password');
select is((tests.last_event('mail_box.updated')).before, '{"smtp_password": "[redacted]"}', 'and nothing else');
update public.mail_boxes set note = 'full';
select is((tests.last_event('mail_box.noted')).before, null, 'a column that was empty has no value before');
update public.mail_boxes set note = repeat('long ', 5000);
select is((tests.last_event('mail_box.noted')).after, '{"note": "[25002 bytes]"}', 'a long text is recorded by its size');
delete from public.mail_boxes;
select is((tests.last_event('mail_box.deleted')).before ->> 'name', 'Front desk', 'a deletion keeps the fields as they were');

-- on somebody's behalf
select tests.sign_in(:'owner');
select (public.invite_member(:'alpha', 'new@alpha.test') ->> 'id') as invitation \gset
select tests.as_owner_of_database();
set local role service_role;
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
select tests.request('{"user-agent": "Deno", "x-forwarded-for": "10.0.0.9"}');
select public.issue_invitation_token(:'invitation', :'owner', repeat('ab', 32));
select tests.as_owner_of_database();
select is((tests.last_event('invitation.link_issued')).actor_id, :'owner'::uuid, 'a function that acts for somebody names them');
select is((tests.last_event('invitation.link_issued')).user_agent, null, 'and not its own browser as theirs');
select is((tests.last_event('invitation.link_issued')).after ->> 'token_hash', '[redacted]', 'the hash of a link is not kept');
set local role service_role;
select public.record_invitation_delivery(:'invitation', repeat('ab', 32), 'failed', 'mailbox full');
select tests.as_owner_of_database();
select is((tests.last_event('invitation.delivered')).after ->> 'delivery', 'failed', 'the result of the e-mail is recorded');

-- failed sign-ins
select is((select array_agg(r order by r) from unnest(array['anon', 'authenticated', 'service_role', 'supabase_auth_admin']) r where has_function_privilege(r, 'public.record_password_attempt(jsonb)', 'execute')),
  array['supabase_auth_admin'], 'the Auth service alone reports sign-ins');
select is(public.record_password_attempt(jsonb_build_object('user_id', :'staff', 'valid', false, 'metadata', '{"ip_address": "192.0.2.7"}'::jsonb)), '{"decision": "continue"}', 'the Auth service reports a wrong password');
select public.record_password_attempt(jsonb_build_object('user_id', :'staff', 'valid', true));
select tests.as_owner_of_database();
select is((select array_agg((target_id, succeeded, actor_id, ip)::text) from public.audit_events where action = 'sign_in.failed'),
  array[format('(%s,f,,192.0.2.7)', :'staff')], 'which is recorded for the account, with nobody as the actor');
select * from finish();
rollback;
