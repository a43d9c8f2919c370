-- Changing a series: what a dry run tells, rules that go on and rules anew, days of the month, visits left where they are.
begin;
\ir ../fixtures.inc
select plan(21);

select tests.create_clinic('alpha') as alpha \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
update public.tenants set time_zone = 'Europe/Bucharest' where id = :'alpha';
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Ana', 'Pop') returning id as client \gset
insert into public.providers (tenant_id, name) values (:'alpha', 'Dr. One') returning id as one \gset
-- A Tuesday at 10 where the clinic is, two weeks ahead at least.
select ((date_trunc('week', now() at time zone 'Europe/Bucharest') + interval '15 days 10 hours') at time zone 'Europe/Bucharest') as ten \gset

create function tests.fields(client text, provider text, start timestamptz, minutes integer default 30) returns jsonb language sql as
$$ select jsonb_build_object('client_id', client, 'provider_id', provider, 'starts_at', start, 'ends_at', start + make_interval(mins => minutes)) $$;
create function tests.place(at timestamptz) returns jsonb language sql as
$$ select jsonb_build_object('starts_at', at, 'ends_at', at + interval '30 minutes') $$;
create function tests.nth(series uuid, n integer) returns uuid stable language sql security definer as
$$ select id from public.appointments v where v.series_id = series and v.status = 'booked' order by starts_at offset n - 1 limit 1 $$;
create function tests.start_of(visit uuid) returns timestamptz stable language sql security definer as
$$ select starts_at from public.appointments where id = visit $$;
-- The wall times of what is booked, oldest first, by the week after the first: "0 Tue 10:00, 1 Tue 10:00".
create function tests.visits(client uuid, first timestamptz) returns text stable language sql security definer as
$$ select string_agg(((starts_at at time zone 'Europe/Bucharest')::date - (first at time zone 'Europe/Bucharest')::date) / 7
     || to_char(starts_at at time zone 'Europe/Bucharest', ' Dy HH24:MI'), ', ' order by starts_at) from public.appointments v
   where v.client_id = client and v.status = 'booked' $$;
grant execute on all functions in schema tests to authenticated;
select tests.sign_in(:'staff');

-- how it would go on
select public.book_series(:'alpha', tests.fields(:'client', :'one', :'ten'), 'FREQ=WEEKLY;BYDAY=TU;COUNT=4') ->> 'series_id' as series \gset
select tests.nth(:'series', 3) as third \gset
select public.change_series(:'alpha', :'third', 'following', '{}', dry_run => true) as dry \gset
select is(:'dry'::jsonb ->> 'rule', 'FREQ=WEEKLY;BYDAY=TU;COUNT=2', 'from the third on there are two more');
select is((:'dry'::jsonb ->> 'begins_at')::timestamptz, :'ten'::timestamptz + interval '14 days', 'the first of them the third itself');
select is((:'dry'::jsonb ->> 'is_new_rule')::boolean, false, 'as before');
select public.change_series(:'alpha', :'third', 'all', tests.place(:'ten'::timestamptz + interval '15 days'), dry_run => true) as dry \gset
select is(:'dry'::jsonb ->> 'rule', 'FREQ=WEEKLY;BYDAY=WE;COUNT=4', 'on another day all four');
select is((:'dry'::jsonb ->> 'begins_at')::timestamptz, :'ten'::timestamptz + interval '1 day', 'from the first on');
select is((public.change_series(:'alpha', :'third', 'following', '{}', dry_run => true, rule => 'FREQ=WEEKLY;BYDAY=TU;COUNT=2') ->> 'is_new_rule')::boolean, false,
  'the rule as it goes on is no new one');
select is(public.change_series(:'alpha', :'third', 'following', '{}', dry_run => true, rule => 'FREQ=WEEKLY;BYDAY=TU;COUNT=4') -> 'booked', '2'::jsonb,
  'the words of the old one count anew');
select public.change_series(:'alpha', :'third', 'following', '{}', rule => 'FREQ=WEEKLY;BYDAY=TU;COUNT=4') ->> 'series_id' as series \gset
select is(tests.visits(:'client', :'ten'), '0 Tue 10:00, 1 Tue 10:00, 2 Tue 10:00, 3 Tue 10:00, 4 Tue 10:00, 5 Tue 10:00', 'four from the third on');
select is(public.change_series(:'alpha', :'third', 'following', '{}', dry_run => true, rule => 'FREQ=WEEKLY;BYDAY=TU;COUNT=1') -> 'cancelled', '3'::jsonb,
  'fewer visits than there were are cancellations');
