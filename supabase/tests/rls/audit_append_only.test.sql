-- Nobody changes the audit log: not through any API role, whatever the trick, and not the database's owner by mistake.
begin;
\ir ../fixtures.inc
select plan(60);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select format('private.audit_events_%s', to_char(now() at time zone 'UTC', 'YYYY_MM')) as month \gset
select format('private.audit_seals_%s', to_char(now() at time zone 'UTC', 'YYYY_MM')) as seals \gset
select count(*) as events from public.audit_events \gset

create function tests.tricks(month text, seals text) returns setof text language sql as
$$
  select format(trick, month, seals) from unnest(array[
    'insert into public.audit_events (action, target_type) values (''tenant.deleted'', ''tenant'')',
    'insert into %1$s (action, target_type) values (''tenant.deleted'', ''tenant'')',
    'update public.audit_events set reason = ''another''',
    'update %1$s set reason = ''another''',
    'delete from public.audit_events',
    'delete from %1$s',
    'delete from %2$s',
    'truncate public.audit_events',
    'truncate %1$s',
    'alter table public.audit_events disable trigger all',
    'drop trigger append_only on public.audit_events',
    'create trigger swallow before insert on public.audit_events for each row execute function suppress_redundant_updates_trigger()',
    'create rule swallow as on insert to public.audit_events do instead nothing',
    'set session_replication_role = replica',
    'alter table public.audit_events detach partition %1$s',
    'create or replace function private.refuse_audit_change() returns trigger language plpgsql as ''begin return new; end''',
    'select private.erase_audit_of_target(''tenant'', ''x'', ''y'')']) trick
$$;
grant execute on function tests.tricks(text, text) to anon, authenticated, service_role;

-- Whatever the tricks say, they end in "no permission", which is 42501 for every one of them.
create function tests.outcome(statement text) returns text language plpgsql as
$$
begin
  execute statement;
  return 'done';
exception when others then
  return sqlstate;
end;
$$;
grant execute on function tests.outcome(text) to anon, authenticated, service_role;

select tests.sign_out();
select is(tests.outcome(t), '42501', 'anon: ' || t) from tests.tricks(:'month', :'seals') t;
select tests.sign_in(:'owner');
select is(tests.outcome(t), '42501', 'a signed-in owner: ' || t) from tests.tricks(:'month', :'seals') t;
set local role service_role;
select is(tests.outcome(t), '42501', 'the service role: ' || t) from tests.tricks(:'month', :'seals') t;

select tests.as_owner_of_database();
select is(tests.refusal('update public.audit_events set reason = ''another'''), 'PT403 append_only', 'the owner of the database does not change an event by mistake');
select is(tests.refusal('delete from public.audit_events'), 'PT403 append_only', 'nor delete one');
select is(tests.refusal('truncate public.audit_events'), 'PT403 append_only', 'nor all of them');
select is(tests.refusal('truncate ' || :'month'), 'PT403 append_only', 'nor those of a month');
select is(tests.refusal('truncate private.audit_events_rest'), 'PT403 append_only', 'nor those that have no month');
select is(tests.refusal($$with erasing as (select set_config('chairside.erasing', 'on', true)) update public.audit_events set action = 'tenant.created' from erasing$$),
  'PT403 append_only', 'erasing empties personal parts and changes no fact');
select is(tests.refusal($$with erasing as (select set_config('chairside.erasing', 'on', true)) update public.audit_events set reason = 'another' from erasing$$),
  'PT403 append_only', 'nor puts other words in their place');
select is((select count(*) from public.audit_events), :'events'::bigint, 'after all that every event is still there');
select is((select count(*) from pg_class c join pg_inherits i on i.inhrelid = c.oid
    where i.inhparent in ('public.audit_events'::regclass, 'private.audit_seals'::regclass)
      and (c.relnamespace <> 'private'::regnamespace
        or (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname in ('append_only', 'append_only_truncate') and t.tgenabled = 'O') <> 2)),
  0::bigint, 'every partition lies in private and has both triggers');
select * from finish();
rollback;
