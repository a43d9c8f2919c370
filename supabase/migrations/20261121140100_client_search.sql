-- What: finding clients: words in any order, parts of phone numbers, filters, orders, pages; and counting them.
-- Who:  every member of the clinic.
-- Relies on: client_details, client_identifiers and platform_search migrations; at run time misspelled_names and tasks.

create extension if not exists btree_gin with schema extensions;

-- what is searched -------------------------------------------------------------------------------------------------

create function private.search_words(key text) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return translate(' ' || key || ' ', '@._-''', 'XXX  ');
end;
$$;
comment on function private.search_words(text) is
  'A search key as words between spaces: an e-mail address is one (X never occurs in a key, which is lower-case), a double name two. So "y" means Yvonne, and not everybody at yahoo.';

create or replace function private.client_search_text(tenant_id uuid, client_id uuid, first_name text, last_name text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Numbers as digits, both as written and as E.164, so that any part of either is found.
  return private.search_words(left(private.search_key(first_name || ' ' || last_name) || coalesce((
    select string_agg(' ' || case
      when i.kind = 'email' then private.search_key(i.normalised)
      else regexp_replace(i.raw, '[^0-9]', '', 'g') || coalesce(' ' || substr(i.normalised, 2), '') end, '' order by i.created_at, i.id)
    from public.client_identifiers i where i.tenant_id = client_search_text.tenant_id and i.client_id = client_search_text.client_id), ''), 2000));
end;
$$;
update public.clients set search_text = private.search_words(search_text);

-- One index for all searches, which leads with the clinic so that a small one never pays for its neighbours. Without the list of
-- pending entries, which every search would read.
create index clients_search_idx on public.clients using gin (tenant_id, search_text extensions.gin_trgm_ops) with (fastupdate = off);
create index clients_archived_idx on public.clients (tenant_id, sort_name, id) where archived_at is not null;
create index clients_birthday_idx on public.clients
  (tenant_id, ((extract(month from date_of_birth) * 100 + extract(day from date_of_birth))::integer)) where date_of_birth is not null;
create index clients_city_idx on public.clients (tenant_id, private.search_key(city)) where city <> '';

-- what is searched for ---------------------------------------------------------------------------------------------

create function private.phone_patterns(written text, country text) returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  digits text := regexp_replace(written, '[^0-9]', '', 'g');
  plan private.calling_codes;
  abroad text;
begin
  if length(digits) < 3 then
    return array['% ' || digits || '%'];
  end if;
  select * into plan from private.calling_codes c where c.country = phone_patterns.country;
  if length(digits) >= 6 then
    abroad := substr(private.normal_phone(written, country), 2);
  end if;
  -- 0721 000 is part of +40 721 000 111, however the client's number was written.
  abroad := coalesce(abroad, case
    when starts_with(digits, '00' || plan.code) then substr(digits, 3)
    when starts_with(digits, plan.trunk_prefix) and not starts_with(digits, '00') then plan.code || substr(digits, length(plan.trunk_prefix) + 1)
  end);
  return array['%' || digits || '%'] || case when abroad <> digits then '%' || abroad || '%' end;
end;
$$;
comment on function private.phone_patterns(text, text) is
  'Patterns of part of a phone number: its digits as written, and as they stand in an international number (null when that is the same). One or two digits begin a number.';

create function private.read_client_search(
  search text, country text, out patterns text[], out others text[], out words text[])
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Marks of direction come along when numbers are copied from an address book.
  key text := regexp_replace(private.search_key(left(search, 200)), '[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]', '', 'g');
  token text;
  word text;
  number text := '';
  pair text[];
begin
  patterns := '{}';
  others := '{}';
  words := '{}';
  -- The last, empty token ends a number that ends the search.
  for token in select t from regexp_split_to_table(key, '\s+') t where t <> '' union all select '' loop
    if token <> '' and token !~ '[^0-9+()./-]' then
      number := number || token;
      continue;
    end if;
    if number ~ '[0-9]' then
      pair := private.phone_patterns(number, country);
      patterns := patterns || pair[1];
      others := others || array[pair[2]];
      words := words || array[null::text];
    end if;
    number := '';
    -- What has neither letters nor digits is nothing to search for.
    if token collate "und-x-icu" ~ '[[:alnum:]]' then
      word := btrim(private.search_words(token));
      -- One or two letters, too short for trigrams, are the beginning of a name.
      patterns := patterns || case when length(word) < 3 then '% ' || substr(private.like_pattern(word), 2) else private.like_pattern(word) end;
      others := others || array[null::text];
      words := words || array[case when length(word) between 3 and 40 and word !~ '[0-9X]' then word end];
    end if;
    exit when cardinality(patterns) >= 8;
  end loop;
end;
$$;
comment on function private.read_client_search(text, text) is
  'A search as conditions, eight at most, all of which must hold: its pattern, another pattern that will do as well (or null), and the word if it may be misspelled (or null).';

create function private.word_conditions(patterns text[], others text[]) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce((
    select string_agg(format(
      case when others[n] is null then ' and x.search_text like ($2)[%1$s]' else ' and (x.search_text like ($2)[%1$s] or x.search_text like ($3)[%1$s])' end, n),
      '' order by n)
    from generate_subscripts(patterns, 1) n), '');
end;
$$;
comment on function private.word_conditions(text[], text[]) is 'The SQL of a search''s conditions on clients x, with $2 and $3 for the patterns.';

-- filters ----------------------------------------------------------------------------------------------------------

create function private.is_filter_value(key text, value jsonb) returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
  content text := value #>> '{}';
begin
  case
    when key in ('has_email', 'has_phone', 'consent_reminders', 'consent_marketing') then
      return jsonb_typeof(value) = 'boolean';
    when key = 'tags' then
      return jsonb_typeof(value) = 'array' and jsonb_array_length(value) <= 10 and not exists (
        select from jsonb_array_elements(value) e
        where coalesce(e #>> '{}', '') !~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$');
    when key = 'birthday_month' then
      return jsonb_typeof(value) = 'number' and content ~ '^([1-9]|1[0-2])$';
    when jsonb_typeof(value) <> 'string' then
      return false;
    when key = 'state' then
      return content in ('active', 'archived', 'all');
    when key = 'channel' then
      return content in ('email', 'phone', 'sms');
    when key in ('created_since', 'created_until', 'active_since', 'inactive_since') then
      return private.is_date(content) and content between '1900-01-01' and '2199-12-31';
    when key = 'city' then
      return length(content) <= 100;
    else
      return false;
  end case;
end;
$$;
comment on function private.is_filter_value(text, jsonb) is 'Whether a filter of clients has this key and it may have this value.';

create function private.client_filters(filter jsonb, time_zone text) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  entry record;
  conditions text := '';
  is_day_of constant text := '%I %s (%L::date)::timestamp at time zone %L';
begin
  if jsonb_typeof(coalesce(filter, '{}')) <> 'object' then
    perform private.refuse(422, 'filter_invalid', 'A filter is an object.');
  end if;
  for entry in
    select e.key, e.value, e.value #>> '{}' as content from jsonb_each('{"state": "active"}' || jsonb_strip_nulls(coalesce(filter, '{}'))) e
  loop
    if not private.is_filter_value(entry.key, entry.value) then
      perform private.refuse(422, 'filter_invalid', 'Clients cannot be filtered by this.', left(entry.key, 60));
    end if;
    conditions := conditions || case
      when entry.key = 'state' then case entry.content when 'active' then ' and x.archived_at is null' when 'archived' then ' and x.archived_at is not null' else '' end
      when entry.key = 'tags' then coalesce((
        select string_agg(format(
          ' and exists (select from public.client_tags g where g.tenant_id = $1 and g.client_id = x.id and g.tag_id = %L)', t), '' order by t)
        from (select distinct jsonb_array_elements_text(entry.value) as t) tags), '')
      when entry.key in ('has_email', 'has_phone') then
        format(' and x.%I is %s null', substr(entry.key, 5), case when entry.content = 'true' then 'not' else '' end)
      when entry.key in ('consent_reminders', 'consent_marketing') then format(' and x.%I = %L', entry.key, entry.content)
      when entry.key = 'channel' then format(' and x.preferred_channel = %L', entry.content)
      when entry.key = 'birthday_month' then format(
        ' and x.date_of_birth is not null and (extract(month from x.date_of_birth) * 100 + extract(day from x.date_of_birth))::integer between %s and %s',
        entry.content::integer * 100, entry.content::integer * 100 + 31)
      when entry.key = 'city' then format(' and x.city <> '''' and private.search_key(x.city) = %L', private.search_key(btrim(entry.content)))
      when entry.key = 'created_since' then ' and x.' || format(is_day_of, 'created_at', '>=', entry.content, time_zone)
      when entry.key = 'created_until' then ' and x.' || format(is_day_of, 'created_at', '<', entry.content::date + 1, time_zone)
      when entry.key = 'active_since' then ' and x.' || format(is_day_of, 'last_activity_at', '>=', entry.content, time_zone)
      else ' and (x.last_activity_at is null or x.' || format(is_day_of, 'last_activity_at', '<', entry.content, time_zone) || ')'
    end;
  end loop;
  return 'x.tenant_id = $1 and x.merged_into is null' || conditions;
end;
$$;
comment on function private.client_filters(jsonb, text) is
  'The SQL of a filter on clients x of the clinic $1, days being those of the zone. 422 filter_invalid (detail: the key).';
