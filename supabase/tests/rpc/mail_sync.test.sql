-- Syncing mailboxes: whose turn it is, who may write, when it is quiet, what failures lead to, and how mail is removed.
begin;
\ir ../fixtures.inc
select plan(54);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.as_owner_of_database();

create function tests.mailbox(clinic uuid, name text, quiet boolean default false) returns uuid language sql as $$
  insert into public.mail_accounts (tenant_id, address, preset, imap_host, smtp_host, quiet_from, quiet_to)
  values (clinic, name || '@mail.test', 'generic', 'imap.mail.test', 'smtp.mail.test', '22:00', case when quiet then '06:00'::time else '22:00' end)
  returning id
$$;
create function tests.claim_mailbox(account uuid, cause text default 'schedule') returns jsonb language sql as
$$ select public.claim_mail_account(account, cause) $$;
create function tests.finish_sync(account uuid, result jsonb) returns jsonb language sql as
$$ select public.finish_mail_sync(account, (select lease_token from public.mail_accounts where id = account), result) $$;
create function tests.all_due() returns void language sql as
$$ update public.mail_accounts set next_sync_at = now(), dispatched_at = null, lease_token = null, lease_until = null $$;
create function tests.fail_sync(account uuid, code text) returns text language plpgsql as $$
begin
  perform tests.all_due();
  perform tests.claim_mailbox(account);
  return tests.finish_sync(account, jsonb_build_object('outcome', 'failed', 'error_code', code, 'error', 'It did not work.')) ->> 'status';
end;
$$;

