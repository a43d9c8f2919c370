-- What: which conversation a message belongs to, and whose it is.
-- Who:  functions that store messages.
-- Relies on: conversations and contact_matching migrations.
--
-- In this order (RFC 5322 3.6.4; the unseen parents are those of jwz.org/doc/threading.html):
--  1. the provider's own thread, 2. an id that both messages name: the message itself, what it answers, its references; also a
--  later message's, because the newest mail is fetched first, 3. a reply that names nothing, but has the subject of a conversation
--  with the same person within two weeks. Never across mailboxes.

create function private.base_subject(subject text) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  base text := lower(btrim(regexp_replace(coalesce(subject, ''), '\s+', ' ', 'g')));
  shorter text;
begin
  -- Answers and forwards as mail programs of many languages mark them, also numbered: "Re[2]:", "AW:", "Răsp:".
  for round in 1..10 loop
    shorter := btrim(regexp_replace(base, '^(re|aw|antw|sv|vs|ref|rif|odp|fw|fwd|wg|tr|rv|enc|răsp|rasp|red|i|r)(\[[0-9]+\]|\([0-9]+\))?\s*:\s*', ''));
    exit when shorter = base;
    base := shorter;
  end loop;
  return left(base, 500);
end;
$$;
comment on function private.base_subject(text) is 'A subject without the marks of answers and forwards, in lower case.';

create function private.is_reply_subject(subject text) returns boolean
language sql
immutable
set search_path = ''
return lower(btrim(coalesce(subject, ''))) <> '' and private.base_subject(subject) <> left(lower(btrim(regexp_replace(subject, '\s+', ' ', 'g'))), 500);
comment on function private.is_reply_subject(text) is 'Whether a subject is marked as an answer or a forward.';

create function private.find_conversations(message public.messages, keys text[], counterpart text) returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  found uuid[] := array(
    select distinct k.conversation_id from private.conversation_keys k where k.account_id = message.account_id and k.key = any (keys));
begin
  -- A mail program that names nothing.
  if found = '{}' and cardinality(keys) = 1 and counterpart <> '' and private.is_reply_subject(message.subject) then
    found := array(
      select c.id from public.conversations c
      where c.tenant_id = message.tenant_id and c.account_id = message.account_id and c.counterpart_address = counterpart
        and c.base_subject = private.base_subject(message.subject) and c.base_subject <> ''
        and c.last_message_at between message.sent_at - interval '14 days' and message.sent_at + interval '14 days'
      order by abs(extract(epoch from c.last_message_at - message.sent_at)) limit 1);
  end if;
  return found;
end;
$$;
comment on function private.find_conversations(public.messages, text[], text) is
  'The conversations of its mailbox that a message with these keys belongs to: none, one, or several that it turns out to be the link between.';

create function private.join_conversations(tenant_id uuid, ids uuid[]) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  kept public.conversations;
  other public.conversations;
begin
  perform from public.conversations c where c.tenant_id = join_conversations.tenant_id and c.id = any (ids) order by c.id for no key update;
  -- The one somebody is at work on stays; else the oldest.
  select * into kept from public.conversations c
  where c.tenant_id = join_conversations.tenant_id and c.id = any (ids)
  order by c.assignee_id is null, c.client_link = 'auto', c.first_message_at, c.id limit 1;
  for other in
    select * from public.conversations c where c.tenant_id = join_conversations.tenant_id and c.id = any (ids) and c.id <> kept.id order by c.id
  loop
    perform private.move_conversation_parts(kept.tenant_id, other.id, kept.id);
    update public.messages m set conversation_id = kept.id where m.tenant_id = kept.tenant_id and m.conversation_id = other.id;
    update private.conversation_keys k set conversation_id = kept.id where k.tenant_id = kept.tenant_id and k.conversation_id = other.id;
    update public.activities a set subject_id = kept.id
    where a.tenant_id = kept.tenant_id and a.client_id = other.client_id and a.subject_type = 'conversation' and a.subject_id = other.id;
    update public.conversations c
    set status = case when c.status = 'open' or other.status = 'open' then 'open' else c.status end,
        snoozed_until = case when c.status = 'open' or other.status = 'open' then null else c.snoozed_until end
    where c.tenant_id = kept.tenant_id and c.id = kept.id;
    delete from public.conversations c where c.tenant_id = kept.tenant_id and c.id = other.id;
  end loop;
  return kept.id;
end;
$$;
comment on function private.join_conversations(uuid, uuid[]) is 'Makes several conversations one, with everything in them, and returns its id.';

-- Other parts of conversations (notes, tags, drafts) add themselves here: their table has tenant_id and conversation_id.
create table private.conversation_parts (
  source text primary key,
  -- A column that may occur only once in a conversation, such as a tag.
  unique_column text
);
comment on table private.conversation_parts is 'Tables whose rows move along when two conversations turn out to be one.';

