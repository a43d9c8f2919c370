-- Mailboxes: settings in their form, connected by owners once for an address, paused, resumed, removed.
begin;
\ir ../fixtures.inc
select plan(48);

select tests.create_clinic('alpha') as alpha \gset
select tests.create_clinic('beta') as beta \gset
select tests.join_clinic(:'alpha', 'owner@alpha.test', 'owner') as owner \gset
select tests.join_clinic(:'alpha', 'staff@alpha.test', 'staff') as staff \gset
select tests.join_clinic(:'beta', 'owner@beta.test', 'owner') as stranger \gset
select gen_random_uuid() as box \gset
select jsonb_build_object('kid', 'k1', 'iv', repeat('A', 16), 'ciphertext', repeat('S', 24)) as secret \gset

create function tests.settings(change jsonb default '{}') returns jsonb language sql as
$$ select jsonb_build_object('address', ' Office@Clinic.test ', 'preset', 'generic', 'imap_host', 'IMAP.clinic.test', 'smtp_host', 'smtp.clinic.test') || change $$;
create function tests.check_box(tenant uuid, change jsonb default '{}', box uuid default null) returns text language sql as
$$ select tests.refusal(format('select public.check_mail_account(%L, %L, %L)', tenant, box, tests.settings(change))) $$;
create function tests.keep(actor uuid, tenant uuid, box uuid, change jsonb default '{}', credential jsonb default null) returns text language sql as
$$ select tests.refusal(format('select public.store_mail_account(%L, %L, %L, %L, %L)', actor, tenant, box, tests.settings(change), credential)) $$;
create function tests.did(act text, tenant uuid, box uuid, rest text default '') returns text language sql as
$$ select tests.refusal(format('select public.%I(%L, %L%s)', act, tenant, box, rest)) $$;
grant execute on all functions in schema tests to authenticated;

select tests.sign_in(:'owner');
select is(public.check_mail_account(:'alpha', null, tests.settings()), '{"account_id": null, "has_password": false, "settings": {"address": "office@clinic.test", "display_name": "", "preset": "generic", "username": "office@clinic.test", "imap_host": "imap.clinic.test", "imap_port": 993, "smtp_host": "smtp.clinic.test", "smtp_port": 465, "send_via": "smtp", "history_days": 90, "interval_minutes": 10, "quiet_from": "22:00:00", "quiet_to": "06:00:00"}}', 'settings get their form and what is usual');
select is(tests.check_box(:'alpha', '{"address": "not an address"}'), 'PT422 email_invalid', 'an address is needed');
select is(tests.check_box(:'alpha', '{"preset": "outlook"}'), 'PT422 mail_provider_unknown', 'Outlook cannot be connected yet');
select is(tests.check_box(:'alpha', '{"imap_host": ""}'), 'PT422 mail_host_invalid', 'a server is needed');
select is(tests.check_box(:'alpha', '{"imap_host": "imap.clinic.test/x"}'), 'PT422 mail_host_invalid', 'named, not an address of the web');
select is(tests.check_box(:'alpha', '{"smtp_host": "smtp clinic"}'), 'PT422 mail_host_invalid', 'for sending too');
select is(tests.check_box(:'alpha', '{"smtp_host": "", "send_via": "resend"}'), 'no refusal', 'unless Resend sends');
select is(tests.check_box(:'alpha', '{"imap_port": 70000}'), 'PT422 mail_port_invalid', 'a port has a range');
select is(tests.check_box(:'alpha', '{"imap_port": "x"}'), 'PT422 mail_settings_invalid', 'and is a number');
select is(tests.check_box(:'alpha', '{"history_days": 0}'), 'PT422 mail_settings_invalid', 'history begins with a day');
select is(tests.check_box(:'alpha', '{"interval_minutes": 0}'), 'PT422 mail_settings_invalid', 'as the interval does with a minute');
select is(tests.check_box(:'alpha', '{"send_via": "pigeon"}'), 'PT422 mail_settings_invalid', 'there are two ways to send');
select is(tests.check_box(:'alpha', jsonb_build_object('username', E'a\u200bb')), 'PT422 mail_settings_invalid', 'a user name has no hidden characters');
select is(tests.refusal(format('select public.check_mail_account(%L, null, ''[]'')', :'alpha')), 'PT422 values_invalid', 'settings are an object');
select is(tests.check_box(:'alpha', '{}', gen_random_uuid()), 'PT404 mail_account_not_found', 'a mailbox that is not there cannot be changed');
select is(tests.check_box(:'beta'), 'PT404 clinic_not_found', 'nor one of another clinic be made');
select throws_ok(format('select public.store_mail_account(%L, %L, %L, ''{}'', null)', :'owner', :'alpha', :'box'), '42501', null, 'no person stores what was not tried out');
select tests.sign_in(:'staff');
select is(tests.check_box(:'alpha'), 'PT403 owner_required', 'staff connect no mailboxes');
reset role;

