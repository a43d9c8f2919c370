-- What: sending a draft, taking it back within ten seconds, sending again what failed.
-- Who:  the author of a draft; every member sends again what failed.
-- Relies on: sending migration.

create function private.require_attachments_ready(draft public.mail_drafts) returns void
language plpgsql
set search_path = ''
as $$
declare
  missing record;
begin
  select d.name, m.id as source_id, m.state into missing
  from public.draft_attachments d
  left join public.message_attachments m on m.tenant_id = d.tenant_id and m.id = d.source_attachment_id
  where d.tenant_id = draft.tenant_id and d.draft_id = draft.id and coalesce(m.state, d.state) <> 'stored' order by d.created_at, d.id limit 1;
  if missing.name is not null then
    perform private.refuse(409, 'attachment_not_ready', 'An attachment is not here yet, or cannot be had: wait for it, or take it off.', missing.name);
  elsif private.draft_size(draft.tenant_id, draft.id) > private.draft_size_limit() then
    perform private.refuse(422, 'attachments_too_large', 'All attachments of a mail have 18 MB together at most.', private.draft_size_limit()::text);
  end if;
end;
$$;
comment on function private.require_attachments_ready(public.mail_drafts) is
  'Refuses while something attached is not in Storage: 409 attachment_not_ready (detail: its name); 422 attachments_too_large.';

create function private.enqueue_send(message public.messages) returns void
language plpgsql
set search_path = ''
as $$
declare
  seconds integer := greatest(0, ceil(extract(epoch from message.send_at - now())))::integer;
begin
  perform private.enqueue_job('send-mail', jsonb_build_object('message_id', message.id), message.tenant_id, message.send_at, 'send-mail:' || message.id);
  -- The queue is looked at every minute. A mail that somebody waits for calls the worker by itself, which begins when its time has come.
  perform private.dispatch('run-jobs', jsonb_build_object('after_seconds', seconds));
end;
$$;
comment on function private.enqueue_send(public.messages) is 'Has a message sent at its time.';

