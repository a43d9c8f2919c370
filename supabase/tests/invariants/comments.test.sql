-- Everything that people meet in Studio says what it is.
begin;
\ir rules.inc
select plan(6);

create view tests.listed_tables as
  select c.oid, n.nspname || '.' || c.relname as name, obj_description(c.oid, 'pg_class') as comment
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f')
    -- A month's partition is described by its parent.
    and not (c.relispartition and c.relname ~ '_[0-9]{4}_[0-9]{2}$')
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e');

select ok((select count(*) from tests.listed_tables) > 15, 'there are tables to look at');
select is_empty($$select name from tests.listed_tables where comment is null$$, 'every table in public and private has a comment');
select is_empty($$select signature from tests.our_functions where schema = 'public' and obj_description(oid, 'pg_proc') is null$$, 'every public function has one');
select is_empty(
  $$
    select f.signature from tests.our_functions f
    where f.schema = 'private' and obj_description(f.oid, 'pg_proc') is null
      and not exists (select from tests.our_functions w where w.schema = 'public' and w.name = f.name)
  $$,
  'every private function has one, or a public function of its name that has');
select is_empty($$select name, comment from tests.listed_tables where comment !~ '\.$'$$, 'a comment is a sentence');

create table public.rooms (id uuid);
select is((select array_agg(name) from tests.listed_tables where comment is null), array['public.rooms'], 'a table without a comment is found');
select * from finish();
rollback;