select is(tests.keep(:'staff', :'alpha', :'box'), 'PT403 owner_required', 'the function stores for owners alone');
select is(tests.keep(:'stranger', :'alpha', :'box'), 'PT403 owner_required', 'of this clinic');
select is(tests.keep(:'owner', :'alpha', :'box', '{}', :'secret'), 'no refusal', 'a mailbox is kept');
select is(tests.keep(:'owner', :'alpha', gen_random_uuid(), '{}', :'secret'), 'PT409 mail_account_exists', 'once for an address');
select is(tests.keep(:'stranger', :'beta', gen_random_uuid(), '{}', :'secret'), 'no refusal', 'another clinic has its own');
select is((select c.owner_id from private.credentials c where c.tenant_id = :'alpha'), :'box'::uuid, 'its password belongs to it');

select tests.sign_in(:'owner');
select is(tests.check_box(:'alpha'), 'PT409 mail_account_exists', 'which is said before anything is tried');
select is((public.check_mail_account(:'alpha', :'box', tests.settings()) ->> 'has_password')::boolean, true, 'a change may go without the password');
select is(tests.check_box(:'alpha', '{"address": "else@clinic.test"}', :'box'), 'PT409 mail_address_fixed', 'but not to another address');
select is((select array_agg(a.id) from public.mail_accounts a), array[:'box'::uuid], 'owners see their mailboxes');
select throws_ok(format('update public.mail_accounts set imap_host = ''evil.test'' where id = %L', :'box'), '42501', null, 'and cannot point one elsewhere behind the function''s back');
select is(tests.did('pause_mail_account', :'alpha', :'box'), 'no refusal', 'pausing');
select is((select a.status from public.mail_accounts a), 'paused', 'stops it');
select is(tests.did('pause_mail_account', :'alpha', :'box'), 'no refusal', 'twice is once');
select is(tests.did('resume_mail_account', :'alpha', :'box'), 'no refusal', 'resuming');
select is((select a.status || (a.next_sync_at <= now()) from public.mail_accounts a), 'activetrue', 'fetches at once');
select is(tests.did('remove_mail_account', :'alpha', :'box', ', null'), 'PT422 values_invalid', 'removing asks what is to become of the mail');
select tests.sign_in(:'staff');
select is((select count(*) from public.mail_accounts), 0::bigint, 'staff read no settings');
select is((public.list_inbox_accounts(:'alpha') -> 0) ? 'imap_host', false, 'and see name and state alone');
select is(public.list_inbox_accounts(:'alpha') #>> '{0,address}', 'office@clinic.test', 'of each mailbox');
select is(tests.did('pause_mail_account', :'alpha', :'box'), 'PT403 owner_required', 'they pause nothing');
select is(tests.did('remove_mail_account', :'alpha', :'box', ', true'), 'PT403 owner_required', 'nor remove it');
select tests.sign_in(:'stranger');
select is(tests.did('resume_mail_account', :'beta', :'box'), 'PT404 mail_account_not_found', 'another clinic''s mailbox does not exist');
select tests.sign_in(:'owner');
select is(tests.did('remove_mail_account', :'alpha', :'box', ', false'), 'no refusal', 'removing');
reset role;
select is((select a.status from public.mail_accounts a where a.id = :'box'), 'removed', 'leaves the row for what was kept');
select is((select count(*) from private.credentials c where c.tenant_id = :'alpha'), 0::bigint, 'erases the password');
select is((select count(*) from private.jobs j where j.kind = 'remove-mail' and j.payload ->> 'account_id' = :'box'), 1::bigint, 'and has the mail removed');
select is(tests.keep(:'owner', :'alpha', :'box', '{}', :'secret'), 'no refusal', 'it can be connected again');
select is(
  (select array_agg(e.action order by e.occurred_at, e.id) from public.audit_events e where e.tenant_id = :'alpha' and e.target_id = :'box' and e.action like 'mail_account.%'),
  array['mail_account.connected', 'mail_account.paused', 'mail_account.resumed', 'mail_account.removed', 'mail_account.connected'],
  'all of it is on the record, as what was done');
update public.mail_accounts set interval_minutes = 5 where id = :'box';
update public.mail_accounts set next_sync_at = now(), fail_count = 3 where id = :'box';
update public.mail_accounts set status = 'auth_error', last_error_code = 'auth' where id = :'box';
update public.mail_accounts set status = 'active', display_name = 'Desk' where id = :'box';
select results_eq(
  format('select action, after from public.audit_events where target_id = %L and action in (''mail_account.updated'', ''mail_account.resumed'') order by occurred_at desc, id desc limit 2', :'box'),
  $$ values ('mail_account.resumed', '{"status": "active", "display_name": "Desk"}'::jsonb), ('mail_account.updated', '{"interval_minutes": 5}') $$,
  'settings are recorded as such, and what the sync notes is not');

select * from finish();
rollback;
