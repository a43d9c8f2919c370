-- What: the list of clients, page by page, and how many a search and filter have.
-- Who:  every member of the clinic.
-- Relies on: client_search and client_words migrations; at run time misspelled_names and tasks.
--
-- Whether the matches of a word lie together in the order of the list or everywhere, the planner cannot know. So the list is walked
-- a short way first. What is rarer than that usually is a family name: its clients are looked for by their words, which are in
-- order. Only what neither has answered collects all matches.

create function private.client_query(kind text, filters text, words text, sort_column text, is_descending boolean, part text default '') returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- Null activities have a part of their own, because the two directions would want them at different ends of one index.
  keyset text := part || format(
    case part
      when ' and x.last_activity_at is null' then ' and ($5 is null or x.id %2$s $5)'
      else ' and ($4 is null or (x.%1$I %2$s= $4 and (x.%1$I %2$s $4 or x.id %2$s $5)))'
    end, sort_column, case when is_descending then '<' else '>' end);
begin
  -- The way an index is read backwards puts nulls first. "offset 0" keeps the planner from doing the outer part
  -- first, or the inner one twice, or (words) from joining in another order than that of the names.
  return format(
    case kind
      when 'list' then $query$
select array(select x.id from public.clients x where %1$s%3$s%4$s order by x.%2$I %5$s, x.id %5$s limit $6), true$query$
      when 'near' then $query$
select ids, cardinality(ids) = $6 from (
  select array(
    select x.id from (select * from public.clients x where x.tenant_id = $1%4$s order by x.%2$I %5$s, x.id %5$s limit 1000) x
    where %1$s%3$s order by x.%2$I %5$s, x.id %5$s limit $6) as ids offset 0) found$query$
      when 'words' then $query$
with near as materialized (
  select w.sort_name, w.id
  from unnest($7) k (word) cross join lateral (
    select x.sort_name, x.client_id as id from private.client_words x
    where x.tenant_id = $1 and x.word = k.word%6$s order by x.sort_name %5$s, x.client_id %5$s limit $8) w
  order by w.sort_name %5$s, w.id %5$s limit $8
)
select ids, cardinality(ids) = $6 or (select count(*) from near) < $8 from (
  select array(
    select n.id
    from (select id, lag(id) over (order by sort_name %5$s, id %5$s) as last_id from near) n
    cross join lateral (select from public.clients x where %1$s%3$s and x.id = n.id offset 0) x
    where n.last_id is distinct from n.id limit $6) as ids offset 0) found$query$
      else $query$
select array(
  select x.id from (select x.%2$I, x.id from public.clients x where %1$s%3$s%4$s offset 0) x order by x.%2$I %5$s, x.id %5$s limit $6), true$query$
    end, filters, sort_column, words, keyset, case when is_descending then 'desc' else 'asc' end, replace(keyset, 'x.id', 'x.client_id'));
end;
$$;
comment on function private.client_query(text, text, text, text, boolean, text) is
  'SQL of one page of clients x: $1 clinic, $2 and $3 patterns, $4 and $5 the key after which it begins, $6 number of rows, and for kind words $7 the words and $8 how many clients to look at; answers the ids, and whether there are no others to be had. What is null falls away in planning. Kinds: list (as the index has them), near (the first thousand only), words, far (all matches, sorted).';

create function private.client_page(
  tenant_id uuid, filters text, patterns text[], others text[], sort_column text, is_descending boolean, part text,
  after_key text, after_id uuid, row_count integer)
returns uuid[]
language plpgsql
stable
set search_path = ''
set effective_io_concurrency = 0
as $$
declare
  conditions text := private.word_conditions(patterns, others);
  is_usual boolean := filters in (private.client_filters('{}', 'UTC'), private.client_filters('{"state": "all"}', 'UTC'));
  kind text;
  query text;
  words text[];
  ids uuid[];
  is_whole boolean;
begin
  foreach kind in array case when is_usual and conditions = '' then array['list'] else array['near', 'words', 'far'] end loop
    if kind = 'words' then
      -- Several words are rarer than each of them, and archived clients than most words.
      continue when sort_column <> 'sort_name' or strpos(filters, 'archived_at is not') > 0 or cardinality(array_positions(others, null)) <> 1;
      words := private.words_like(tenant_id, patterns, others);
      continue when words is null;
    end if;
    query := private.client_query(kind, filters, conditions, sort_column, is_descending, part);
    if sort_column = 'sort_name' then
      execute query into ids, is_whole using tenant_id, patterns, others, after_key, after_id, row_count, words,
        row_count + case when is_usual and cardinality(patterns) = 1 then 60 else 600 end;
    else
      execute query into ids, is_whole using tenant_id, patterns, others, after_key::timestamptz, after_id, row_count;
    end if;
    exit when is_whole;
  end loop;
  return ids;
