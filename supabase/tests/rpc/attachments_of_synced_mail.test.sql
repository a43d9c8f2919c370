-- Attachments of mail that is fetched: which ones wait, and who may say what became of them.
begin;
\ir ../fixtures.inc
select plan(11);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.as_owner_of_database();
insert into public.mail_accounts (tenant_id, address, preset, imap_host) values (:'alpha', 'desk@mail.test', 'generic', 'imap.mail.test')
returning id as desk \gset
select public.claim_mail_account(:'desk', 'member') ->> 'lease_token' as lease \gset
select public.open_mail_folder(:'desk', :'lease', '{"path":"INBOX","role":"inbox","uid_validity":"1"}') -> 0 ->> 'id' as folder \gset
select public.store_messages(:'desk', :'lease', :'folder', (
  select jsonb_agg(jsonb_build_object('uid', n, 'message_id', n || '@x', 'from_address', 'p@x.test', 'subject', 'S' || n,
    'attachments', jsonb_build_array(jsonb_build_object('part', '2', 'name', n || '.pdf', 'size', 5)))) from generate_series(1, 3) n), 1, 3);
create function tests.attached(name text) returns uuid language sql as $$ select t.id from public.message_attachments t where t.name = attached.name $$;
create function tests.waiting(account uuid, lease uuid) returns bigint language sql as
$$ select jsonb_array_length(public.waiting_attachments(account, lease)) $$;
create function tests.state_of(name text) returns text language sql as
$$ select concat_ws(': ', t.state, t.last_error) from public.message_attachments t where t.name = state_of.name $$;
grant execute on all functions in schema tests to authenticated;

select is(tests.waiting(:'desk', :'lease'), 3::bigint, 'what is attached waits for its turn');
select public.store_listing(:'desk', :'lease', :'folder', 1, 3, '{2,3}', 2);
select is(tests.waiting(:'desk', :'lease'), 2::bigint, 'what is not there any more cannot be fetched');
select is(tests.state_of('1.pdf'), 'failed: It is no longer in the mailbox.', 'and does not wait for ever');
select public.store_messages(:'desk', :'lease', :'folder', '[{"uid":9,"message_id":"1@x","from_address":"p@x.test","subject":"S1"}]', 9, 9);
select tests.sign_in(:'staff');
select public.want_attachment(:'alpha', tests.attached('1.pdf'));
select tests.as_owner_of_database();
select is(tests.waiting(:'desk', :'lease'), 3::bigint, 'unless the mail comes back and somebody asks for it');

select throws_ok(format('select public.settle_attachment(%L, ''stored'', 5, null, gen_random_uuid())', tests.attached('2.pdf')), 'PT409', null,
  'a worker that has lost the mailbox settles nothing');
select is(tests.state_of('2.pdf'), 'waiting', 'and nothing was settled');
select is(public.settle_attachment(tests.attached('2.pdf'), 'failed', null, 'No.', :'lease'), 'waiting', 'one that failed is tried again');
select is(public.settle_attachment(tests.attached('2.pdf'), 'stored', 5, null, :'lease'), 'stored', 'and stored');
select is(public.settle_attachment(tests.attached('2.pdf'), 'failed', null, 'No.', :'lease'), 'stored', 'which it stays, whatever somebody else says');
select is(
  (select array_agg(public.settle_attachment(tests.attached('3.pdf'), 'failed', null, 'No.', :'lease') order by n) from generate_series(1, 5) n),
  array['waiting', 'waiting', 'waiting', 'waiting', 'failed'], 'five failures are enough');
select is(public.settle_attachment(gen_random_uuid(), 'stored', 5, null, :'lease'), null, 'one that is gone has no state');

select * from finish();
rollback;
