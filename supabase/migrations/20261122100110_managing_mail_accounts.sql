-- What: connecting, changing, pausing and removing mailboxes.
-- Who:  owners; what needs a password goes through the Edge Function mail-account, which tries it out first.
-- Relies on: mail_accounts and job_queue migrations.

create function private.mail_account_json(account public.mail_accounts) returns jsonb
language sql
stable
set search_path = ''
return to_jsonb(account) - array['lease_token', 'dispatched_at'] || jsonb_build_object('is_syncing', coalesce(account.lease_until > now(), false));
comment on function private.mail_account_json(public.mail_accounts) is 'A mailbox as owners see it.';

create function private.require_mail_settings(given jsonb) returns public.mail_accounts
language plpgsql
stable
set search_path = ''
as $$
declare
  account public.mail_accounts;
  host constant text := '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$';
begin
  if jsonb_typeof(given) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  begin
    account := jsonb_populate_record(null::public.mail_accounts, given);
  exception when others then
    perform private.refuse(422, 'mail_settings_invalid', 'These settings cannot be read.');
  end;
  account.address := private.require_email(account.address);
  account.display_name := btrim(regexp_replace(coalesce(account.display_name, ''), '[\u0001-\u001f\u007f<>"]', ' ', 'g'));
  account.imap_host := lower(btrim(coalesce(account.imap_host, '')));
  account.smtp_host := lower(btrim(coalesce(account.smtp_host, '')));
  account.username := coalesce(nullif(btrim(account.username), ''), account.address);
  account.imap_port := coalesce(account.imap_port, 993);
  account.smtp_port := coalesce(account.smtp_port, 465);
  account.send_via := coalesce(account.send_via, 'smtp');
  account.history_days := coalesce(account.history_days, 90);
  account.interval_minutes := coalesce(account.interval_minutes, 10);
  account.quiet_from := coalesce(account.quiet_from, '22:00');
  account.quiet_to := coalesce(account.quiet_to, '06:00');
  if account.preset is null or account.preset not in ('yahoo', 'gmail', 'icloud', 'generic', 'webhook') then
    perform private.refuse(422, 'mail_provider_unknown', 'This provider cannot be connected.', 'preset');
  elsif length(account.display_name) > 100 or length(account.username) > 254 or private.has_hidden_characters(account.username) then
    perform private.refuse(422, 'mail_settings_invalid', 'A name is too long, or holds characters that cannot be seen.', 'display_name');
  elsif account.preset <> 'webhook' and (account.imap_host !~ host or length(account.imap_host) > 253) then
    perform private.refuse(422, 'mail_host_invalid', 'This is not the name of a mail server.', 'imap_host');
  elsif account.preset <> 'webhook' and account.send_via = 'smtp' and (account.smtp_host !~ host or length(account.smtp_host) > 253) then
    perform private.refuse(422, 'mail_host_invalid', 'This is not the name of a mail server.', 'smtp_host');
  elsif account.imap_port not between 1 and 65535 or account.smtp_port not between 1 and 65535 then
    perform private.refuse(422, 'mail_port_invalid', 'A port is a number from 1 to 65535.');
  elsif account.send_via not in ('smtp', 'resend') or account.history_days not between 1 and 3650 or account.interval_minutes not between 1 and 1440 then
    perform private.refuse(422, 'mail_settings_invalid', 'A setting is outside what is possible.');
  end if;
  if account.preset = 'webhook' then
    account.imap_host := '';
    account.smtp_host := '';
    account.send_via := 'resend';
  end if;
  return account;
end;
$$;
comment on function private.require_mail_settings(jsonb) is
  'The settings of a mailbox in their form, with defaults. 422 values_invalid, email_invalid, mail_provider_unknown, mail_host_invalid, mail_port_invalid, mail_settings_invalid.';

create function private.check_mail_account(tenant_id uuid, account_id uuid, settings jsonb) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  wanted public.mail_accounts;
  current public.mail_accounts;
begin
  perform private.require_owner(tenant_id);
  wanted := private.require_mail_settings(settings);
  if account_id is not null then
    select * into current from public.mail_accounts a
    where a.tenant_id = check_mail_account.tenant_id and a.id = account_id and a.status <> 'removed';
    if current.id is null then
      perform private.refuse(404, 'mail_account_not_found', 'There is no such mailbox.');
    elsif current.address <> wanted.address then
      perform private.refuse(409, 'mail_address_fixed', 'The address of a mailbox does not change: connect the other one, and remove this one.');
    end if;
  else
    -- A removed one is taken up again, with the mail that was kept.
    select * into current from public.mail_accounts a where a.tenant_id = check_mail_account.tenant_id and a.address = wanted.address;
    if current.status <> 'removed' then
      perform private.refuse(409, 'mail_account_exists', 'This address is connected already.');
    end if;
  end if;
  return jsonb_build_object(
    'account_id', current.id, 'has_password', exists (
      select from private.credentials c where c.owner_table = 'mail_accounts' and c.owner_id = current.id and c.field = 'password'),
    'settings', jsonb_build_object(
      'address', wanted.address, 'display_name', wanted.display_name, 'preset', wanted.preset, 'username', wanted.username,
      'imap_host', wanted.imap_host, 'imap_port', wanted.imap_port, 'smtp_host', wanted.smtp_host, 'smtp_port', wanted.smtp_port,
      'send_via', wanted.send_via, 'history_days', wanted.history_days, 'interval_minutes', wanted.interval_minutes,
      'quiet_from', wanted.quiet_from, 'quiet_to', wanted.quiet_to));
