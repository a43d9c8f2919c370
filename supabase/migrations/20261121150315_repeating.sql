-- What: blocked times that repeat; and the job that carries series without an end on.
-- Who:  every member of the clinic blocks time; the job is called by pg_cron.
-- Relies on: changing_visits and blocked_times migrations.

create table public.block_series (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  provider_id uuid,
  resource_id uuid,
  title text not null default '' check (length(title) <= 120),
  rule text not null check (length(rule) between 10 and 500),
  first_at timestamp not null,
  duration_minutes integer not null check (duration_minutes between 1 and 10080),
  exdates date[] not null default '{}' check (cardinality(exdates) <= 1000),
  materialised_to date,
  extend_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references public.resources (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (num_nonnulls(provider_id, resource_id) <= 1)
);
comment on table public.block_series is 'Blocked times that repeat. Each of them is a row of blocked_times.';
comment on column public.block_series.rule is 'The value of an RRULE of RFC 5545.';
comment on column public.block_series.first_at is 'DTSTART, in the wall time of the clinic.';
comment on column public.block_series.exdates is 'Days on which there is none although the rule has one.';
comment on column public.block_series.materialised_to is 'The day of the last one made; none before it is made later.';
comment on column public.block_series.extend_at is 'When a series without an end is looked at again; null when all of it is there.';
create index block_series_provider_idx on public.block_series (tenant_id, provider_id);
create index block_series_resource_idx on public.block_series (tenant_id, resource_id);
create index block_series_created_by_idx on public.block_series (tenant_id, created_by);
create unique index block_series_extend_idx on public.block_series (extend_at, id) where extend_at is not null;
alter table public.blocked_times add foreign key (tenant_id, series_id) references public.block_series (tenant_id, id) on delete cascade;

alter table public.block_series enable row level security;
create policy "members read their clinic's block_series" on public.block_series for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.block_series to authenticated;
grant select, insert, update, delete on public.block_series to service_role;
create trigger audit_change after insert or delete or update of rule, exdates on public.block_series
  for each row execute function private.audit_row_change('block_series');

create function private.make_blocks(series public.block_series, times timestamp[], time_zone text) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.blocked_times (tenant_id, provider_id, resource_id, title, starts_at, ends_at, series_id, created_by)
  select series.tenant_id, series.provider_id, series.resource_id, series.title, t at time zone time_zone,
    (t at time zone time_zone) + make_interval(mins => series.duration_minutes), series.id, series.created_by
  from unnest(times) t;
end;
$$;
comment on function private.make_blocks(public.block_series, timestamp[], text) is 'Blocks the times of a series.';

create function private.block_series(tenant_id uuid, fields jsonb, rule text, series_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  time_zone constant text := (select t.time_zone from public.tenants t where t.id = block_series.tenant_id);
  series public.block_series;
  wanted public.blocked_times;
  times timestamp[];
begin
  perform private.require_member(tenant_id);
  perform private.require_blocked_fields(fields);
  wanted := jsonb_populate_record(null::public.blocked_times, fields);
  if num_nonnulls(wanted.provider_id, wanted.resource_id) = 2 then
    perform private.refuse(422, 'values_invalid', 'A blocked time is a provider''s or a chair''s, not both.');
  elsif wanted.starts_at is null or wanted.ends_at is null or wanted.starts_at not between now() - interval '1 year' and now() + interval '5 years'
    or wanted.ends_at not between wanted.starts_at + interval '1 minute' and wanted.starts_at + interval '7 days'
  then
    perform private.refuse(422, 'blocked_time_invalid', 'What repeats is a minute to a week long.');
  elsif wanted.provider_id is not null and not exists (
    select from public.providers p where p.tenant_id = block_series.tenant_id and p.id = wanted.provider_id)
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  elsif wanted.resource_id is not null and not exists (
    select from public.resources r where r.tenant_id = block_series.tenant_id and r.id = wanted.resource_id)
  then
    perform private.refuse(422, 'resource_unknown', 'There is no such chair or room.');
  end if;
  series := row(coalesce(series_id, gen_random_uuid()), tenant_id, wanted.provider_id, wanted.resource_id, btrim(coalesce(wanted.title, '')),
    upper(rule), wanted.starts_at at time zone time_zone, ceil(extract(epoch from wanted.ends_at - wanted.starts_at) / 60)::integer, '{}',
    null, null, now(), auth.uid())::public.block_series;
  times := private.series_times(tenant_id, series.rule, series.first_at, '{}');
  series.materialised_to := times[cardinality(times)]::date;
  series.extend_at := case when series.rule !~ '(COUNT|UNTIL)=' then now() + interval '1 day' end;
  -- Nobody books there while it is being blocked, and a second click waits for the first.
  perform private.lock_subjects(tenant_id, array(
    select p.id from public.providers p where p.tenant_id = block_series.tenant_id and wanted.resource_id is null and p.id = coalesce(wanted.provider_id, p.id)
    union all
    select r.id from public.resources r where r.tenant_id = block_series.tenant_id and wanted.provider_id is null and r.id = coalesce(wanted.resource_id, r.id)));
  if not exists (select from public.block_series s where s.tenant_id = block_series.tenant_id and s.id = series.id) then
    insert into public.block_series select series.*;
    perform private.make_blocks(series, times, time_zone);
  end if;
  return jsonb_build_object(
    'series_id', series.id,
    'blocked', (select count(*) from public.blocked_times b where b.tenant_id = block_series.tenant_id and b.series_id = series.id),
    'in_the_way', coalesce((
      select jsonb_agg(distinct v)
      from public.blocked_times b,
        jsonb_array_elements(private.visits_in_the_way(b.tenant_id, b.provider_id, b.resource_id, b.starts_at, b.ends_at)) v
      where b.tenant_id = block_series.tenant_id and b.series_id = series.id and b.ends_at > now()), '[]'));
end;
$$;
create function public.block_series(tenant_id uuid, fields jsonb, rule text, series_id uuid default null) returns jsonb language sql set search_path = ''
return private.block_series(tenant_id, fields, rule, series_id);
comment on function public.block_series(uuid, jsonb, text, uuid) is
  'Member: blocks a time { provider_id, resource_id, title, starts_at, ends_at } and its repetitions by an RRULE; { series_id, blocked, in_the_way: the appointments they cover, as block_time lists them }. With a series_id made by the caller, a second call answers as the first. 404 clinic_not_found; 422 rule_invalid, rule_not_supported, series_too_long, series_empty, provider_unknown, resource_unknown, blocked_time_invalid, field_too_long, values_invalid.';

create function private.unblock_series(tenant_id uuid, blocked_time_id uuid, scope text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  time_zone constant text := (select t.time_zone from public.tenants t where t.id = unblock_series.tenant_id);
  pivot public.blocked_times;
  removed integer;
begin
  perform private.require_member(tenant_id);
  if scope is null or scope <> all (array['this', 'following', 'all']) then
    perform private.refuse(422, 'scope_unknown', 'This time, this and the following, or all of them.');
  end if;
  select * into pivot from public.blocked_times b where b.tenant_id = unblock_series.tenant_id and b.id = blocked_time_id;
  if pivot.id is null then
    perform private.refuse(404, 'blocked_time_not_found', 'There is no such blocked time.');
  elsif pivot.series_id is null then
    perform private.refuse(409, 'not_in_series', 'This blocked time does not belong to a series.');
  end if;
  perform from public.block_series s where s.tenant_id = pivot.tenant_id and s.id = pivot.series_id for no key update;
  delete from public.blocked_times b
  where b.tenant_id = pivot.tenant_id and b.series_id = pivot.series_id and (
    b.id = pivot.id or (scope = 'following' and b.starts_at >= pivot.starts_at) or (scope = 'all' and b.starts_at >= now()));
  get diagnostics removed = row_count;
  if scope = 'this' then
    update public.block_series s set exdates = s.exdates || (pivot.starts_at at time zone time_zone)::date
    where s.tenant_id = pivot.tenant_id and s.id = pivot.series_id and removed > 0;
  else
    update public.block_series s
    set extend_at = null, rule = private.end_rule(s.rule, case scope
      when 'following' then (pivot.starts_at at time zone time_zone)::date - 1 else (now() at time zone time_zone)::date end)
    where s.tenant_id = pivot.tenant_id and s.id = pivot.series_id;
    delete from public.block_series s
    where s.tenant_id = pivot.tenant_id and s.id = pivot.series_id and not exists (
      select from public.blocked_times b where b.tenant_id = s.tenant_id and b.series_id = s.id);
  end if;
  return jsonb_build_object('unblocked', removed);
end;
$$;
create function public.unblock_series(tenant_id uuid, blocked_time_id uuid, scope text) returns jsonb language sql set search_path = ''
return private.unblock_series(tenant_id, blocked_time_id, scope);
comment on function public.unblock_series(uuid, uuid, text) is
  'Member: removes a blocked time of a series (scope this), it and the following ones (following), or all to come (all): { unblocked }. 404 clinic_not_found, blocked_time_not_found; 409 not_in_series; 422 scope_unknown.';
grant execute on function
  private.block_series(uuid, jsonb, text, uuid), public.block_series(uuid, jsonb, text, uuid),
  private.unblock_series(uuid, uuid, text), public.unblock_series(uuid, uuid, text)
  to authenticated;
