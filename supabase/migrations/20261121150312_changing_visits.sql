-- What: changing and cancelling the visits of a series from one on, or all that are to come.
-- Who:  every member of the clinic; over other appointments as in booking.
-- Relies on: changing_series migration.

create function private.lock_visits(tenant_id uuid, subject_ids uuid[], seen jsonb) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  visits constant uuid[] := array(select (s ->> 'appointment_id')::uuid from jsonb_array_elements(seen) s where s ->> 'appointment_id' is not null);
  unchanged integer;
begin
  perform private.lock_subjects(tenant_id, subject_ids || array(
    select a.subject_id from public.allocations a where a.tenant_id = lock_visits.tenant_id and a.appointment_id = any (visits)));
  perform from public.appointments v
  join jsonb_array_elements(seen) s on (s ->> 'appointment_id')::uuid = v.id and (s ->> 'revision')::integer = v.revision
  where v.tenant_id = lock_visits.tenant_id order by v.id for no key update of v;
  get diagnostics unchanged = row_count;
  if unchanged < cardinality(visits) then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed these appointments in the meantime.');
  end if;
end;
$$;
comment on function private.lock_visits(uuid, uuid[], jsonb) is
  'Locks subjects, those of whom the visits have time, and the visits: [{ appointment_id, revision }] as they were seen. 409 changed_meanwhile.';

create function private.begin_series(c private.series_change, old_id uuid, planned jsonb, skip jsonb) returns public.appointment_series
language plpgsql
security definer
set search_path = ''
as $$
declare
  begun public.appointment_series := c.series;
  begins_on constant date := (c.begins_at at time zone c.zone)::date;
begin
  begun.id := gen_random_uuid();
  begun.exdates := c.exdates || case when c.has_new_rule then private.days_in(skip, c.zone) else '{}' end;
  begun.materialised_to := greatest((c.series).materialised_to + c.days, begins_on);
  if c.has_new_rule then
    begun.materialised_to := (select max((p ->> 'local_at')::date) from jsonb_array_elements(planned) p);
  end if;
  insert into public.appointment_series (
    id, tenant_id, client_id, service_id, provider_id, rule, first_at, duration_minutes, note, exdates, materialised_to, extend_at)
  values (begun.id, begun.tenant_id, begun.client_id, begun.service_id, begun.provider_id, begun.rule, begun.first_at, begun.duration_minutes,
    begun.note, begun.exdates, begun.materialised_to, case when begun.rule !~ '(COUNT|UNTIL)=' then now() + interval '1 day' end);
  insert into public.appointment_series_resources (tenant_id, series_id, resource_id) select begun.tenant_id, begun.id, r from unnest(c.resource_ids) r;
  -- Those that are left alone.
  update public.appointments v
  set series_id = begun.id, is_exception = true, occurrence_at = case when c.has_new_rule then v.occurrence_at
    else ((v.occurrence_at at time zone c.zone)::date + c.days + begun.first_at::time) at time zone c.zone end
  where v.tenant_id = begun.tenant_id and v.series_id = old_id and v.occurrence_at >= c.begins_at
    and v.id <> all (array(select (p ->> 'appointment_id')::uuid from jsonb_array_elements(planned) p
      where p ->> 'change' in ('moved', 'cancelled') and p ->> 'appointment_id' is not null));
  return begun;
end;
$$;
comment on function private.begin_series(private.series_change, uuid, jsonb, jsonb) is 'Makes the series of a change, and gives it the visits that are left as they are.';

create function private.end_series(tenant_id uuid, series_id uuid, last_day date) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.appointment_series s
  where s.tenant_id = end_series.tenant_id and s.id = end_series.series_id and not exists (
    select from public.appointments v where v.tenant_id = s.tenant_id and v.series_id = s.id);
  update public.appointment_series s set rule = private.end_rule(s.rule, last_day), extend_at = null
  where s.tenant_id = end_series.tenant_id and s.id = end_series.series_id;
end;
$$;
comment on function private.end_series(uuid, uuid, date) is 'Ends a series on a day; one without a visit goes.';

create function private.move_visit(c private.series_change, visit_id uuid, local_at timestamp, fields jsonb, overbook boolean, outside_hours boolean) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  at constant timestamptz := local_at at time zone c.zone;
  until constant timestamptz := at + make_interval(mins => (c.series).duration_minutes);
  is_over boolean;
begin
  is_over := private.take_times((c.series).tenant_id,
    private.plan_allocations((c.series).tenant_id, (c.series).service_id, (c.series).provider_id, c.resource_ids, at, until),
    tstzrange(at, until), visit_id, null, null, overbook, outside_hours);
  if is_over then
    perform private.record_event('appointment.overbooked', (c.series).tenant_id, 'appointment', visit_id::text, null,
      after => jsonb_build_object('starts_at', at, 'provider_id', (c.series).provider_id, 'resource_ids', to_jsonb(c.resource_ids)));
  end if;
  update public.appointments v
  set client_id = case when fields ? 'client_id' then (c.series).client_id else v.client_id end,
      note = case when fields ? 'note' then (c.series).note else v.note end,
      service_id = (c.series).service_id, provider_id = (c.series).provider_id, starts_at = at, ends_at = until, is_overbooked = is_over,
      series_id = (c.series).id, occurrence_at = at, is_exception = false,
      -- Who confirmed has confirmed another time.
      status = case when v.starts_at <> at then 'booked' else v.status end,
      confirmed_at = case when v.starts_at = at then v.confirmed_at end,
      status_changed_at = case when v.status = 'confirmed' and v.starts_at <> at then now() else v.status_changed_at end,
      status_changed_by = case when v.status = 'confirmed' and v.starts_at <> at then auth.uid() else v.status_changed_by end
  where v.tenant_id = (c.series).tenant_id and v.id = visit_id;