select is(public.change_series(:'alpha', :'third', 'following', '{"note": "Braces"}', dry_run => true) -> 'moved', '4'::jsonb, 'a note is for all of them');

-- left where it is
select public.book_appointment(:'alpha', tests.fields(:'client', :'one', :'ten'::timestamptz + interval '22 days'));
select tests.place(:'ten'::timestamptz + interval '15 days') as wednesday \gset
select public.change_series(:'alpha', :'third', 'following', :'wednesday', dry_run => true) as dry \gset
select is(:'dry'::jsonb -> 'conflicts', '1'::jsonb, 'one cannot go to Wednesday');
select jsonb_path_query_array(:'dry'::jsonb, '$.occurrences[*] ? (@.obstacles.size() > 0).starts_at') as taken \gset
select public.change_series(:'alpha', :'third', 'following', :'wednesday', dry_run => true, skip => :'taken') as dry \gset
select is(:'dry'::jsonb - array['occurrences', 'rule', 'begins_at', 'is_new_rule', 'needs_rule'],
  '{"moved": 3, "booked": 0, "cancelled": 0, "left_alone": 1, "conflicts": 0}', 'it is left alone, and nothing is in the way');
select public.change_series(:'alpha', :'third', 'following', :'wednesday', skip => :'taken');
select is(tests.visits(:'client', :'ten'),
  '0 Tue 10:00, 1 Tue 10:00, 2 Wed 10:00, 3 Tue 10:00, 3 Wed 10:00, 4 Wed 10:00, 5 Wed 10:00', 'the others have gone, it is where it was');

-- days of the month do not move
select (date_trunc('month', :'ten'::timestamptz at time zone 'Europe/Bucharest') + interval '2 months 9 days 10 hours') at time zone 'Europe/Bucharest' as tenth \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Dan', 'Rusu') returning id as dan \gset
select public.book_series(:'alpha', tests.fields(:'dan', :'one', :'tenth'::timestamptz + interval '4 hours'), 'FREQ=MONTHLY;BYMONTHDAY=10;COUNT=3', outside_hours => true)
  ->> 'series_id' as monthly \gset
select tests.nth(:'monthly', 2) as second \gset
select tests.place(tests.start_of(:'second') + interval '1 day') as later \gset
select public.change_series(:'alpha', :'second', 'following', :'later', dry_run => true) as dry \gset
select is((:'dry'::jsonb ->> 'needs_rule')::boolean, true, 'on another day of the month they need another rule');
select is(:'dry'::jsonb ->> 'rule', 'FREQ=MONTHLY;BYMONTHDAY=10;COUNT=2', 'the old one is told as it would go on');
select is((:'dry'::jsonb ->> 'begins_at')::timestamptz, tests.start_of(:'second') + interval '1 day', 'and the day from which it is to be');
select is(tests.refusal(format('select public.change_series(%L, %L, ''following'', %L)', :'alpha', :'second', :'later')), 'PT422 rule_required', 'without one nothing is saved');
select is((public.change_series(:'alpha', :'second', 'following', :'later', dry_run => true, rule => 'FREQ=MONTHLY;BYMONTHDAY=11;COUNT=2') ->> 'needs_rule')::boolean, false,
  'with one they have it');
select is((public.change_series(:'alpha', :'second', 'following', :'later', dry_run => true, rule => 'FREQ=MONTHLY;BYMONTHDAY=10;COUNT=2') ->> 'is_new_rule')::boolean, true,
  'the old one is another one from there');
select public.change_series(:'alpha', :'second', 'following', :'later', rule => 'FREQ=MONTHLY;BYMONTHDAY=11;COUNT=2', outside_hours => true);
select is((select array_agg(extract(day from starts_at at time zone 'Europe/Bucharest')::integer order by starts_at) from public.appointments where client_id = :'dan' and status = 'booked'),
  array[10, 11, 11], 'and go there');
select is((select count(*) from public.appointments where client_id = :'dan' and status <> 'booked'), 0::bigint, 'none of them lost');

select * from finish();
rollback;
