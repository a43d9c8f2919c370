-- What: changing the days on which the clinic, a provider or a chair keeps other hours; reading all hours.
-- Who:  every member reads; owners and members with the permission 'catalogue' change.
-- Relies on: hours migration.

create function private.hours_exception_json(exception public.hours_exceptions) returns jsonb
language sql
stable
set search_path = ''
return jsonb_build_object(
  'id', exception.id, 'provider_id', exception.provider_id, 'resource_id', exception.resource_id,
  'first_day', exception.first_day, 'last_day', exception.last_day,
  'opens', to_char(exception.opens, 'HH24:MI'), 'closes', to_char(exception.closes, 'HH24:MI'), 'note', exception.note);
comment on function private.hours_exception_json(public.hours_exceptions) is 'Days that differ, as functions answer with them.';

create function private.require_exception_fields(given jsonb) returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
  field record;
begin
  if jsonb_typeof(given) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  for field in select e.key, e.value, e.value #>> '{}' as content from jsonb_each(given) e loop
    case
      when field.key in ('provider_id', 'resource_id') then
        if field.content !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
          perform private.refuse(422, 'values_invalid', 'This is not an id.', field.key);
        end if;
      when field.key in ('first_day', 'last_day') then
        if coalesce(field.content, '') !~ '^20\d\d-\d\d-\d\d$' then
          perform private.refuse(422, 'days_invalid', 'A day is written as YYYY-MM-DD.', field.key);
        end if;
        perform field.content::date;
      when field.key in ('opens', 'closes') then
        if field.value <> 'null' and not private.is_clock_time(field.value) then
          perform private.refuse(422, 'hours_invalid', 'A time is written as HH:MM, in steps of five minutes.', field.key);
        end if;
      when field.key = 'note' then
        if length(field.content) > 200 then
          perform private.refuse(422, 'note_too_long', 'A note on days that differ has 200 characters at most.', '200');
        end if;
      else
        perform private.refuse(422, 'values_invalid', 'Days that differ have no such field.', left(field.key, 60));
    end case;
  end loop;
exception when datetime_field_overflow or invalid_datetime_format then
  perform private.refuse(422, 'days_invalid', 'There is no such day.');
end;
$$;
comment on function private.require_exception_fields(jsonb) is
  'The values of a form are of their kind: provider_id, resource_id, first_day, last_day, opens, closes, note. 422 values_invalid, days_invalid, hours_invalid, note_too_long.';

