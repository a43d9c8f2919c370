-- Every change of status there could be, tried by hand as the database's owner: only those of private.status_transitions pass,
-- and only with a reason of their own where one is asked for.
begin;
\ir ../fixtures.inc
select plan(30);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'second@alpha.test', 'owner') as second \gset
select tests.create_super_admin('root@platform.test') as root \gset
select tests.create_super_admin('other@platform.test') as other \gset
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Pop') returning id as client \gset
insert into public.appointments (tenant_id, client_id, starts_at, ends_at) values (:'alpha', :'client', now(), now() + interval '1 hour') returning id as appointment \gset

-- one row of each kind, and all statuses its check constraint knows
create temporary table subjects on commit drop as
select * from (values
  ('tenant', 'tenants', format('id = %L', :'alpha')),
  ('user', 'profiles', format('user_id = %L', :'second')),
  ('member', 'memberships', format('tenant_id = %L and user_id = %L', :'alpha', :'second')),
  ('super_admin', 'platform_admins', format('user_id = %L', :'other')),
  ('appointment', 'appointments', format('id = %L', :'appointment'))) s (entity, relation, condition);
create temporary view statuses as
  select s.entity, m[1] as status
  from subjects s
  join pg_constraint k on k.conrelid = ('public.' || s.relation)::regclass and k.contype = 'c'
    and k.conkey = array[(select attnum from pg_attribute where attrelid = k.conrelid and attname = 'status')],
  regexp_matches(pg_get_constraintdef(k.oid), '''([a-z_]+)''::text', 'g') m;
create temporary view pairs as
  select a.entity, a.status as from_status, b.status as to_status
  from statuses a join statuses b on b.entity = a.entity and b.status <> a.status;

create function tests.try_transition(entity text, from_status text, to_status text, how text) returns text language plpgsql as
$$
declare
  subject record;
  belonging text;
  outcome text;
begin
  select * into subject from subjects s where s.entity = try_transition.entity;
  begin
    -- The row is put into its starting status past the guards, with a reason that is not of the change to come.
    execute format('alter table public.%I disable trigger user', subject.relation);
    belonging := case
      when entity in ('tenant', 'user') then
        ', deleted_at = case when %1$L = ''deleted'' then now() end, deletion_id = case when %1$L = ''deleted'' then gen_random_uuid() end'
      when entity = 'appointment' then ', cancelled_by = case when %1$L = ''cancelled'' then ''clinic'' end'
      else '' end;
    execute format('update public.%I set status = %L, status_reason = ''an earlier one'', status_changed_at = ''2026-01-01''', subject.relation, from_status)
      || format(belonging, from_status) || ' where ' || subject.condition;
    execute format('alter table public.%I enable trigger user', subject.relation);
    outcome := tests.refusal(format('update public.%I set status = %L', subject.relation, to_status) || format(belonging, to_status) || how
      || ' where ' || subject.condition);
    raise sqlstate 'UNDOO';
  exception when sqlstate 'UNDOO' then
    return outcome;
  end;
end;
$$;

select isnt_empty('select from pairs where entity = ''member'' and from_status = ''disabled'' and to_status = ''revoked''', 'the statuses are read from the tables');
select set_eq('select entity, from_status from private.status_transitions union select entity, to_status from private.status_transitions', 'select entity, status from statuses',
  'the matrix knows exactly the statuses of the tables');
create temporary table attempts on commit drop as
select p.*, tests.try_transition(entity, from_status, to_status, ', status_reason = ''because'', status_changed_at = now()') as with_reason,
  tests.try_transition(entity, from_status, to_status, ', status_changed_at = now()') as stale,
  tests.try_transition(entity, from_status, to_status, ', status_reason = ''because''') as untimed,
  tests.try_transition(entity, from_status, to_status, ', status_reason = '' '', status_changed_at = now()') as blank,
  tests.try_transition(entity, from_status, to_status, '') as bare
from pairs p;
select results_eq('select entity, from_status, to_status from attempts where with_reason = ''no refusal'' order by 1, 2, 3',
  'select entity, from_status, to_status from private.status_transitions order by 1, 2, 3', 'exactly the transitions of the matrix are possible');
select results_eq('select distinct with_reason from attempts a where not exists (select from private.status_transitions t where (t.entity, t.from_status, t.to_status) = (a.entity, a.from_status, a.to_status))',
  array['PT409 transition_not_allowed'], 'and every other one is refused');
