-- What: changing and cancelling the visits of a series from one on, or all that are to come.
-- Who:  every member of the clinic; over other appointments as in booking.
-- Relies on: changing_series migration.

-- Hundreds of visits: planning each statement anew would take three times as long as running it.
create or replace function private.change_series(
  tenant_id uuid, appointment_id uuid, scope text, fields jsonb, dry_run boolean, rule text, skip jsonb, overbook boolean, outside_hours boolean,
  seen_revision integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
set jit = off
as $$
declare
  pivot public.appointments;
  c private.series_change;
  planned jsonb;
  weighed jsonb;
  own_ids uuid[];
  old_id uuid;
  old public.appointment_series;
  stays boolean;
  is_growing boolean;
  freed private.planned_allocation[];
  counts jsonb;
  meant jsonb;
begin
  perform private.require_member(tenant_id);
  pivot := case when dry_run then private.series_of(tenant_id, appointment_id, scope, array['following', 'all'])
    else private.lock_series_of(tenant_id, appointment_id, scope, array['following', 'all']) end;
  if pivot.revision <> seen_revision then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this appointment in the meantime.');
  end if;
  c := private.read_series_change(pivot, scope, fields, rule);
  old_id := pivot.series_id;
  stays := c.days = 0 and c.old_place = c.new_place and not c.has_new_rule;
  planned := (select jsonb_agg(to_jsonb(p) order by p.n) from private.planned_changes(c, pivot, skip) p);
  if planned @? '$[*] ? (@.appointment_id != null)' is not true then
    perform private.refuse(409, 'series_over', 'No visit of this series is still to come.');
  end if;
  meant := jsonb_build_object('rule', (c.series).rule, 'begins_at', (c.series).first_at at time zone c.zone,
    'is_new_rule', c.has_new_rule, 'needs_rule', c.needs_rule);
  if c.needs_rule and dry_run then
    return meant || '{"moved": 0, "booked": 0, "cancelled": 0, "left_alone": 0, "occurrences": [], "conflicts": 0}';
  elsif c.needs_rule then
    perform private.refuse(422, 'rule_required', 'The visits repeat on a certain day of the month. Please say how they are to repeat now.');
  elsif not dry_run then
    perform private.lock_visits(tenant_id, array_append(c.resource_ids, (c.series).provider_id), planned);
  end if;
  own_ids := array(select (p ->> 'appointment_id')::uuid from jsonb_array_elements(planned) p
    where p ->> 'change' in ('moved', 'cancelled') and p ->> 'appointment_id' is not null);
  is_growing := planned @? '$[*] ? (@.change == "booked")';
  select * into old from public.appointment_series s where s.tenant_id = change_series.tenant_id and s.id = old_id;
  if is_growing or (c.series).client_id is distinct from old.client_id then
    perform private.require_client(tenant_id, (c.series).client_id);
  end if;
  -- Visits keep what has been archived since; new ones do not get it.
  perform private.require_current(tenant_id, (c.series).service_id, (c.series).provider_id, c.resource_ids, case when not is_growing then
    array[old.service_id, old.provider_id] || array(
      select r.resource_id from public.appointment_series_resources r where r.tenant_id = old.tenant_id and r.series_id = old.id) end);
  weighed := (
    select jsonb_agg(jsonb_build_object(
      'appointment_id', p.p -> 'appointment_id', 'change', p.p -> 'change', 'day', (p.p ->> 'local_at')::date,
      'starts_at', w.starts_at, 'ends_at', w.ends_at, 'obstacles', case when stays then '[]'::jsonb else w.obstacles end) order by w.n)
    from (
      select row_number() over (order by (x ->> 'n')::integer) as n, x as p from jsonb_array_elements(planned) x where x ->> 'change' in ('moved', 'booked')
    ) p
    join private.weigh_times(tenant_id, (c.series).service_id, (c.series).provider_id, c.resource_ids, array(
      select (x ->> 'local_at')::timestamp from jsonb_array_elements(planned) x where x ->> 'change' in ('moved', 'booked') order by (x ->> 'n')::integer),
      (c.series).duration_minutes, own_ids) w on w.n = p.n);
  counts := jsonb_build_object(
    'moved', jsonb_array_length(jsonb_path_query_array(planned, '$[*] ? (@.change == "moved")')),
    'booked', jsonb_array_length(jsonb_path_query_array(planned, '$[*] ? (@.change == "booked")')),
    'cancelled', jsonb_array_length(jsonb_path_query_array(planned, '$[*] ? (@.change == "cancelled")')),
    'left_alone', (select count(*) from public.appointments v
      where v.tenant_id = change_series.tenant_id and v.series_id = old_id and v.occurrence_at >= c.begins_at and v.starts_at > now()
        and v.status in ('booked', 'confirmed') and v.id <> all (own_ids)));
  if dry_run then
    return meant || counts || jsonb_build_object('occurrences', coalesce(weighed, '[]'),
      'conflicts', jsonb_array_length(jsonb_path_query_array(coalesce(weighed, '[]'), '$[*] ? (@.obstacles.size() > 0)')));
  end if;

  perform private.refuse_conflicts(tenant_id, coalesce(weighed, '[]'), overbook, outside_hours);
  if stays then
    update public.appointment_series s set client_id = (c.series).client_id, note = (c.series).note where s.tenant_id = change_series.tenant_id and s.id = old_id;
    update public.appointments v
    set client_id = case when fields ? 'client_id' then (c.series).client_id else v.client_id end,
        note = case when fields ? 'note' then (c.series).note else v.note end
    where v.tenant_id = change_series.tenant_id and v.id = any (own_ids);
    return counts || jsonb_build_object('series_id', old_id);
  end if;
  freed := array(
    select row(a.provider_id, a.resource_id, a.during)::private.planned_allocation from public.allocations a
    where a.tenant_id = change_series.tenant_id and a.appointment_id = any (own_ids));
  -- Visits of one series may come to where others of it were.
  delete from public.allocations a where a.tenant_id = change_series.tenant_id and a.appointment_id = any (own_ids);
  c.series := private.begin_series(c, old_id, planned, skip);
  perform private.move_visit(c, (p ->> 'appointment_id')::uuid, (p ->> 'local_at')::timestamp, fields, overbook, outside_hours)
  from jsonb_array_elements(planned) p where p ->> 'change' = 'moved';
  perform private.make_occurrence(c.series, c.resource_ids, (p ->> 'local_at')::timestamp, c.zone, overbook, outside_hours)
  from jsonb_array_elements(planned) p where p ->> 'change' = 'booked';
  perform private.enter_status(v, 'cancelled', null, 'clinic')
  from jsonb_array_elements(planned) p
  join public.appointments v on v.tenant_id = change_series.tenant_id and v.id = (p ->> 'appointment_id')::uuid
  where p ->> 'change' = 'cancelled';
  perform private.settle_overbooked(tenant_id, freed);
  perform private.end_series(tenant_id, old_id, (c.begins_at at time zone c.zone)::date - 1);
  return counts || jsonb_build_object('series_id', (c.series).id);
end;
$$;
comment on function public.change_series(uuid, uuid, text, jsonb, boolean, text, jsonb, boolean, boolean, integer) is
  'Member: gives the fields (of this visit) to it and the following visits of its series (scope following), or to all to come (all), by another rule if one is given; visits changed alone, over or cancelled stay as they are, and so do those whose new starts_at is listed in skip. { series_id, moved, booked, cancelled, left_alone }; with dry_run nothing is written, and { rule: by which they would repeat, begins_at: its first time, is_new_rule, needs_rule: no plan without a rule, occurrences: [{ appointment_id, change, day, starts_at, ends_at, obstacles }], conflicts } instead of series_id. 403 overbooking_not_permitted; 404 clinic_not_found, appointment_not_found; 409 not_in_series, series_over, series_conflict (detail: the conflicts), changed_meanwhile; 422 scope_unknown, rule_required (another day needs another rule), client_unknown and client_archived (another client, or visits booked anew), and those of preview_series.';

create or replace function private.cancel_series(tenant_id uuid, appointment_id uuid, scope text, reason text, cancelled_by text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  pivot public.appointments;
  begins_at timestamptz;
  planned jsonb;
begin
  perform private.require_member(tenant_id);
  if length(reason) > 500 then
    perform private.refuse(422, 'field_too_long', 'A reason has 500 characters at most.', 'reason');
  elsif cancelled_by is null or cancelled_by <> all (array['client', 'clinic']) then
    perform private.refuse(422, 'values_invalid', 'Cancelled by the client or by the clinic.');
  end if;
  pivot := private.series_of(tenant_id, appointment_id, scope, array['this', 'following', 'all']);
  if scope = 'this' then
    perform private.set_appointment_status(tenant_id, appointment_id, 'cancelled', reason, cancelled_by, null);
    return jsonb_build_object('cancelled', 1);
  end if;
  pivot := private.lock_series_of(tenant_id, appointment_id, scope, array['following', 'all']);
  begins_at := case scope when 'following' then pivot.occurrence_at else '-infinity' end;
  planned := (
    select coalesce(jsonb_agg(jsonb_build_object('appointment_id', v.id, 'revision', v.revision) order by v.occurrence_at), '[]')
    from public.appointments v
    where v.tenant_id = cancel_series.tenant_id and v.series_id = pivot.series_id and v.occurrence_at >= begins_at
      and v.starts_at > now() and v.status in ('booked', 'confirmed'));
  perform private.lock_visits(tenant_id, '{}', planned);
  perform private.enter_status(v, 'cancelled', reason, cancel_series.cancelled_by)
  from jsonb_array_elements(planned) p
  join public.appointments v on v.tenant_id = cancel_series.tenant_id and v.id = (p ->> 'appointment_id')::uuid;
  perform private.end_series(tenant_id, pivot.series_id, (
    select case when scope = 'following' and pivot.occurrence_at > now() then (pivot.occurrence_at at time zone t.time_zone)::date - 1
      else (now() at time zone t.time_zone)::date end
    from public.tenants t where t.id = cancel_series.tenant_id));
  return jsonb_build_object('cancelled', jsonb_array_length(planned));
end;
$$;
