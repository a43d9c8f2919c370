-- What: one partition of the audit log for each month, made ahead and dropped when the retention has passed; the setting for it.
-- Who:  pg_cron, once a day; the partitions lie in private, where the API does not see them as tables of their own.
-- Relies on: audit migration. Dropping the seals of a month keeps their last position and hash as a checkpoint (audit_chain).

create table private.audit_settings (
  only_row boolean primary key default true check (only_row),
  retention_months integer not null default 72 check (retention_months between 12 and 240),
  dropped_before timestamptz not null default '-infinity'
);
comment on table private.audit_settings is 'Settings of the audit log; one row.';
comment on column private.audit_settings.retention_months is 'Whole months an event is kept at least: six years unless changed.';
comment on column private.audit_settings.dropped_before is 'Events older than this have been dropped by retention; the chain''s check does not ask for them.';
insert into private.audit_settings default values;

-- Events of a month for which there is no partition (the daily job has not run for long) wait here instead of being refused.
create table private.audit_events_rest partition of public.audit_events default;
create trigger append_only_truncate before truncate on private.audit_events_rest
  for each statement execute function private.refuse_audit_change();

create function private.add_partition(parent regclass, month date) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  parent_name text := (select c.relname from pg_catalog.pg_class c where c.oid = parent);
  partition text := format('%s_%s', parent_name, to_char(month, 'YYYY_MM'));
begin
  if to_regclass('private.' || partition) is not null then
    return false;
  end if;
  -- Attaching a table that exists locks out writers for a moment only; creating it as a partition would stop readers too.
  execute format('create table private.%I (like %s including defaults including constraints including storage)', partition, parent);
  execute format('alter table private.%I enable row level security', partition);
  execute format('create trigger append_only_truncate before truncate on private.%I for each statement execute function private.refuse_audit_change()', partition);
  execute format('alter table %s attach partition private.%I for values from (%L) to (%L)', parent, partition,
    month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
  return true;
end;
$$;
comment on function private.add_partition(regclass, date) is 'Makes the partition of a month (UTC) in private, append-only like its parent; false when it exists.';

create function private.months_of(parent regclass) returns table (partition regclass, month date)
language sql
stable
set search_path = ''
begin atomic
  select i.inhrelid::regclass, to_date(right(c.relname, 7), 'YYYY_MM')
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
  where i.inhparent = parent and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
  order by 2;
end;
comment on function private.months_of(regclass) is 'The monthly partitions of a table and the month each holds.';