select results_eq('select distinct a.blank, a.bare, a.untimed from attempts a join private.status_transitions t using (entity, from_status, to_status) where t.needs_reason',
  $$values ('PT422 reason_required', 'PT422 reason_required', 'PT422 reason_required')$$, 'where a reason is asked for, none, a blank one and one without its time are refused');
select results_eq('select distinct a.bare from attempts a join private.status_transitions t using (entity, from_status, to_status) where not t.needs_reason',
  array['no refusal'], 'where none is asked for, none is needed');
select results_eq('select distinct entity, needs_reason from private.status_transitions where entity in (''tenant'', ''user'')', $$values ('tenant', true), ('user', true)$$,
  'every change of a clinic or a person needs a reason');
update public.tenants set status = 'suspended', status_reason = 'unpaid', status_changed_at = clock_timestamp() where id = :'alpha';
select is(tests.refusal(format('update public.tenants set status = ''active'' where id = %L', :'alpha')), 'PT422 reason_required', 'the reason of the change before does not count');
update public.tenants set status = 'active', status_reason = 'paid', status_changed_at = clock_timestamp() where id = :'alpha';

-- the service role is held to the same
grant select, update on subjects to service_role;
set local role service_role;
select is(tests.refusal(format('update public.profiles set status = ''suspended'' where user_id = %L', :'second')), 'PT422 reason_required', 'the service role needs a reason too');
select is(tests.refusal(format('update public.memberships set status = ''revoked'', role = ''staff'' where user_id = %L', :'second')), 'PT422 reason_required', 'also when the role changes in the same breath');
select is(tests.refusal('update public.platform_admins set status = ''revoked'', status_reason = ''all of them'', status_changed_at = clock_timestamp()'), 'PT409 last_super_admin', 'one statement does not revoke all super-admins');
select is(tests.refusal('update public.profiles set status = ''suspended'', status_reason = ''all of them'', status_changed_at = clock_timestamp()'), 'PT409 last_super_admin', 'nor suspend them');
select is(tests.refusal(format('update public.memberships set role = ''staff'' where tenant_id = %L', :'alpha')), 'PT409 last_owner', 'one statement does not demote all owners');
select is(tests.refusal(format('update public.memberships set status = ''removed'' where tenant_id = %L', :'alpha')), 'PT409 last_owner', 'nor remove them');
select is(tests.refusal(format('update public.tenants set status = ''deleted'', status_reason = ''x'', status_changed_at = now(), deleted_at = now() where id = %L', :'alpha')), '23514 ', 'no deletion without an id by which its restore would find what it changed');
reset role;
set local client_min_messages = warning;

-- rows of which others are consequences never go away
select is(tests.refusal(format('delete from public.%I', name)), 'PT409 never_deleted', name || ' are never deleted') from unnest(array['tenants', 'profiles', 'memberships', 'platform_admins']) name;
select is(tests.refusal(format('truncate public.%I cascade', name)), 'PT409 never_deleted', name || ' are never truncated') from unnest(array['tenants', 'profiles', 'memberships', 'platform_admins']) name;
select is(tests.refusal('update public.platform_admins set user_id = gen_random_uuid()'), 'PT409 never_moved', 'a platform role is not moved to somebody else');
select is(tests.refusal('update public.memberships set user_id = gen_random_uuid()'), 'PT409 never_moved', 'nor a membership');

-- the page
select tests.sign_in(:'owner');
select is(tests.refusal('select public.admin_list_status_transitions()'), 'PT403 super_admin_required', 'owners do not see the platform''s page');
select tests.sign_in(:'root');
select is(jsonb_path_query_array(public.admin_list_status_transitions(), '$.entities[*].entity'), '["tenant", "user", "member", "super_admin", "appointment"]', 'the page lists the five kinds');
select is(public.admin_list_status_transitions() #> '{entities,0,statuses}', '["active", "suspended", "deleted"]', 'with their statuses in order');
select is(jsonb_array_length(jsonb_path_query_array(public.admin_list_status_transitions(), '$.entities[*].transitions[*]')), 38, 'and every transition of the matrix');
select is(public.admin_list_status_transitions() #> '{entities,0,transitions,4}' ->> 'verb', 'restored', 'with the verb the audit log uses');
select * from finish();
rollback;
