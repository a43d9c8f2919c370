-- The job queue: who gets what and when, that a lost lease writes nothing, that failing backs off and ends, and what the platform sees.
begin;
\ir ../fixtures.inc
select plan(76);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.create_super_admin('root@platform.test') as root \gset
select tests.as_owner_of_database();

create function tests.put(label text, clinic uuid default null, at timestamptz default now(), key text default null) returns uuid language sql as
$$ select private.enqueue_job('test', jsonb_build_object('label', label), clinic, at, key) $$;
create function tests.labels(jobs jsonb) returns text language sql as
$$ select coalesce(string_agg(j -> 'payload' ->> 'label', ' ' order by j -> 'payload' ->> 'label'), '') from jsonb_array_elements(jobs) j $$;
create function tests.claimed(most integer default 100) returns text language sql as $$ select tests.labels(public.claim_jobs(most)) $$;
create function tests.take(label text) returns uuid language plpgsql as $$
declare
  token uuid;
begin
  update private.jobs set state = 'running', attempts = attempts + 1, lease_token = gen_random_uuid(), lease_until = now() + interval '3 minutes'
  where payload ->> 'label' = take.label and state = 'waiting' returning lease_token into token;
  return token;
end;
$$;
comment on function tests.take(text) is 'As a worker that claims this very job.';
create function tests.job(label text) returns private.jobs language sql as $$ select j from private.jobs j where j.payload ->> 'label' = job.label $$;
create function tests.abandon(label text) returns void language sql as
$$ update private.jobs set lease_until = now() - interval '1 second' where payload ->> 'label' = abandon.label and state = 'running' $$;
comment on function tests.abandon(text) is 'As if its worker had been killed and the lease had run out.';
create function tests.clear() returns void language sql as $$ delete from private.jobs $$;

-- who
select is(
  (select count(*) from unnest(array['anon', 'authenticated', 'service_role']) r, unnest(array['select', 'insert', 'update', 'delete']) p
   where has_table_privilege(r, 'private.jobs', p)), 0::bigint, 'no API role reads or writes the table');
select is(
  (select count(*) from unnest(array['anon', 'authenticated', 'service_role']) r,
     unnest(array['private.enqueue_job(text,jsonb,uuid,timestamptz,text)', 'private.cancel_job(text)', 'private.dispatch_jobs()', 'private.forget_jobs()', 'private.due_jobs(integer)']) f
   where has_function_privilege(r, f, 'execute')), 0::bigint, 'nor puts jobs in or takes them out');
create temporary table calls (call text);
insert into calls values ('select public.claim_jobs()'), ('select public.finish_job(gen_random_uuid(), gen_random_uuid())'),
  ('select public.fail_job(gen_random_uuid(), gen_random_uuid(), ''x'')');
grant select on calls to anon, authenticated, service_role;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.sign_in(:'owner');
select throws_ok(call, '42501', null, 'not for people: ' || call) from calls;
select tests.sign_in(:'root');
select throws_ok(call, '42501', null, 'not for super-admins either: ' || call) from calls;
select tests.as_owner_of_database();
set local role service_role;
select lives_ok('select public.claim_jobs()', 'the service role claims');
reset role;

-- putting in
select tests.put('first', :'alpha', key => 'alpha/1') as first \gset
select is(tests.put('second', :'alpha', now() + interval '1 hour', 'alpha/1'), :'first', 'a job of the same key takes the place of the one that waits');
select is((select count(*) from private.jobs), 1::bigint, 'it is one job');
select is((select (payload ->> 'label') || (run_at = now() + interval '1 hour') from private.jobs), 'secondtrue', 'with the new payload and time');
select is(tests.claimed(), '', 'which is not due yet');
select throws_like(
  format('select tests.put(''theirs'', %L, now(), ''alpha/1'')', :'beta'), '%another kind or clinic%', 'no clinic replaces a job of another');