-- claiming and fencing ---------------------------------------------------------------------------------------------
select tests.mailbox(:'alpha', 'one') as one \gset
select tests.claim_mailbox(:'one') as claim \gset
select is((:'claim'::jsonb) -> 'folders', '[]', 'a claim says how far the folders are');
select is((:'claim'::jsonb) #>> '{account,address}', 'one@mail.test', 'and which mailbox it is');
select ok(not (:'claim'::jsonb -> 'account') ? 'lease_token', 'but holds the lease only once');
select is(tests.claim_mailbox(:'one') ->> 'skipped', 'already-syncing', 'a second worker is sent away');
select is(tests.claim_mailbox(:'one', 'member') ->> 'skipped', 'already-syncing', 'a member, too');
select throws_ok(format('select public.extend_mail_lease(%L, gen_random_uuid())', :'one'), 'PT409', null, 'nobody extends a lease that is not theirs');
select throws_ok(
  format('select public.open_mail_folder(%L, gen_random_uuid(), ''{"path":"INBOX","role":"inbox","uid_validity":"1"}'')', :'one'),
  'PT409', null, 'nobody opens a folder without it');
select is((select count(*) from private.mail_folders where account_id = :'one'), 0::bigint, 'and no folder was opened');
select public.open_mail_folder(:'one', (:'claim'::jsonb ->> 'lease_token')::uuid, '{"path":"INBOX","role":"inbox","uid_validity":"7","floor_uid":3}') as folders \gset
select (:'folders'::jsonb -> 0 ->> 'id') as folder \gset
select is((:'folders'::jsonb -> 0 ->> 'floor_uid')::int, 3, 'whoever holds it opens one');
update public.mail_accounts set lease_until = now() - interval '1 second' where id = :'one';
select throws_ok(
  format('select public.store_messages(%L, %L, %L, ''[]'', 1, 9)', :'one', :'claim'::jsonb ->> 'lease_token', :'folder'), 'PT409', null,
  'a lease that is over stores nothing');
select is((select done from private.mail_folders where id = :'folder'), '{}'::int8multirange, 'and nothing counts as done');
select private.dispatch_mail_syncs();
select is((select outcome || error_code from public.mail_runs where account_id = :'one'), 'abandonedlease_lost', 'a run whose worker never came back is closed');
update public.mail_accounts set dispatched_at = null where id = :'one';
select isnt(tests.claim_mailbox(:'one') ->> 'lease_token', :'claim'::jsonb ->> 'lease_token', 'the next one has a lease of its own');
select throws_ok(
  format('select public.finish_mail_sync(%L, %L, ''{"outcome":"done"}'')', :'one', :'claim'::jsonb ->> 'lease_token'), 'PT409', null,
  'and the worker that was thought dead ends no run');
select throws_ok(format('select tests.claim_mailbox(%L)', gen_random_uuid()), 'PT404', null, 'there is no such mailbox');
update public.tenants set status = 'suspended', status_reason = 'test', status_changed_at = now() where id = :'alpha';
select throws_ok(format('select public.extend_mail_lease(%L, (select lease_token from public.mail_accounts where id = %L))', :'one', :'one'),
  'PT409', null, 'the lease ends with the clinic''s access');
update public.tenants set status = 'active', status_reason = 'Over', status_changed_at = now() + interval '1 second' where id = :'alpha';

-- storing ----------------------------------------------------------------------------------------------------------
select lease_token as lease from public.mail_accounts where id = :'one' \gset
select public.store_messages(:'one', :'lease', :'folder', '[{"uid":5,"message_id":"a@x","from_address":"p@x.test","subject":"A"},{"uid":6,"problem":"broken"}]', 5, 9) as stored \gset
select is(:'stored'::jsonb - 'folders', '{"stored":1,"known":0,"poisoned":1}', 'a batch is stored with its problems');
select public.store_messages(:'one', :'lease', :'folder', '[{"uid":5,"message_id":"a@x","from_address":"p@x.test","subject":"A"},{"uid":6,"problem":"broken"}]', 3, 4) as stored \gset
select is((:'stored'::jsonb ->> 'stored')::int + (select count(*) from public.messages where account_id = :'one'), 1::bigint, 'once, however often it comes');
select is((select done from private.mail_folders where id = :'folder'), '{[3,10)}'::int8multirange, 'and what is done grows together');
select is(public.store_listing(:'one', :'lease', :'folder', 3, 9, '{6}', null), '{"moved":0,"deleted":1}', 'what is not listed any more was deleted');
select is((select listed_at from private.mail_folders where id = :'folder'), null, 'a comparison that goes on is not over');
select public.store_listing(:'one', :'lease', :'folder', 1, 0, '{}', 4);
select is((select (message_total, listed_at)::text from private.mail_folders where id = :'folder'), '(4,)', 'a number alone compares nothing');
select public.store_listing(:'one', :'lease', :'folder', 3, 9, '{6}', 4);
select is((select listed_at from private.mail_folders where id = :'folder'), now(), 'the last window ends it');

-- quiet hours ------------------------------------------------------------------------------------------------------
select tests.mailbox(:'beta', 'quiet', true) as quiet \gset
create function tests.quiet_until(moment timestamptz) returns text language sql as $$
  select (private.quiet_end(a, moment) at time zone 'UTC')::text from public.mail_accounts a where a.address = 'quiet@mail.test'
$$;
-- Bucharest is two hours ahead in winter, three in summer.
select is(tests.quiet_until('2026-01-10 19:59:59+00'), null, 'just before ten in the evening it is not quiet');
select is(tests.quiet_until('2026-01-10 20:00+00'), '2026-01-11 04:00:00', 'from ten it is, until six the next day');
select is(tests.quiet_until('2026-01-11 03:59:59+00'), '2026-01-11 04:00:00', 'after midnight until six the same day');
select is(tests.quiet_until('2026-01-11 04:00+00'), null, 'at six it is over');
select is(tests.quiet_until('2026-07-10 19:30+00'), '2026-07-11 03:00:00', 'by the clocks of the clinic, in summer, too');
select is(tests.quiet_until('2026-03-28 21:00+00'), '2026-03-29 03:00:00', 'the night in which clocks go forward ends at six of the new time');
select is(tests.quiet_until('2026-10-24 20:00+00'), '2026-10-25 04:00:00', 'and so does the one in which they go back');
update public.mail_accounts set quiet_from = '12:00', quiet_to = '14:00' where id = :'quiet';
select is(tests.quiet_until('2026-01-10 11:00+00'), '2026-01-10 12:00:00', 'quiet hours may be in the day');
update public.mail_accounts set quiet_to = '12:00' where id = :'quiet';
select is(tests.quiet_until('2026-01-10 10:00+00'), null, 'equal times mean none');
update public.mail_accounts set quiet_from = '00:00', quiet_to = '23:59:59.999' where id = :'quiet';
select is(tests.claim_mailbox(:'quiet') ->> 'skipped', 'quiet-hours', 'the schedule is sent away');
select ok((select next_sync_at > now() and lease_token is null from public.mail_accounts where id = :'quiet'), 'until they end');
select ok(tests.claim_mailbox(:'quiet', 'member') ? 'lease_token', 'a member is not');

-- whose turn it is -------------------------------------------------------------------------------------------------
select tests.mailbox(:'alpha', 'many' || n) from generate_series(1, 8) n;
select tests.all_due();
update public.mail_accounts set last_attempt_at = now() - interval '1 hour', quiet_from = '22:00', quiet_to = '22:00';
select results_eq(
  $$select count(*)::int from private.due_mail_accounts(2) d group by d.tenant_id order by 1$$, array[1, 1],
  'a clinic with nine mailboxes does not keep the one of another waiting');
update public.mail_accounts set last_attempt_at = now() - interval '2 hours' where address = 'many5@mail.test';
select is((select a.address from private.due_mail_accounts(1) d join public.mail_accounts a using (id)), 'many5@mail.test', 'the least recently synced comes first');
select is(private.dispatch_mail_syncs(), 4, 'five may be at work at once, three of one clinic');
select is(private.dispatch_mail_syncs(), 0, 'and none is called twice');
update private.mail_sync_settings set batch_limit = 7;
select is(private.dispatch_mail_syncs(), 1, 'with more places, there is one more for the clinic');
select id as working from public.mail_accounts where tenant_id = :'alpha' and dispatched_at is not null limit 1 \gset
select ok(tests.claim_mailbox(:'working') ? 'lease_token', 'one of them begins');
select is(tests.finish_sync(:'working', '{"outcome":"done"}') ->> 'status', 'active', 'and is done');
select is((select count(*)::int from public.mail_accounts where tenant_id = :'alpha' and dispatched_at is not null), 4, 'and the next of the clinic is called at once');
select is((select next_sync_at - now() from public.mail_accounts where id = :'working'), interval '9 minutes 40 seconds',
  'it comes again with the minute in which its interval has passed');
select ok(tests.claim_mailbox(:'working', 'member') ? 'lease_token', 'a member asks for it once more');
select is((tests.finish_sync(:'working', '{"outcome":"more","counts":{"stored":3,"backlog":9}}') ->> 'next_sync_at')::timestamptz, now(), 'one that has more goes on at once');
select ok(tests.claim_mailbox(:'working', 'member') ? 'lease_token', 'and again');
select is((tests.finish_sync(:'working', '{"outcome":"more","counts":{"stored":0,"backlog":9}}') ->> 'next_sync_at')::timestamptz, now() + interval '1 minute',
  'but not when it did nothing');

-- failures ---------------------------------------------------------------------------------------------------------
select is(array[tests.fail_sync(:'one', 'auth'), tests.fail_sync(:'one', 'throttled'), tests.fail_sync(:'one', 'auth'), tests.fail_sync(:'one', 'auth')],
  array['active', 'active', 'active', 'active'], 'a password that is refused now and then stops nothing');
select is(tests.fail_sync(:'one', 'auth'), 'auth_error', 'three times in a row does');
select is(tests.claim_mailbox(:'one') ->> 'skipped', 'auth-error', 'and it is left alone');
update public.mail_accounts set status = 'active', fail_count = 10, auth_fail_count = 0 where id = :'one';
select is(array[tests.fail_sync(:'one', 'network'), tests.fail_sync(:'one', 'network')], array['active', 'suspended'], 'twelve failures in a row suspend it');
select ok((select min(private.mail_backoff(n, 'network')) >= interval '30 seconds' and max(private.mail_backoff(n, 'network')) <= interval '6 hours'
  from generate_series(1, 20) n) and private.mail_backoff(1, 'throttled') >= interval '5 minutes', 'it rests longer each time, at most six hours');
select is((select count(*) from public.audit_events where action = 'mail_account.stopped' and target_id = :'one'), 2::bigint, 'being stopped is on record');

select * from finish();
rollback;
