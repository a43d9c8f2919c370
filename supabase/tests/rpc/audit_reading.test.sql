-- Who reads the audit log, by which filters, page by page; its state and retention; erasing.
begin;
\ir ../fixtures.inc
select plan(50);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as other \gset
select tests.create_super_admin('root@platform.test') as root \gset

create function tests.actions(answer jsonb) returns jsonb language sql as $$ select jsonb_path_query_array(answer, '$.events[*].action') $$;
grant execute on function tests.actions(jsonb) to authenticated;

select tests.sign_in(:'staff');
select is(tests.refusal(format('select public.list_audit_events(%L)', :'alpha')), 'PT403 owner_required', 'staff do not read the audit trail');
select is(tests.refusal(format('select public.export_audit_events(%L)', :'alpha')), 'PT403 owner_required', 'nor export it');
select tests.sign_in(:'other');
select is(tests.refusal(format('select public.list_audit_events(%L)', :'alpha')), 'PT404 clinic_not_found', 'for a stranger the clinic does not exist');
select is(tests.refusal(c), 'PT403 super_admin_required', 'an owner: ' || c) from unnest(array['select public.admin_list_audit_events()', 'select public.admin_export_audit_events()',
  'select public.admin_audit_status()', 'select public.admin_list_audit_anchors()', 'select public.admin_set_audit_retention(24, ''x'')']) c;

select tests.sign_in(:'owner');
select public.update_clinic_settings(:'alpha', 'Alpha 100% Dental', 'Europe/Bucharest');
insert into public.clients (tenant_id, first_name, last_name) select :'alpha', 'Ana', 'Client ' || n from generate_series(1, 5) n;

