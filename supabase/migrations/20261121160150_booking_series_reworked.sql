-- What: booking all visits of a series at once, or none.
-- Who:  every member of the clinic; over other appointments as in booking.
-- Relies on: series migration.

-- Hundreds of visits: planning each statement anew would take three times as long as running it.
create or replace function private.book_series(
  tenant_id uuid, fields jsonb, rule text, exdates date[], skip jsonb, overbook boolean, outside_hours boolean, series_id uuid, hold_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
set jit = off
as $$
declare
  time_zone constant text := (select t.time_zone from public.tenants t where t.id = book_series.tenant_id);
  series public.appointment_series;
  resource_ids uuid[];
  times timestamp[];
  own_hold_id uuid;
begin
  perform private.require_member(tenant_id);
  series := private.require_series_fields(tenant_id, fields, rule, exdates || private.days_in(skip, time_zone));
  resource_ids := private.resources_in(fields);
  times := private.series_times(tenant_id, series.rule, series.first_at, series.exdates);
  select h.id into own_hold_id from public.holds h
  where h.tenant_id = book_series.tenant_id and h.id = book_series.hold_id and h.created_by = auth.uid();
  -- All visits take the same people and chairs.
  perform private.lock_times(tenant_id, private.plan_allocations(
    tenant_id, series.service_id, series.provider_id, resource_ids, times[1] at time zone time_zone,
    (times[1] at time zone time_zone) + make_interval(mins => series.duration_minutes)), null, own_hold_id);
  if exists (select from public.appointment_series s where s.tenant_id = book_series.tenant_id and s.id = book_series.series_id) then
    return private.series_result(tenant_id, series_id);
  end if;
  perform private.require_client(tenant_id, series.client_id);
  perform private.require_current(tenant_id, series.service_id, series.provider_id, resource_ids);
  delete from public.holds h where h.tenant_id = book_series.tenant_id and h.id = own_hold_id;
  perform private.refuse_conflicts(tenant_id, (
    select jsonb_agg(to_jsonb(w) - 'n' order by w.n) from private.weigh_times(
      tenant_id, series.service_id, series.provider_id, resource_ids, times, series.duration_minutes) w), overbook, outside_hours);
  series.id := coalesce(series_id, gen_random_uuid());
  insert into public.appointment_series (
    id, tenant_id, client_id, service_id, provider_id, rule, first_at, duration_minutes, note, exdates, materialised_to, extend_at)
  values (series.id, series.tenant_id, series.client_id, series.service_id, series.provider_id, series.rule, series.first_at, series.duration_minutes,
    series.note, series.exdates, times[cardinality(times)]::date, case when series.rule !~ '(COUNT|UNTIL)=' then now() + interval '1 day' end);
  insert into public.appointment_series_resources (tenant_id, series_id, resource_id)
  select series.tenant_id, series.id, r from unnest(resource_ids) r;
  perform private.make_occurrence(series, resource_ids, t, time_zone, overbook, outside_hours) from unnest(times) t;
  return private.series_result(tenant_id, series.id);
end;
$$;
comment on function public.book_series(uuid, jsonb, text, date[], jsonb, boolean, boolean, uuid, uuid) is
  'Member: books a visit (the fields of book_appointment) and its repetitions by an RRULE, all or none, but for exdates and for the starts_at listed in skip: { series_id, booked, appointments: [{ id, starts_at, ends_at }] }. With a series_id made by the caller, a second call answers as the first. 403 overbooking_not_permitted; 404 clinic_not_found; 409 series_conflict (detail: [{ starts_at, ends_at, obstacles }]); 422 as preview_series, client_unknown, client_archived.';
