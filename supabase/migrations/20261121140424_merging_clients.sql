-- What: merging one client into another: the choices there are, and the act.
-- Who:  every member of the clinic.
-- Relies on: merging and merging_triggers migrations.

create function private.merge_values(client public.clients) returns table (n integer, field text, value text, compared text)
language plpgsql
stable
set search_path = ''
as $$
declare
  address text := array_to_string(array_remove(
    array[client.address_line1, client.address_line2, client.postal_code, client.city, client.region, client.country], ''), ', ');
  number text;
begin
  select coalesce(i.normalised, i.raw) into number from public.client_identifiers i
  where i.tenant_id = client.tenant_id and i.client_id = client.id and i.kind = 'phone' and i.is_primary;
  return query
  select f.n, f.field, nullif(f.value, ''), nullif(f.compared, '')
  from (values
    (1, 'first_name', client.first_name, client.first_name),
    (2, 'last_name', client.last_name, client.last_name),
    (3, 'date_of_birth', client.date_of_birth::text, client.date_of_birth::text),
    (4, 'email', client.email, client.email),
    -- 0721 000 111 and +40 721 000 111 leave no choice.
    (5, 'phone', client.phone, number),
    -- As a whole, because half of each is an address nobody lives at.
    (6, 'address', address, address),
    (7, 'preferred_channel', client.preferred_channel, client.preferred_channel),
    (8, 'consent_reminders', client.consent_reminders::text, client.consent_reminders::text),
    (9, 'consent_marketing', client.consent_marketing::text, client.consent_marketing::text)
  ) f (n, field, value, compared);
end;
$$;
comment on function private.merge_values(public.clients) is 'The values of which a merge keeps one, as texts; an address on one line.';

create function private.merge_fields(keep public.clients, merge public.clients) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'field', k.field, 'keep', k.value, 'merge', m.value, 'suggested', case when k.value is null then 'merge' else 'keep' end) order by k.n), '[]')
    from private.merge_values(keep) k join private.merge_values(merge) m using (field)
    where k.compared is distinct from m.compared
  );
end;
$$;
comment on function private.merge_fields(public.clients, public.clients) is
  'The fields in which two clients differ: [{ field, keep, merge, suggested }]. What only one of them has is suggested, else what the kept one has.';

create function private.require_mergeable(tenant_id uuid, keep_id uuid, merge_id uuid) returns public.clients[]
language plpgsql
stable
set search_path = ''
as $$
declare
  keep public.clients;
  merge public.clients;
begin
  if keep_id = merge_id then
    perform private.refuse(422, 'same_client', 'This is one client, not two.');
  end if;
  select * into keep from public.clients c where c.tenant_id = require_mergeable.tenant_id and c.id = keep_id;
  select * into merge from public.clients c where c.tenant_id = require_mergeable.tenant_id and c.id = merge_id;
  if keep.id is null or merge.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  elsif keep.merged_into is not null or merge.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', coalesce(merge.merged_into, keep.merged_into)::text);
  end if;
  return array[keep, merge];
end;
$$;
comment on function private.require_mergeable(uuid, uuid, uuid) is 'The two clients of a merge, { kept, merged }. 404 client_not_found; 409 client_merged (detail: into whom); 422 same_client.';