select is(public.list_audit_events(:'alpha', page_size => 1) #>> '{events,0,target_label}', 'Ana Client 5', 'an owner sees the newest event first');
select is((select count(distinct e ->> 'tenant_id') from jsonb_array_elements(public.list_audit_events(:'alpha') -> 'events') e), 1::bigint, 'of the own clinic alone');
select is(jsonb_array_length(public.list_audit_events(:'alpha', action => 'client.created') -> 'events'), 5, 'events are filtered by action');
select is(tests.actions(public.list_audit_events(:'alpha', action => 'tenant.')), '["tenant.updated", "tenant.created"]', 'by a group of actions');
select is(jsonb_array_length(public.list_audit_events(:'alpha', actor => 'Staff@alpha') -> 'events'), 2, 'by the e-mail of the actor');
select is(jsonb_array_length(public.list_audit_events(:'alpha', actor => :'owner') -> 'events'), 8, 'by the actor''s id');
select is(tests.actions(public.list_audit_events(:'alpha', actor => session_user)) -> -1, '"tenant.created"', 'by a database login');
select tests.as_owner_of_database();
select tests.join_clinic(:'beta', 'staff.owner@beta.test', 'staff');
select tests.sign_in(:'owner');
select is(jsonb_array_length(public.list_audit_events(:'alpha', actor => 'owner') -> 'events'), 7, 'by a role, whatever addresses there are');
select is(jsonb_array_length(public.list_audit_events(:'alpha', actor => 'nobody@') -> 'events'), 0, 'an actor nobody knows has no events');
select is(tests.actions(public.list_audit_events(:'alpha', search => '100%')), '["tenant.updated"]', 'by text, taken literally, in what has changed');
select is(jsonb_array_length(public.list_audit_events(:'alpha', search => 'client 3') -> 'events'), 1, 'and in the name of the target');
update public.clients set last_name = 'Țurcanu' where last_name = 'Client 2';
select is(jsonb_array_length(public.list_audit_events(:'alpha', search => 'ana țURCANU') -> 'events'), 1, 'in upper and lower case of any alphabet');
select is(jsonb_array_length(public.list_audit_events(:'alpha', since => now() + interval '1 day') -> 'events'), 0, 'by time from');
select is(jsonb_array_length(public.list_audit_events(:'alpha', until => now() - interval '1 day') -> 'events'), 0, 'and to');

create temporary table pages as
with recursive page as (
  select public.list_audit_events(:'alpha', page_size => 3) as answer
  union all
  select public.list_audit_events(:'alpha', page_size => 3, after_time => (answer #>> '{next,after_time}')::timestamptz, after_id => (answer #>> '{next,after_id}')::uuid)
  from page where answer -> 'next' <> 'null')
select e ->> 'id' as id from page, jsonb_array_elements(answer -> 'events') e;
select is((select array[count(*), count(distinct id)] from pages), array[jsonb_array_length(public.list_audit_events(:'alpha') -> 'events')::bigint, (select count(*) from pages)],
  'page by page every event comes once');
select is(public.list_audit_events(:'alpha') ->> 'searched_back_to', null, 'a list that is complete says so');
select is(tests.actions(public.export_audit_events(:'alpha', action => 'audit.')), '["audit.exported"]', 'an export is an event itself');
select is(public.list_audit_events(:'alpha', action => 'audit.') #> '{events,0,details}', '{"action": "audit."}', 'that says what was taken');

-- a search stops after 20,000 events and says how far it looked
select tests.as_owner_of_database();
select private.record_event('client.created', :'beta', 'client', n::text) from generate_series(1, 20100) n;
select private.record_event('client.created', :'beta', 'client', 'needle', 'Needle', details => null);
select tests.sign_in(:'other');
select is(public.list_audit_events(:'beta', search => 'owner@beta') -> 'events', '[]', 'a text far back is not found at once');
select is(jsonb_array_length(public.list_audit_events(:'beta', search => 'owner@beta',
    after_time => (page #>> '{next,after_time}')::timestamptz, after_id => (page #>> '{next,after_id}')::uuid) -> 'events') > 0, true, 'but by looking further')
from public.list_audit_events(:'beta', search => 'owner@beta') page where page ->> 'searched_back_to' is not null;

-- what each side does not see
select tests.as_owner_of_database();
select set_config('request.headers', '{"x-forwarded-for": "203.0.113.9", "user-agent": "Firefox"}', true);
select tests.sign_in(:'root');
select public.admin_set_seats(:'alpha', 12);
select is((public.admin_list_audit_events(action => 'tenant.updated') #>> '{events,0,ip}'), '203.0.113.9', 'a super-admin sees from where a super-admin worked');
select is((select array_agg(distinct (e ->> 'target_label', e ->> 'before', e ->> 'after', e ->> 'details')::text) from jsonb_array_elements(public.admin_list_audit_events(action => 'client.') -> 'events') e),
  array['(,,,)'], 'but nothing of a clinic''s records');
select is(public.admin_list_audit_events(tenant_id => :'alpha', search => 'Țurcanu') -> 'events', '[]', 'and cannot search for it');
select is(public.admin_export_audit_events(tenant_id => :'alpha', action => 'client.created') #>> '{events,0,target_label}', null, 'nor export it');
select tests.as_owner_of_database();
select is((private.audit_event_as_seen(private_event, true)).after, null, 'a kind of record nobody has thought of is a clinic''s own')
from (select row(e.*)::public.audit_events as private_event from public.audit_events e where e.action = 'client.created' limit 1) x;
select tests.sign_in(:'owner');
select is((public.list_audit_events(:'alpha', action => 'tenant.updated') #>> '{events,0,ip}'), null, 'an owner does not see from where');
select is((public.list_audit_events(:'alpha', action => 'tenant.updated') #>> '{events,0,actor_email}'), 'root@platform.test', 'only who');
select public.export_audit_events(:'alpha', search => repeat('x', 100000));
select is(length(public.list_audit_events(:'alpha', action => 'audit.exported') #>> '{events,0,details,search}'), 200, 'a long search does not fill the log');
select tests.as_owner_of_database();
select set_config('request.headers', '', true);

select tests.sign_in(:'root');
select is((select count(distinct e ->> 'tenant_slug') from jsonb_array_elements(public.admin_list_audit_events(action => 'member.') -> 'events') e), 2::bigint, 'a super-admin sees all clinics');
select is(tests.actions(public.admin_list_audit_events(tenant_id => :'alpha', action => 'tenant.')), '["tenant.updated", "tenant.updated", "tenant.created"]', 'or one');
select is(tests.actions(public.admin_list_audit_events(target_type => 'user', target_id => :'staff')), '["member.joined", "user.created", "invitation.accepted"]', 'or what is about or by a person');
select is(tests.refusal('select public.admin_list_audit_events(target_type => ''user'', target_id => ''x'')'), 'PT404 user_not_found', 'a person that is none is refused');
select is(public.admin_audit_status() ->> 'retention_months', '72', 'events are kept for six years');
select is(tests.refusal('select public.admin_set_audit_retention(24, '' '')'), 'PT422 reason_required', 'changing that needs a reason');
select is(tests.refusal('select public.admin_set_audit_retention(11, ''x'')'), 'PT422 retention_invalid', 'and a year at least');
select is(public.admin_set_audit_retention(24, 'agreed') ->> 'retention_months', '24', 'it is changed');
select is((public.admin_list_audit_events(action => 'audit.retention_changed') #> '{events,0}') - array['id', 'occurred_at', 'actor_id'] @>
  '{"before": {"retention_months": 72}, "after": {"retention_months": 24}, "reason": "agreed", "actor_role": "super_admin"}', true, 'on the record');

-- retention
select tests.as_owner_of_database();
select private.add_partition('public.audit_events', '2019-03-01');
insert into public.audit_events (occurred_at, action, target_type) values ('2019-03-15', 'tenant.created', 'tenant');
select is(private.maintain_audit_partitions() -> 'dropped', '[]', 'a month with an event that cannot be sealed yet is kept');
alter table public.audit_events disable trigger append_only;
update public.audit_events set transaction_id = 3 where occurred_at = '2019-03-15';
alter table public.audit_events enable trigger append_only;
update private.audit_sealing set next_transaction = 0;
select is(private.maintain_audit_partitions() -> 'dropped', '["2019-03"]', 'a month older than the retention is dropped');
select is(private.maintain_audit_partitions(), '{"made": 0, "dropped": []}', 'once');
select is((select dropped_before from private.audit_settings), '2019-04-01 00:00+00'::timestamptz, 'and the chain''s check knows from when on events must be there');
select is((select count(*) from private.months_of('public.audit_events') m where m.month > now()), 3::bigint, 'three months are ready ahead');
select * from finish();
rollback;
