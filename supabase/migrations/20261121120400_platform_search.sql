-- What: how a super-admin finds and reads clinics and people: search that ignores case and accents, paged lists, one clinic, one person.
-- Who:  active super-admins.
-- Relies on: pg_trgm and unaccent (both trusted extensions); platform, audit_reading and user_lifecycle migrations; at run time support_access.

create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;

-- search keys ------------------------------------------------------------------------------------------------------

create function private.search_key(value text) returns text
language sql
immutable
security definer
set search_path = ''
-- The length keeps an index entry under the limit of a B-tree page whatever the alphabet.
return left(lower(extensions.unaccent('extensions.unaccent'::regdictionary, normalize(value, nfkc)) collate "und-x-icu"), 300);
comment on function private.search_key(text) is
  'A text as it is searched: lower case, without accents. Immutable because the dictionary is named; definer because generated columns run it as whoever writes the row.';
-- People write their own profile row, and with it the generated column.
grant execute on function private.search_key(text) to authenticated, service_role;

create function private.search_patterns(search text) returns text[]
language sql
immutable
set search_path = ''
begin atomic
  -- Split after the key is made: what looks like one character may become two words. % and _ are letters like any other.
  select coalesce(array_agg(private.like_pattern(word) order by n), '{}')
  from (
    select w.word, min(w.n) as n
    from regexp_split_to_table(private.search_key(left(search, 200)), '\s+') with ordinality w (word, n)
    where w.word <> ''
    group by w.word
    order by 2
    limit 8
  ) words;
end;
comment on function private.search_patterns(text) is 'The words of a search as LIKE patterns for search keys, each once, at most eight. All of them must match.';

alter table public.tenants add column search_text text collate "C" not null
  generated always as (private.search_key(name || ' ' || slug)) stored;
comment on column public.tenants.search_text is 'Search key of name and address.';
create index tenants_search_idx on public.tenants using gin (search_text extensions.gin_trgm_ops);

alter table public.profiles
  add column search_text text collate "C" not null
    generated always as (private.search_key(first_name || ' ' || last_name || ' ' || email)) stored,
  add column sort_name text collate "und-x-icu" not null
    generated always as (lower(coalesce(nullif(btrim(last_name || ' ' || first_name), ''), left(email, 200)) collate "und-x-icu")) stored;
comment on column public.profiles.search_text is 'Search key of name and e-mail address.';
comment on column public.profiles.sort_name is
  'Last name, then first, in lower case, or the e-mail address of somebody without a name: the order of lists, paged by (sort_name, user_id).';
create index profiles_search_idx on public.profiles using gin (search_text extensions.gin_trgm_ops);
-- Holds all that a walk in order looks at, so that it never visits the table.
create index profiles_list_idx on public.profiles (sort_name, user_id) include (search_text, status);

create index invitations_open_address_idx on public.invitations (email) where used_at is null and revoked_at is null;

-- paged search -----------------------------------------------------------------------------------------------------
-- The planner cannot know whether the matches of a word lie together in the order of the list (a last name) or everywhere (a
-- first name), and each wrong guess costs a walk over the whole index. So the list is walked a short way first, which fills the
-- page of a common word; only when it does not, all matches are collected by trigrams and sorted. The statement is made for the
-- number of words and planned for the very words, because words of one or two letters have no trigrams.

create function private.search_query(listed regclass, sort_column text, key_column text, word_count integer) returns text
language sql
stable
set search_path = ''
return format($query$
with near as materialized (
  select x.name, x.id
  from (
    select x.%2$I as name, x.%3$I as id, x.status, x.search_text from %1$s x
    where %5$s
    order by x.%2$I, x.%3$I limit 3000
  ) x
  where %4$s
  order by x.name, x.id limit $5
), is_full as materialized (
  select count(*) = $5 as yes from near
), far as materialized (
  select x.%2$I as name, x.%3$I as id from %1$s x
  where not (select yes from is_full) and %4$s and %5$s
)
select array(
  select page.id
  from (select n.name, n.id from near n where (select yes from is_full) union all select f.name, f.id from far f) page
  order by page.name, page.id limit $5
)$query$,
  listed, sort_column, key_column,
  '($1 is null or x.status = $1)' || coalesce((
    -- `like all (array)` would be one condition, for which no index is used.
    select string_agg(format(' and x.search_text like ($2)[%s]', n), '' order by n) from generate_series(1, word_count) n), ''),
  format('($3 is null or (x.%1$I >= $3 and (x.%1$I > $3 or x.%2$I > $4)))', sort_column, key_column)
);
comment on function private.search_query(regclass, text, text, integer) is
  'SQL of one page of a table with status and search_text: $1 status, $2 patterns, $3 and $4 the key after which it begins, $5 number of rows; answers the ids. What is null falls away in planning.';

create function private.search_page(
  listed regclass, sort_column text, key_column text, status text, search text, after_name text, after_id uuid, row_count integer)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  patterns text[] := private.search_patterns(search);
  page uuid[];
begin
  execute private.search_query(listed, sort_column, key_column, cardinality(patterns)) into page
  using status, patterns, after_name, coalesce(after_id, '00000000-0000-0000-0000-000000000000'), row_count;
  return page;
end;
$$;
comment on function private.search_page(regclass, text, text, text, text, text, uuid, integer) is
  'Ids of the rows on one page, in order. No rights of its own: whoever calls it has checked the caller.';