end;
$$;
create function public.check_mail_account(tenant_id uuid, account_id uuid, settings jsonb) returns jsonb language sql stable set search_path = ''
return private.check_mail_account(tenant_id, account_id, settings);
comment on function public.check_mail_account(uuid, uuid, jsonb) is
  'Owner: settings of a mailbox in their form, before they are tried out: { account_id: null for a new one, has_password, settings }. 403 owner_required; 404 clinic_not_found, mail_account_not_found; 409 mail_account_exists, mail_address_fixed; 422 as the settings are.';

create function private.store_mail_account(
  actor_id uuid, tenant_id uuid, account_id uuid, settings jsonb, credential jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted public.mail_accounts := private.require_mail_settings(settings);
  account public.mail_accounts;
begin
  if not exists (
    select from public.memberships m join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    where m.tenant_id = store_mail_account.tenant_id and m.user_id = actor_id and m.status = 'active' and m.role = 'owner')
  then
    perform private.refuse(403, 'owner_required', 'Only an owner of this clinic can do that.');
  end if;
  perform private.act_for(actor_id);
  insert into public.mail_accounts as a (
    id, tenant_id, address, display_name, preset, username, imap_host, imap_port, smtp_host, smtp_port, send_via, history_days, interval_minutes,
    quiet_from, quiet_to, created_by)
  values (
    account_id, store_mail_account.tenant_id, wanted.address, wanted.display_name, wanted.preset, wanted.username, wanted.imap_host, wanted.imap_port,
    wanted.smtp_host, wanted.smtp_port, wanted.send_via, wanted.history_days, wanted.interval_minutes, wanted.quiet_from, wanted.quiet_to, actor_id)
  on conflict on constraint mail_accounts_tenant_id_address_key do update
  set display_name = excluded.display_name, preset = excluded.preset, username = excluded.username, imap_host = excluded.imap_host,
      imap_port = excluded.imap_port, smtp_host = excluded.smtp_host, smtp_port = excluded.smtp_port, send_via = excluded.send_via,
      history_days = excluded.history_days, interval_minutes = excluded.interval_minutes, quiet_from = excluded.quiet_from,
      quiet_to = excluded.quiet_to, status = case when a.status = 'paused' then 'paused' else 'active' end, removed_at = null,
      fail_count = 0, auth_fail_count = 0, last_error = null, last_error_code = null, next_sync_at = now(), revision = a.revision + 1,
      updated_at = now()
  where a.id = account_id
  returning * into account;
  if account.id is null then
    perform private.refuse(409, 'mail_account_exists', 'This address is connected already.');
  end if;
  if credential is not null then
    perform private.store_credential(
      store_mail_account.tenant_id, 'mail_accounts', account.id, 'password', credential ->> 'kid', credential ->> 'iv', credential ->> 'ciphertext');
  end if;
  return private.mail_account_json(account);
end;
$$;
create function public.store_mail_account(actor_id uuid, tenant_id uuid, account_id uuid, settings jsonb, credential jsonb)
returns jsonb language sql set search_path = ''
return private.store_mail_account(actor_id, tenant_id, account_id, settings, credential);
comment on function public.store_mail_account(uuid, uuid, uuid, jsonb, jsonb) is
  'Service role, for an owner: keeps a mailbox that was tried out under the id that its password { kid, iv, ciphertext } was encrypted for; null leaves the password as it is. Returns the mailbox. 403 owner_required; 409 mail_account_exists.';
grant execute on function private.check_mail_account(uuid, uuid, jsonb), public.check_mail_account(uuid, uuid, jsonb) to authenticated;
grant execute on function private.store_mail_account(uuid, uuid, uuid, jsonb, jsonb), public.store_mail_account(uuid, uuid, uuid, jsonb, jsonb)
  to service_role;

-- without a password -----------------------------------------------------------------------------------------------

create function private.lock_mail_account(tenant_id uuid, account_id uuid) returns public.mail_accounts
language plpgsql
set search_path = ''
as $$
declare
  account public.mail_accounts;
begin
  perform private.require_owner(tenant_id);
  select * into account from public.mail_accounts a
  where a.tenant_id = lock_mail_account.tenant_id and a.id = account_id and a.status <> 'removed' for no key update;
  if account.id is null then
    perform private.refuse(404, 'mail_account_not_found', 'There is no such mailbox.');
  end if;
  return account;
end;
$$;
comment on function private.lock_mail_account(uuid, uuid) is 'A mailbox of an owner''s clinic, locked. 403 owner_required; 404 clinic_not_found, mail_account_not_found.';

create function private.pause_mail_account(tenant_id uuid, account_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.lock_mail_account(tenant_id, account_id);
begin
  -- A run that is under way finds its lease gone and stops.
  update public.mail_accounts a set status = 'paused', lease_token = null, lease_until = null, updated_at = now(), revision = a.revision + 1
  where a.id = account.id and a.status <> 'paused' returning * into account;
  return private.mail_account_json((select a from public.mail_accounts a where a.id = account_id));
end;
$$;
create function public.pause_mail_account(tenant_id uuid, account_id uuid) returns jsonb language sql set search_path = ''
return private.pause_mail_account(tenant_id, account_id);
comment on function public.pause_mail_account(uuid, uuid) is
  'Owner: no mail is fetched until it is resumed. Returns the mailbox. 403 owner_required; 404 clinic_not_found, mail_account_not_found.';

create function private.resume_mail_account(tenant_id uuid, account_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.lock_mail_account(tenant_id, account_id);
begin
  update public.mail_accounts a
  set status = 'active', fail_count = 0, auth_fail_count = 0, last_error = null, last_error_code = null, next_sync_at = now(),
      updated_at = now(), revision = a.revision + 1
  where a.id = account.id and a.status <> 'active' returning * into account;
  return private.mail_account_json((select a from public.mail_accounts a where a.id = account_id));
end;
$$;
create function public.resume_mail_account(tenant_id uuid, account_id uuid) returns jsonb language sql set search_path = ''
return private.resume_mail_account(tenant_id, account_id);
comment on function public.resume_mail_account(uuid, uuid) is
  'Owner: mail is fetched again, at once, whatever it was that stopped it. Returns the mailbox. 403 owner_required; 404 clinic_not_found, mail_account_not_found.';

create function private.remove_mail_account(tenant_id uuid, account_id uuid, keep_mail boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.lock_mail_account(tenant_id, account_id);
begin
  if keep_mail is null then
    perform private.refuse(422, 'values_invalid', 'Say whether the mail is to be kept.', 'keep_mail');
  end if;
  perform private.erase_credentials(account.tenant_id, 'mail_accounts', account.id);
  update public.mail_accounts a
  set status = 'removed', removed_at = now(), lease_token = null, lease_until = null, backlog = 0, updated_at = now(), revision = a.revision + 1
  where a.id = account.id;
  if not keep_mail then
    -- In slices, because a mailbox may have hundreds of thousands of messages.
    perform private.enqueue_job('remove-mail', jsonb_build_object('account_id', account.id), account.tenant_id, dedupe_key => 'remove-mail:' || account.id);
  end if;
  return jsonb_build_object('id', account.id, 'status', 'removed', 'keep_mail', keep_mail);
end;
$$;
create function public.remove_mail_account(tenant_id uuid, account_id uuid, keep_mail boolean) returns jsonb language sql set search_path = ''
return private.remove_mail_account(tenant_id, account_id, keep_mail);
comment on function public.remove_mail_account(uuid, uuid, boolean) is
  'Owner: disconnects a mailbox and erases its password; its mail is kept, or removed in the background: { id, status, keep_mail }. 403 owner_required; 404 clinic_not_found, mail_account_not_found; 422 values_invalid.';

create function private.list_inbox_accounts(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', a.id, 'address', a.address, 'display_name', a.display_name, 'preset', a.preset, 'status', a.status, 'send_via', a.send_via,
      'is_syncing', coalesce(a.lease_until > now(), false), 'last_synced_at', a.last_synced_at, 'last_error_code', a.last_error_code,
      'backlog', a.backlog) order by a.status = 'removed', a.address)
    from public.mail_accounts a where a.tenant_id = list_inbox_accounts.tenant_id), '[]');
end;
$$;
create function public.list_inbox_accounts(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_inbox_accounts(tenant_id);
comment on function public.list_inbox_accounts(uuid) is
  'Member: the clinic''s mailboxes as everybody may see them, removed ones last: [{ id, address, display_name, preset, status, send_via, is_syncing, last_synced_at, last_error_code, backlog }]. 404 clinic_not_found.';

grant execute on function
  private.pause_mail_account(uuid, uuid), public.pause_mail_account(uuid, uuid),
  private.resume_mail_account(uuid, uuid), public.resume_mail_account(uuid, uuid),
  private.remove_mail_account(uuid, uuid, boolean), public.remove_mail_account(uuid, uuid, boolean),
  private.list_inbox_accounts(uuid), public.list_inbox_accounts(uuid)
  to authenticated;
