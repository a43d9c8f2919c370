-- What: clients who are probably one person, with the reasons: while somebody is being entered, and among those there are.
-- Who:  every member of the clinic.
-- Relies on: client_identifiers and contact_matching migrations, search_key of platform_search.
--
-- Weights, out of 100: e-mail 60, phone 50 (shared ones half), name 40, names swapped 35, similar name 20, date of birth 30, and
-- 30 less when both dates of birth are known and differ. A similar name says nothing by itself: siblings have one.

create function private.name_key(first_name text, last_name text) returns text
language plpgsql
immutable
security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(string_agg(w.word, ' ' order by w.word collate "C"), '')
    from regexp_split_to_table(private.search_key(first_name || ' ' || last_name), '[\s''’.-]+') w (word) where w.word <> '');
end;
$$;
comment on function private.name_key(text, text) is 'The words of a name in the order of the alphabet: equal for Ana-Maria Pop, Pop Ana Maria and ANA MARIA POP.';
-- Part of an index, which is kept by whoever writes the row: definer, because they have no usage of private.
grant execute on function private.name_key(text, text) to authenticated, service_role;
create index clients_name_key_idx on public.clients (tenant_id, (private.name_key(first_name, last_name) collate "C"));
create index clients_birth_idx on public.clients (tenant_id, date_of_birth) where date_of_birth is not null;

create table private.duplicate_dismissals (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_a uuid not null,
  client_b uuid not null,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  foreign key (tenant_id, client_a) references public.clients (tenant_id, id),
  foreign key (tenant_id, client_b) references public.clients (tenant_id, id),
  check (client_a <> client_b)
);
comment on table private.duplicate_dismissals is 'Pairs of clients of whom somebody has said that they are two people.';
create unique index duplicate_dismissals_pair_idx on private.duplicate_dismissals (tenant_id, least(client_a, client_b), greatest(client_a, client_b));
create index duplicate_dismissals_a_idx on private.duplicate_dismissals (tenant_id, client_a);
create index duplicate_dismissals_b_idx on private.duplicate_dismissals (tenant_id, client_b);

-- comparing --------------------------------------------------------------------------------------------------------

create function private.name_resemblance(first_a text, last_a text, first_b text, last_b text) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  given_a text := private.search_key(first_a);
  family_a text := private.search_key(last_a);
  given_b text := private.search_key(first_b);
  family_b text := private.search_key(last_b);
  key_a text := private.name_key(first_a, last_a);
begin
  if key_a = private.name_key(first_b, last_b) then
    return case
      -- One word is what half the town is called.
      when key_a !~ ' ' then 'similar_name'
      when private.name_key(first_a, '') <> private.name_key(first_b, '') and private.name_key(first_a, '') = private.name_key(last_b, '') then 'name_swapped'
      else 'name'
    end;
  elsif (extensions.similarity(family_a, family_b) >= 0.4 and extensions.similarity(given_a, given_b) >= 0.25)
    or (extensions.similarity(family_a, given_b) >= 0.4 and extensions.similarity(given_a, family_b) >= 0.4)
  then
    return 'similar_name';
  end if;
  return null;
end;
$$;
comment on function private.name_resemblance(text, text, text, text) is
  'name, name_swapped, similar_name or null. Both parts of a name have to be alike: a family has one in common.';

create function private.duplicates_of(
  tenant_id uuid, first_name text, last_name text, emails text[], phones text[], endings text[], born date, client_id uuid,
  is_name_enough boolean)
returns table (other_id uuid, score integer, reasons text[], is_taken boolean)
language plpgsql
stable
set search_path = ''
as $$
declare
  key text := case when is_name_enough then nullif(private.name_key(first_name, last_name), '') end;