-- clinics ----------------------------------------------------------------------------------------------------------

drop function public.admin_list_tenants(text, text, uuid, integer);
drop function private.admin_list_tenants(text, text, uuid, integer);

create function private.admin_list_tenants(search text, status text, after_name text, after_id uuid, page_size integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 200);
  page uuid[];
begin
  perform private.require_super_admin();
  -- One row more than asked for tells whether there is a next page.
  page := private.search_page('public.tenants', 'name', 'id', status, search, after_name, after_id, size + 1);
  return jsonb_build_object(
    'tenants', coalesce((
      select jsonb_agg(private.tenant_json(t) order by o.n)
      from unnest(page[:size]) with ordinality o (id, n) join public.tenants t on t.id = o.id
    ), '[]'),
    'next', case when cardinality(page) > size then (
      select jsonb_build_object('after_name', t.name, 'after_id', t.id) from public.tenants t where t.id = page[size]
    ) end
  );
end;
$$;
create function public.admin_list_tenants(
  search text default null, status text default null, after_name text default null, after_id uuid default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.admin_list_tenants(search, status, after_name, after_id, page_size);
comment on function public.admin_list_tenants(text, text, text, uuid, integer) is
  'Super-admin: clinics by name, of one status or all; every word of the search occurs in name or address, case and accents aside; paged by key: { tenants, next: { after_name, after_id } | null }.';
grant execute on function private.admin_list_tenants(text, text, text, uuid, integer),
  public.admin_list_tenants(text, text, text, uuid, integer) to authenticated;

create or replace function private.admin_get_tenant(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
begin
  perform private.require_super_admin();
  select * into clinic from public.tenants t where t.id = admin_get_tenant.tenant_id;
  if clinic.id is null then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  end if;
  return private.tenant_json(clinic) || private.team_json(clinic.id) || jsonb_build_object('support_grants', coalesce((
    select jsonb_agg(private.support_grant_json(n.support_grant) order by (n.support_grant).starts_at desc, (n.support_grant).id)
    from (
      select g as support_grant from public.support_grants g where g.tenant_id = clinic.id order by g.starts_at desc, g.id limit 20
    ) n
  ), '[]'));
end;
$$;
comment on function public.admin_get_tenant(uuid) is
  'Super-admin: one clinic with its members, invitations and newest 20 support grants. 404 clinic_not_found.';

-- people -----------------------------------------------------------------------------------------------------------

create function private.admin_list_users(search text, status text, after_name text, after_id uuid, page_size integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 200);
  page uuid[];
begin
  perform private.require_super_admin();
  page := private.search_page('public.profiles', 'sort_name', 'user_id', status, search, after_name, after_id, size + 1);
  return jsonb_build_object(
    'users', coalesce((
      select jsonb_agg(private.user_json(p) order by o.n)
      from unnest(page[:size]) with ordinality o (user_id, n) join public.profiles p on p.user_id = o.user_id
    ), '[]'),
    'next', case when cardinality(page) > size then (
      select jsonb_build_object('after_name', p.sort_name, 'after_id', p.user_id) from public.profiles p where p.user_id = page[size]
    ) end
  );
end;
$$;
create function public.admin_list_users(
  search text default null, status text default null, after_name text default null, after_id uuid default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.admin_list_users(search, status, after_name, after_id, page_size);
comment on function public.admin_list_users(text, text, text, uuid, integer) is
  'Super-admin: people by last and first name, of one status or all; every word of the search occurs in name or e-mail address, case and accents aside; paged by key: { users, next: { after_name, after_id } | null }.';
grant execute on function private.admin_list_users(text, text, text, uuid, integer),
  public.admin_list_users(text, text, text, uuid, integer) to authenticated;

create function private.admin_get_user(user_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  person public.profiles;
begin
  perform private.require_super_admin();
  select * into person from public.profiles p where p.user_id = admin_get_user.user_id;
  if person.user_id is null then
    perform private.refuse(404, 'user_not_found', 'There is no such person.');
  end if;
  return private.user_json(person) || jsonb_build_object(
    'email_confirmed', exists (select from auth.users u where u.id = person.user_id and u.email_confirmed_at is not null),
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
        'tenant_id', t.id, 'slug', t.slug, 'name', t.name, 'tenant_status', t.status, 'role', m.role, 'status', m.status,
        'joined_at', m.joined_at, 'status_reason', m.status_reason, 'status_changed_at', m.status_changed_at) order by t.name, t.id)
      from public.memberships m join public.tenants t on t.id = m.tenant_id
      where m.user_id = person.user_id
    ), '[]'),
    'open_invitations', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', i.id, 'tenant_id', i.tenant_id, 'clinic_name', t.name, 'role', i.role, 'expires_at', i.expires_at)
        order by i.created_at desc, i.id)
      from public.invitations i left join public.tenants t on t.id = i.tenant_id
      where i.email = person.email and i.used_at is null and i.revoked_at is null and i.expires_at > now()
    ), '[]')
  );
end;
$$;
create function public.admin_get_user(user_id uuid) returns jsonb language sql stable set search_path = ''
return private.admin_get_user(user_id);
comment on function public.admin_get_user(uuid) is
  'Super-admin: one person with memberships (joined_at, status_reason, status_changed_at too), email_confirmed and open_invitations of the address. 404 user_not_found.';
grant execute on function private.admin_get_user(uuid), public.admin_get_user(uuid) to authenticated;
