-- The waiting list at realistic size, in one of 10 clinics with 3,000 entries each, of which one in ten still waits.
begin;
\ir ../fixtures.inc
select plan(6);

insert into public.tenants (slug, name, max_seats) select 'clinic-' || n, 'Clinic ' || n, 10 from generate_series(1, 10) n;
select id as clinic from public.tenants where slug = 'clinic-7' \gset
select tests.join_clinic(:'clinic', 'owner@clinic.test', 'owner') as owner \gset
insert into public.clients (tenant_id, last_name) select t.id, 'Client ' || n from public.tenants t, generate_series(1, 50) n;
insert into public.services (tenant_id, name) select t.id, 'Check' from public.tenants t;
alter table public.waitlist_entries disable trigger user;
insert into public.waitlist_entries (tenant_id, client_id, service_id, priority, state, closed_at, created_at)
select s.tenant_id, c.ids[1 + n % 50], s.id, case when n % 7 = 0 then 'high' else 'normal' end,
  case when n % 10 = 0 then 'waiting' else 'closed' end, case when n % 10 <> 0 then now() end, now() - make_interval(mins => n)
from public.services s
join (select tenant_id, array_agg(id) as ids from public.clients group by tenant_id) c on c.tenant_id = s.tenant_id, generate_series(1, 3000) n;
alter table public.waitlist_entries enable trigger user;
alter table public.waitlist_offers disable trigger user;
insert into public.waitlist_offers (tenant_id, entry_id, starts_at, ends_at, opening_starts_at, opening_ends_at, expires_at, state, ended_at)
select e.tenant_id, e.id, m, m + interval '1 hour', m, m + interval '1 hour', m,
  case when e.state = 'waiting' then 'open' else 'expired' end, case when e.state <> 'waiting' then now() end
from public.waitlist_entries e, lateral (select e.created_at + interval '2 days' as m) x;
alter table public.waitlist_offers enable trigger user;
analyze public.waitlist_entries, public.waitlist_offers;
select client_id as client, id as entry from public.waitlist_entries where tenant_id = :'clinic' limit 1 \gset

create function tests.plan_of(statement text) returns text language plpgsql as
$$
declare
  line text;
  whole text := '';
begin
  for line in execute 'explain (costs off) ' || statement loop
    whole := whole || line || E'\n';
  end loop;
  return whole;
end;
$$;
grant execute on function tests.plan_of(text) to authenticated;
create function tests.pages(clinic uuid) returns bigint language plpgsql as
$$
declare
  page jsonb;
  after jsonb;
  found bigint := 0;
begin
  loop
    page := public.list_waitlist(clinic, '{}', after, 70);
    found := found + jsonb_array_length(page -> 'entries');
    after := page -> 'next';
    exit when after is null or after = 'null';
  end loop;
  return found;
end;
$$;
grant execute on function tests.pages(uuid) to authenticated;
set local random_page_cost = 1.1;

create temporary view list_plan as select tests.plan_of(format($$
  select e.id from public.waitlist_entries e
  where e.tenant_id = %L and (case e.state when 'waiting' then 0 when 'offered' then 0 else 1 end) = 0
  order by (case e.priority when 'high' then 0 else 1 end), e.created_at, e.id limit 51 $$, :'clinic')) as plan;
select matches(plan, 'waitlist_entries_order_idx', 'the list reads its index') from list_plan;
select doesnt_match(plan, 'Seq Scan|Sort', 'without scanning or sorting') from list_plan;
select matches(tests.plan_of($$
  select o.* from public.waitlist_offers o join public.waitlist_entries e on e.tenant_id = o.tenant_id and e.id = o.entry_id
  where o.state = 'open' and o.expires_at <= now() order by o.expires_at limit 500 $$), 'waitlist_offers_expiry_idx', 'offers whose time is over are found by when it is');
select tests.sign_in(:'owner');
select matches(tests.plan_of(format('select * from public.waitlist_entries where tenant_id = %L and client_id = %L', :'clinic', :'client')),
  'waitlist_entries_client_idx', 'a client''s entries are found by the client');
select is((public.list_waitlist(:'clinic') #>> '{entries,0,priority}'), 'high', 'the first page begins with an urgent one');
select is(tests.pages(:'clinic'), 300::bigint, 'and the pages together are those who wait, once each');
select * from finish();
rollback;