select throws_like('select private.enqueue_job(''other'', ''{}'', null, now(), ''alpha/1'')', '%another kind or clinic%', 'nor does another kind of work');
select is((select tenant_id from private.jobs), :'alpha', 'the job is what it was');
select throws_ok('select private.enqueue_job(''test'', jsonb_build_object(''x'', repeat(''x'', 17000)))', '23514', null, 'a payload is small');
select throws_ok('select private.enqueue_job(''Not a kind'', ''{}'')', '23514', null, 'a kind is a plain name');
select throws_ok('select private.enqueue_job(''test'', ''[]'')', '23514', null, 'a payload is an object');
select isnt(tests.put('a'), tests.put('a'), 'without a key every job is one of its own');

-- taking out
select is(private.cancel_job('alpha/1'), true, 'a job that waits is taken out');
select is(private.cancel_job('alpha/1'), false, 'once');
select isnt(tests.put('third', :'alpha', key => 'alpha/1'), :'first', 'its key is free again');
select tests.take('third') as token \gset
select is(private.cancel_job('alpha/1'), false, 'one that is running cannot be taken out');
select is(
  tests.refusal(format('select public.fail_job(%L, %L, ''x'')', (tests.job('third')).id, :'token')), 'PT409 lease_lost', 'but it is not tried again');
select is((tests.job('third')).state, 'cancelled', 'and stays cancelled');
select tests.clear();

-- claiming
select tests.put('a' || n, :'alpha', now() - n * interval '1 minute') from generate_series(1, 6) n;
select tests.put('b1', :'beta', now() - interval '1 second'), tests.put('n1');
select is(tests.claimed(4), 'a5 a6 b1 n1', 'the clinics take turns, and within a clinic the oldest comes first');
select is(tests.claimed(3), 'a2 a3 a4', 'what is leased is not claimed again');
select is(tests.claimed(), 'a1', 'until nothing is left');
select is(tests.claimed(), '', 'then there is nothing');
select is((select count(distinct lease_token) from private.jobs where lease_until between now() + interval '2 minutes' and clock_timestamp() + interval '3 minutes'), 8::bigint, 'each has a lease of its own, of three minutes');
select is((select array_agg(distinct attempts) from private.jobs), array[1], 'and its first attempt');
select tests.clear();

select tests.put('alpha', :'alpha'), tests.put('beta', :'beta'), tests.put('nobody');
select public.admin_suspend_tenant(:'alpha', 'unpaid');
select public.admin_delete_tenant(:'beta', 'left');
select is(tests.claimed(), 'nobody', 'jobs of clinics that are not active wait');
select is((select late.jobs from private.late_jobs(interval '0') late), 0::bigint, 'and are not late');
select public.admin_resume_tenant(:'alpha', 'paid');
select is(tests.claimed(), 'alpha', 'until the clinic is back');
select public.admin_restore_tenant(:'beta', 'came back');
select tests.clear();

-- a worker that never comes back
select tests.put('fragile', :'alpha') as fragile \gset
select tests.take('fragile') as old \gset
select tests.abandon('fragile');
select tests.labels(jobs) as labels, jobs #>> '{0,lease_token}' as new, jobs #>> '{0,attempts}' as attempts from public.claim_jobs() jobs \gset
select is(:'labels' || ' ' || :'attempts', 'fragile 2', 'its job is claimed again when the lease is over');
select is(tests.refusal(format('select public.finish_job(%L, %L)', :'fragile', :'old')), 'PT409 lease_lost', 'the old worker finishes nothing');
select is(tests.refusal(format('select public.fail_job(%L, %L, ''late'', 0, true)', :'fragile', :'old')), 'PT409 lease_lost', 'and fails nothing');
select is((tests.job('fragile')).state || coalesce((tests.job('fragile')).last_error, ''), 'running', 'the job is untouched by it');
select is(public.finish_job(:'fragile', :'new'), '{"state": "done"}', 'the new one finishes it');
select is(tests.refusal(format('select public.finish_job(%L, %L)', :'fragile', :'new')), 'PT409 lease_lost', 'once');
select tests.clear();

