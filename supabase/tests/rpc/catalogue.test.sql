-- The catalogue: read by every member, written by owners and by those whom an owner has given the permission.
begin;
\ir ../fixtures.inc
select plan(34);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'alpha', 'trusted@alpha.test', 'staff') as trusted \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
insert into public.providers (tenant_id, name) values (:'beta', 'Dr Other') returning id as foreign_provider \gset

create function tests.events(target uuid) returns text[] language sql security definer as
$$ select array(select e.action from public.audit_events e where e.target_id = target::text order by e.occurred_at, e.id) $$;
create function tests.save(tenant uuid, service uuid, given jsonb, providers uuid[] default '{}', seen timestamptz default null) returns text language sql as
$$ select tests.refusal(format('select public.save_service(%L, %L, %L, %L, ''{}'', %L)', tenant, service, given, providers, seen)) $$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'owner');
select public.set_member_permissions(:'alpha', :'trusted', array['catalogue']) \g /dev/null
insert into public.providers (tenant_id, name, title, member_id) values (:'alpha', '  Maria   Ionescu ', 'Dr.', :'staff') returning id as maria \gset
select is((select name from public.providers where id = :'maria'), 'Maria Ionescu', 'an owner adds a provider');
select is(tests.refusal(format('insert into public.providers (tenant_id, name) values (%L, ''MARIA IONESCU'')', :'alpha')), 'PT409 name_taken', 'a name is used once, whatever the case');
select is(tests.refusal(format('insert into public.providers (tenant_id, name) values (%L, '' '')', :'alpha')), 'PT422 catalogue_name_required', 'and is there');
select is(tests.refusal(format('insert into public.providers (tenant_id, name) values (%L, repeat(''x'', 121))', :'alpha')), 'PT422 name_too_long', 'in 120 characters');
select is(tests.refusal(format('insert into public.providers (tenant_id, name, member_id) values (%L, ''X'', %L)', :'alpha', :'stranger')), '23503 ', 'a provider is nobody from elsewhere');
select is(tests.refusal(format('insert into public.resources (tenant_id, name, kind) values (%L, ''X'', ''spaceship'')', :'alpha')), '23514 ', 'a resource is of a kind that exists');

select tests.sign_in(:'trusted');
insert into public.resources (tenant_id, name, kind) values (:'alpha', 'Chair 1', 'chair') returning id as chair \gset
select is((select created_by from public.resources where id = :'chair'), :'trusted'::uuid, 'so does staff with the permission');
select public.save_service(:'alpha', null, '{"name": "Cleaning", "duration_minutes": 45, "buffer_after_minutes": 10, "price": "250.50", "colour": "green"}', array[:'maria'::uuid, :'maria'::uuid], array[:'chair'::uuid]) as saved \gset
select :'saved'::jsonb ->> 'id' as cleaning \gset
select is(:'saved'::jsonb -> 'provider_ids', to_jsonb(array[:'maria']), 'a service is saved with who can do it');
select is(:'saved'::jsonb -> 'resource_ids', to_jsonb(array[:'chair']), 'and where');
select is(:'saved'::jsonb ->> 'price', '250.50', 'with its price to the last ban');
select is(:'saved'::jsonb ->> 'buffer_before_minutes', '0', 'and defaults for the rest');
select is(jsonb_array_length(public.save_service(:'alpha', :'cleaning', '{"duration_minutes": 60}', '{}', array[:'chair'::uuid]) -> 'provider_ids'), 0, 'the lists are replaced as a whole');
select is(tests.events(:'cleaning'), array['service.created', 'service.updated', 'service.updated', 'service.updated', 'service.updated'], 'the audit log has the links too');
select is(tests.save(:'alpha', null, '{"name": "cleaning"}'), 'PT409 name_taken', 'a service''s name is used once');
select is(tests.save(:'alpha', null, '{}'), 'PT422 catalogue_name_required', 'and is there');
select is(tests.save(:'alpha', null, '{"name": "X", "duration_minutes": 4}'), 'PT422 duration_invalid', 'it lasts five minutes at least');
select is(tests.save(:'alpha', null, '{"name": "X", "duration_minutes": "1e3"}'), 'PT422 duration_invalid', 'and whole minutes');
select is(tests.save(:'alpha', null, '{"name": "X", "buffer_before_minutes": 121}'), 'PT422 buffer_invalid', 'buffers have a limit');
select is(tests.save(:'alpha', null, '{"name": "X", "price": -1}'), 'PT422 price_invalid', 'nobody is paid for coming');
select is(tests.save(:'alpha', null, '{"name": "X", "colour": "#ff0000"}'), 'PT422 colour_unknown', 'colours are those of the list');
select is(tests.save(:'alpha', null, '{"name": "X", "currency": "lei"}'), 'PT422 currency_invalid', 'currencies are codes');
select is(tests.save(:'alpha', null, '{"name": "X", "tenant_id": null}'), 'PT422 values_invalid', 'and fields those of the form');
select is(tests.save(:'alpha', null, '{"name": "X"}', array[:'foreign_provider'::uuid]), 'PT422 provider_unknown', 'another clinic''s provider does nothing here');
select is_empty(format('select from public.services where tenant_id = %L and name = ''X''', :'alpha'), 'and nothing is half saved');
select is(tests.save(:'alpha', :'cleaning', '{"name": "X"}', '{}', now() - interval '1 minute'), 'PT409 changed_meanwhile', 'who has not seen the newest version is told');

update public.providers set archived_at = now() where id = :'maria';
insert into public.providers (tenant_id, name) values (:'alpha', 'Maria Ionescu');
select is(tests.refusal(format('update public.providers set archived_at = null where id = %L', :'maria')), 'PT409 name_taken', 'an archived name may be used again, and then stays archived');
select is(tests.events(:'maria'), array['provider.created', 'provider.archived'], 'archiving is told by its name');

select tests.sign_in(:'staff');
select is((select count(*)::integer from public.services where tenant_id = :'alpha'), 1, 'staff reads the catalogue');
select is(tests.save(:'alpha', :'cleaning', '{"name": "Free"}'), 'PT403 catalogue_not_permitted', 'but does not save');
select is(tests.refusal(format('insert into public.resources (tenant_id, name) values (%L, ''Chair 1'')', :'alpha')), '42501 ', 'nor add, nor learn by it what there is');
update public.services set price = 0 where id = :'cleaning';
delete from public.service_resources where service_id = :'cleaning';
select is((select (s.price, count(x))::text from public.services s left join public.service_resources x on x.service_id = s.id where s.id = :'cleaning' group by s.id), '(250.50,1)', 'nor change or remove anything');

select tests.sign_in(:'stranger');
select is(tests.save(:'alpha', :'cleaning', '{"name": "Free"}'), 'PT404 clinic_not_found', 'another clinic''s owner is refused');
select is(tests.save(:'beta', :'cleaning', '{"name": "Free"}'), 'PT404 service_not_found', 'also by way of their own clinic');
select is_empty(format('select from public.services where tenant_id = %L', :'alpha'), 'and reads nothing');
select * from finish();
rollback;
