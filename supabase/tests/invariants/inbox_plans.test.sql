-- The inbox at realistic size: whatever is asked, nothing reads a table as a whole, and no more rows than the answer needs.
-- The queries are made inside functions, so that what they read is counted instead of explained.
begin;
\ir ../fixtures.inc
select plan(24);

select tests.create_clinic('big') as big \gset
select tests.create_clinic('small') as small \gset
select tests.join_clinic(:'big', 'owner@big.test', 'owner') as owner \gset
insert into public.tags (tenant_id, name) values (:'big', 'rare') returning id as tag \gset
insert into public.tags (tenant_id, name) values (:'big', 'usual') returning id as usual \gset
insert into public.mail_accounts (tenant_id, address, preset) select t, 'desk@' || left(t::text, 8) || '.test', 'webhook' from unnest(array[:'big', :'small']::uuid[]) t;
insert into public.mail_accounts (tenant_id, address, preset) values (:'big', 'second@big.test', 'webhook') returning id as second \gset

alter table public.conversations disable trigger user;
alter table public.messages disable trigger user;
alter table public.conversation_tags disable trigger user;
create temporary table seeds as
select a.tenant_id, a.id as account_id, n, gen_random_uuid() as id, '2026-01-01T00:00Z'::timestamptz + n * interval '1 hour' as at
from public.mail_accounts a, generate_series(1, case when a.address = 'second@big.test' then 20 when a.tenant_id = :'big' then 6000 else 50 end) n;
insert into public.conversations (id, tenant_id, account_id, subject, status, snoozed_until, assignee_id, unread_count, last_message_at, last_inbound_at)
select s.id, s.tenant_id, s.account_id, 'Subject', case when n % 10 = 0 then 'open' when n % 500 = 1 then 'snoozed' else 'closed' end,
  case when n % 10 <> 0 and n % 500 = 1 then '2030-01-01'::timestamptz end, case when n % 50 = 0 and s.tenant_id = :'big' then :'owner'::uuid end, case when n % 10 = 0 and n % 4 = 0 then 1 else 0 end, s.at, s.at from seeds s;
insert into public.messages (tenant_id, account_id, conversation_id, direction, message_key, sent_at, text_body)
select s.tenant_id, s.account_id, s.id, 'inbound', s.id || '-' || k, s.at, concat_ws(' ', 'common', case when n % 400 = 7 then 'rare' end, case when n % 150 = 0 then 'seldom' end, 'x' || n)
from seeds s, generate_series(1, 2) k;
insert into private.message_search select m.tenant_id, m.id, m.conversation_id, private.mail_vector(m.tenant_id, m.text_body) from public.messages m;
insert into public.conversation_tags (tenant_id, conversation_id, tag_id) select s.tenant_id, s.id, :'tag' from seeds s where s.tenant_id = :'big' and n % 600 = 0;
insert into public.conversation_tags (tenant_id, conversation_id, tag_id) select s.tenant_id, s.id, :'usual' from seeds s where s.tenant_id = :'big' and n % 3 = 0;
alter table public.conversations enable trigger user;
alter table public.messages enable trigger user;
alter table public.conversation_tags enable trigger user;
analyze public.conversations; analyze public.messages; analyze private.message_search; analyze public.conversation_tags;
select gin_clean_pending_list('private.message_search_words_idx') \gset
set local random_page_cost = 1.1;

create function tests.reads() returns bigint[] language sql as
$$ select array[sum(t.seq_scan), sum(coalesce(t.idx_tup_fetch, 0) + t.seq_tup_read)]::bigint[] from pg_stat_xact_all_tables t
   where t.relid in ('public.conversations'::regclass, 'public.messages'::regclass, 'private.message_search'::regclass,
     'public.conversation_tags'::regclass, 'public.message_attachments'::regclass) $$;
create function tests.cost(person uuid, statement text) returns bigint[] language plpgsql as $$
declare
  before bigint[];
  after bigint[];
begin
  perform tests.claim(person);
  before := tests.reads();
  execute statement;
  after := tests.reads();
  return array[after[1] - before[1], after[2] - before[2]];
end $$;
create temporary table runs as
select v.name, v.most, tests.cost(:'owner', case when v.call is null
  then format('select private.list_conversations(%L, %L, %L, 50)', :'big', v.filters, v.after) else format(v.call, :'big') end) as cost
from (values
  ('list', 160, '{}'::jsonb, null::jsonb, null::text),
  ('all', 160, '{"view": "all"}', null, null),
  ('mine', 160, '{"view": "mine"}', null, null),
  ('unassigned', 160, '{"view": "unassigned"}', null, null),
  ('deep', 160, '{"view": "all"}', '{"last_message_at": "2026-02-01T00:00Z", "id": "00000000-0000-0000-0000-000000000000"}', null),
  ('mailbox', 160, jsonb_build_object('view', 'all', 'account_id', :'second'), null, null),
  ('colleague', 160, jsonb_build_object('view', 'all', 'assignee_id', :'owner'), null, null),
  ('tag', 160, jsonb_build_object('view', 'all', 'tag_id', :'tag'), null, null),
  ('common', 600, '{"view": "all", "search": "common"}', null, null),
  ('rare', 900, '{"view": "all", "search": "rare"}', null, null),
  ('nothing', 700, '{"view": "all", "search": "nothing"}', null, null),
  ('counts', 700, null, null, 'select private.inbox_counts(%L)')) v (name, most, filters, after, call);

select is((r.cost)[1], 0::bigint, r.name || ': no table is read as a whole') from runs r order by r.name;
select cmp_ok((r.cost)[2], '<=', r.most::bigint, r.name || ': only as many rows as it needs') from runs r order by r.name;
select * from finish();
rollback;
