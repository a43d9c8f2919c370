-- What: handing written mail to the mail server: who sends it now, what became of it, and its copy in Sent.
-- Who:  the Edge Functions run-jobs (job send-mail) and mail-sync (service_role); pg_cron finds what was left behind.
-- Relies on: sending_drafts, syncing_mail migrations.

create function private.outgoing_json(message public.messages) returns jsonb
language sql
stable
set search_path = ''
return jsonb_build_object(
  'message_id', message.id, 'tenant_id', message.tenant_id, 'account_id', message.account_id, 'message_key', message.message_key,
  'in_reply_to', message.in_reply_to, 'references', to_jsonb(message.reference_ids), 'date', message.sent_at,
  'from', jsonb_build_object('name', message.from_name, 'address', message.from_address),
  'to', message.to_addresses, 'cc', message.cc_addresses, 'bcc', message.bcc_addresses, 'subject', message.subject,
  'text', message.text_body, 'html', message.html_body, 'attachments', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', t.id, 'name', t.name, 'content_type', t.content_type, 'size', t.size, 'object_name', t.object_name, 'content_id', t.content_id,
      'is_inline', t.is_inline) order by t.part::integer), '[]')
    from public.message_attachments t where t.tenant_id = message.tenant_id and t.message_id = message.id));
comment on function private.outgoing_json(public.messages) is 'Everything a written message is made of, for composeMessage.';

