-- Merging is complete: every table that refers to clients is moved and moved back, also one that nobody has made yet.
begin;
\ir ../fixtures.inc
select plan(24);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset

-- the catalog ------------------------------------------------------------------------------------------------------
select is_empty(
  $$select r.source, r.client_column from private.client_references() r where not exists (select from private.key_columns(r.source))$$,
  'every table that refers to clients has a primary key, by which moved rows are found again');
select is_empty($$
  select r.source, r.client_column from private.client_references() r
  where r.source <> 'public.clients'::regclass and not exists (
    select from pg_trigger t where t.tgrelid = r.source and t.tgname = 'refuse_merged_' || r.client_column)
$$, 'and a trigger that refuses rows for merged clients (private.guard_client_references)');
select is_empty($$
  select r.source, c.conname from private.client_references() r
  join pg_index i on i.indrelid = r.source and i.indisunique
    and exists (select from pg_attribute a where a.attrelid = r.source and a.attname = r.client_column and a.attnum = any (i.indkey))
    and not exists (select from pg_attribute a where a.attrelid = r.source and a.attname = 'id' and a.attnum = any (i.indkey))
  join pg_constraint c on c.contype = 'f' and c.confrelid = r.source
  where r.source <> 'public.clients'::regclass
$$, 'no row that may be set aside has rows of its own that would be lost with it');
select is_empty($$
  select r.source, t.tgname from private.client_references() r join pg_trigger t on t.tgrelid = r.source and not t.tgisinternal
  where t.tgtype & 16 <> 0 and pg_get_triggerdef(t.oid) like '%touch_updated_at%' and (select prosrc from pg_proc where oid = t.tgfoid) not like '%chairside.keep_times%'
$$, 'no trigger stamps rows that are moved');

-- tables nobody has heard of ---------------------------------------------------------------------------------------
create table public.x_rays (
  id uuid primary key default gen_random_uuid(), tenant_id uuid not null, patient uuid not null, guardian uuid, tooth integer, updated_at timestamptz default now(),
  foreign key (tenant_id, patient) references public.clients (tenant_id, id),
  foreign key (tenant_id, guardian) references public.clients (tenant_id, id),
  unique (tenant_id, patient, tooth), check (guardian <> patient));
create trigger touch_updated_at before update on public.x_rays for each row execute function private.touch_updated_at();
create table private.x_scores (
  client uuid primary key references public.clients (id), score integer, label text generated always as ('score ' || score) stored);
create table private.x_visits (
  day date, number integer generated always as identity, client uuid references public.clients (id), primary key (day, number)) partition by range (day);
create table private.x_visits_2026 partition of private.x_visits for values from ('2026-01-01') to ('2027-01-01');

insert into public.clients (tenant_id, last_name) values (:'alpha', 'Kept') returning id as kept \gset
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Merged') returning id as merged \gset
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Other') returning id as other \gset
insert into public.x_rays (tenant_id, patient, guardian, tooth, updated_at) values
  (:'alpha', :'merged', null, 11, '2026-01-01'), (:'alpha', :'merged', :'other', 12, '2026-01-02'), (:'alpha', :'kept', :'merged', 21, '2026-01-03'),
  (:'alpha', :'kept', null, 12, '2026-01-04'), (:'alpha', :'other', :'merged', 12, '2026-01-05'), (:'alpha', :'merged', :'kept', 13, '2026-01-06');
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as provider \gset
insert into public.appointments (tenant_id, client_id, provider_id, starts_at, ends_at) values (:'alpha', :'merged', :'provider', now(), now() + interval '1 hour') returning id as visit \gset
insert into public.allocations (tenant_id, appointment_id, provider_id, during) values (:'alpha', :'visit', :'provider', tstzrange(now(), now() + interval '1 hour'));
insert into private.x_scores (client, score) values (:'kept', 1), (:'merged', 2);
insert into private.x_visits (day, client) values ('2026-02-01', :'merged'), ('2026-02-01', :'merged'), ('2026-02-02', :'kept');

