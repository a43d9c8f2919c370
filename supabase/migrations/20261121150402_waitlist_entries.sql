-- What: putting clients on the waiting list, changing what suits them, and the list.
-- Who:  every member of the clinic.
-- Relies on: waitlist, saving_clients (is_date) and notes (require_present_client) migrations.

create function private.waitlist_entry_json(tenant_id uuid, entry_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(e) || jsonb_build_object(
      'client', jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name, 'email', c.email, 'phone', c.phone,
        'consent_reminders', c.consent_reminders),
      'service', jsonb_build_object('id', s.id, 'name', s.name, 'colour', s.colour, 'duration_minutes', s.duration_minutes),
      'providers', coalesce((
        select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'title', p.title) order by p.sort, p.name, p.id)
        from public.waitlist_providers w join public.providers p on p.tenant_id = w.tenant_id and p.id = w.provider_id
        where w.tenant_id = e.tenant_id and w.entry_id = e.id), '[]'),
      'last_offer', (
        select to_jsonb(o) - array['tenant_id', 'token_hash', 'hold_id'] || jsonb_build_object('provider', p.name)
        from public.waitlist_offers o left join public.providers p on p.tenant_id = o.tenant_id and p.id = o.provider_id
        where o.tenant_id = e.tenant_id and o.entry_id = e.id order by o.created_at desc, o.id desc limit 1))
    from public.waitlist_entries e
    join public.clients c on c.tenant_id = e.tenant_id and c.id = e.client_id
    join public.services s on s.tenant_id = e.tenant_id and s.id = e.service_id
    where e.tenant_id = waitlist_entry_json.tenant_id and e.id = waitlist_entry_json.entry_id
  );
end;
$$;
comment on function private.waitlist_entry_json(uuid, uuid) is
  'An entry with client, service, providers and last_offer (null when there was none); null when there is no such entry.';

