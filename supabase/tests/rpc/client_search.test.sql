-- Clients are found by words, parts of numbers and filters, in every order, page by page; and by names spelled nearly right.
begin;
\ir ../fixtures.inc
select plan(80);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'leaver@alpha.test', 'staff') as leaver \gset
select tests.join_clinic(:'alpha', 'suspended@alpha.test', 'staff') as suspended \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.clients (tenant_id, first_name, last_name, email, phone, date_of_birth, city, preferred_channel, consent_marketing) values
  (:'alpha', 'Ana', 'Popescu', 'ana@yahoo.com', '0721 000 111', '1990-03-05', 'Iași', 'sms', true),
  (:'alpha', 'Ștefan', 'Țurcanu', 'stefan_t@gmail.com', '+40 731 222 333', '1980-11-30', 'Cluj', null, false),
  (:'alpha', 'Ioana-Maria', 'Ionescu', null, '+44 20 7946 0000', null, '', 'email', true),
  (:'alpha', 'Maria', 'Matei', 'mm@clinic.test', null, '2000-02-29', 'IASI', null, false),
  (:'alpha', 'Yvonne', 'O''Neil', null, null, null, '', null, false),
  (:'alpha', '100%', 'Under_Line', null, null, null, '', null, false);
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Old', 'Popescu') returning id as archived \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'alpha', 'Twin', 'Popescu') returning id as twin \gset
insert into public.clients (tenant_id, first_name, last_name) values (:'beta', 'Foreign', 'Popescu');
update public.clients set archived_at = now() where id = :'archived';
update public.clients set merged_into = :'archived', merged_at = now() where id = :'twin';
select id as ana from public.clients where tenant_id = :'alpha' and first_name = 'Ana' \gset
insert into public.tags (tenant_id, name) values (:'alpha', 'VIP') returning id as vip \gset
insert into public.tags (tenant_id, name, colour) values (:'alpha', 'Ortho', 'red') returning id as ortho \gset
insert into public.client_tags (tenant_id, client_id, tag_id) select :'alpha', c.id, t.id
from public.clients c, public.tags t where c.tenant_id = :'alpha' and (c.first_name = 'Ana' or (c.first_name = 'Maria' and t.name = 'VIP'));
update public.clients set last_activity_at = now() - interval '2 years', created_at = '2024-05-05 22:30Z' where id = :'ana';
update public.clients set last_activity_at = null where tenant_id = :'alpha' and first_name = 'Yvonne';
select private.remove_member(:'alpha', :'leaver') from (select tests.claim(:'owner')) c \g /dev/null
select tests.as_owner_of_database();
select set_config('tests.alpha', :'alpha', true) \g /dev/null

create function tests.names(answer jsonb) returns text language sql as
$$ select coalesce(string_agg(c ->> 'first_name', ' ' order by n), '') from jsonb_array_elements(answer -> 'clients') with ordinality x (c, n) $$;
create function tests.found(search text, filter jsonb default '{}', sort text default 'name') returns text language sql as
$$ select tests.names(public.list_clients(current_setting('tests.alpha')::uuid, search, filter, sort)) $$;
create function tests.all_pages(search text, sort text) returns text language plpgsql as
$$
declare
  page jsonb := public.list_clients(current_setting('tests.alpha')::uuid, search, '{}', sort, null, 1);
  found text := tests.names(page);
begin
  while page -> 'next' <> 'null' loop
    page := public.list_clients(current_setting('tests.alpha')::uuid, search, '{}', sort, page -> 'next', 1);
    found := found || ' ' || tests.names(page);
  end loop;
  return found;
end;
$$;
create function tests.refused(filter jsonb, sort text default 'name', after jsonb default null) returns text language sql as
$$ select tests.refusal(format('select public.list_clients(%L, null, %L, %L, %L)', current_setting('tests.alpha'), filter, sort, after)) $$;
grant execute on all functions in schema tests to authenticated;

