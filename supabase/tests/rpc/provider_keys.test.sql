-- Keys of AI providers: stored for owners, one for each provider, seen by their last four characters, erased with the row.
begin;
\ir ../fixtures.inc
select plan(37);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
select gen_random_uuid() as key \gset

create function tests.check_key(tenant uuid, provider text, settings jsonb default '{}') returns text language sql as
$$ select tests.refusal(format('select public.check_provider_key(%L, %L, %L)', tenant, provider, settings)) $$;
create function tests.keep(actor uuid, tenant uuid, key uuid, settings jsonb, credential jsonb, problem text default null) returns text language sql as
$$ select tests.refusal(format('select public.store_provider_key(%L, %L, %L, %L, %L, %L)', actor, tenant, key, settings, credential, problem)) $$;
grant execute on all functions in schema tests to authenticated;
select jsonb_build_object('kid', 'k1', 'iv', repeat('A', 16), 'ciphertext', repeat('S', 24), 'last_four', 'wxyz') as secret \gset

select tests.sign_in(:'owner');
select is(public.check_provider_key(:'alpha', 'openai', '{"base_url": "https://elsewhere.example", "model": " gpt-x "}'), '{"key_id": null, "settings": {"provider": "openai", "base_url": "", "model": "gpt-x"}, "can_use_stored": false}', 'a provider''s address is its own');
select is(public.check_provider_key(:'alpha', 'custom', '{"base_url": " https://ai.example/v1/ ", "model": "org/model:7b"}') -> 'settings', '{"provider": "custom", "base_url": "https://ai.example/v1", "model": "org/model:7b"}', 'a server of the clinic''s choice has one');
select is(tests.check_key(:'alpha', 'outlook'), 'PT422 ai_provider_unknown', 'other providers are refused');
select is(tests.check_key(:'alpha', 'openai', '[]'), 'PT422 values_invalid', 'and settings that are none');
select is(tests.check_key(:'alpha', 'custom', '{"model": "m"}'), 'PT422 provider_url_invalid', 'a server needs an address');
select is(tests.check_key(:'alpha', 'custom', '{"base_url": "ftp://ai.example", "model": "m"}'), 'PT422 provider_url_invalid', 'of the web');
select is(tests.check_key(:'alpha', 'custom', '{"base_url": "https://me:secret@ai.example/v1", "model": "m"}'), 'PT422 provider_url_invalid', 'without a password in it');
select is(tests.check_key(:'alpha', 'custom', '{"base_url": "https://ai.example/v1?key=secret", "model": "m"}'), 'PT422 provider_url_invalid', 'or a query');
select is(tests.check_key(:'alpha', 'custom', '{"base_url": "https://ai.example/v1"}'), 'PT422 provider_model_required', 'and a model');
select is(tests.check_key(:'alpha', 'openai', '{"model": "../files"}'), 'PT422 provider_model_invalid', 'a model that would lead elsewhere is refused');
select is(tests.check_key(:'alpha', 'openai', '{"model": "a b"}'), 'PT422 provider_model_invalid', 'or is no name');
select is(tests.check_key(:'beta', 'openai'), 'PT404 clinic_not_found', 'another clinic does not exist');
select is(public.list_provider_keys(:'alpha'), '[]', 'there are none at first');
select throws_ok(format('select public.store_provider_key(%L, %L, %L, ''{}'', null, null)', :'owner', :'alpha', :'key'), '42501', null, 'no person stores what was not tried out');

select tests.sign_in(:'staff');
select is(tests.check_key(:'alpha', 'openai'), 'PT403 owner_required', 'staff have nothing to do with keys');
select is(tests.refusal(format('select public.list_provider_keys(%L)', :'alpha')), 'PT403 owner_required', 'nor see them');
select is(tests.refusal(format('select public.delete_provider_key(%L, %L)', :'alpha', :'key')), 'PT403 owner_required', 'nor delete them');
reset role;