create function private.move_conversation_parts(tenant_id uuid, old_id uuid, new_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  part private.conversation_parts;
begin
  for part in select * from private.conversation_parts p order by p.source loop
    if part.unique_column is not null then
      execute format('delete from %1$s o using %1$s n where o.tenant_id = $1 and o.conversation_id = $2 and n.tenant_id = $1 and n.conversation_id = $3 and n.%2$I = o.%2$I',
        part.source, part.unique_column) using tenant_id, old_id, new_id;
    end if;
    execute format('update %s p set conversation_id = $3 where p.tenant_id = $1 and p.conversation_id = $2', part.source)
      using tenant_id, old_id, new_id;
  end loop;
end;
$$;
comment on function private.move_conversation_parts(uuid, uuid, uuid) is 'Moves what hangs on one conversation to another.';

create function private.tell_client_of_message(message public.messages, client_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  if client_id is not null and message.kind <> 'list' and coalesce(message.delivery, 'sent') = 'sent' then
    perform private.record_activity(
      message.tenant_id, tell_client_of_message.client_id, case message.direction when 'inbound' then 'message_received' else 'message_sent' end,
      'conversation', message.conversation_id, message.subject, jsonb_build_object('message_id', message.id), message.sent_at);
  end if;
end;
$$;
comment on function private.tell_client_of_message(public.messages, uuid) is 'Adds a message to a client''s timeline.';

create function private.link_conversation(conversation public.conversations, client_id uuid, link text) returns void
language plpgsql
set search_path = ''
as $$
declare
  message public.messages;
begin
  if conversation.client_id is not distinct from link_conversation.client_id and conversation.client_link = link then
    return;
  end if;
  update public.conversations c set client_id = link_conversation.client_id, client_link = link, revision = c.revision + 1, updated_at = now()
  where c.tenant_id = conversation.tenant_id and c.id = conversation.id;
  if conversation.client_id is not distinct from link_conversation.client_id then
    return;
  end if;
  delete from public.activities a
  where a.tenant_id = conversation.tenant_id and a.client_id = conversation.client_id and a.subject_type = 'conversation' and a.subject_id = conversation.id;
  for message in
    select * from (
      select * from public.messages m where m.tenant_id = conversation.tenant_id and m.conversation_id = conversation.id
      order by m.sent_at desc, m.id limit 200) newest
    order by newest.sent_at, newest.id
  loop
    perform private.tell_client_of_message(message, link_conversation.client_id);
  end loop;
end;
$$;
comment on function private.link_conversation(public.conversations, uuid, text) is
  'Says which client a conversation is about; its messages change from one timeline to the other.';

create function private.follow_contact_points() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  conversation public.conversations;
begin
  if coalesce(current_setting('chairside.keep_times', true), '') <> 'on' then
    for conversation in
      select * from public.conversations c
      where c.tenant_id = new.tenant_id and c.counterpart_address = new.value and c.client_link = 'auto' and c.client_id is distinct from new.client_id
      order by c.id for no key update
    loop
      perform private.link_conversation(conversation, new.client_id, 'auto');
    end loop;
  end if;
  return null;
end;
$$;
comment on function private.follow_contact_points() is 'Trigger: conversations follow the client to whom their address now belongs.';
create trigger link_conversations after update of client_id on public.contact_points for each row
  when (new.kind = 'email' and new.client_id is distinct from old.client_id) execute function private.follow_contact_points();

create function private.sum_conversations(tenant_id uuid, ids uuid[]) returns void
language sql
set search_path = ''
begin atomic
  update public.conversations c
  set message_count = s.messages, unread_count = s.unread, attachment_count = s.attachments, first_message_at = s.first_at, last_message_at = s.last_at,
      last_inbound_at = s.inbound_at, last_outbound_at = s.outbound_at, snippet = s.snippet, subject = s.subject, updated_at = now()
  from unnest(ids) u (id)
  cross join lateral (
    select count(*) as messages, count(*) filter (where not m.is_read and m.direction = 'inbound' and m.removed_at is null) as unread,
      coalesce(sum(m.attachment_count), 0) as attachments, min(m.sent_at) as first_at, max(m.sent_at) as last_at,
      max(m.sent_at) filter (where m.direction = 'inbound') as inbound_at, max(m.sent_at) filter (where m.direction = 'outbound') as outbound_at,
      (array_agg(m.snippet order by m.sent_at desc, m.id desc))[1] as snippet,
      -- As it began: the newest message is stored first, and says "Re:".
      (array_agg(m.subject order by m.sent_at, m.id))[1] as subject
    from public.messages m
    where m.tenant_id = sum_conversations.tenant_id and m.conversation_id = u.id and coalesce(m.delivery, 'sent') <> 'cancelled') s
  where c.tenant_id = sum_conversations.tenant_id and c.id = u.id and s.messages > 0;
end;
comment on function private.sum_conversations(uuid, uuid[]) is 'Brings the numbers of conversations up to date with their messages.';