begin
  return query
  with reached as (
    select i.client_id as id, i.kind, case when i.kind = 'email' then 60 else 50 end / case when i.is_shared then 2 else 1 end as weight,
      not i.is_shared as is_taken
    from public.client_identifiers i
    where i.tenant_id = duplicates_of.tenant_id and i.kind = 'email' and i.normalised = any (emails)
    union all
    select i.client_id, i.kind, case when i.is_shared then 25 else 50 end, not i.is_shared
    from public.client_identifiers i
    where i.tenant_id = duplicates_of.tenant_id and i.kind = 'phone' and i.normalised = any (phones)
    union all
    -- Digits of which no number could be made.
    select i.client_id, i.kind, 25, false
    from public.client_identifiers i
    where i.tenant_id = duplicates_of.tenant_id and i.suffix = any (endings) and i.normalised is null
  ), reach as (
    select r.id, max(r.weight) filter (where r.kind = 'email') as email, max(r.weight) filter (where r.kind = 'phone') as phone,
      bool_or(r.is_taken) as is_taken
    from reached r group by r.id
  ), people as (
    select r.id from reach r
    union
    -- Limits, because whole imports have had one name or were born on one day.
    select n.id from (
      select c.id from public.clients c
      where c.tenant_id = duplicates_of.tenant_id and private.name_key(c.first_name, c.last_name) collate "C" = key collate "C"
        and (c.date_of_birth is null or born is null or c.date_of_birth = born)
      limit 50) n
    union
    select b.id from (
      select c.id from public.clients c where c.tenant_id = duplicates_of.tenant_id and c.date_of_birth = born limit 100) b
  ), compared as (
    select c.id, r.email, r.phone, coalesce(r.is_taken, false) as is_taken,
      private.name_resemblance(duplicates_of.first_name, duplicates_of.last_name, c.first_name, c.last_name) as name,
      c.date_of_birth = born as is_same_birth
    from people p
    join public.clients c on c.tenant_id = duplicates_of.tenant_id and c.id = p.id and c.merged_into is null
    left join reach r on r.id = c.id
    where c.id is distinct from duplicates_of.client_id
      and not exists (
        select from private.duplicate_dismissals d
        where d.tenant_id = c.tenant_id and least(d.client_a, d.client_b) = least(c.id, duplicates_of.client_id)
          and greatest(d.client_a, d.client_b) = greatest(c.id, duplicates_of.client_id) and duplicates_of.client_id is not null)
  ), scored as (
    select x.id,
      least(100, coalesce(x.email, 0) + coalesce(x.phone, 0)
        + case x.name when 'name' then 40 when 'name_swapped' then 35 when 'similar_name' then 20 else 0 end
        + case x.is_same_birth when true then 30 when false then -30 else 0 end) as score,
      array_remove(array[
        case when x.email is not null then 'email' end, case when x.phone is not null then 'phone' end, x.name,
        case when x.is_same_birth then 'date_of_birth' end], null) as reasons,
      x.is_taken
    from compared x
  )
  select s.id, s.score, s.reasons, s.is_taken from scored s
  -- An address that belongs to somebody else is worth saying whatever speaks against it.
  where s.score >= 40 or s.is_taken
  order by s.is_taken desc, s.score desc, s.id;
end;
$$;
comment on function private.duplicates_of(uuid, text, text, text[], text[], text[], date, uuid, boolean) is
  'Clients who may be this person, best first, 40 points at least; addresses, numbers and nine-digit endings in normal form. is_taken: a client has an address or number for itself alone. Without is_name_enough, those of whom nothing but the name speaks for it are not looked for.';

create function private.client_brief(client public.clients) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', client.id, 'first_name', client.first_name, 'last_name', client.last_name, 'email', client.email, 'phone', client.phone,
    'date_of_birth', client.date_of_birth, 'city', client.city, 'created_at', client.created_at, 'updated_at', client.updated_at,
    'last_activity_at', client.last_activity_at, 'archived_at', client.archived_at);
end;
$$;
comment on function private.client_brief(public.clients) is 'What people compare when they decide whether two clients are one.';

-- while typing -----------------------------------------------------------------------------------------------------

create function private.candidate_values(candidate jsonb, key text) returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(coalesce(nullif(candidate -> key, 'null'), '[]')) <> 'array' then
    perform private.refuse(422, 'candidate_invalid', 'Addresses and numbers are lists.', key);
  end if;
  return array(
    select left(v, 254) from jsonb_array_elements_text(coalesce(nullif(candidate -> key, 'null'), '[]')) with ordinality e (v, n)
    where v is not null order by n limit 20);