end;
$$;
comment on function private.client_page(uuid, text, text[], text[], text, boolean, text, text, uuid, integer) is
  'Ids of clients from a key on, by whichever way answers first. The clients of a search are all in memory: asking the disk for them ahead is time lost.';

create function private.found_clients(
  tenant_id uuid, search text, filter jsonb, sort text, after jsonb, row_count integer, out ids uuid[], out is_fuzzy boolean)
language plpgsql
stable
set search_path = ''
as $$
declare
  clinic public.tenants;
  wanted record;
  filters text;
  is_descending boolean := starts_with(sort, '-');
  sort_column text := case ltrim(sort, '-') when 'name' then 'sort_name' when 'last_activity' then 'last_activity_at' else 'created_at' end;
  after_key text := after ->> 'key';
  after_id uuid := (after ->> 'id')::uuid;
  parts text[] := case sort_column
    when 'last_activity_at' then array[' and x.last_activity_at is not null', ' and x.last_activity_at is null'] else array[''] end;
  part text;
begin
  select * into clinic from public.tenants t where t.id = found_clients.tenant_id;
  filters := private.client_filters(filter, clinic.time_zone);
  wanted := private.read_client_search(search, clinic.country);
  ids := '{}';
  is_fuzzy := false;
  -- A page without a key begins where there are none.
  if after_id is not null and after_key is null then
    parts := parts[2:];
  elsif cardinality(wanted.patterns) = 0 and btrim(search) <> '' then
    return;
  end if;
  foreach part in array parts loop
    ids := ids || private.client_page(tenant_id, filters, wanted.patterns, wanted.others, sort_column, is_descending, part, after_key, after_id,
      row_count - cardinality(ids));
    exit when cardinality(ids) >= row_count;
    after_key := null;
    after_id := null;
  end loop;
  if cardinality(ids) = 0 and after is null and array_remove(wanted.words, null) <> '{}' then
    ids := private.misspelled_clients(tenant_id, filters, wanted.patterns, wanted.others, wanted.words, least(row_count, 50));
    is_fuzzy := cardinality(ids) > 0;
  end if;
end;
$$;
comment on function private.found_clients(uuid, text, jsonb, text, jsonb, integer) is
  'Ids of the clients on one page, in order; when nothing matches, up to 50 whose names are spelled nearly so, most similar first. No rights of its own: whoever calls it has checked the caller.';

create function private.client_rows(tenant_id uuid, ids uuid[]) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', c.id, 'first_name', c.first_name, 'last_name', c.last_name, 'email', c.email, 'phone', c.phone, 'date_of_birth', c.date_of_birth,
      'last_activity_at', c.last_activity_at, 'last_activity_kind', c.last_activity_kind,
      'created_at', c.created_at, 'updated_at', c.updated_at, 'archived_at', c.archived_at,
      'tags', coalesce((
        select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'colour', t.colour) order by lower(t.name))
        from public.client_tags x join public.tags t on t.tenant_id = x.tenant_id and t.id = x.tag_id
        where x.tenant_id = c.tenant_id and x.client_id = c.id), '[]'),
      'open_tasks', (
        select count(*) from public.tasks k where k.tenant_id = c.tenant_id and k.client_id = c.id and k.status <> 'done')) order by o.n)
    from unnest(ids) with ordinality o (id, n) join public.clients c on c.tenant_id = client_rows.tenant_id and c.id = o.id
  ), '[]');
end;
$$;
comment on function private.client_rows(uuid, uuid[]) is 'The clients as the list shows them, in the order of the ids.';

create function private.require_client_sort(sort text, after jsonb) returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if sort is null or sort not in ('name', '-name', 'last_activity', '-last_activity', 'created', '-created') then
    perform private.refuse(422, 'sort_unknown', 'Clients cannot be sorted by this.', left(coalesce(sort, ''), 60));
  elsif after is not null and (
    jsonb_typeof(after) <> 'object' or coalesce(after ->> 'id', '') !~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$'
    or coalesce(jsonb_typeof(after -> 'key'), '') <> all (case when sort ~ 'last_activity' then array['string', 'null'] else array['string'] end)
    or (sort !~ 'name' and after ->> 'key' !~ '^[0-9]{4}-(0[1-9]|1[0-2])-([01][0-9]|2[0-8])T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?([+-][01][0-9]:[0-5][0-9]|Z)$'
      and private.is_date(left(after ->> 'key', 10)) is not true))
  then
    perform private.refuse(422, 'page_unknown', 'This is no place in the list.');
  end if;
