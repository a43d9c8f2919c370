-- The platform's searches at realistic size: the ordered index for what is common, the trigram index for what is rare or lies together.
begin;
\ir ../fixtures.inc
select plan(13);

-- People without accounts, because each account costs an invitation; the rows are what is searched.
alter table public.profiles drop constraint profiles_user_id_fkey;
alter table public.profiles disable trigger user;
alter table public.tenants disable trigger user;
insert into public.profiles (user_id, email, first_name, last_name)
select gen_random_uuid(), 'person' || n || '@example.test', (array['Ana', 'Ștefan', 'Ioana', 'Mihai'])[1 + n % 4],
  (array['Popescu', 'Ionescu', 'Dumitru', 'Lungu', 'Marin', 'Nagy', 'Popa', 'Stan', 'Țurcanu', 'Zamfir'])[1 + n / 4 % 10]
from generate_series(1, 40000) n;
insert into public.tenants (slug, name, max_seats) select 'clinic-' || n, 'Dental ' || md5(n::text), 10 from generate_series(1, 10000) n;
select gin_clean_pending_list(i) from unnest(array['public.profiles_search_idx', 'public.tenants_search_idx']::regclass[]) i \g /dev/null
analyze public.profiles;
analyze public.tenants;

set local random_page_cost = 1.1;
set local plan_cache_mode = force_custom_plan;
select format('prepare %s (text, text[], text, uuid, integer) as %s', name, sql)
from (values
  ('people', private.search_query('public.profiles', 'sort_name', 'user_id', 1)),
  ('people_by_two', private.search_query('public.profiles', 'sort_name', 'user_id', 2)),
  ('clinics', private.search_query('public.tenants', 'name', 'id', 1))) q (name, sql) \gexec

create function tests.run_of(statement text, search text, after_name text default null) returns text language plpgsql as
$$
declare
  line text;
  whole text := '';
begin
  for line in execute format('explain (analyze, costs off, timing off, summary off) execute %s (null, %L, %L, %L, 51)',
    statement, private.search_patterns(search), after_name, gen_random_uuid())
  loop
    whole := whole || line || E'\n';
  end loop;
  return whole;
end;
$$;
create function tests.rows_walked(run text) returns integer language sql as
$$ select max((regexp_match(run, 'Index (?:Only )?Scan using (?:profiles_list|tenants_name)_idx[^\n]*rows=([0-9]+)'))[1]::integer) $$;

create temporary table runs as
select name, tests.run_of(statement, search, after_name) as run
from (values
  ('common', 'people', 'ana', null), ('letter', 'people', 'a', null), ('rare', 'people', 'person31415@', null),
  ('together', 'people', 'zamfir', null), ('two', 'people_by_two', 'person2718 popa', null), ('deep', 'people', 'mihai', 'stan'),
  ('common clinic', 'clinics', 'dental', null), ('rare clinic', 'clinics', left(md5('3141'), 10), null)) v (name, statement, search, after_name);
create function tests.run(name text) returns text language sql as $$ select r.run from runs r where r.name = run.name $$;

select matches(tests.run('common'), 'on profiles[^\n]*never executed', 'a first name fills its page by a short walk in order');
select matches(tests.run('common'), 'Index (Only )?Scan using profiles_list_idx', 'of the list''s index');
select cmp_ok(tests.rows_walked(tests.run('common')), '<=', 3000, 'over no more than a few thousand entries');
select matches(tests.run('letter'), 'on profiles[^\n]*never executed', 'one letter too');
select matches(tests.run('rare'), 'Bitmap Index Scan on profiles_search_idx', 'a rare word is found by its trigrams');
select doesnt_match(tests.run('rare'), 'Seq Scan on profiles', 'without reading everybody');
select matches(tests.run('together'), 'Bitmap Index Scan on profiles_search_idx', 'a last name at the end of the list as well');
select doesnt_match(tests.run('together'), 'Seq Scan on profiles', 'and without the walk to the end');
select matches(tests.run('two'), 'profiles_search_idx[^\n]*\n[^\n]*Index Cond: [^\n]*person2718[^\n]*popa', 'two words are one look into the index');
select matches(tests.run('deep'), 'Index (Only )?Scan using profiles_list_idx[^\n]*\n[^\n]*Index Cond: \(sort_name >=', 'a further page begins at its key');
select cmp_ok(tests.rows_walked(tests.run('deep')), '<=', 3000, 'and goes no further than it must');
select matches(tests.run('common clinic'), 'Index (Only )?Scan using tenants_name_idx[\s\S]*on tenants[^\n]*never executed', 'clinics are walked in order');
select matches(tests.run('rare clinic'), 'Bitmap Index Scan on tenants_search_idx', 'or found by their trigrams');
select * from finish();
rollback;