-- who
select tests.sign_in(:'stranger');
select is(tests.refused('{}'), 'PT404 clinic_not_found', 'another clinic''s member finds no clinic');
select is(tests.refused('{"x": 1}', 'x', '1'), 'PT404 clinic_not_found', 'whatever else is asked');
select is(tests.refusal(format('select public.count_clients(%L)', :'alpha')), 'PT404 clinic_not_found', 'and counts nothing');
select is(tests.names(public.list_clients(:'beta', 'popescu')), 'Foreign', 'but their own clients');
select tests.sign_in(:'leaver');
select is(tests.refused('{}'), 'PT404 clinic_not_found', 'who has left finds no clinic');
select tests.as_owner_of_database();
update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = now() where user_id = :'suspended';
select tests.sign_in(:'suspended');
select is(tests.refused('{}'), 'PT404 clinic_not_found', 'who is suspended neither');
select tests.sign_in(:'staff');

-- words
select is(tests.found(null), 'Ioana-Maria Maria Yvonne Ana Ștefan 100%', 'without a search, all clients by last name, neither archived nor merged ones');
select is(tests.found('   '), tests.found(null), 'blanks are no search');
select is(tests.found('pop'), 'Ana', 'part of a name is enough');
select is(tests.found('turcanu STEFAN'), 'Ștefan', 'words come in any order, case and accents aside');
select is(tests.found('popescu stefan'), '', 'all of them must occur');
select is(tests.found('y'), 'Yvonne', 'one letter begins a name, not what comes after the @');
select is(tests.found('st'), 'Ștefan', 'two letters too');
select is(tests.found('ma'), 'Ioana-Maria Maria', 'the second part of a double name included');
select is(tests.found('ioana-maria'), 'Ioana-Maria', 'a double name is found as written');
select is(tests.found('maria ioana'), 'Ioana-Maria', 'and by its parts');
select is(tests.found('o''neil'), 'Yvonne', 'names keep their apostrophes');
select is(tests.found('ana@yahoo.com'), 'Ana', 'an e-mail address is found');
select is(tests.found('gmail'), 'Ștefan', 'and part of one');
select is(tests.found('stefan_t@'), 'Ștefan', 'with whatever is in it');

-- numbers
select is(tests.found('0721 000'), 'Ana', 'part of a number is found as it is said');
select is(tests.found('000-111'), 'Ana', 'from the middle, with any sign in between');
select is(tests.found('+40 721'), 'Ana', 'with the code of the country');
select is(tests.found('0040 721 000 111'), 'Ana', 'dialled from abroad');
select is(tests.found('0731 222'), 'Ștefan', 'also when the client''s was written as an international one');
select is(tests.found('(020) 7946'), '', 'but not as a number of another country');
select is(tests.found(U&'\202A+44 20 7946\202C'), 'Ioana-Maria', 'marks of direction are ignored');
select is(tests.found('pop 0721'), 'Ana', 'words and numbers go together');
select is(tests.found('ana 0721 000 popescu'), 'Ana', 'in any order');
select is(tests.found('73'), '', 'two digits begin a number');

