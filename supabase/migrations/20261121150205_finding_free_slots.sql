-- What: asking for free times: those of some days, and the next ones.
-- Who:  every member of the clinic.
-- Relies on: free_slots migration.

create function private.require_free_slots_question(
  tenant_id uuid, service_id uuid, provider_ids uuid[], resource_ids uuid[], duration_minutes integer)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  if not exists (
    select from public.services s where s.tenant_id = require_free_slots_question.tenant_id and s.id = require_free_slots_question.service_id)
  then
    perform private.refuse(404, 'service_not_found', 'There is no such service.');
  elsif duration_minutes not between 5 and 720 then
    perform private.refuse(422, 'duration_invalid', 'An appointment is 5 minutes to 12 hours long.');
  elsif cardinality(provider_ids) > 200 or cardinality(resource_ids) > 20 then
    perform private.refuse(422, 'values_invalid', 'These are too many at once.');
  elsif exists (select from unnest(provider_ids) i (id) where not exists (
    select from public.providers p where p.tenant_id = require_free_slots_question.tenant_id and p.id = i.id))
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  elsif exists (select from unnest(resource_ids) i (id) where not exists (
    select from public.resources r where r.tenant_id = require_free_slots_question.tenant_id and r.id = i.id))
  then
    perform private.refuse(422, 'resource_unknown', 'There is no such chair or room.');
  end if;
end;
$$;
comment on function private.require_free_slots_question(uuid, uuid, uuid[], uuid[], integer) is
  'Refuses unless the caller may work in the clinic and all they name is there: 404 clinic_not_found, service_not_found; 422 duration_invalid, provider_unknown, resource_unknown, values_invalid.';

create function private.find_free_slots(
  tenant_id uuid, service_id uuid, provider_ids uuid[], resource_ids uuid[], first_day date, days integer, duration_minutes integer, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  time_zone text;
  today date;
  size integer := least(greatest(coalesce(page_size, 200), 1), 2000);
  answer jsonb;
begin
  perform private.require_free_slots_question(tenant_id, service_id, provider_ids, resource_ids, duration_minutes);
  select t.time_zone into time_zone from public.tenants t where t.id = find_free_slots.tenant_id;
  today := private.clinic_today(tenant_id);
  if days is null or days not between 1 and 92 or first_day not between today - 3660 and today + 3660 then
    perform private.refuse(422, 'period_invalid', 'Free times are looked for in 92 days at most.');
  end if;
  first_day := coalesce(first_day, today);
  -- One more than asked for tells whether there are more.
  select jsonb_build_object(
    'slots', coalesce(jsonb_agg(jsonb_build_object(
      'starts_at', f.starts_at, 'ends_at', f.ends_at, 'provider_id', f.provider_id, 'resource_ids', f.resource_ids) order by f.n) filter (where f.n <= size), '[]'),
    'is_capped', count(*) > size)
  into answer
  from private.free_slots(
    find_free_slots.tenant_id, find_free_slots.service_id, provider_ids, find_free_slots.resource_ids,
    tstzrange(first_day::timestamp at time zone time_zone, (first_day + days)::timestamp at time zone time_zone),
    duration_minutes, size + 1) with ordinality f (starts_at, ends_at, provider_id, resource_ids, n);
  return answer;
end;
$$;
create function public.find_free_slots(
  tenant_id uuid, service_id uuid, provider_ids uuid[] default null, resource_ids uuid[] default null, first_day date default null,
  days integer default 30, duration_minutes integer default null, page_size integer default 200)
returns jsonb language sql stable set search_path = ''
return private.find_free_slots(tenant_id, service_id, provider_ids, resource_ids, first_day, days, duration_minutes, page_size);
comment on function public.find_free_slots(uuid, uuid, uuid[], uuid[], date, integer, integer, integer) is
  'Member: free times of a service on so many days of the clinic, 1 to 92 from first_day (null: today), in order of time, one for each provider who is free then: { slots: [{ starts_at, ends_at, provider_id, resource_ids }], is_capped: whether there are more than page_size, 2000 at most }. Any of provider_ids, null: those who can do the service. All of resource_ids, an empty list: none; null: one free one of each kind the service has. duration_minutes null: the service''s. All of them can be booked at this moment; nothing nearer than the clinic''s notice, farther than its horizon, or archived. 404 clinic_not_found, service_not_found; 422 period_invalid, duration_invalid, provider_unknown, resource_unknown, values_invalid.';

create function private.next_free_slots(
  tenant_id uuid, service_id uuid, provider_ids uuid[], resource_ids uuid[], after timestamptz, how_many integer, duration_minutes integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  wanted integer := least(greatest(coalesce(how_many, 1), 1), 20);
  able integer;
begin
  perform private.require_free_slots_question(tenant_id, service_id, provider_ids, resource_ids, duration_minutes);
  able := coalesce(cardinality(provider_ids), (
    select count(*) from public.service_providers x where x.tenant_id = next_free_slots.tenant_id and x.service_id = next_free_slots.service_id));
  return jsonb_build_object('slots', coalesce((
    select jsonb_agg(jsonb_build_object(
      'starts_at', s.starts_at, 'ends_at', s.ends_at, 'provider_id', s.provider_id, 'resource_ids', s.resource_ids) order by s.starts_at)
    from (
      select distinct on (f.starts_at) f.*
      from private.free_slots(
        next_free_slots.tenant_id, next_free_slots.service_id, provider_ids, next_free_slots.resource_ids,
        tstzrange(after + interval '1 microsecond', null), duration_minutes, wanted * able) with ordinality f (starts_at, ends_at, provider_id, resource_ids, n)
      order by f.starts_at, f.n
      limit wanted
    ) s
  ), '[]'));
end;
$$;
create function public.next_free_slots(
  tenant_id uuid, service_id uuid, provider_ids uuid[] default null, resource_ids uuid[] default null, after timestamptz default null,
  how_many integer default 1, duration_minutes integer default null)
returns jsonb language sql stable set search_path = ''
return private.next_free_slots(tenant_id, service_id, provider_ids, resource_ids, after, how_many, duration_minutes);
comment on function public.next_free_slots(uuid, uuid, uuid[], uuid[], timestamptz, integer, integer) is
  'Member: the next times after a moment (null: now), how_many of them, 20 at most, at which a service is free, up to the clinic''s horizon: { slots } as in find_free_slots, each with the first of the providers who is free then. 404 clinic_not_found, service_not_found; 422 duration_invalid, provider_unknown, resource_unknown, values_invalid.';

grant execute on function
  private.find_free_slots(uuid, uuid, uuid[], uuid[], date, integer, integer, integer),
  public.find_free_slots(uuid, uuid, uuid[], uuid[], date, integer, integer, integer),
  private.next_free_slots(uuid, uuid, uuid[], uuid[], timestamptz, integer, integer),
  public.next_free_slots(uuid, uuid, uuid[], uuid[], timestamptz, integer, integer)
  to authenticated;