select tests.put('deadly', :'alpha') as deadly \gset
update private.jobs set attempts = 7;
select tests.take('deadly'), tests.abandon('deadly');
select is(tests.claimed(), '', 'a job that takes every worker down with it is not claimed for ever');
select is((tests.job('deadly')).state || ' ' || (tests.job('deadly')).last_error, 'dead The worker never came back.', 'it is dead in the end');
select tests.clear();

-- one at a time for each key
select tests.put('old', :'alpha', key => 'k');
select tests.take('old') as old \gset
select tests.put('new', :'alpha', key => 'k');
select is(tests.claimed(), '', 'while a job is running, the next of its key waits');
select is(
  public.fail_job((tests.job('old')).id, :'old', 'broken') ->> 'state', 'cancelled', 'one that fails makes way for the one that waits');
select is(tests.claimed(), 'new', 'which is then due');
select tests.put('newer', :'alpha', key => 'k');
select tests.abandon('new');
select is(tests.claimed(), 'newer', 'so does one whose worker never came back');
select is((tests.job('new')).state, 'cancelled', 'and it does not come again');
select tests.clear();

-- failing
select tests.put('weak', :'alpha') as weak \gset
select tests.take('weak') as token \gset
select is(public.fail_job(:'weak', :'token', repeat('x', 600)) ->> 'state', 'waiting', 'a job that failed waits for another attempt');
select is(
  (select (run_at between now() + interval '1 minute' and now() + interval '3 minutes') || ' ' || length(last_error) || coalesce(lease_token::text, '') from private.jobs),
  'true 500', 'after one to three minutes, with the reason');
select results_eq(
  $$select n, bool_and(d >= interval '1 minute' and d <= least(interval '1 minute' * 3 ^ n, interval '6 hours')), count(distinct d) > 150
    from generate_series(1, 9) n, lateral (select private.retry_delay(n) as d from generate_series(1, 200 + 0 * n)) x group by n order by n$$,
  'select n, true, true from generate_series(1, 9) n', 'the pause grows, up to six hours, and is never the same');
select ok(max(private.retry_delay(8)) > interval '4 hours', 'up to six hours is meant') from generate_series(1, 200);
select tests.take('weak') as token \gset
select public.fail_job(:'weak', :'token', 'busy', 90);
select is((select run_at - now() from private.jobs), interval '90 seconds', 'a known moment is kept');
select tests.take('weak') as token \gset
select public.fail_job(:'weak', :'token', ' ', 999999);
select is((select extract(epoch from run_at - now())::integer || ' ' || last_error from private.jobs), '86400 No reason was given.', 'within a day');
update private.jobs set attempts = 7;
select tests.take('weak') as token \gset
select is(public.fail_job(:'weak', :'token', 'still broken', 5) ->> 'state', 'dead', 'the last attempt is the last');
select is((select state || attempts || (finished_at is not null) || (lease_until is null) from private.jobs), 'dead8truetrue', 'the job stays, to be looked at');
select tests.put('hopeless', :'alpha') as hopeless \gset
select tests.take('hopeless') as token \gset
select is(public.fail_job(:'hopeless', :'token', 'no such client', null, true) ->> 'state', 'dead', 'one that cannot succeed is dead at once');
select is(tests.claimed(), '', 'dead jobs are not claimed');

-- what the platform sees and does
select tests.put('late', :'alpha', now() - interval '6 minutes'), tests.put('soon', :'alpha'), tests.put('later', :'alpha', now() + interval '1 day');
select tests.sign_in(:'owner');
select is(tests.refusal('select public.admin_job_queue()'), 'PT403 super_admin_required', 'owners see nothing of the queue');
select is(tests.refusal(format('select public.admin_retry_job(%L, ''x'')', :'hopeless')), 'PT403 super_admin_required', 'and change nothing');
select tests.sign_in(:'root');
select is(
  public.admin_job_queue() - 'dead' - 'dead_count' - 'oldest_due_at' || jsonb_build_object('since', (public.admin_job_queue() ->> 'oldest_due_at')::timestamptz = now() - interval '6 minutes'),
  '{"waiting": 3, "overdue": 1, "since": true}', 'a super-admin sees how much waits and what is late');