end;
$$;
comment on function private.candidate_values(jsonb, text) is 'A list of texts in what was typed, twenty at most. 422 candidate_invalid.';

create function private.find_duplicates(tenant_id uuid, candidate jsonb, client_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  emails text[];
  phones text[];
  written text[];
  country text;
  born text := candidate ->> 'date_of_birth';
begin
  perform private.require_member(tenant_id);
  if jsonb_typeof(candidate) is distinct from 'object' then
    perform private.refuse(422, 'candidate_invalid', 'What to compare is an object.');
  end if;
  emails := array(select private.normal_email(e) from unnest(private.candidate_values(candidate, 'emails')) e where e like '%@%');
  written := private.candidate_values(candidate, 'phones');
  select t.country into country from public.tenants t where t.id = find_duplicates.tenant_id;
  phones := array(select private.normal_phone(p, country) from unnest(written) p where p ~ '[0-9].*[0-9].*[0-9].*[0-9]');
  return jsonb_build_object('candidates', coalesce((
    select jsonb_agg(jsonb_build_object('client', private.client_brief(c), 'score', d.score, 'reasons', to_jsonb(d.reasons), 'is_taken', d.is_taken)
      order by d.is_taken desc, d.score desc, c.id)
    from (
      select f.* from private.duplicates_of(
        tenant_id, left(coalesce(candidate ->> 'first_name', ''), 100), left(coalesce(candidate ->> 'last_name', ''), 100), emails,
        array_remove(phones, null),
        array(select substring(regexp_replace(p, '[^0-9]', '', 'g') from '[0-9]{9}$') from unnest(written) p),
        -- Half a date is none yet.
        case when private.is_date(born) then born::date end, client_id, true) f
      limit 5
    ) d
    join public.clients c on c.tenant_id = find_duplicates.tenant_id and c.id = d.other_id), '[]'));
end;
$$;
create function public.find_duplicates(tenant_id uuid, candidate jsonb, client_id uuid default null) returns jsonb language sql stable set search_path = ''
return private.find_duplicates(tenant_id, candidate, client_id);
comment on function public.find_duplicates(uuid, jsonb, uuid) is
  'Member: five clients at most who may be the candidate { first_name, last_name, emails, phones, date_of_birth }, all optional and as far as typed; client_id leaves out the client itself. { candidates: [{ client, score 40–100, reasons: [email, phone, name, name_swapped, similar_name, date_of_birth], is_taken }] }; is_taken: saving would be refused with identifier_taken. 404 clinic_not_found; 422 candidate_invalid.';
grant execute on function private.find_duplicates(uuid, jsonb, uuid), public.find_duplicates(uuid, jsonb, uuid) to authenticated;

-- among those there are --------------------------------------------------------------------------------------------

create function private.list_duplicates(tenant_id uuid, after jsonb, page_size integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  newer public.clients;
  pairs jsonb := '[]'::jsonb;
  found jsonb;
  examined integer := 0;
  -- What one request may cost in the largest clinic; the next one goes on from there.
  most constant integer := 500;
  until constant timestamptz := clock_timestamp() + interval '500 ms';
  is_through boolean := true;
  wanted integer := least(greatest(coalesce(page_size, 20), 1), 100);
begin
  perform private.require_member(tenant_id);
  if after is not null and not (coalesce(after ->> 'id', '') ~ '^[0-9a-f-]{36}$' and coalesce(after ->> 'created_at', '') ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T') then
    perform private.refuse(422, 'page_invalid', 'This is not the end of a page.');
  end if;
  for newer in
    select c.* from public.clients c
    where c.tenant_id = list_duplicates.tenant_id and c.merged_into is null and c.archived_at is null
      and (c.created_at, c.id) < (coalesce((after ->> 'created_at')::timestamptz, 'infinity'), coalesce((after ->> 'id')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
    order by c.created_at desc, c.id desc limit most
  loop
    examined := examined + 1;
    select coalesce(jsonb_agg(
      jsonb_build_object('a', private.client_brief(newer), 'b', private.client_brief(c), 'score', d.score, 'reasons', to_jsonb(d.reasons))
      order by d.score desc, c.id), '[]')
    into found
    from private.duplicates_of(
      newer.tenant_id, newer.first_name, newer.last_name,
      array(select i.normalised from public.client_identifiers i where i.tenant_id = newer.tenant_id and i.client_id = newer.id and i.kind = 'email'),
      array(select i.normalised from public.client_identifiers i
        where i.tenant_id = newer.tenant_id and i.client_id = newer.id and i.kind = 'phone' and i.normalised is not null),
      array(select i.suffix from public.client_identifiers i where i.tenant_id = newer.tenant_id and i.client_id = newer.id and i.suffix is not null),
      newer.date_of_birth, newer.id, false) d
    join public.clients c on c.tenant_id = newer.tenant_id and c.id = d.other_id
    -- The name alone: two of the many who are called so.
    where d.score >= 50 and c.archived_at is null and (c.created_at, c.id) < (newer.created_at, newer.id);
    pairs := pairs || found;
    is_through := jsonb_array_length(pairs) < wanted and examined < most and clock_timestamp() < until;
    exit when not is_through;
  end loop;
  return jsonb_build_object(
    'pairs', pairs, 'examined', examined,
    'next', case when not is_through then jsonb_build_object('created_at', newer.created_at, 'id', newer.id) end);
end;
$$;
create function public.list_duplicates(tenant_id uuid, after jsonb default null, page_size integer default 20) returns jsonb language sql stable set search_path = ''
return private.list_duplicates(tenant_id, after, page_size);
comment on function public.list_duplicates(uuid, jsonb, integer) is
  'Member: pairs of clients who may be one person, those of the newest clients first: { pairs: [{ a, b, score, reasons }], examined, next }. One call compares 500 clients at most, for half a second, so that a page may have no pairs and still a next one; it ends with the client that fills it. 404 clinic_not_found; 422 page_invalid.';
grant execute on function private.list_duplicates(uuid, jsonb, integer), public.list_duplicates(uuid, jsonb, integer) to authenticated;

create function private.dismiss_duplicate(tenant_id uuid, client_a uuid, client_b uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  one public.clients;
  other public.clients;
begin
  perform private.require_member(tenant_id);
  if client_a = client_b then
    perform private.refuse(422, 'same_client', 'This is one client, not two.');
  end if;
  select * into one from public.clients c where c.tenant_id = dismiss_duplicate.tenant_id and c.id = least(client_a, client_b) for key share;
  select * into other from public.clients c where c.tenant_id = dismiss_duplicate.tenant_id and c.id = greatest(client_a, client_b) for key share;
  if one.id is null or other.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  elsif one.merged_into is not null or other.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', coalesce(one.merged_into, other.merged_into)::text);
  end if;
  insert into private.duplicate_dismissals (tenant_id, client_a, client_b) values (one.tenant_id, one.id, other.id)
  on conflict do nothing;
  if found then
    perform private.record_event(
      'client.duplicate_dismissed', one.tenant_id, 'client', one.id::text, private.audit_label('client', to_jsonb(one)),
      details => jsonb_build_object('other_id', other.id, 'other', private.audit_label('client', to_jsonb(other))));
  end if;
  return jsonb_build_object('dismissed', true);
end;
$$;
create function public.dismiss_duplicate(tenant_id uuid, client_a uuid, client_b uuid) returns jsonb language sql set search_path = ''
return private.dismiss_duplicate(tenant_id, client_a, client_b);
comment on function public.dismiss_duplicate(uuid, uuid, uuid) is
  'Member: says that two clients are two people; the pair is not suggested again. 404 clinic_not_found, client_not_found; 409 client_merged; 422 same_client.';
grant execute on function private.dismiss_duplicate(uuid, uuid, uuid), public.dismiss_duplicate(uuid, uuid, uuid) to authenticated;
