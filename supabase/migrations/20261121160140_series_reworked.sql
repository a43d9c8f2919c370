-- What: visits that repeat: what a series is, and its times with what is in their way.
-- Who:  every member of the clinic reads; functions alone write.
-- Relies on: recurrence and booking migrations.
--
-- A series keeps the wall time of the clinic: ten o'clock stays ten o'clock when the clocks change. A time in the hour that is
-- missing when they go forward moves to the same minute of the next hour; of an hour that comes twice the second is meant.

create or replace function private.preview_series(tenant_id uuid, fields jsonb, rule text, exdates date[], hold_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  series public.appointment_series;
  times timestamp[];
  own_hold_id uuid;
begin
  perform private.require_member(tenant_id);
  series := private.require_series_fields(tenant_id, fields, rule, exdates);
  perform private.require_current(tenant_id, series.service_id, series.provider_id, private.resources_in(fields));
  times := private.series_times(tenant_id, series.rule, series.first_at, series.exdates);
  select h.id into own_hold_id from public.holds h
  where h.tenant_id = preview_series.tenant_id and h.id = preview_series.hold_id and h.created_by = auth.uid();
  return (
    select jsonb_build_object(
      'occurrences', jsonb_agg(jsonb_build_object(
        'day', times[w.n]::date, 'starts_at', w.starts_at, 'ends_at', w.ends_at, 'obstacles', w.obstacles) order by w.n),
      'conflicts', count(*) filter (where w.obstacles <> '[]'),
      'is_endless', series.rule !~ '(COUNT|UNTIL)=')
    from private.weigh_times(
      tenant_id, series.service_id, series.provider_id, private.resources_in(fields), times, series.duration_minutes, '{}', own_hold_id) w);
end;
$$;