end;
$$;
comment on function private.move_visit(private.series_change, uuid, timestamp, jsonb, boolean, boolean) is
  'Gives a visit, locked and without times, its place in a changed series.';

-- Hundreds of visits: planning each statement anew would take three times as long as running it.
create function private.change_series(
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
  stays boolean;
  counts jsonb;
begin
  perform private.require_member(tenant_id);
  pivot := private.series_of(tenant_id, appointment_id, scope, array['following', 'all']);
  if pivot.revision <> seen_revision then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this appointment in the meantime.');
  end if;
  c := private.read_series_change(pivot, scope, fields, rule);
  old_id := pivot.series_id;
  if fields ? 'client_id' and not exists (
    select from public.clients x
    where x.tenant_id = change_series.tenant_id and x.id = (c.series).client_id and x.merged_into is null and x.erased_at is null)
  then
    perform private.refuse(422, 'client_unknown', 'There is no such client.');
  end if;
  stays := c.days = 0 and c.old_place = c.new_place and not coalesce(c.has_new_rule, false);
  planned := (select jsonb_agg(to_jsonb(p) order by p.n) from private.planned_changes(c, pivot, skip) p);
  if planned @? '$[*] ? (@.appointment_id != null)' is not true then
    perform private.refuse(409, 'series_over', 'No visit of this series is still to come.');
  end if;
  if not dry_run then
    perform private.lock_visits(tenant_id, array_append(c.resource_ids, (c.series).provider_id), planned);
  end if;
  own_ids := array(select (p ->> 'appointment_id')::uuid from jsonb_array_elements(planned) p
    where p ->> 'change' in ('moved', 'cancelled') and p ->> 'appointment_id' is not null);
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
    return counts || jsonb_build_object('occurrences', coalesce(weighed, '[]'),
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
  perform private.end_series(tenant_id, old_id, (c.begins_at at time zone c.zone)::date - 1);
  return counts || jsonb_build_object('series_id', (c.series).id);
end;
$$;
create function public.change_series(
  tenant_id uuid, appointment_id uuid, scope text, fields jsonb, dry_run boolean default false, rule text default null, skip jsonb default '[]',
  overbook boolean default false, outside_hours boolean default false, seen_revision integer default null)
returns jsonb language sql set search_path = ''
return private.change_series(tenant_id, appointment_id, scope, fields, dry_run, rule, skip, overbook, outside_hours, seen_revision);
comment on function public.change_series(uuid, uuid, text, jsonb, boolean, text, jsonb, boolean, boolean, integer) is
  'Member: gives the fields (of this visit) to it and the following visits of its series (scope following), or to all to come (all), by another rule if one is given; visits changed alone, over or cancelled stay as they are, and so do those whose new starts_at is listed in skip. { series_id, moved, booked, cancelled, left_alone }; with dry_run nothing is written, and { occurrences: [{ appointment_id, change, day, starts_at, ends_at, obstacles }], conflicts } instead of series_id. 403 overbooking_not_permitted; 404 clinic_not_found, appointment_not_found; 409 not_in_series, series_over, series_conflict (detail: the conflicts), changed_meanwhile; 422 scope_unknown, rule_required (detail none: another day needs another rule), and those of preview_series.';

create function private.cancel_series(tenant_id uuid, appointment_id uuid, scope text, reason text, cancelled_by text) returns jsonb
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
create function public.cancel_series(tenant_id uuid, appointment_id uuid, scope text, reason text default null, cancelled_by text default 'client')
returns jsonb language sql set search_path = ''
return private.cancel_series(tenant_id, appointment_id, scope, reason, cancelled_by);
comment on function public.cancel_series(uuid, uuid, text, text, text) is
  'Member: cancels a visit of a series (scope this), it and the following ones (following), or all to come (all), those moved alone among them, and ends the series: { cancelled }. 404 clinic_not_found, appointment_not_found; 409 not_in_series, changed_meanwhile, transition_not_allowed; 422 scope_unknown, field_too_long, values_invalid.';

grant execute on function
  private.change_series(uuid, uuid, text, jsonb, boolean, text, jsonb, boolean, boolean, integer),
  public.change_series(uuid, uuid, text, jsonb, boolean, text, jsonb, boolean, boolean, integer),
  private.cancel_series(uuid, uuid, text, text, text), public.cancel_series(uuid, uuid, text, text, text)
  to authenticated;