-- hostile
select is(tests.found('%'), '', 'a wildcard finds nothing');
select is(tests.found('100%'), '100%', 'unless it is in a name');
select is(tests.found('_') || tests.found('\') || tests.found('a\') || tests.found('😀') || tests.found(U&'\202E\200F'), '', 'other signs find nothing');
select is(tests.found(repeat('x%_\ ', 2000000)), '', 'ten megabytes neither');
select is(tests.found($$'; drop table x; --$$), '', 'nor SQL');

-- spelled nearly right
select is(public.list_clients(:'alpha', 'popsecu') ->> 'is_fuzzy', 'true', 'what nobody is called is taken for a mistake');
select is(tests.found('popsecu') || ', ' || tests.found('tzurcanu') || ', ' || tests.found('ionecsu'), 'Ana, Ștefan, Ioana-Maria', 'letters swapped or too many');
select is(tests.found('popesscu') || ', ' || tests.found('turcau') || ', ' || tests.found('maira mateii'), 'Ana, Ștefan, Maria', 'doubled, missing, in two words');
select is(tests.found('Popse'), 'Ana', 'at the beginning of a name');
select is(tests.found('popsecu', '{"state": "all"}'), 'Ana Old', 'the most similar first, then by name');
select is(tests.found('popsecu', '{"state": "archived"}'), 'Old', 'and the filter holds');
select is(public.list_clients(:'alpha', 'popescu') ->> 'is_fuzzy', 'false', 'what is right is no mistake');
select is(tests.found('xyzzyq'), '', 'what is like nothing is found nowhere');
update public.clients set last_name = 'Zamfirescu' where first_name = 'Maria';
select is(tests.found('zamfirecsu'), 'Maria', 'a new name is known at once');
update public.clients set last_name = 'Matei' where first_name = 'Maria';

-- filters
select is(tests.found(null, '{"state": "archived"}'), 'Old', 'archived clients are listed when asked for');
select is(tests.found(null, format('{"tags": ["%s", "%s"]}', :'vip', :'ortho')::jsonb) || ', ' || tests.found(null, format('{"tags": ["%s"]}', :'vip')::jsonb), 'Ana, Maria Ana', 'a client has all tags of the filter');
select is(tests.found('maria', format('{"tags": ["%s"]}', :'vip')::jsonb), 'Maria', 'together with a search');
select is(tests.found(null, '{"has_email": false, "has_phone": true}'), 'Ioana-Maria', 'clients without an address');
select is(tests.found(null, '{"channel": "sms", "consent_marketing": true, "consent_reminders": false}'), 'Ana', 'by channel and consent');
select is(tests.found(null, '{"city": "iasi"}'), 'Maria Ana', 'by city, however it is written');
select is(tests.found(null, '{"birthday_month": 2}') || ', ' || tests.found(null, '{"birthday_month": 11}'), 'Maria, Ștefan', 'by month of birth');
select is(tests.found(null, '{"created_since": "2024-05-06", "created_until": "2024-05-06"}'), 'Ana', 'by the day in the clinic''s zone');
select is(tests.found(null, '{"inactive_since": "2025-06-01"}'), 'Yvonne Ana', 'those not seen since, or never');
select is(tests.found('pop', '{"active_since": "2025-06-01"}'), '', 'and those seen');
select is(tests.refused(f), 'PT422 filter_invalid', 'not a filter: ' || f::text) from unnest(array['{"x": 1}', '[]', '{"tags": ["x"]}', '{"birthday_month": 13}', '{"created_since": "2024-02-30"}', '{"state": 1}']::jsonb[]) f;
select is(tests.refused('{}', 'email'), 'PT422 sort_unknown', 'an order there is not');
select is(tests.refused('{}', 'created', a), 'PT422 page_unknown', 'no place in the list: ' || a::text) from unnest(array['1', '{}', '{"id": "x", "key": "y"}', format('{"id": "%s", "key": "2024-02-30T00:00:00Z"}', gen_random_uuid())]::jsonb[]) a;

-- orders and pages
select is(tests.all_pages(null, s), tests.found(null, '{}', s), 'pages make up the whole list by ' || s) from unnest(array['name', '-name', 'last_activity', '-last_activity', 'created', '-created']) s;
select is(tests.all_pages('a', 'name'), tests.found('a'), 'of a search too');
select matches(tests.found(null, '{}', 'last_activity'), '^Ana .* Yvonne$', 'those never active come last');
select matches(tests.found(null, '{}', '-last_activity'), ' Ana Yvonne$', 'in both directions');
select is(tests.found(null, '{}', '-name'), '100% Ștefan Ana Yvonne Maria Ioana-Maria', 'and names from the end');

-- rows and counts
select is((select array_agg(k order by k) from jsonb_object_keys(public.list_clients(:'alpha', 'ana popescu') #> '{clients,0}') k),
  array['archived_at', 'created_at', 'date_of_birth', 'email', 'first_name', 'id', 'last_activity_at', 'last_activity_kind', 'last_name', 'open_tasks', 'phone', 'tags', 'updated_at'], 'a row has what the list shows');
select is(jsonb_path_query_array(public.list_clients(:'alpha', 'ana popescu'), '$.clients[*].tags[*].name'), '["Ortho", "VIP"]', 'tags included');
select is(public.count_clients(:'alpha'), '{"count": 6, "is_capped": false}', 'a count is of the whole list');
select is(public.count_clients(:'alpha', 'popsecu', '{"state": "all"}') ->> 'count', '2', 'or of what a search has, mistakes included');
select is(public.count_clients(:'alpha', '%') ->> 'count', '0', 'or nothing');
select * from finish();
rollback;
