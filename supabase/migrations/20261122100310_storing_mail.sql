-- What: taking in what the sync and the webhook have read: messages with their attachments, where they are, flags, deletions.
-- Who:  the Edge Functions (service_role).
-- Relies on: threading and syncing_mail migrations.
--
-- One call stores a batch and notes how far the folder is done, in one transaction: after a crash nothing is missing and nothing
-- is there twice.

create function private.mail_folders_json(account_id uuid) returns jsonb
language sql
stable
set search_path = ''
return (
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', f.id, 'path', f.path, 'role', f.role, 'uid_validity', f.uid_validity::text, 'floor_uid', f.floor_uid,
    'done', (select coalesce(jsonb_agg(jsonb_build_array(lower(r), upper(r) - 1) order by lower(r)), '[]') from unnest(f.done) r),
    'highest_modseq', f.highest_modseq::text, 'message_total', f.message_total, 'listed_at', f.listed_at) order by f.role, f.path), '[]')
  from private.mail_folders f where f.account_id = mail_folders_json.account_id);
comment on function private.mail_folders_json(uuid) is
  'How far the folders of a mailbox are: [{ id, path, role, uid_validity, floor_uid, done: [[first, last]], highest_modseq, message_total, listed_at }]; large numbers as text.';

create function private.open_mail_folder(account_id uuid, lease_token uuid, folder jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
  validity numeric := (folder ->> 'uid_validity')::numeric;
  known private.mail_folders;
begin
  select * into known from private.mail_folders f where f.account_id = account.id and f.path = folder ->> 'path' for update;
  if known.id is null then
    insert into private.mail_folders (tenant_id, account_id, path, role, uid_validity, floor_uid)
    values (account.tenant_id, account.id, folder ->> 'path', folder ->> 'role', validity, coalesce((folder ->> 'floor_uid')::bigint, 1));
  elsif known.uid_validity <> validity then
    -- The server has numbered its messages anew. They are found again by their Message-ID.
    delete from private.message_locations l where l.folder_id = known.id;
    update private.mail_folders f
    set uid_validity = validity, done = '{}', floor_uid = coalesce((folder ->> 'floor_uid')::bigint, 1), highest_modseq = null, listed_at = null,
        message_total = 0, role = folder ->> 'role'
    where f.id = known.id;
  end if;
  return private.mail_folders_json(account.id);
end;
$$;
create function public.open_mail_folder(account_id uuid, lease_token uuid, folder jsonb) returns jsonb language sql set search_path = ''
return private.open_mail_folder(account_id, lease_token, folder);
comment on function public.open_mail_folder(uuid, uuid, jsonb) is
  'Service role: begins a folder { path, role: inbox|sent, uid_validity, floor_uid }, or begins it anew when the server has another uid_validity. Returns all folders as claim_mail_account does. 409 lease_lost.';

create function private.safe_attachment_name(given text) returns text
language sql
immutable
set search_path = ''
-- Whoever sends chooses the name: what reverses it, hides in it or leads elsewhere is taken out.
return left(btrim(regexp_replace(regexp_replace(normalize(coalesce(given, ''), nfc), '[\u0001-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]', '', 'g'),
  '[/\\]', '_', 'g'), ' .'), 255);
comment on function private.safe_attachment_name(text) is 'A name of an attachment without invisible characters and path separators; may be empty.';

create type private.kept_message as (message public.messages, is_new boolean);

create function private.keep_message(account public.mail_accounts, given jsonb, default_direction text) returns private.kept_message
language plpgsql
set search_path = ''
as $$
declare
  message public.messages;
  known public.messages;
  keys text[];
  counterpart jsonb;
  conversations uuid[];
begin
  message.from_address := left(lower(btrim(coalesce(given ->> 'from_address', ''))), 254);
  message.subject := left(btrim(coalesce(given ->> 'subject', '')), 500);
  message.message_key := left(btrim(coalesce(given ->> 'message_id', '')), 998);
  if message.message_key = '' then
    message.message_key := 'sha256:' || private.message_digest(given);
  end if;
  select * into known from public.messages m
  where m.tenant_id = account.tenant_id and m.account_id = account.id and m.message_key = message.message_key;
  if known.id is not null and known.delivery is null and (known.from_address, known.subject) is distinct from (message.from_address, message.subject) then
    -- Somebody's program gives the same id to different messages: none of them may get lost.
    message.message_key := left(message.message_key, 900) || '#' || private.message_digest(given);
    select * into known from public.messages m
    where m.tenant_id = account.tenant_id and m.account_id = account.id and m.message_key = message.message_key;
  end if;
  if known.id is not null then
    if default_direction = 'outbound' and known.delivery is not null and known.appended_at is null then
      -- What we wrote is in Sent, so it went out, whatever became of the worker that sent it.
      update public.messages m
      set delivery = 'sent', delivery_error = null, delivered_at = coalesce(m.delivered_at, now()), appended_at = now()
      where m.id = known.id returning * into known;
    end if;
    return (known, false);
  end if;

  message.id := gen_random_uuid();
  message.tenant_id := account.tenant_id;
  message.account_id := account.id;
  message.in_reply_to := left(nullif(btrim(given ->> 'in_reply_to'), ''), 998);
  message.reference_ids := array(
    select left(r.id, 998) from jsonb_array_elements_text(coalesce(given -> 'references', '[]')) with ordinality r (id, place)
    where r.id <> '' order by r.place limit 40);
  message.to_addresses := coalesce(given -> 'to', '[]');
  message.cc_addresses := coalesce(given -> 'cc', '[]');
  message.bcc_addresses := coalesce(given -> 'bcc', '[]');
  message.reply_to := coalesce(given -> 'reply_to', '[]');
  message.recipient_count := coalesce((given ->> 'recipient_count')::integer, 0);
  message.from_name := left(btrim(coalesce(given ->> 'from_name', '')), 200);
  -- A server that claims to have received it tomorrow is wrong.
  message.sent_at := least(coalesce((given ->> 'received_at')::timestamptz, now()), now());
  message.snippet := left(coalesce(given ->> 'snippet', ''), 300);
  message.text_body := coalesce(given ->> 'text', '');
  message.html_body := given ->> 'html';
  message.body_state := coalesce(given ->> 'body_state', 'whole');
  message.size := coalesce((given ->> 'size')::bigint, 0);
  message.kind := coalesce(given ->> 'kind', 'mail');
  message.authentication := left(coalesce(given ->> 'authentication', ''), 500);
  message.direction := case when message.from_address = account.address then 'outbound' else default_direction end;
  message.is_read := coalesce((given ->> 'is_seen')::boolean, false) or message.direction = 'outbound';
  message.is_flagged := coalesce((given ->> 'is_flagged')::boolean, false);
  message.attachment_count := (
    select count(*) from jsonb_array_elements(coalesce(given -> 'attachments', '[]')) a where not coalesce((a ->> 'is_inline')::boolean, false));
  message.created_at := now();

  keys := array(
    select distinct k.key from unnest(message.reference_ids || array[message.message_key, message.in_reply_to,
      'thread:' || left(nullif(given ->> 'provider_thread', ''), 200)]) k (key) where k.key is not null);
  counterpart := case
    when message.direction = 'outbound' then message.to_addresses -> 0
    when message.kind = 'list' or message.reply_to = '[]' then jsonb_build_object('address', message.from_address, 'name', message.from_name)
    else message.reply_to -> 0 end;
  conversations := private.find_conversations(message, keys, lower(coalesce(counterpart ->> 'address', '')));
  message.conversation_id := case cardinality(conversations)
    when 0 then private.begin_conversation(account, message, counterpart)
    when 1 then conversations[1]
    else private.join_conversations(account.tenant_id, conversations) end;
  insert into private.conversation_keys (account_id, key, tenant_id, conversation_id)
  select account.id, k.key, account.tenant_id, message.conversation_id from unnest(keys) k (key)
  on conflict on constraint conversation_keys_pkey do nothing;
  insert into public.messages select message.*;
  if jsonb_array_length(coalesce(given -> 'attachments', '[]')) > 0 then
    perform private.list_attachments(message, given -> 'attachments');
  end if;
  return (message, true);
end;
$$;
comment on function private.keep_message(public.mail_accounts, jsonb, text) is
  'Stores a message and finds its conversation; one that is there already is returned as it is.';

create function private.message_digest(given jsonb) returns text
language sql
immutable
set search_path = ''
return encode(sha256(convert_to(concat_ws(E'\n', given ->> 'from_address', given ->> 'date', given ->> 'subject', given ->> 'digest'), 'UTF8')), 'hex');
comment on function private.message_digest(jsonb) is 'Tells messages apart that have no Message-ID, or one that is not theirs alone.';

create function private.list_attachments(message public.messages, attachments jsonb) returns void
language sql
set search_path = ''
begin atomic
  insert into public.message_attachments (id, tenant_id, message_id, part, name, content_type, encoding, size, content_id, is_inline, state, object_name)
  select a.id, message.tenant_id, message.id, a.part, private.safe_attachment_name(a.name),
    lower(left(coalesce(nullif(a.content_type, ''), 'application/octet-stream'), 127)), left(coalesce(a.encoding, ''), 40), coalesce(a.size, 0),
    left(nullif(a.content_id, ''), 998), coalesce(a.is_inline, false),
    case when a.size > 50 * 1024 * 1024 then 'too_large' else 'waiting' end,
    'tenants/' || message.tenant_id || '/messages/' || message.id || '/' || a.id
  from (
    select gen_random_uuid() as id, x.* from jsonb_to_recordset(attachments)
      x (part text, name text, content_type text, encoding text, size bigint, content_id text, is_inline boolean)
    limit 200) a
  on conflict do nothing;
end;
comment on function private.list_attachments(public.messages, jsonb) is 'Notes what is attached to a message, 200 at most; the contents follow.';

create function private.begin_conversation(account public.mail_accounts, message public.messages, counterpart jsonb) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  conversation public.conversations;
  address text := left(lower(btrim(coalesce(counterpart ->> 'address', ''))), 254);
  client uuid;
begin
  if message.kind <> 'list' then
    begin
      client := (private.match_contact(account.tenant_id, 'email', address) ->> 'client_id')::uuid;
    exception when sqlstate 'PT422' then
      -- "undisclosed-recipients:;" and the like are nobody's address.
      client := null;
    end;
  end if;
  insert into public.conversations (
    tenant_id, account_id, subject, base_subject, counterpart_address, counterpart_name, snippet, client_id, status, closed_at,
    first_message_at, last_message_at)
  values (
    account.tenant_id, account.id, message.subject, private.base_subject(message.subject), address, left(coalesce(counterpart ->> 'name', ''), 200),
    message.snippet, client,
    -- What was there before the mailbox was connected, and has been read, waits for nobody.
    case when message.is_read and message.sent_at < account.created_at then 'closed' else 'open' end,
    case when message.is_read and message.sent_at < account.created_at then message.sent_at end,
    message.sent_at, message.sent_at)
  returning * into conversation;
  return conversation.id;
end;
$$;
comment on function private.begin_conversation(public.mail_accounts, public.messages, jsonb) is 'A new conversation, with the client whose address it is with.';

create function private.after_messages(tenant_id uuid, message_ids uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  told record;
begin
  perform private.sum_conversations(tenant_id, array(
    select distinct m.conversation_id from public.messages m
    where m.tenant_id = after_messages.tenant_id and m.id = any (message_ids) order by 1));
  -- An answer brings a conversation back, but not one from the past.
  update public.conversations c set status = 'open', snoozed_until = null, closed_at = null, revision = c.revision + 1
  from public.messages m
  where m.tenant_id = after_messages.tenant_id and m.id = any (message_ids) and m.direction = 'inbound' and m.kind = 'mail' and not m.is_read
    and c.tenant_id = m.tenant_id and c.id = m.conversation_id and c.status <> 'open' and m.sent_at > coalesce(c.closed_at, '-infinity');
  for told in
    select m as message, c.client_id from public.messages m
    join public.conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
    where m.tenant_id = after_messages.tenant_id and m.id = any (message_ids) and c.client_id is not null order by m.sent_at, m.id
  loop
    perform private.tell_client_of_message(told.message, told.client_id);
  end loop;
end;
$$;
comment on function private.after_messages(uuid, uuid[]) is 'What follows new messages: numbers, reopening, the clients'' timelines.';

create function private.store_messages(
  account_id uuid, lease_token uuid, folder_id uuid, messages jsonb, done_first bigint, done_last bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
  folder private.mail_folders;
  given jsonb;
  kept private.kept_message;
  here bigint[];
  new_ids uuid[] := '{}'::uuid[];
  known integer := 0;
  poisoned integer := 0;
begin
  select * into folder from private.mail_folders f where f.account_id = account.id and f.id = folder_id for no key update;
  if folder.id is null then
    perform private.refuse(404, 'mail_folder_not_found', 'There is no such folder.');
  elsif jsonb_typeof(messages) is distinct from 'array' or jsonb_array_length(messages) > 200 then
    perform private.refuse(422, 'values_invalid', 'A batch is a list of 200 messages at most.');
  end if;
  here := array(
    select l.uid from private.message_locations l
    where l.folder_id = store_messages.folder_id and l.uid = any (array(select (e ->> 'uid')::bigint from jsonb_array_elements(messages) e)));
  for given in select e from jsonb_array_elements(messages) e where (e ->> 'uid')::bigint <> all (here) loop
    kept := null;
    if given ? 'problem' then
      poisoned := poisoned + 1;
    else
      kept := private.keep_message(account, given, case folder.role when 'sent' then 'outbound' else 'inbound' end);
      if kept.is_new then
        new_ids := new_ids || (kept.message).id;
      elsif (kept.message).removed_at is not null then
        update public.messages m set removed_at = null where m.tenant_id = account.tenant_id and m.id = (kept.message).id;
      end if;
    end if;
    insert into private.message_locations (folder_id, tenant_id, uid, message_id, is_seen, is_flagged, problem)
    values (folder.id, account.tenant_id, (given ->> 'uid')::bigint, (kept.message).id,
      coalesce((given ->> 'is_seen')::boolean, false), coalesce((given ->> 'is_flagged')::boolean, false), left(given ->> 'problem', 500));
  end loop;
  perform private.after_messages(account.tenant_id, new_ids);
  known := jsonb_array_length(messages) - cardinality(new_ids) - poisoned;
  update private.mail_folders f
  set done = f.done + case when done_first is null then '{}'::int8multirange else int8multirange(int8range(done_first, done_last, '[]')) end,
      synced_at = now()
  where f.id = folder.id;
  return jsonb_build_object('stored', cardinality(new_ids), 'known', known, 'poisoned', poisoned, 'folders', private.mail_folders_json(account.id));
end;
$$;
create function public.store_messages(
  account_id uuid, lease_token uuid, folder_id uuid, messages jsonb, done_first bigint, done_last bigint)
returns jsonb language sql set search_path = ''
return private.store_messages(account_id, lease_token, folder_id, messages, done_first, done_last);
comment on function public.store_messages(uuid, uuid, uuid, jsonb, bigint, bigint) is
  'Service role: stores a batch of a folder and notes that all UIDs from done_first to done_last are dealt with. A message is { uid, message_id, in_reply_to, references: [], provider_thread, from_address, from_name, to, cc, bcc, reply_to: [{ name, address }], recipient_count, subject, date, received_at, snippet, text, html, body_state, size, kind, authentication, is_seen, is_flagged, digest, attachments: [{ part, name, content_type, encoding, size, content_id, is_inline }] }, or { uid, problem } when it cannot be read. Returns { stored, known, poisoned, folders }. 404 mail_folder_not_found; 409 lease_lost; 422 values_invalid.';

create function private.bring_message(recipient text, given jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts;
  kept private.kept_message;
begin
  -- One address may be connected by several clinics only when each can prove it; a webhook can prove it for none, so only one counts.
  select a.* into account from public.mail_accounts a join public.tenants t on t.id = a.tenant_id and t.status = 'active'
  where a.address = lower(btrim(recipient)) and a.status = 'active' and a.preset = 'webhook'
  order by a.created_at limit 1 for no key update of a;
  if account.id is null then
    perform private.refuse(404, 'recipient_unknown', 'There is no such mailbox.');
  end if;
  kept := private.keep_message(account, given, 'inbound');
  if kept.is_new then
    perform private.after_messages(account.tenant_id, array[(kept.message).id]);
  end if;
  update public.mail_accounts a set last_synced_at = now() where a.id = account.id;
  return jsonb_build_object('message_id', (kept.message).id, 'conversation_id', (kept.message).conversation_id, 'is_new', kept.is_new, 'attachments', coalesce((
    select jsonb_agg(jsonb_build_object('id', t.id, 'part', t.part, 'object_name', t.object_name, 'content_type', t.content_type, 'state', t.state) order by t.part)
    from public.message_attachments t where t.tenant_id = account.tenant_id and t.message_id = (kept.message).id), '[]'));
end;
$$;
create function public.bring_message(recipient text, given jsonb) returns jsonb language sql set search_path = ''
return private.bring_message(recipient, given);
comment on function public.bring_message(text, jsonb) is
  'Service role: stores a message that the inbound webhook brought for the mailbox of this address, once: { message_id, conversation_id, is_new, attachments: [{ id, part, object_name, content_type, state }] }. The message is as for store_messages, without uid. 404 recipient_unknown.';

grant execute on function
  private.open_mail_folder(uuid, uuid, jsonb), public.open_mail_folder(uuid, uuid, jsonb),
  private.store_messages(uuid, uuid, uuid, jsonb, bigint, bigint), public.store_messages(uuid, uuid, uuid, jsonb, bigint, bigint),
  private.bring_message(text, jsonb), public.bring_message(text, jsonb)
  to service_role;