create function private.require_waitlist_fields(given jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  field record;
  cleaned jsonb := '{}'::jsonb;
  id_form constant text := '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
begin
  if jsonb_typeof(given) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  for field in select e.key, e.value, nullif(e.value #>> '{}', '') as content from jsonb_each(given) e loop
    case
      when field.key in ('client_id', 'service_id') then
        if coalesce(field.content, '') !~ id_form then
          perform private.refuse(422, 'values_invalid', 'This is not an id.', field.key);
        end if;
      when field.key in ('provider_ids', 'weekdays', 'day_parts') then
        field.value := coalesce(nullif(field.value, 'null'), '[]');
        if jsonb_typeof(field.value) <> 'array' or jsonb_array_length(field.value) > 50 or exists (
          select from jsonb_array_elements_text(field.value) x (item) where coalesce(x.item, '') !~ case field.key
            when 'provider_ids' then id_form when 'weekdays' then '^[1-7]$' else '^(morning|afternoon|evening)$' end)
        then
          perform private.refuse(422, 'values_invalid', 'This is not a list of what it should be.', field.key);
        end if;
      when field.key in ('from_time', 'to_time') then
        if field.content !~ '^([01]\d|2[0-3]):[0-5]\d(:00)?$' and field.content not in ('24:00', '24:00:00') then
          perform private.refuse(422, 'times_invalid', 'This is not a time of day.', left(field.content, 60));
        end if;
      when field.key in ('earliest_day', 'latest_day') then
        if not private.is_date(field.content) then
          perform private.refuse(422, 'days_invalid', 'This is not a day.', left(field.content, 60));
        end if;
      when field.key = 'priority' then
        if coalesce(field.content, '') not in ('normal', 'high') then
          perform private.refuse(422, 'priority_unknown', 'There is no such priority.', left(coalesce(field.content, ''), 60));
        end if;
      when field.key = 'note' then
        if length(field.content) > 1000 then
          perform private.refuse(422, 'field_too_long', 'A note has 1,000 characters at most.', 'note');
        end if;
        field.content := btrim(coalesce(field.content, ''));
      when field.key = 'want_offers' then
        if jsonb_typeof(field.value) <> 'boolean' then
          perform private.refuse(422, 'values_invalid', 'This is yes or no.', field.key);
        end if;
      else
        perform private.refuse(422, 'values_invalid', 'An entry has no such field.', left(field.key, 60));
    end case;
    cleaned := cleaned || jsonb_build_object(field.key,
      case when jsonb_typeof(field.value) in ('array', 'boolean') then field.value else to_jsonb(field.content) end);
  end loop;
  return cleaned;
end;
$$;
comment on function private.require_waitlist_fields(jsonb) is
  'The form''s values, checked: 422 values_invalid, times_invalid, days_invalid, priority_unknown, field_too_long (detail: the field).';

create function private.lock_waitlist_entry(tenant_id uuid, entry_id uuid) returns public.waitlist_entries
language plpgsql
set search_path = ''
as $$
declare
  entry public.waitlist_entries;
  owner uuid;
begin
  loop
    -- The client first, as merging does it: whoever locks the other way round could end in a deadlock.
    select e.client_id into owner from public.waitlist_entries e where e.tenant_id = lock_waitlist_entry.tenant_id and e.id = entry_id;
    perform from public.clients c where c.tenant_id = lock_waitlist_entry.tenant_id and c.id = owner for no key update;
    select * into entry from public.waitlist_entries e where e.tenant_id = lock_waitlist_entry.tenant_id and e.id = entry_id for no key update;
    if entry.id is null then
      perform private.refuse(404, 'waitlist_entry_not_found', 'There is no such entry on the waiting list.');
    end if;
    exit when entry.client_id = owner;
  end loop;
  return entry;
end;
$$;
comment on function private.lock_waitlist_entry(uuid, uuid) is 'The entry, locked after its client; else 404 waitlist_entry_not_found.';

create function private.save_waitlist_entry(tenant_id uuid, entry_id uuid, fields jsonb, seen_revision integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  given jsonb;
  entry public.waitlist_entries;
  wanted public.waitlist_entries;
begin
  perform private.require_member(tenant_id);
  given := private.require_waitlist_fields(fields);
  if entry_id is not null then
    entry := private.lock_waitlist_entry(tenant_id, entry_id);
    if entry.revision <> seen_revision then
      perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this entry in the meantime.');
    elsif entry.state in ('booked', 'closed') then
      perform private.refuse(409, 'waitlist_entry_closed', 'This entry is no longer on the waiting list.');
    elsif given ? 'client_id' and (given ->> 'client_id')::uuid <> entry.client_id then
      perform private.refuse(422, 'values_invalid', 'An entry stays with its client.', 'client_id');
    end if;
  else
    perform private.require_present_client(tenant_id, (given ->> 'client_id')::uuid);
  end if;
  wanted := jsonb_populate_record(
    case when entry_id is null
      then jsonb_populate_record(null::public.waitlist_entries, '{"weekdays": [], "day_parts": [], "priority": "normal", "note": "", "want_offers": true}')
      else entry end,
    -- In their order and once each, so that the same wish is never a change.
    given - 'provider_ids'
      || case when given ? 'weekdays' then jsonb_build_object('weekdays', (select coalesce(jsonb_agg(distinct x), '[]') from jsonb_array_elements(given -> 'weekdays') x)) else '{}' end
      || case when given ? 'day_parts' then jsonb_build_object('day_parts', (select coalesce(jsonb_agg(distinct x), '[]') from jsonb_array_elements(given -> 'day_parts') x)) else '{}' end);
  if num_nonnulls(wanted.from_time, wanted.to_time) = 1 or wanted.from_time >= wanted.to_time then
    perform private.refuse(422, 'times_invalid', 'The times are not in their order.');
  elsif wanted.earliest_day > wanted.latest_day then
    perform private.refuse(422, 'days_invalid', 'The days are not in their order.');
  elsif wanted.service_id is distinct from entry.service_id or entry_id is null then
    if not exists (select from public.services s where s.tenant_id = save_waitlist_entry.tenant_id and s.id = wanted.service_id and s.archived_at is null) then
      perform private.refuse(422, 'service_unknown', 'There is no such service.');
    end if;
  end if;
  if exists (select from jsonb_array_elements_text(coalesce(given -> 'provider_ids', '[]')) x (id) where not exists (
    select from public.providers p where p.tenant_id = save_waitlist_entry.tenant_id and p.id = x.id::uuid))
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  end if;

  if entry_id is null then
    insert into public.waitlist_entries (
      tenant_id, client_id, service_id, weekdays, day_parts, from_time, to_time, earliest_day, latest_day, priority, note, want_offers)
    values (save_waitlist_entry.tenant_id, wanted.client_id, wanted.service_id, wanted.weekdays, wanted.day_parts, wanted.from_time, wanted.to_time,
      wanted.earliest_day, wanted.latest_day, wanted.priority, wanted.note, wanted.want_offers)
    returning * into entry;
  elsif wanted is distinct from entry or given ? 'provider_ids' then
    update public.waitlist_entries e
    set service_id = wanted.service_id, weekdays = wanted.weekdays, day_parts = wanted.day_parts, from_time = wanted.from_time, to_time = wanted.to_time,
        earliest_day = wanted.earliest_day, latest_day = wanted.latest_day, priority = wanted.priority, note = wanted.note, want_offers = wanted.want_offers
    where e.tenant_id = entry.tenant_id and e.id = entry.id;
  end if;
  if given ? 'provider_ids' then
    delete from public.waitlist_providers w
    where w.tenant_id = entry.tenant_id and w.entry_id = entry.id and not given -> 'provider_ids' ? w.provider_id::text;
    insert into public.waitlist_providers (tenant_id, entry_id, provider_id)
    select distinct entry.tenant_id, entry.id, x::uuid from jsonb_array_elements_text(given -> 'provider_ids') x
    on conflict do nothing;
  end if;
  return private.waitlist_entry_json(tenant_id, entry.id);
end;
$$;
create function public.save_waitlist_entry(tenant_id uuid, entry_id uuid, fields jsonb, seen_revision integer default null) returns jsonb
language sql set search_path = ''
return private.save_waitlist_entry(tenant_id, entry_id, fields, seen_revision);
comment on function public.save_waitlist_entry(uuid, uuid, jsonb, integer) is
  'Member: puts a client on the waiting list (entry_id null) or changes the fields given: client_id, service_id, provider_ids, weekdays (1–7), day_parts (morning, afternoon, evening), from_time, to_time, earliest_day, latest_day, priority (normal, high), note, want_offers; empty lists and nulls mean any. Returns the entry. 404 clinic_not_found, client_not_found, waitlist_entry_not_found; 409 changed_meanwhile, client_merged, waitlist_entry_closed; 422 service_unknown, provider_unknown, times_invalid, days_invalid, priority_unknown, field_too_long (detail: the field), values_invalid.';

-- the list ---------------------------------------------------------------------------------------------------------

create function private.list_waitlist(tenant_id uuid, filter jsonb, after jsonb, page_size integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 200);
  is_over integer := case when filter ->> 'state' = 'over' then 1 else 0 end;
  page uuid[];
  last public.waitlist_entries;
begin
  perform private.require_member(tenant_id);
  page := array(
    select e.id from public.waitlist_entries e
    where e.tenant_id = list_waitlist.tenant_id
      and (case e.state when 'waiting' then 0 when 'offered' then 0 else 1 end) = is_over
      and (filter ->> 'service_id' is null or e.service_id::text = filter ->> 'service_id')
      and (filter ->> 'client_id' is null or e.client_id::text = filter ->> 'client_id')
      and (filter ->> 'provider_id' is null
        or not exists (select from public.waitlist_providers w where w.tenant_id = e.tenant_id and w.entry_id = e.id)
        or exists (select from public.waitlist_providers w
          where w.tenant_id = e.tenant_id and w.entry_id = e.id and w.provider_id::text = filter ->> 'provider_id'))
      and (after is null or ((case e.priority when 'high' then 0 else 1 end), e.created_at, e.id)
        > ((after ->> 'priority')::integer, (after ->> 'created_at')::timestamptz, (after ->> 'id')::uuid))
    order by (case e.priority when 'high' then 0 else 1 end), e.created_at, e.id
    limit size + 1);
  -- One row more than asked for tells whether there is a next page.
  select * into last from public.waitlist_entries e
  where e.tenant_id = list_waitlist.tenant_id and e.id = page[size] and cardinality(page) > size;
  return jsonb_build_object(
    'entries', (
      select coalesce(jsonb_agg(private.waitlist_entry_json(list_waitlist.tenant_id, p.id) order by p.n), '[]')
      from unnest(page[:size]) with ordinality p (id, n)),
    'next', case when last.id is not null then jsonb_build_object(
      'priority', case last.priority when 'high' then 0 else 1 end, 'created_at', last.created_at, 'id', last.id) end);
exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
  perform private.refuse(422, 'after_invalid', 'This is not where a page begins.');
  return null;
end;
$$;
create function public.list_waitlist(tenant_id uuid, filter jsonb default '{}', after jsonb default null, page_size integer default 50) returns jsonb
language sql stable set search_path = ''
return private.list_waitlist(tenant_id, filter, after, page_size);
comment on function public.list_waitlist(uuid, jsonb, jsonb, integer) is
  'Member: the waiting list, urgent ones first, then who has waited longest: { entries, next }; filter: state (open, which is also the default, or over), service_id, client_id, provider_id (those whom this provider would do). 404 clinic_not_found; 422 after_invalid.';

grant execute on function
  private.save_waitlist_entry(uuid, uuid, jsonb, integer), public.save_waitlist_entry(uuid, uuid, jsonb, integer),
  private.list_waitlist(uuid, jsonb, jsonb, integer), public.list_waitlist(uuid, jsonb, jsonb, integer)
  to authenticated;