create function private.begin_send(message_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  message public.messages;
  account public.mail_accounts;
  send private.mail_sends;
begin
  select m.* into message from public.messages m join public.tenants t on t.id = m.tenant_id and t.status = 'active'
  where m.id = begin_send.message_id for no key update of m;
  if message.id is null then
    return jsonb_build_object('state', 'gone');
  end if;
  select * into account from public.mail_accounts a where a.tenant_id = message.tenant_id and a.id = message.account_id;
  if message.delivery = 'handing_over' and (account.send_via <> 'resend' or message.send_at < now() - interval '20 hours') then
    -- Whoever handed it over never came back. It may have gone out. (Resend knows for a day what it has sent already.)
    perform private.check_sent(message, 'worker_lost');
    return jsonb_build_object('state', 'checking');
  elsif message.delivery not in ('queued', 'sending', 'handing_over') then
    return jsonb_build_object('state', message.delivery);
  elsif message.send_at > clock_timestamp() then
    return jsonb_build_object('state', 'early', 'seconds', ceil(extract(epoch from message.send_at - clock_timestamp())));
  elsif account.status <> 'active' then
    update public.messages m
    set delivery = case when m.delivery = 'handing_over' then 'unknown' else 'failed' end, delivery_error = 'mail_account_not_active' where m.id = message.id;
    return jsonb_build_object('state', 'failed');
  end if;
  update private.mail_sends s set attempt = gen_random_uuid(), attempts = s.attempts + 1 where s.message_id = message.id returning * into send;
  update public.messages m set delivery = 'sending', delivery_error = null where m.id = message.id;
  return private.outgoing_json(message) || jsonb_build_object(
    'state', 'sending', 'attempt', send.attempt, 'attempts', send.attempts,
    'account', jsonb_build_object(
      'id', account.id, 'tenant_id', account.tenant_id, 'address', account.address, 'username', account.username, 'smtp_host', account.smtp_host,
      'smtp_port', account.smtp_port, 'send_via', account.send_via),
    'credential', case when account.send_via = 'smtp' then private.read_credential(account.tenant_id, 'mail_accounts', account.id, 'password') end);
end;
$$;
create function public.begin_send(message_id uuid) returns jsonb language sql set search_path = ''
return private.begin_send(message_id);
comment on function public.begin_send(uuid) is
  'Service role: takes a queued message on to send it: { state: sending, attempt, attempts, account, credential, message_id, message_key, in_reply_to, references, date, from, to, cc, bcc, subject, text, html, attachments }; or there is nothing to do: { state: gone|early (seconds)|checking|sent|failed|… }.';

create function private.lock_attempt(message_id uuid, attempt uuid) returns public.messages
language plpgsql
set search_path = ''
as $$
declare
  message public.messages;
begin
  select m.* into message from public.messages m join private.mail_sends s on s.message_id = m.id and s.attempt = lock_attempt.attempt
  where m.id = lock_attempt.message_id for no key update of m;
  if message.id is null then
    perform private.refuse(409, 'send_lost', 'Somebody else sends this message.');
  end if;
  return message;
end;
$$;
comment on function private.lock_attempt(uuid, uuid) is 'The message, locked, for the worker that sends it; else 409 send_lost.';

create function private.mark_handing_over(message_id uuid, attempt uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  message public.messages := private.lock_attempt(message_id, attempt);
begin
  if message.delivery <> 'sending' then
    perform private.refuse(409, 'send_lost', 'Somebody else sends this message.');
  end if;
  update public.messages m set delivery = 'handing_over' where m.id = message.id;
end;
$$;
create function public.mark_handing_over(message_id uuid, attempt uuid) returns void language sql set search_path = ''
return private.mark_handing_over(message_id, attempt);
comment on function public.mark_handing_over(uuid, uuid) is
  'Service role: from here on the server may have the message, so it is not sent again by itself. 409 send_lost.';

create function private.check_sent(message public.messages, error text) returns void
language sql
set search_path = ''
begin atomic
  update public.messages m set delivery = 'checking', delivery_error = error where m.tenant_id = message.tenant_id and m.id = message.id;
  update private.mail_sends s set checking_since = now() where s.message_id = message.id;
  -- The mailbox is looked at soon, but not before its server had time to file the message.
  update public.mail_accounts a set next_sync_at = least(a.next_sync_at, now() + interval '1 minute')
  where a.tenant_id = message.tenant_id and a.id = message.account_id;
end;
comment on function private.check_sent(public.messages, text) is 'A message of which nobody knows whether it went out is looked up in Sent.';

create function private.settle_send(message_id uuid, attempt uuid, outcome text, error text, retry_after_seconds integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  message public.messages := private.lock_attempt(message_id, attempt);
  send private.mail_sends;
  most constant integer := 6;
begin
  select * into send from private.mail_sends s where s.message_id = message.id;
  if outcome is null or outcome not in ('sent', 'failed', 'retry', 'unknown') then
    perform private.refuse(422, 'values_invalid', 'A message was sent, failed, is tried again, or it is not known.', 'outcome');
  elsif outcome = 'sent' and message.delivery in ('handing_over', 'checking', 'unknown') then
    update public.messages m set delivery = 'sent', delivery_error = left(error, 500), delivered_at = now() where m.id = message.id;
  elsif message.delivery not in ('sending', 'handing_over') then
    -- Settled meanwhile.
    null;
  elsif outcome = 'unknown' then
    perform private.check_sent(message, left(error, 500));
  elsif outcome = 'retry' and send.attempts < most then
    update public.messages m
    set delivery = 'queued', delivery_error = left(error, 500),
        send_at = now() + make_interval(secs => least(greatest(coalesce(retry_after_seconds, 60), 1), 3600))
    where m.id = message.id;
  else
    update public.messages m set delivery = 'failed', delivery_error = left(error, 500) where m.id = message.id;
  end if;
  select * into message from public.messages m where m.id = settle_send.message_id;
  return jsonb_build_object('delivery', message.delivery, 'send_at', message.send_at);
end;
$$;
create function public.settle_send(message_id uuid, attempt uuid, outcome text, error text default null, retry_after_seconds integer default null)
returns jsonb language sql set search_path = ''
return private.settle_send(message_id, attempt, outcome, error, retry_after_seconds);
comment on function public.settle_send(uuid, uuid, text, text, integer) is
  'Service role: what became of an attempt: sent; failed for good; retry, because nothing was handed over or the server refused for now (the sixth time it has failed); unknown: it is looked up in Sent. error is a code, without names and addresses. Returns { delivery, send_at }. 409 send_lost; 422 values_invalid.';

create function private.follow_delivery() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  send private.mail_sends;
begin
  select * into send from private.mail_sends s where s.message_id = new.id;
  if new.delivery = 'sent' then
    update private.mail_sends s set draft = null, attachments = '[]', reopened = null where s.message_id = new.id;
    perform private.tell_client_of_message(new, (
      select c.client_id from public.conversations c where c.tenant_id = new.tenant_id and c.id = new.conversation_id));
  elsif send.message_id is not null then
    -- Somebody has to look at it.
    perform private.reopen_after_send(new, send);
  end if;
  perform private.record_event('message.' || new.delivery, new.tenant_id, 'message', new.id::text,
    details => jsonb_strip_nulls(jsonb_build_object('account_id', new.account_id, 'author_id', new.author_id, 'error', new.delivery_error)),
    succeeded => new.delivery = 'sent');
  return null;
end;
$$;
comment on function private.follow_delivery() is 'Trigger: what follows when a written message was sent, or was not: the client''s timeline, its conversation, the audit log.';
create trigger follow_delivery after update of delivery on public.messages for each row
  when (new.delivery is distinct from old.delivery and new.delivery in ('sent', 'failed', 'unknown')) execute function private.follow_delivery();

-- with the sync ----------------------------------------------------------------------------------------------------

create function private.settle_checked_sends(account_id uuid, lease_token uuid, sent_synced boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
  settled bigint;
begin
  update public.messages m set delivery = 'unknown', delivery_error = 'not_in_sent'
  from private.mail_sends s
  where m.tenant_id = account.tenant_id and m.account_id = account.id and m.delivery = 'checking' and s.message_id = m.id and sent_synced
    -- Looked for after the server had a minute to file it.
    and s.checking_since < account.last_attempt_at - interval '50 seconds';
  get diagnostics settled = row_count;
  return jsonb_build_object('unknown', settled);
end;
$$;
create function public.settle_checked_sends(account_id uuid, lease_token uuid, sent_synced boolean) returns jsonb language sql set search_path = ''
return private.settle_checked_sends(account_id, lease_token, sent_synced);
comment on function public.settle_checked_sends(uuid, uuid, boolean) is
  'Service role, at the end of a run: when Sent was synced completely, messages that were looked for there and not found are unknown, for a person to decide: { unknown }. 409 lease_lost.';

create function private.sends_to_append(account_id uuid, lease_token uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
begin
  -- Gmail files by itself what goes through its server. Others may; the sync would have found it by now.
  if account.preset = 'gmail' and account.send_via = 'smtp' then
    return '[]'::jsonb;
  end if;
  return (
    select coalesce(jsonb_agg(private.outgoing_json(m) order by m.sent_at, m.id), '[]')
    from (
      select * from public.messages m
      where m.tenant_id = account.tenant_id and m.account_id = account.id and m.delivery = 'sent' and m.appended_at is null and m.removed_at is null
        and m.delivered_at between now() - interval '7 days' and account.last_attempt_at - interval '50 seconds'
      order by m.sent_at, m.id limit 5) m);
end;
$$;
create function public.sends_to_append(account_id uuid, lease_token uuid) returns jsonb language sql set search_path = ''
return private.sends_to_append(account_id, lease_token);
comment on function public.sends_to_append(uuid, uuid) is
  'Service role, after Sent was synced: messages that were sent from here and are not in it, five at most, as composeMessage takes them. 409 lease_lost.';

create function private.mark_appended(message_id uuid) returns void
language sql
security definer
set search_path = ''
begin atomic
  update public.messages m set appended_at = now() where m.id = mark_appended.message_id and m.delivery = 'sent' and m.appended_at is null;
end;
create function public.mark_appended(message_id uuid) returns void language sql set search_path = ''
return private.mark_appended(message_id);
comment on function public.mark_appended(uuid) is 'Service role: the copy of a sent message is in Sent.';

grant execute on function
  private.begin_send(uuid), public.begin_send(uuid),
  private.mark_handing_over(uuid, uuid), public.mark_handing_over(uuid, uuid),
  private.settle_send(uuid, uuid, text, text, integer), public.settle_send(uuid, uuid, text, text, integer),
  private.settle_checked_sends(uuid, uuid, boolean), public.settle_checked_sends(uuid, uuid, boolean),
  private.sends_to_append(uuid, uuid), public.sends_to_append(uuid, uuid),
  private.mark_appended(uuid), public.mark_appended(uuid)
  to service_role;

-- what was left behind ---------------------------------------------------------------------------------------------

create function private.recover_sends() returns integer
language plpgsql
set search_path = ''
as $$
declare
  lost record;
  recovered integer := 0;
begin
  for lost in
    select m as message, a.preset, a.status as account_status, s.checking_since
    from public.messages m
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    join private.mail_sends s on s.message_id = m.id
    join public.mail_accounts a on a.tenant_id = m.tenant_id and a.id = m.account_id
    where m.delivery in ('queued', 'sending', 'handing_over', 'checking') and m.send_at < now() - interval '10 minutes'
      and not exists (select from private.jobs j where j.dedupe_key = 'send-mail:' || m.id and j.state in ('waiting', 'running'))
    for update of m skip locked
  loop
    if (lost.message).delivery = 'handing_over' then
      perform private.check_sent(lost.message, 'worker_lost');
    elsif (lost.message).delivery in ('queued', 'sending') then
      update public.messages m set delivery = 'failed', delivery_error = 'worker_lost' where m.id = (lost.message).id;
    elsif lost.preset = 'webhook' or lost.account_status <> 'active' or lost.checking_since < now() - interval '1 day' then
      -- There is no Sent to look into, or nobody looks.
      update public.messages m set delivery = 'unknown', delivery_error = 'not_in_sent' where m.id = (lost.message).id;
    else
      continue;
    end if;
    recovered := recovered + 1;
  end loop;
  return recovered;
end;
$$;
comment on function private.recover_sends() is
  'Brings messages to an end whose job is gone: failed when nothing can have left, else looked up in Sent, else unknown. Returns how many.';
create index messages_unsettled_idx on public.messages (tenant_id, send_at) where delivery in ('queued', 'sending', 'handing_over', 'checking');
select private.schedule_job('recover-sends', '*/5 * * * *', 'select private.recover_sends()');