create function private.preview_merge(tenant_id uuid, keep_id uuid, merge_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  pair public.clients[];
  reference record;
  moves jsonb := '[]'::jsonb;
  number bigint;
begin
  perform private.require_member(tenant_id);
  pair := private.require_mergeable(tenant_id, keep_id, merge_id);
  for reference in
    select r.source, r.client_column, c.relname from private.client_references() r join pg_catalog.pg_class c on c.oid = r.source
    where c.relnamespace = 'public'::regnamespace and r.source <> 'public.clients'::regclass
  loop
    execute format('select count(*) from %s t where t.%I = $1', reference.source, reference.client_column) into number using merge_id;
    if number > 0 then
      moves := moves || jsonb_build_object('table', reference.relname, 'count', number);
    end if;
  end loop;
  return jsonb_build_object(
    'keep', private.client_json(tenant_id, keep_id), 'merge', private.client_json(tenant_id, merge_id),
    'fields', private.merge_fields(pair[1], pair[2]), 'moves', moves);
end;
$$;
create function public.preview_merge(tenant_id uuid, keep_id uuid, merge_id uuid) returns jsonb language sql stable set search_path = ''
return private.preview_merge(tenant_id, keep_id, merge_id);
comment on function public.preview_merge(uuid, uuid, uuid) is
  'Member: what merging one client into another would do, without doing it: { keep, merge, fields: [{ field, keep, merge, suggested: keep|merge }], moves: [{ table, count }] }. 404 clinic_not_found, client_not_found; 409 client_merged; 422 same_client.';
grant execute on function private.preview_merge(uuid, uuid, uuid), public.preview_merge(uuid, uuid, uuid) to authenticated;

create function private.merged_choices(keep public.clients, merge public.clients, picks jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  wrong text;
begin
  if jsonb_typeof(picks) is distinct from 'object' then
    perform private.refuse(422, 'picks_invalid', 'Choices are an object.');
  end if;
  select p.key into wrong from jsonb_each(picks) p
  where p.key not in (select v.field from private.merge_values(keep) v) or p.value not in ('"keep"', '"merge"') order by p.key limit 1;
  if wrong is not null then
    perform private.refuse(422, 'picks_invalid', 'A choice is keep or merge, for a field that clients have.', left(wrong, 60));
  end if;
  return (
    select coalesce(jsonb_object_agg(f ->> 'field', coalesce(picks ->> (f ->> 'field'), f ->> 'suggested')), '{}')
    from jsonb_array_elements(private.merge_fields(keep, merge)) f);
end;
$$;
comment on function private.merged_choices(public.clients, public.clients, jsonb) is
  'Whose value each differing field gets: what was chosen, else what is suggested. 422 picks_invalid (detail: the field).';

create function private.merged_client(keep public.clients, merge public.clients, choices jsonb) returns public.clients
language plpgsql
stable
set search_path = ''
as $$
declare
  merged public.clients := keep;
  taken text[] := array(select c.key from jsonb_each_text(choices) c where c.value = 'merge');
begin
  if 'address' = any (taken) then
    taken := taken || '{address_line1,address_line2,postal_code,city,region,country}';
  end if;
  -- E-mail and phone come from the identifiers.
  merged := jsonb_populate_record(keep, (
    select jsonb_object_agg(f.key, f.value) from jsonb_each(to_jsonb(merge)) f
    where f.key = any (taken) and f.key not in ('email', 'phone')));
  if btrim(merged.first_name || merged.last_name) = '' then
    perform private.refuse(422, 'client_name_required', 'A client needs a first or a last name.');
  end if;
  if merge.last_activity_at > keep.last_activity_at or keep.last_activity_at is null then
    merged.last_activity_at := merge.last_activity_at;
    merged.last_activity_kind := merge.last_activity_kind;
  end if;
  if merge.archived_at is null then
    merged.archived_at := null;
  end if;
  return merged;
end;
$$;
comment on function private.merged_client(public.clients, public.clients, jsonb) is
  'The kept client with the chosen values; in use when either was, and active when either last was. 422 client_name_required.';

create function private.write_client(wanted public.clients) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.clients c
  set first_name = wanted.first_name, last_name = wanted.last_name, date_of_birth = wanted.date_of_birth,
      address_line1 = wanted.address_line1, address_line2 = wanted.address_line2, postal_code = wanted.postal_code, city = wanted.city,
      region = wanted.region, country = wanted.country, preferred_channel = wanted.preferred_channel,
      consent_reminders = wanted.consent_reminders, consent_marketing = wanted.consent_marketing, archived_at = wanted.archived_at,
      last_activity_at = wanted.last_activity_at, last_activity_kind = wanted.last_activity_kind, updated_at = wanted.updated_at,
      -- Here already, so that the audit log tells of one change.
      email = (
        select i.normalised from public.client_identifiers i
        where i.tenant_id = c.tenant_id and i.client_id = c.id and i.kind = 'email' and i.is_primary),
      phone = (
        select i.raw from public.client_identifiers i
        where i.tenant_id = c.tenant_id and i.client_id = c.id and i.kind = 'phone' and i.is_primary)
  where c.tenant_id = wanted.tenant_id and c.id = wanted.id;
end;
$$;
comment on function private.write_client(public.clients) is 'Writes what merging and undoing may change of a client, with its primary address and number; the search key follows by refresh_identified_client.';

create function private.primary_ids(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(i.kind, i.id), '{}') from public.client_identifiers i
    where i.tenant_id = primary_ids.tenant_id and i.client_id = primary_ids.client_id and i.is_primary);
end;
$$;
comment on function private.primary_ids(uuid, uuid) is 'A client''s primary identifiers: { email, phone }.';

create function private.set_primary_ids(tenant_id uuid, client_id uuid, ids jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  chosen uuid[] := array(select i.value::uuid from jsonb_each_text(ids) i);
begin
  update public.client_identifiers i set is_primary = false
  where i.tenant_id = set_primary_ids.tenant_id and i.client_id = set_primary_ids.client_id and i.is_primary and i.id <> all (chosen);
  update public.client_identifiers i set is_primary = true
  where i.tenant_id = set_primary_ids.tenant_id and i.client_id = set_primary_ids.client_id and not i.is_primary and i.id = any (chosen);
end;
$$;
comment on function private.set_primary_ids(uuid, uuid, jsonb) is 'Makes these identifiers, and no others, the client''s primary ones: { email, phone }.';

create function private.record_merge_activity(client public.clients, kind text, other public.clients, merge_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Not by record_activity: tidying up is nothing that happened between clinic and client, and no "last activity".
  insert into public.activities (tenant_id, client_id, occurred_at, kind, actor_id, subject_type, subject_id, summary, details)
  values (
    client.tenant_id, client.id, clock_timestamp(), record_merge_activity.kind,
    (select m.user_id from public.memberships m where m.tenant_id = client.tenant_id and m.user_id = auth.uid()),
    'client', other.id, btrim(left(btrim(other.first_name || ' ' || other.last_name), 200)), jsonb_build_object('merge_id', merge_id));
end;
$$;
comment on function private.record_merge_activity(public.clients, text, public.clients, uuid) is 'Tells of a merge, or of its undoing, in the timeline of a client.';
