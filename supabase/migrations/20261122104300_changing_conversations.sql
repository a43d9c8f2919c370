-- What: working on conversations, one or many at once: status, assignee, tags, read or not, and whom they are about.
-- Who:  every member of the clinic.
-- Relies on: reading_conversations, threading and contact_matching migrations.

create function private.require_ids(given jsonb, key text) returns uuid[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if not given ? key then
    return '{}'::uuid[];
  elsif jsonb_typeof(given -> key) <> 'array' or jsonb_array_length(given -> key) > 50 then
    perform private.refuse(422, 'values_invalid', 'This is no short list of ids.', key);
  end if;
  return array(select distinct e::uuid from jsonb_array_elements_text(given -> key) e order by 1);
exception when invalid_text_representation or null_value_not_allowed then
  perform private.refuse(422, 'values_invalid', 'This is no id.', key);
  return null;
end;
$$;
comment on function private.require_ids(jsonb, text) is 'The list of ids, 50 at most, that an object has under a name; empty without one. 422 values_invalid (detail: the name).';

create function private.require_conversation_changes(tenant_id uuid, changes jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  strange text;
  snooze timestamptz;
begin
  if jsonb_typeof(changes) is distinct from 'object' or changes = '{}' then
    perform private.refuse(422, 'values_invalid', 'The changes are not an object with at least one.');
  end if;
  select k into strange from jsonb_object_keys(changes) k
  where k <> all ('{status,snoozed_until,assignee_id,add_tag_ids,remove_tag_ids,is_read,read_until,client_id,client_link}') limit 1;
  if strange is not null then
    perform private.refuse(422, 'values_invalid', 'Nobody sets this.', left(strange, 60));
  elsif changes ? 'status' and coalesce(changes ->> 'status', '') not in ('open', 'closed', 'snoozed') then
    perform private.refuse(422, 'status_unknown', 'There is no such status.', 'status');
  elsif (changes ->> 'status' is not distinct from 'snoozed') <> (changes ? 'snoozed_until') then
    perform private.refuse(422, 'snooze_invalid', 'What is snoozed comes back at some time, and nothing else does.', 'snoozed_until');
  elsif changes ? 'is_read' and jsonb_typeof(changes -> 'is_read') <> 'boolean' then
    perform private.refuse(422, 'values_invalid', 'Read is yes or no.', 'is_read');
  elsif changes ? 'read_until' and changes -> 'is_read' is distinct from 'true' then
    perform private.refuse(422, 'values_invalid', 'Only what is read is read until some time.', 'read_until');
  elsif changes ? 'client_link' and (changes ->> 'client_link' is distinct from 'auto' or changes ? 'client_id') then
    perform private.refuse(422, 'values_invalid', 'A conversation follows its address, or is about whom somebody says.', 'client_link');
  end if;
  snooze := (changes ->> 'snoozed_until')::timestamptz;
  if changes ? 'snoozed_until' and (snooze is null or snooze <= now() or snooze > now() + interval '2 years') then
    perform private.refuse(422, 'snooze_invalid', 'A conversation is snoozed until a time to come, two years ahead at most.', 'snoozed_until');
  elsif changes ->> 'assignee_id' is not null and not private.works_in(tenant_id, (changes ->> 'assignee_id')::uuid) then
    perform private.refuse(422, 'assignee_unknown', 'This person does not work here.', 'assignee_id');
  elsif changes ->> 'client_id' is not null then
    perform private.require_present_client(tenant_id, (changes ->> 'client_id')::uuid);
  end if;
  perform (changes ->> 'read_until')::timestamptz;
exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
  perform private.refuse(422, 'values_invalid', 'An id or a time cannot be read.');
end;
$$;
comment on function private.require_conversation_changes(uuid, jsonb) is
  'Refuses changes that cannot be made: 422 values_invalid, status_unknown, snooze_invalid, assignee_unknown; 404 client_not_found; 409 client_merged.';

create function private.mark_conversations_read(tenant_id uuid, ids uuid[], is_read boolean, read_until timestamptz) returns void
language plpgsql
set search_path = ''
as $$
begin
  if is_read then
    -- What came in while somebody was reading is still new.
    update public.messages m set is_read = true
    where m.tenant_id = mark_conversations_read.tenant_id and m.conversation_id = any (ids) and not m.is_read
      and (read_until is null or m.created_at <= read_until);
  else
    update public.messages m set is_read = false
    where m.tenant_id = mark_conversations_read.tenant_id and m.is_read and m.id in (
      select n.id from unnest(ids) u (id)
      cross join lateral (
        select x.id from public.messages x
        where x.tenant_id = mark_conversations_read.tenant_id and x.conversation_id = u.id and x.direction = 'inbound' and x.removed_at is null
        order by x.sent_at desc, x.id desc limit 1) n);
  end if;
  perform private.sum_conversations(tenant_id, ids);
end;
$$;
comment on function private.mark_conversations_read(uuid, uuid[], boolean, timestamptz) is
  'Marks the messages of conversations as read, those that were here at a time; or the newest that came in as unread.';

create function private.change_conversation(conversation public.conversations, changes jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  wanted public.conversations := conversation;
begin
  if changes ? 'status' then
    wanted.status := changes ->> 'status';
    wanted.snoozed_until := (changes ->> 'snoozed_until')::timestamptz;
    wanted.closed_at := case when wanted.status = 'closed' then coalesce(case when conversation.status = 'closed' then conversation.closed_at end, now()) end;
  end if;
  if changes ? 'assignee_id' then
    wanted.assignee_id := (changes ->> 'assignee_id')::uuid;
  end if;
  if (wanted.status, wanted.snoozed_until, wanted.assignee_id)
    is distinct from (conversation.status, conversation.snoozed_until, conversation.assignee_id)
  then
    update public.conversations c
    set status = wanted.status, snoozed_until = wanted.snoozed_until, closed_at = wanted.closed_at, assignee_id = wanted.assignee_id,
        revision = c.revision + 1, updated_at = now()
    where c.tenant_id = conversation.tenant_id and c.id = conversation.id;
  end if;
  if changes ? 'client_id' then
    perform private.link_conversation(conversation, (changes ->> 'client_id')::uuid, 'manual');
  elsif changes ? 'client_link' then
    perform private.link_conversation(conversation, (
      select p.client_id from public.contact_points p
      where p.tenant_id = conversation.tenant_id and p.kind = 'email' and p.value = conversation.counterpart_address), 'auto');
  end if;
end;
$$;
comment on function private.change_conversation(public.conversations, jsonb) is 'Makes the changes of update_conversations that are in the conversation''s own row.';

create function private.update_conversations(tenant_id uuid, conversation_ids uuid[], changes jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  ids constant uuid[] := array(select distinct u.id from unnest(conversation_ids) u (id) where u.id is not null order by 1);
  added uuid[];
  removed uuid[];
  conversation public.conversations;
  locked integer := 0;
begin
  perform private.require_member(tenant_id);
  if cardinality(ids) > 200 then
    perform private.refuse(422, 'too_many', 'These are more than 200 conversations.', '200');
  end if;
  perform private.require_conversation_changes(tenant_id, changes);
  added := private.require_ids(changes, 'add_tag_ids');
  removed := private.require_ids(changes, 'remove_tag_ids');
  if (select count(*) from public.tags t where t.tenant_id = update_conversations.tenant_id and t.id = any (added)) < cardinality(added) then
    perform private.refuse(404, 'tag_not_found', 'There is no such tag.');
  end if;
  for conversation in
    select * from public.conversations c where c.tenant_id = update_conversations.tenant_id and c.id = any (ids) order by c.id for no key update
  loop
    locked := locked + 1;
    perform private.change_conversation(conversation, changes);
  end loop;
  if locked < cardinality(ids) then
    perform private.refuse(404, 'conversation_not_found', 'There is no such conversation.');
  end if;
  delete from public.conversation_tags g
  where g.tenant_id = update_conversations.tenant_id and g.conversation_id = any (ids) and g.tag_id = any (removed);
  insert into public.conversation_tags (tenant_id, conversation_id, tag_id)
  select update_conversations.tenant_id, c.id, t.id from unnest(ids) c (id) cross join unnest(added) t (id) order by c.id, t.id
  on conflict on constraint conversation_tags_tenant_id_conversation_id_tag_id_key do nothing;
  if changes ? 'is_read' then
    perform private.mark_conversations_read(tenant_id, ids, (changes ->> 'is_read')::boolean, (changes ->> 'read_until')::timestamptz);
  end if;
  -- One event for what one person did at once; that somebody has read something is no change of anything.
  if cardinality(ids) > 0 and changes - array['is_read', 'read_until'] <> '{}' then
    perform private.record_event('conversation.updated', tenant_id, 'conversation', case when cardinality(ids) = 1 then ids[1]::text end,
      details => changes - array['is_read', 'read_until'] || case when cardinality(ids) > 1
        then jsonb_build_object('conversations', cardinality(ids), 'conversation_ids', to_jsonb(ids)) else '{}' end);
  end if;
  return jsonb_build_object('changed', cardinality(ids), 'conversations', private.conversation_rows(tenant_id, ids));
end;
$$;
create function public.update_conversations(tenant_id uuid, conversation_ids uuid[], changes jsonb) returns jsonb language sql set search_path = ''
return private.update_conversations(tenant_id, conversation_ids, changes);
comment on function public.update_conversations(uuid, uuid[], jsonb) is
  'Member: changes up to 200 conversations, all or none: any of status open, closed or snoozed (with snoozed_until), assignee_id (null: nobody), add_tag_ids, remove_tag_ids, is_read (true: with read_until only what was here then; false: the newest that came in is unread), client_id (whom they are about, or null: nobody; no address changes that any more) or client_link auto (whose the address is). Returns { changed, conversations: [as in lists] }. 404 clinic_not_found, conversation_not_found, tag_not_found, client_not_found; 409 client_merged; 422 too_many, values_invalid (detail: which), status_unknown, snooze_invalid, assignee_unknown.';
grant execute on function private.update_conversations(uuid, uuid[], jsonb), public.update_conversations(uuid, uuid[], jsonb) to authenticated;

-- waking up --------------------------------------------------------------------------------------------------------

create function private.wake_conversations() returns bigint
language plpgsql
set search_path = ''
as $$
declare
  woken bigint;
begin
  -- Whoever is at one just now is not waited for: the next minute comes.
  with due as materialized (
    select c.id from public.conversations c
    where c.status = 'snoozed' and c.snoozed_until <= now() order by c.snoozed_until, c.id limit 1000 for no key update skip locked)
  update public.conversations c set status = 'open', snoozed_until = null, revision = c.revision + 1, updated_at = now()
  from due where c.id = due.id;
  get diagnostics woken = row_count;
  delete from private.conversation_viewers v where v.seen_at < now() - interval '5 minutes';
  return woken;
end;
$$;
comment on function private.wake_conversations() is
  'Opens conversations whose time has come and forgets who looked at some; returns how many were opened.';
select private.schedule_job('wake-conversations', '* * * * *', 'select private.wake_conversations()');