select is(tests.keep(:'staff', :'alpha', :'key', '{"provider": "openai"}', :'secret'), 'PT403 owner_required', 'the function stores for owners alone');
select is(tests.keep(:'stranger', :'alpha', :'key', '{"provider": "openai"}', :'secret'), 'PT403 owner_required', 'of this clinic');
select public.store_provider_key(:'owner', :'alpha', :'key', '{"provider": "openai", "model": "gpt-x"}', :'secret', null) as stored \gset
select is(:'stored'::jsonb - array['created_at', 'updated_at', 'checked_at', 'created_by', 'tenant_id'], jsonb_build_object('id', :'key', 'provider', 'openai', 'base_url', '', 'model', 'gpt-x', 'state', 'working', 'last_error_code', null, 'last_four', 'wxyz', 'is_used', true), 'a key that works is stored');
select is(tests.keep(:'owner', :'alpha', gen_random_uuid(), '{"provider": "openai"}', :'secret'), 'PT409 provider_key_exists', 'a second one under another id is refused: it was encrypted for that id');
select is((select count(*) from private.credentials c where c.tenant_id = :'alpha'), 1::bigint, 'and nothing of it is kept');

select tests.sign_in(:'owner');
select is((public.check_provider_key(:'alpha', 'openai', '{}') ->> 'can_use_stored')::boolean, true, 'the stored key may be tried');
select is((select array_agg(k.id) from public.provider_keys k), array[:'key'::uuid], 'owners see the row');
select is(public.list_provider_keys(:'alpha') #>> '{0,last_four}', 'wxyz', 'and the last four characters');
select is(public.list_provider_keys(:'alpha')::text ~ 'SSSS', false, 'not the secret');
select throws_ok(format('update public.provider_keys set state = ''working'' where id = %L', :'key'), '42501', null, 'nobody says by hand that it works');
reset role;

select gen_random_uuid() as custom \gset
select public.store_provider_key(:'owner', :'alpha', :'custom', '{"provider": "custom", "base_url": "https://ai.example/v1", "model": "m"}', :'secret', 'unreachable') as _ \gset
select is(public.read_provider_key(:'alpha') ->> 'provider', 'openai', 'suggested replies use the key that works');
select public.record_provider_key_check(:'key', 'key_refused');
select public.record_provider_key_check(:'custom', null);
select is(public.read_provider_key(:'alpha'), jsonb_build_object('id', :'custom', 'provider', 'custom', 'base_url', 'https://ai.example/v1', 'model', 'm', 'credential', jsonb_build_object('kid', 'k1', 'iv', repeat('A', 16), 'ciphertext', repeat('S', 24))), 'and go over to the other when that is no longer so');
select is((select k.last_error_code from public.provider_keys k where k.id = :'key'), 'key_refused', 'the reason is kept');
select is(public.read_provider_key(:'beta'), null, 'a clinic without a key has none');

select tests.sign_in(:'owner');
select is((public.check_provider_key(:'alpha', 'custom', '{"base_url": "https://evil.example/v1", "model": "m"}') ->> 'can_use_stored')::boolean, false, 'a stored key is not for another server');
select lives_ok(format('select public.delete_provider_key(%L, %L)', :'alpha', :'key'), 'deleting');
select is(tests.refusal(format('select public.delete_provider_key(%L, %L)', :'alpha', :'key')), 'PT404 provider_key_not_found', 'once');
reset role;
select is((select array_agg(c.owner_id) from private.credentials c where c.tenant_id = :'alpha'), array[:'custom'::uuid], 'erases the secret for good');
select is((select array_agg(e.action order by e.action) from public.audit_events e where e.target_id = :'key'), array['credential.erased', 'credential.stored', 'provider_key.created', 'provider_key.deleted'], 'all of it is on the record');
select is((select count(*) from public.audit_events e where e.tenant_id = :'alpha' and to_jsonb(e)::text ~ 'SSSS|wxyz'), 0::bigint, 'by names only');

select * from finish();
rollback;
