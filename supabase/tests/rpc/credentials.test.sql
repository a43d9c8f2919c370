-- Secrets: kept in place of the one before, read by the functions alone, erased for good, encrypted anew.
begin;
\ir ../fixtures.inc
select plan(19);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select gen_random_uuid() as row_id \gset

select lives_ok(format('select private.store_credential(%L, ''mail_accounts'', %L, ''password'', ''k1'', %L, %L)', :'alpha', :'row_id', repeat('A', 16), repeat('B', 24)), 'a secret is kept');
select is(public.read_credential(:'alpha', 'mail_accounts', :'row_id', 'password'), jsonb_build_object('kid', 'k1', 'iv', repeat('A', 16), 'ciphertext', repeat('B', 24)), 'and read as it is');
select is(public.read_credential(:'beta', 'mail_accounts', :'row_id', 'password'), null, 'not for another clinic');
select is(public.read_credential(:'alpha', 'provider_keys', :'row_id', 'password'), null, 'nor another table');
select is(public.read_credential(:'alpha', 'mail_accounts', :'row_id', 'api_key'), null, 'nor another field');
select lives_ok(format('select private.store_credential(%L, ''mail_accounts'', %L, ''password'', ''k1'', %L, %L)', :'alpha', :'row_id', repeat('A', 16), repeat('C', 24)), 'a new one takes its place');
select is((select array_agg(c.ciphertext) from private.credentials c where c.owner_id = :'row_id'), array[repeat('C', 24)], 'and nothing is left of the old');
select throws_ok(format('select private.store_credential(%L, ''mail_accounts'', %L, ''password'', ''k1'', %L, %L)', :'beta', :'row_id', repeat('A', 16), repeat('D', 24)), null, 'This credential belongs to another clinic.', 'another clinic cannot take the row over');
select throws_ok(format('select private.store_credential(%L, ''mail_accounts'', %L, ''password'', ''k1'', %L, %L)', :'alpha', :'row_id', 'short', repeat('D', 24)), '23514', null, 'what is not encrypted in the way agreed is refused');
select is((select array_agg(e.action order by e.action) from public.audit_events e where e.target_id = :'row_id'), array['credential.replaced', 'credential.stored'], 'each is on the record');
select is((select count(*) from public.audit_events e where e.target_id = :'row_id' and to_jsonb(e)::text ~ 'BBBB|CCCC'), 0::bigint, 'by its name alone');

update public.tenants set status = 'suspended', status_reason = 'test', status_changed_at = clock_timestamp() where id = :'alpha';
select is(public.read_credential(:'alpha', 'mail_accounts', :'row_id', 'password'), null, 'while a clinic is suspended its secrets are not used');
update public.tenants set status = 'active', status_reason = 'over', status_changed_at = clock_timestamp() where id = :'alpha';

select is(public.credentials_of_other_keys('k2'), jsonb_build_array(jsonb_build_object('tenant_id', :'alpha', 'owner_table', 'mail_accounts', 'owner_id', :'row_id', 'field', 'password', 'kid', 'k1', 'iv', repeat('A', 16), 'ciphertext', repeat('C', 24))), 'a rotation finds what has another key');
select is(public.reencrypt_credential('mail_accounts', :'row_id', 'password', repeat('B', 24), 'k2', repeat('E', 16), repeat('F', 24)), false, 'and leaves alone what has changed meanwhile');
select is(public.reencrypt_credential('mail_accounts', :'row_id', 'password', repeat('C', 24), 'k2', repeat('E', 16), repeat('F', 24)), true, 'else puts it in place');
select is(public.credentials_of_other_keys('k2'), '[]', 'until none is left');

select tests.sign_in(:'owner');
select throws_ok(format('select public.read_credential(%L, ''mail_accounts'', %L, ''password'')', :'alpha', :'row_id'), '42501', null, 'no person reads a secret');
select throws_ok('select * from private.credentials', '42501', null, 'in no way');
reset role;
select is(private.erase_credentials(:'alpha', 'mail_accounts', :'row_id'), 1::bigint, 'erasing takes them away for good');

select * from finish();
rollback;