create function private.send_draft(tenant_id uuid, draft_id uuid, revision integer, then_close boolean, ignore_newer boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  draft public.mail_drafts;
  account public.mail_accounts;
  conversation public.conversations;
  message public.messages;
  recipients jsonb;
begin
  perform private.require_member(tenant_id);
  perform from public.mail_drafts d where d.tenant_id = send_draft.tenant_id and d.id = send_draft.draft_id for update;
  -- Pressed twice, or in two windows: it is sent once.
  select m.* into message from private.mail_sends s join public.messages m on m.tenant_id = s.tenant_id and m.id = s.message_id
  where s.tenant_id = send_draft.tenant_id and s.draft_id = send_draft.draft_id and m.author_id = auth.uid();
  if message.id is not null then
    return private.sending_json(message);
  end if;
  draft := private.lock_draft(tenant_id, draft_id);
  if draft.revision is distinct from send_draft.revision then
    perform private.refuse(409, 'draft_changed', 'This draft was changed in another window.', draft.revision::text);
  end if;
  recipients := private.require_recipients(draft);
  perform private.require_attachments_ready(draft);
  account := private.require_sending_account(tenant_id, draft.account_id);
  select * into conversation from public.conversations c
  where c.tenant_id = send_draft.tenant_id and c.id = draft.conversation_id for no key update;
  if not coalesce(ignore_newer, false) and exists (
    select from public.messages m
    where m.tenant_id = send_draft.tenant_id and m.conversation_id = conversation.id and m.sent_at > draft.seen_until
      and coalesce(m.delivery, 'sent') <> 'cancelled')
  then
    perform private.refuse(409, 'newer_message', 'There is a newer message in this conversation: look at it before you send.');
  end if;
  message := private.message_of_draft(draft, account, recipients);
  if conversation.account_id is distinct from account.id then
    -- New, or from another mailbox: conversations stay in theirs.
    message.conversation_id := private.begin_conversation(account, message, (recipients -> 'to') || (recipients -> 'cc') || (recipients -> 'bcc') -> 0);
    if draft.client_id is not null then
      perform private.link_conversation(c, draft.client_id, 'manual') from public.conversations c
      where c.tenant_id = send_draft.tenant_id and c.id = message.conversation_id and c.client_id is distinct from draft.client_id;
    end if;
  else
    message.conversation_id := conversation.id;
  end if;
  insert into private.conversation_keys (account_id, key, tenant_id, conversation_id)
  select distinct account.id, k.key, account.tenant_id, message.conversation_id from unnest(message.reference_ids || message.message_key) k (key)
  on conflict on constraint conversation_keys_pkey do nothing;
  insert into public.messages select message.*;
  insert into public.message_attachments (tenant_id, message_id, part, name, content_type, size, content_id, is_inline, state, object_name, stored_at)
  select d.tenant_id, message.id, row_number() over (order by d.created_at, d.id), d.name, d.content_type, coalesce(m.size, d.size), d.content_id, d.is_inline,
    'stored', coalesce(m.object_name, d.object_name), now()
  from public.draft_attachments d
  left join public.message_attachments m on m.tenant_id = d.tenant_id and m.id = d.source_attachment_id
  where d.tenant_id = draft.tenant_id and d.draft_id = draft.id;
  insert into private.mail_sends (message_id, tenant_id, draft_id, draft, attachments, is_new_conversation, reopened)
  values (
    message.id, message.tenant_id, draft.id, to_jsonb(draft),
    (select coalesce(jsonb_agg(to_jsonb(d)), '[]') from public.draft_attachments d where d.tenant_id = draft.tenant_id and d.draft_id = draft.id),
    message.conversation_id is distinct from conversation.id,
    case when then_close and conversation.id = message.conversation_id and conversation.status <> 'closed' then
      jsonb_build_object('status', conversation.status, 'snoozed_until', conversation.snoozed_until, 'closed_at', conversation.closed_at) end);
  delete from public.mail_drafts d where d.tenant_id = draft.tenant_id and d.id = draft.id;
  perform private.sum_conversations(message.tenant_id, array[message.conversation_id]);
  if then_close then
    update public.conversations c set status = 'closed', snoozed_until = null, closed_at = now(), revision = c.revision + 1, updated_at = now()
    where c.tenant_id = message.tenant_id and c.id = message.conversation_id and c.status <> 'closed';
  end if;
  perform private.enqueue_send(message);
  return private.sending_json(message);
end;
$$;
create function public.send_draft(
  tenant_id uuid, draft_id uuid, revision integer, then_close boolean default false, ignore_newer boolean default false)
returns jsonb language sql set search_path = ''
return private.send_draft(tenant_id, draft_id, revision, then_close, ignore_newer);
comment on function public.send_draft(uuid, uuid, integer, boolean, boolean) is
  'Author: sends a draft in ten seconds, until when undo_send takes it back, and closes its conversation when then_close is set. Sending the same draft again returns the same message: { id, conversation_id, account_id, subject, delivery: queued|…, delivery_error, send_at, sent_at, author_id }. 403 draft_of_colleague; 404 clinic_not_found, draft_not_found; 409 draft_changed (detail: its revision), newer_message (unless ignore_newer), attachment_not_ready (detail: its name), mail_account_not_active (detail: its status), mail_account_removed, mail_domain_not_allowed; 422 no_recipients, recipient_invalid (detail: the address), too_many_recipients, attachments_too_large, field_too_long; 429 daily_limit_reached.';

create function private.lock_written_message(tenant_id uuid, message_id uuid) returns public.messages
language plpgsql
set search_path = ''
as $$
declare
  message public.messages;
begin
  perform private.require_member(tenant_id);
  select * into message from public.messages m where m.tenant_id = lock_written_message.tenant_id and m.id = message_id and m.delivery is not null for update;
  if message.id is null then
    perform private.refuse(404, 'message_not_found', 'There is no such message.');
  end if;
  return message;
end;
$$;
comment on function private.lock_written_message(uuid, uuid) is 'A message that was written here, locked. 404 clinic_not_found, message_not_found.';

create function private.undo_send(tenant_id uuid, message_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  message public.messages := private.lock_written_message(tenant_id, message_id);
  send private.mail_sends;
  draft public.mail_drafts;
  is_alone boolean;
begin
  select * into send from private.mail_sends s where s.message_id = message.id;
  if message.author_id <> auth.uid() then
    perform private.refuse(403, 'message_of_colleague', 'This message is a colleague''s: only its author takes it back.');
  elsif message.delivery not in ('queued', 'failed') or send.draft is null then
    perform private.refuse(409, 'send_too_late', 'This message is on its way already.');
  end if;
  perform private.cancel_job('send-mail:' || message.id);
  is_alone := send.is_new_conversation and not exists (
    select from public.messages m where m.tenant_id = message.tenant_id and m.conversation_id = message.conversation_id and m.id <> message.id);
  draft := jsonb_populate_record(null::public.mail_drafts, send.draft);
  draft.conversation_id := case when draft.message_id is not null or not is_alone then coalesce(
    (select p.conversation_id from public.messages p where p.tenant_id = draft.tenant_id and p.id = draft.message_id), message.conversation_id) end;
  draft.message_id := (select p.id from public.messages p where p.tenant_id = draft.tenant_id and p.id = draft.message_id);
  draft.revision := draft.revision + 1;
  draft.updated_at := now();
  draft.restored_at := now();
  insert into public.mail_drafts select draft.*;
  insert into public.draft_attachments select a.* from jsonb_populate_recordset(null::public.draft_attachments, send.attachments) a
  where a.source_attachment_id is null or exists (
    select from public.message_attachments t where t.tenant_id = a.tenant_id and t.id = a.source_attachment_id);
  delete from private.conversation_keys k where k.account_id = message.account_id and k.key = message.message_key;
  delete from public.messages m where m.tenant_id = message.tenant_id and m.id = message.id;
  if is_alone then
    delete from public.conversations c where c.tenant_id = message.tenant_id and c.id = message.conversation_id;
  else
    perform private.sum_conversations(message.tenant_id, array[message.conversation_id]);
    perform private.reopen_after_send(message, send);
  end if;
  return private.draft_json(draft);
end;
$$;
create function public.undo_send(tenant_id uuid, message_id uuid) returns jsonb language sql set search_path = ''
return private.undo_send(tenant_id, message_id);
comment on function public.undo_send(uuid, uuid) is
  'Author: takes back a message that has not been sent yet, or could not be, and returns the draft that it is again (see get_draft). 403 message_of_colleague; 404 clinic_not_found, message_not_found; 409 send_too_late.';

create function private.reopen_after_send(message public.messages, send private.mail_sends) returns void
language sql
set search_path = ''
begin atomic
  update public.conversations c
  set status = send.reopened ->> 'status', snoozed_until = (send.reopened ->> 'snoozed_until')::timestamptz,
      closed_at = (send.reopened ->> 'closed_at')::timestamptz, revision = c.revision + 1, updated_at = now()
  where c.tenant_id = message.tenant_id and c.id = message.conversation_id and c.status = 'closed' and send.reopened is not null;
end;
comment on function private.reopen_after_send(public.messages, private.mail_sends) is
  'A conversation that was closed with a message is as it was before, because the message did not go out.';

create function private.retry_send(tenant_id uuid, message_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  message public.messages := private.lock_written_message(tenant_id, message_id);
begin
  if message.delivery not in ('failed', 'unknown') then
    perform private.refuse(409, 'send_not_failed', 'This message has not failed.', message.delivery);
  end if;
  perform private.require_sending_account(tenant_id, message.account_id);
  perform private.record_event('message.retried', message.tenant_id, 'message', message.id::text, details => jsonb_build_object('was', message.delivery));
  update private.mail_sends s set attempts = 0, attempt = null, checking_since = null where s.message_id = message.id;
  update public.messages m set delivery = 'queued', delivery_error = null, send_at = now()
  where m.tenant_id = message.tenant_id and m.id = message.id returning * into message;
  perform private.enqueue_send(message);
  return private.sending_json(message);
end;
$$;
create function public.retry_send(tenant_id uuid, message_id uuid) returns jsonb language sql set search_path = ''
return private.retry_send(tenant_id, message_id);
comment on function public.retry_send(uuid, uuid) is
  'Member: sends again what failed, or what nobody knows about, as the same message; returns it as send_draft does. 404 clinic_not_found, message_not_found; 409 send_not_failed (detail: how far it is), mail_account_not_active, mail_account_removed, mail_domain_not_allowed; 429 daily_limit_reached.';

grant execute on function
  private.send_draft(uuid, uuid, integer, boolean, boolean), public.send_draft(uuid, uuid, integer, boolean, boolean),
  private.undo_send(uuid, uuid), public.undo_send(uuid, uuid),
  private.retry_send(uuid, uuid), public.retry_send(uuid, uuid)
  to authenticated;