create function private.save_hours_exception(tenant_id uuid, exception_id uuid, fields jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  old public.hours_exceptions;
  new public.hours_exceptions;
  old_outside uuid[];
  new_outside uuid[];
begin
  perform private.lock_hours(tenant_id);
  perform private.require_exception_fields(fields);
  if exception_id is not null then
    select * into old from public.hours_exceptions e
    where e.tenant_id = save_hours_exception.tenant_id and e.id = exception_id;
    if old.id is null then
      perform private.refuse(404, 'exception_not_found', 'There are no such days any more.');
    end if;
  end if;
  new := jsonb_populate_record(old, fields);
  new.note := btrim(coalesce(new.note, ''));
  perform private.hours_label(tenant_id, new.provider_id, new.resource_id);
  if new.first_day is null or new.last_day is null or new.last_day not between new.first_day and new.first_day + 366 then
    perform private.refuse(422, 'days_invalid', 'From the first to the last day there is a year at most.');
  elsif num_nonnulls(new.opens, new.closes) = 1 or new.opens >= new.closes then
    perform private.refuse(422, 'hours_invalid', 'Hours begin before they end; without any the days are closed.');
  end if;
  old_outside := private.visits_outside(tenant_id, new.first_day, new.last_day);
  if exception_id is null then
    insert into public.hours_exceptions (tenant_id, provider_id, resource_id, first_day, last_day, opens, closes, note)
    values (save_hours_exception.tenant_id, new.provider_id, new.resource_id, new.first_day, new.last_day, new.opens, new.closes, new.note)
    returning * into new;
  else
    update public.hours_exceptions e
    set provider_id = new.provider_id, resource_id = new.resource_id, first_day = new.first_day, last_day = new.last_day,
        opens = new.opens, closes = new.closes, note = new.note
    where e.tenant_id = old.tenant_id and e.id = old.id;
  end if;
  new_outside := private.visits_outside(tenant_id, new.first_day, new.last_day);
  return jsonb_build_object(
    'exception', private.hours_exception_json(new),
    'outside', (select count(*) from unnest(new_outside) n (id) where n.id <> all (old_outside)));
end;
$$;
create function public.save_hours_exception(tenant_id uuid, exception_id uuid, fields jsonb) returns jsonb language sql set search_path = ''
return private.save_hours_exception(tenant_id, exception_id, fields);
comment on function public.save_hours_exception(uuid, uuid, jsonb) is
  'Owner or member with the permission catalogue: adds (without id) or changes by the fields given days on which a provider, a chair, or (both null) the clinic keeps other hours: { provider_id, resource_id, first_day, last_day, opens, closes (both null: closed), note }. { exception, outside: how many upcoming appointments of these days this has put outside }. 403 catalogue_not_permitted; 404 clinic_not_found, exception_not_found; 422 days_invalid, hours_invalid, note_too_long, provider_unknown, resource_unknown, values_invalid.';

create function private.delete_hours_exception(tenant_id uuid, exception_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  old public.hours_exceptions;
  old_outside uuid[];
  new_outside uuid[];
begin
  perform private.lock_hours(tenant_id);
  select * into old from public.hours_exceptions e where e.tenant_id = delete_hours_exception.tenant_id and e.id = exception_id;
  old_outside := private.visits_outside(tenant_id, old.first_day, old.last_day);
  delete from public.hours_exceptions e where e.tenant_id = old.tenant_id and e.id = old.id;
  new_outside := private.visits_outside(tenant_id, old.first_day, old.last_day);
  return jsonb_build_object(
    'deleted', old.id is not null,
    'outside', (select count(*) from unnest(new_outside) n (id) where n.id <> all (old_outside)));
end;
$$;
create function public.delete_hours_exception(tenant_id uuid, exception_id uuid) returns jsonb language sql set search_path = ''
return private.delete_hours_exception(tenant_id, exception_id);
comment on function public.delete_hours_exception(uuid, uuid) is
  'Owner or member with the permission catalogue: the days are as in an ordinary week again; { deleted: false when they were already, outside: how many of their upcoming appointments this has put outside }. 403 catalogue_not_permitted; 404 clinic_not_found.';

-- reading ----------------------------------------------------------------------------------------------------------

create function private.get_hours(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
begin
  perform private.require_member(tenant_id);
  select * into clinic from public.tenants t where t.id = get_hours.tenant_id;
  return jsonb_build_object(
    'time_zone', clinic.time_zone,
    'settings', (
      select to_jsonb(s) - 'id' - 'tenant_id' from public.scheduling_settings s where s.tenant_id = get_hours.tenant_id),
    'clinic', private.week_json(tenant_id, tenant_id),
    'providers', coalesce((
      select jsonb_object_agg(w.provider_id, private.week_json(get_hours.tenant_id, w.provider_id))
      from (select distinct h.provider_id from public.working_hours h where h.tenant_id = get_hours.tenant_id and h.provider_id is not null) w
    ), '{}'::jsonb),
    'resources', coalesce((
      select jsonb_object_agg(w.resource_id, private.week_json(get_hours.tenant_id, w.resource_id))
      from (select distinct h.resource_id from public.working_hours h where h.tenant_id = get_hours.tenant_id and h.resource_id is not null) w
    ), '{}'::jsonb),
    'exceptions', coalesce((
      select jsonb_agg(private.hours_exception_json(e) order by e.first_day, e.last_day, e.id)
      from public.hours_exceptions e
      where e.tenant_id = get_hours.tenant_id and e.last_day >= (now() at time zone clinic.time_zone)::date - 31
    ), '[]'::jsonb)
  );
end;
$$;
create function public.get_hours(tenant_id uuid) returns jsonb language sql stable set search_path = '' return private.get_hours(tenant_id);
comment on function public.get_hours(uuid) is
  'Member: { time_zone, settings, clinic: the week, providers and resources: { id: the week of those who have one of their own }, exceptions: days that differ, from a month ago }. 404 clinic_not_found.';

grant execute on function
  private.save_hours_exception(uuid, uuid, jsonb), public.save_hours_exception(uuid, uuid, jsonb),
  private.delete_hours_exception(uuid, uuid), public.delete_hours_exception(uuid, uuid),
  private.get_hours(uuid), public.get_hours(uuid)
  to authenticated;