end;
$$;
comment on function private.require_client_sort(text, jsonb) is 'Refuses (422 sort_unknown, page_unknown) an order there is not and a key no page has answered.';

create function private.list_clients(tenant_id uuid, search text, filter jsonb, sort text, after jsonb, page_size integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 1000);
  found record;
  last public.clients;
begin
  perform private.require_member(tenant_id);
  perform private.require_client_sort(sort, after);
  -- One row more than asked for tells whether there is a next page.
  found := private.found_clients(tenant_id, search, filter, sort, after, size + 1);
  if cardinality(found.ids) > size and not found.is_fuzzy then
    select * into last from public.clients c where c.tenant_id = list_clients.tenant_id and c.id = found.ids[size];
  end if;
  return jsonb_build_object(
    'clients', private.client_rows(tenant_id, found.ids[:size]),
    'next', case when last.id is not null then jsonb_build_object('id', last.id, 'key', case ltrim(sort, '-')
      when 'name' then to_jsonb(last.sort_name) when 'last_activity' then to_jsonb(last.last_activity_at) else to_jsonb(last.created_at) end) end,
    'is_fuzzy', found.is_fuzzy);
end;
$$;
create function public.list_clients(
  tenant_id uuid, search text default null, filter jsonb default '{}', sort text default 'name', after jsonb default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.list_clients(tenant_id, search, filter, sort, after, page_size);
comment on function public.list_clients(uuid, text, jsonb, text, jsonb, integer) is
  'Member: clients of one page (1000 at most), merged ones never: { clients: [{ id, first_name, last_name, email, phone, date_of_birth, last_activity_at, last_activity_kind, created_at, updated_at, archived_at, tags: [{ id, name, colour }], open_tasks }], next, is_fuzzy }. Every word of the search occurs in names or e-mail addresses, words of one or two letters begin one; digits are part of a phone number. Nothing found: names spelled nearly so, most similar first, 50 at most (is_fuzzy, no next). filter: { state: active (default), archived, all; tags: [ids, all of them]; has_email, has_phone, consent_reminders, consent_marketing: true or false; channel; created_since, created_until (inclusive), active_since, inactive_since: days; birthday_month: 1–12; city }. sort: name, last_activity (null last), created, each also with - for descending. next goes into after. 404 clinic_not_found; 422 filter_invalid (detail: the key), sort_unknown, page_unknown.';

create function private.count_clients(tenant_id uuid, search text, filter jsonb) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
  wanted record;
  filters text;
  found integer;
begin
  perform private.require_member(tenant_id);
  select * into clinic from public.tenants t where t.id = count_clients.tenant_id;
  filters := private.client_filters(filter, clinic.time_zone);
  wanted := private.read_client_search(search, clinic.country);
  if cardinality(wanted.patterns) = 0 and btrim(search) <> '' then
    return jsonb_build_object('count', 0, 'is_capped', false);
  end if;
  execute format('select count(*) from (select from public.clients x where %s limit 1001) x',
    filters || private.word_conditions(wanted.patterns, wanted.others))
  into found using tenant_id, wanted.patterns, wanted.others;
  if found = 0 and array_remove(wanted.words, null) <> '{}' then
    found := cardinality(private.misspelled_clients(tenant_id, filters, wanted.patterns, wanted.others, wanted.words, 50));
  end if;
  return jsonb_build_object('count', least(found, 1000), 'is_capped', found > 1000);
end;
$$;
create function public.count_clients(tenant_id uuid, search text default null, filter jsonb default '{}')
returns jsonb language sql stable set search_path = ''
return private.count_clients(tenant_id, search, filter);
comment on function public.count_clients(uuid, text, jsonb) is
  'Member: how many clients list_clients has for the same search and filter, counted up to 1000: { count, is_capped }. 404 clinic_not_found; 422 filter_invalid.';
grant execute on function private.list_clients(uuid, text, jsonb, text, jsonb, integer), public.list_clients(uuid, text, jsonb, text, jsonb, integer),
  private.count_clients(uuid, text, jsonb), public.count_clients(uuid, text, jsonb) to authenticated;
