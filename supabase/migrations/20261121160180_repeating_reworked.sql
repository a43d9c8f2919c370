-- What: blocked times that repeat; and the job that carries series without an end on.
-- Who:  every member of the clinic blocks time; the job is called by pg_cron.
-- Relies on: changing_visits and blocked_times migrations.

create or replace function private.block_series(tenant_id uuid, fields jsonb, rule text, series_id uuid) returns jsonb
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
  perform private.lock_subjects(tenant_id, private.blocked_subjects(tenant_id, wanted.provider_id, wanted.resource_id));
  if not exists (select from public.block_series s where s.tenant_id = block_series.tenant_id and s.id = series.id) then
    insert into public.block_series select series.*;
    perform private.make_blocks(series, times, time_zone);
  end if;
  return jsonb_build_object(
    'series_id', series.id,
    'blocked', (select count(*) from public.blocked_times b where b.tenant_id = block_series.tenant_id and b.series_id = series.id))
    || private.visits_in_the_way(tenant_id, wanted.provider_id, wanted.resource_id, (
      select coalesce(range_agg(tstzrange(b.starts_at, b.ends_at)), '{}')
      from public.blocked_times b where b.tenant_id = block_series.tenant_id and b.series_id = series.id and b.ends_at > now()));
end;
$$;
comment on function public.block_series(uuid, jsonb, text, uuid) is
  'Member: blocks a time { provider_id, resource_id, title, starts_at, ends_at } and its repetitions by an RRULE; { series_id, blocked, in_the_way_count and in_the_way: the appointments they cover, as block_time tells them }. With a series_id made by the caller, a second call answers as the first. 404 clinic_not_found; 422 rule_invalid, rule_not_supported, series_too_long, series_empty, provider_unknown, resource_unknown, blocked_time_invalid, field_too_long, values_invalid.';
