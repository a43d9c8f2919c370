-- Searches of clients at realistic size: a small clinic pays for its own clients only, a common word for a short walk in order,
-- a family name for a look among the words, anything else for one into the trigrams.
begin;
\ir ../fixtures.inc
select plan(9);

insert into public.tenants (slug, name, max_seats) values ('big', 'Big', 10) returning id as big \gset
insert into public.tenants (slug, name, max_seats) values ('small', 'Small', 10) returning id as small \gset
alter table public.clients disable trigger user;
drop index public.clients_name_key_idx;
insert into public.clients (tenant_id, first_name, last_name, search_text)
select t.id, f.name, f.last, format(' %s %s 4072%s ', lower(f.name), lower(f.last), lpad((n * 7919 % 10000000)::text, 7, '0'))
from (values (:'big'::uuid, 10000), (:'small'::uuid, 100)) t (id, size), lateral generate_series(1, t.size) n,
  lateral (select (array['Ana', 'Stefan', 'Ioana', 'Mihai'])[1 + n % 4] as name, (array['Popescu', 'Ionescu', 'Dumitru', 'Zamfir'])[1 + n / 4 % 4] || n as last) f;
alter table public.clients enable trigger user;
insert into private.client_words (tenant_id, client_id, word, sort_name)
select c.tenant_id, c.id, unnest(private.words_in(c.search_text)), c.sort_name from public.clients c;
insert into private.client_name_words (tenant_id, word) select distinct w.tenant_id, w.word from private.client_words w;
analyze public.clients;
analyze private.client_words;
analyze private.client_name_words;
set local random_page_cost = 1.1;

create function tests.run_of(kind text, tenant uuid, search text) returns text language plpgsql as
$$
declare
  wanted record := private.read_client_search(search, 'RO');
  line text;
  whole text := '';
begin
  execute 'prepare search (uuid, text[], text[], text, uuid, integer, text[], integer) as ' || private.client_query(
    kind, private.client_filters('{}', 'UTC'), private.word_conditions(wanted.patterns, wanted.others), 'sort_name', false);
  for line in execute format('explain (analyze, costs off, timing off, summary off) execute search (%L, %L, %L, null, null, 51, %L, 111)',
    tenant, wanted.patterns, wanted.others, private.words_like(tenant, wanted.patterns, wanted.others))
  loop
    whole := whole || line || E'\n';
  end loop;
  deallocate search;
  return whole;
end;
$$;
set local plan_cache_mode = force_custom_plan;
create temporary table runs as
select name, tests.run_of(kind, case when clinic = 'big' then :'big' else :'small' end::uuid, search) as run
from (values
  ('common', 'near', 'big', 'ana'), ('family', 'words', 'big', 'zamfir'), ('rare', 'far', 'big', 'popescu1234'), ('phone', 'far', 'big', '0721 234'),
  ('letter', 'far', 'big', 'q'), ('small', 'far', 'small', 'zamfir')) v (name, kind, clinic, search);
create function tests.run(name text) returns text language sql as $$ select r.run from runs r where r.name = run.name $$;

select matches(tests.run('common'), 'Index Scan using clients_list_idx on clients[^\n]*rows=[0-9]{1,4} ', 'a first name is looked for in a short walk in order');
select matches(tests.run('family'), 'Index (Only )?Scan using client_words_list_idx', 'a family name by its word');
select matches(tests.run('family'), 'CTE Scan on near[^\n]*rows=[0-9]{1,3} ', 'of which no more than a few clients are read');
select matches(tests.run('rare'), 'Bitmap Index Scan on clients_search_idx', 'a rare word is found by its trigrams');
select matches(tests.run('rare'), 'Bitmap Index Scan on clients_search_idx[^\n]*\n[^\n]*Index Cond: \(\(tenant_id = ', 'in the entries of the clinic');
select matches(tests.run('phone'), 'Bitmap Index Scan on clients_search_idx', 'so is part of a phone number');
select matches(tests.run('letter'), 'Bitmap Index Scan on clients_search_idx', 'and a letter with which no name begins');
select doesnt_match((select string_agg(r.run, '') from runs r), 'Seq Scan on clients', 'nothing reads everybody');
select doesnt_match(tests.run('small'), 'rows=[0-9]{4}', 'and a small clinic reads nothing of the big one');
select * from finish();
rollback;