create function tests.snapshot() returns table (source text, content jsonb) language plpgsql as $$
declare
  t regclass;
begin
  for t in select distinct r.source from private.client_references() r loop
    return query execute format('select %L::text, to_jsonb(x) from %s x', t, t);
  end loop;
end;
$$;
-- Merging and undoing it are told in the timeline; the rest is as it was.
create function tests.told(content jsonb) returns boolean immutable language sql as $$ select coalesce(content ->> 'kind', '') in ('client_merged', 'merge_undone') $$;
create temporary table before as select * from tests.snapshot();

select is(count(*), 2::bigint, 'both columns of a table are found') from private.client_references() where source = 'public.x_rays'::regclass;
select is(count(*), 1::bigint, 'a partitioned table once') from private.client_references() where source::text like 'private.x_visits%';
select tests.sign_in(:'staff');
select public.merge_clients(:'alpha', :'kept', :'merged') ->> 'merge_id' as merge \gset
select tests.as_owner_of_database();

create function tests.references_to(client uuid) returns bigint language plpgsql as $$
declare
  r record;
  n bigint;
  total bigint := 0;
begin
  for r in select * from private.client_references() loop
    execute format('select count(*) from %s where %I = $1', r.source, r.client_column) into n using client;
    total := total + n;
  end loop;
  return total;
end;
$$;
select is(tests.references_to(:'merged'), 0::bigint, 'nothing refers to the merged client any more');
select is(merged_into, :'kept', 'but the client itself says into whom it was merged') from public.clients where id = :'merged';
select is((select count(*) from public.x_rays where patient = :'kept'), 2::bigint, 'rows are moved');
select is((select count(*) from public.x_rays where guardian = :'kept'), 1::bigint, 'by each column');
select is((select count(*) from public.x_rays), 3::bigint, 'and set aside where a unique key or a check refuses them');
select is((select updated_at from public.x_rays where tooth = 11), '2026-01-01', 'without a new time of change');
select is((select score from private.x_scores), 1, 'the kept client''s row of a key wins');
select is((select count(*) from private.x_visits where client = :'kept'), 3::bigint, 'partitions and keys of several columns are moved');
select results_eq(format('select client_id, revision from public.appointments where id = %L', :'visit'), format('values (%L::uuid, 1)', :'kept'),
  'a visit goes with its client, which is no change of the visit');
select is_empty(format('select from public.activities where subject_id = %L and client_id <> %L', :'visit', :'kept'), 'with its history');
select is((select count(*) from public.audit_events where target_id = :'visit'), 1::bigint, 'and no event of its own');

select is(tests.refusal(format('insert into public.client_notes (tenant_id, client_id, body) values (%L, %L, ''late'')', :'alpha', :'merged')), 'PT409 client_merged', 'nothing new comes to the merged client');
select is(tests.refusal(format('insert into public.client_tags (tenant_id, client_id, tag_id) values (%L, %L, gen_random_uuid())', :'alpha', :'merged')), 'PT409 client_merged', 'in no table');

select tests.sign_in(:'staff');
select public.undo_merge(:'alpha', :'merge') as undone \gset
select tests.as_owner_of_database();
select is((:'undone'::jsonb) -> 'left', '[]'::jsonb, 'undoing leaves nothing behind');
select is_empty($$
  (select source, content from before except select source, content from tests.snapshot())
$$, 'every row of every table is as it was');
select is_empty($$
  (select source, content from tests.snapshot() where not tests.told(content) except select source, content from before)
$$, 'and there are no others, but for what tells of it');
select is((select count(*) from tests.snapshot() where tests.told(content)), 3::bigint, 'in the timelines');
select is((select array_agg(action order by occurred_at) from public.audit_events where tenant_id = :'alpha' and action like 'client.merge%'),
  array['client.merged', 'client.merge_undone'], 'and in the audit log, in one event each');

select * from finish();
rollback;
