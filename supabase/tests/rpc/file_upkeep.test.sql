-- Keeping rows and objects in step: what is removed when, what is marked, and that two runs never hold the same object.
begin;
\ir ../fixtures.inc
select plan(26);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.as_owner_of_database();
insert into public.clients (tenant_id, last_name) values (:'alpha', 'Ash') returning id as ash \gset

create function tests.file(title text, in_state text, age interval, has_object boolean) returns uuid language plpgsql as $$
declare
  file public.client_files;
begin
  insert into public.client_files (tenant_id, client_id, name, content_type, size, state, created_at, created_by, stored_at, deleted_at)
  select c.tenant_id, c.id, title, 'image/png', 5, in_state, now() - age, private.person('owner@alpha.test'),
    case when in_state <> 'uploading' and title <> 'cancelled' then now() - age end, case when in_state = 'deleting' then now() - age end
  from public.clients c where c.last_name = 'Ash' returning * into file;
  if has_object then
    insert into storage.objects (bucket_id, name, created_at) values ('client-files', file.object_name, now() - age);
  end if;
  return file.id;
end;
$$;
create function tests.state(title text) returns text language sql as $$ select state from public.client_files where name = title $$;
create function tests.claimed() returns text[] language sql as
$$ select array(select (r ->> 'reason') || ' ' || coalesce(f.name, split_part(r ->> 'object_name', '/', 4)) from jsonb_array_elements(public.claim_file_removals()) r
   left join public.client_files f on f.id = (r ->> 'file_id')::uuid order by 1) $$;
create function tests.remove_objects() returns void language plpgsql as $$
begin
  perform set_config('storage.allow_delete_query', 'true', true);
  delete from storage.objects o using private.object_removals r where o.name = r.object_name;
  perform set_config('storage.allow_delete_query', 'false', true);
end;
$$;
comment on function tests.remove_objects() is 'As the Storage API removes what has been claimed.';

select tests.file('in use', 'stored', '9 days', true);
select tests.file('lost', 'stored', '9 days', false) as lost \gset
select tests.file('in the bin', 'deleting', '6 days 23 hours', true) as binned \gset
select tests.file('out of the bin', 'deleting', '7 days 1 hour', true) as gone \gset
select tests.file('uploading', 'uploading', '23 hours', true);
select tests.file('abandoned', 'uploading', '25 hours', true);
select tests.file('abandoned empty', 'uploading', '25 hours', false);
select tests.file('cancelled', 'deleting', '2 hours', true);
insert into storage.objects (bucket_id, name, created_at) values
  ('client-files', 'tenants/' || :'alpha' || '/clients/stray-old/1', now() - interval '25 hours'),
  ('client-files', 'tenants/' || :'alpha' || '/clients/stray-new/1', now() - interval '23 hours');

-- who
select tests.sign_in(:'owner');
select throws_ok(call, '42501', null, 'not for people: ' || call)
from unnest(array['select public.compare_files()', 'select public.claim_file_removals()', 'select public.record_file_removals(''{}'')', 'select public.record_file_missing(gen_random_uuid())']) call;
select tests.as_owner_of_database();

-- comparing, in slices of three
create temporary table answers (n serial, answer jsonb);
do $$
declare
  answer jsonb;
begin
  loop
    insert into answers (answer) values (public.compare_files(3)) returning answers.answer into answer;
    exit when (answer ->> 'is_done')::boolean;
  end loop;
end;
$$;
select is((select sum((answer ->> 'files')::integer) from answers), 8::bigint, 'every row is looked at once');
select is((select sum((answer ->> 'objects')::integer) from answers), 8::bigint, 'and every object');
select is((select max(n) from answers), 3, 'a slice at a time');
select is((select sum((answer ->> 'orphans')::integer) from answers), 1::bigint, 'one object is an orphan and old enough');
select results_eq(
  'select m ->> ''file_id'' from answers, jsonb_array_elements(answer -> ''missing'') m', array[:'lost'], 'one row has lost its object');
select is(tests.state('lost'), 'missing', 'and says so');
select is(tests.state('in use'), 'stored', 'the others stay');
select is(
  (select concat_ws(' ', action, target_label) from public.audit_events where target_id = :'lost' order by occurred_at desc limit 1), 'file.missing lost',
  'the loss is recorded');

-- claiming
select tests.claimed() as claimed \gset
select is(
  :'claimed', array['abandoned abandoned', 'abandoned abandoned empty', 'cancelled cancelled', 'deleted out of the bin', 'orphan stray-old']::text,
  'what is due is claimed, and nothing else');
select is(tests.claimed(), '{}', 'a second run gets nothing of it');
select tests.claim(:'owner');
select is(tests.refusal(format('select public.restore_file(%L, %L)', :'alpha', :'gone')), 'PT410 file_deleted', 'what is on its way out is not brought back');
select is(public.restore_file(:'alpha', :'binned') ->> 'state', 'stored', 'what is still in the bin is');
select tests.as_owner_of_database();
select is(
  tests.refusal(format('select public.finish_upload(%L, id) from public.client_files where name = ''abandoned''', :'alpha')), 'PT404 clinic_not_found',
  'the database''s owner is nobody''s member');

-- what Storage has not done is tried again
select is(
  public.record_file_removals(array(select object_name from private.object_removals)) -> 'removed',
  (select to_jsonb(array[f.object_name]) from public.client_files f where f.name = 'abandoned empty')::jsonb,
  'only what is really gone is settled');
update private.object_removals set leased_until = now() - interval '1 second';
select tests.claimed() as claimed_again \gset
select is(:'claimed_again', array['abandoned abandoned', 'cancelled cancelled', 'deleted out of the bin', 'orphan stray-old']::text, 'the rest is claimed again when its lease is over');
select tests.remove_objects();
select is(jsonb_array_length(public.record_file_removals(array(select object_name from private.object_removals)) -> 'removed'), 4, 'and settled when it is gone');
select is((select count(*) from private.object_removals), 0::bigint, 'nothing is left to do');
select is(tests.state('out of the bin'), 'deleted', 'a deleted file stays known, without its content');
select is_empty('select from public.client_files where name ~ ''abandoned|cancelled''', 'of what never was there, nothing stays');
select is((select count(*) from storage.objects where bucket_id = 'client-files'), 4::bigint, 'nothing else was removed');

-- a link that finds no object
select is(public.record_file_missing(:'binned'), '{"recorded": true}', 'a stored file is marked as missing');
select is(public.record_file_missing(:'gone'), '{"recorded": false}', 'one that was deleted is not');

select * from finish();
rollback;