select is(
  (select jsonb_agg(d - 'finished_at' - 'id' order by d ->> 'attempts') from jsonb_array_elements(public.admin_job_queue() -> 'dead') d),
  '[{"kind": "test", "attempts": 1, "last_error": "no such client", "tenant_slug": "alpha"}, {"kind": "test", "attempts": 8, "last_error": "still broken", "tenant_slug": "alpha"}]',
  'and what is dead, without its payload');
select is(tests.refusal(format('select public.admin_retry_job(%L, '' '')', :'hopeless')), 'PT422 reason_required', 'trying again asks for a reason');
select is(public.admin_retry_job(:'hopeless', 'the client is back') ->> 'state', 'waiting', 'a dead job starts over');
select is(tests.refusal(format('select public.admin_retry_job(%L, ''x'')', :'hopeless')), 'PT409 job_not_dead', 'once');
select is(tests.refusal('select public.admin_retry_job(gen_random_uuid(), ''x'')'), 'PT404 job_not_found', 'one that exists');
select tests.as_owner_of_database();
select is((select state || attempts || (run_at = now()) from private.jobs where id = :'hopeless'), 'waiting0true', 'with all its attempts, now');
select is(
  (select concat_ws(' ', action, tenant_id = :'alpha', target_label, reason) from public.audit_events where target_id = :'hopeless'), 'job.retried t test the client is back',
  'and the log says who let it');
select tests.put('keyed', :'alpha', key => 'k') as keyed \gset
select tests.take('keyed') as token \gset
select public.fail_job(:'keyed', :'token', 'x', null, true);
select tests.put('successor', :'alpha', key => 'k');
select is(tests.refusal(format('select public.admin_retry_job(%L, ''x'')', :'keyed')), 'PT409 job_replaced', 'a job whose successor waits is not brought back');

-- health
select is(private.job_queue_health() ->> 'state', 'warning', 'a late job and a dead one want a look');
update private.jobs set run_at = now() - interval '16 minutes' where payload ->> 'label' = 'late';
select is(private.job_queue_health() ->> 'state', 'problem', 'a quarter of an hour means that nobody comes');
update private.jobs set finished_at = now() - interval '8 days' where state = 'dead';
update private.jobs set run_at = now() where state = 'waiting';
select is(private.job_queue_health() ->> 'state', 'ok', 'otherwise it is well');

-- keeping it small
select tests.clear();
insert into private.jobs (kind, state, finished_at) values
  ('done-old', 'done', now() - interval '31 days'), ('done-new', 'done', now() - interval '29 days'),
  ('cancelled-old', 'cancelled', now() - interval '31 days'), ('dead-new', 'dead', now() - interval '89 days'),
  ('dead-old', 'dead', now() - interval '91 days');
insert into private.jobs (kind, run_at, created_at) values ('waiting-old', now() - interval '1 year', now() - interval '1 year');
select is(private.forget_jobs(), 3::bigint, 'what was settled a month ago is forgotten, what gave up after three');
select results_eq('select kind from private.jobs order by kind', array['dead-new', 'done-new', 'waiting-old'], 'nothing else is');

select tests.clear();
insert into private.jobs (kind, state, finished_at) select 'test', 'dead', now() - n * interval '1 minute' from generate_series(1, 57) n;
select tests.sign_in(:'root');
select is(public.admin_job_queue() -> 'dead_count', '57', 'all that gave up are counted');
select is(jsonb_array_length(public.admin_job_queue() -> 'dead'), 50, 'and the newest fifty listed');
select tests.as_owner_of_database();

select * from finish();
rollback;
