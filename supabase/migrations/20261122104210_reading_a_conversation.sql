-- What: one conversation with its messages, notes, history, drafts and who else is looking at it, in one answer.
-- Who:  every member of the clinic.
-- Relies on: reading_conversations migration; at run time mail_drafts.

create function private.messages_json(tenant_id uuid, ids uuid[]) returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(m) || jsonb_build_object(
      'attachments', (
        select coalesce(jsonb_agg(to_jsonb(t) - array['tenant_id', 'object_name', 'encoding', 'last_error'] order by length(t.part), t.part), '[]')
        from public.message_attachments t where t.tenant_id = m.tenant_id and t.message_id = m.id),
      'author', private.person_json(m.author_id)) order by u.n), '[]')
    from unnest(ids) with ordinality u (id, n)
    join public.messages m on m.tenant_id = messages_json.tenant_id and m.id = u.id);
end;
$$;
comment on function private.messages_json(uuid, uuid[]) is 'Messages whole, in the order given, each with its attachments and its author.';

create function private.page_of_messages(tenant_id uuid, conversation_id uuid, before jsonb, most integer) returns uuid[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  until_at timestamptz := 'infinity'::timestamptz;
  until_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid;
begin
  if before is not null and before <> 'null' then
    begin
      until_at := (before ->> 'sent_at')::timestamptz;
      until_id := (before ->> 'id')::uuid;
    exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
      until_at := null;
    end;
    if until_at is null or until_id is null then
      perform private.refuse(422, 'page_unknown', 'This is no place in the conversation.');
    end if;
  end if;
  -- Messages of a megabyte each would not fit into one answer: as many as have two together, but always one.
  return (
    select array_agg(w.id order by w.sent_at, w.id)
    from (
      select n.id, n.sent_at, row_number() over o as place,
        sum(octet_length(n.text_body) + coalesce(octet_length(n.html_body), 0)) over o as bytes
      from (
        select m.id, m.sent_at, m.text_body, m.html_body from public.messages m
        where m.tenant_id = page_of_messages.tenant_id and m.conversation_id = page_of_messages.conversation_id
          and (m.sent_at, m.id) < (until_at, until_id) and coalesce(m.delivery, 'sent') <> 'cancelled'
        order by m.sent_at desc, m.id desc limit most) n
      window o as (order by n.sent_at desc, n.id desc)) w
    where w.place = 1 or w.bytes <= 2000000);
end;
$$;
comment on function private.page_of_messages(uuid, uuid, jsonb, integer) is
  'The newest messages of a conversation, or those before { sent_at, id }, oldest first: fewer when they are very long. 422 page_unknown.';

create function private.conversation_history(tenant_id uuid, conversation_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', e.id, 'kind', e.kind, 'occurred_at', e.occurred_at, 'actor', private.person_json(e.actor_id),
      'details', e.details || jsonb_strip_nulls(jsonb_build_object(
        'assignee', private.person_json((e.details ->> 'assignee_id')::uuid),
        'tag', (
          select jsonb_build_object('id', t.id, 'name', t.name, 'colour', t.colour) from public.tags t
          where t.tenant_id = e.tenant_id and t.id = (e.details ->> 'tag_id')::uuid),
        'client', (
          select jsonb_build_object('id', k.id, 'first_name', k.first_name, 'last_name', k.last_name) from public.clients k
          where k.tenant_id = e.tenant_id and k.id = (e.details ->> 'client_id')::uuid)))) order by e.occurred_at, e.id), '[]')
    from (
      select * from public.conversation_events v
      where v.tenant_id = conversation_history.tenant_id and v.conversation_id = conversation_history.conversation_id
      order by v.occurred_at desc, v.id desc limit 200) e);
end;
$$;
comment on function private.conversation_history(uuid, uuid) is 'What was done with a conversation, the newest 200, oldest first, with the names of today.';

create function private.conversation_viewers_json(tenant_id uuid, conversation_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(private.person_json(v.user_id) || jsonb_build_object('is_writing', v.is_writing, 'seen_at', v.seen_at) order by v.user_id), '[]')
    from private.conversation_viewers v
    where v.tenant_id = conversation_viewers_json.tenant_id and v.conversation_id = conversation_viewers_json.conversation_id
      and v.user_id <> auth.uid() and v.seen_at > now() - interval '45 seconds');
end;
$$;
comment on function private.conversation_viewers_json(uuid, uuid) is
  'Who else has a conversation open: [{ user_id, first_name, last_name, is_writing, seen_at }].';

create function private.get_conversation(tenant_id uuid, conversation_id uuid, before jsonb) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  conversation jsonb;
  page uuid[];
begin
  perform private.require_member(tenant_id);
  conversation := private.conversation_rows(tenant_id, array[conversation_id]) -> 0;
  if conversation is null then
    perform private.refuse(404, 'conversation_not_found', 'There is no such conversation.');
  end if;
  page := private.page_of_messages(tenant_id, conversation_id, before, 30);
  return jsonb_build_object(
    'conversation', conversation,
    'account', (
      select jsonb_build_object('id', a.id, 'address', a.address, 'display_name', a.display_name, 'status', a.status, 'send_via', a.send_via)
      from public.mail_accounts a where a.tenant_id = get_conversation.tenant_id and a.id = (conversation ->> 'account_id')::uuid),
    'messages', private.messages_json(tenant_id, page),
    'has_earlier', page is not null and exists (
      select from public.messages m join public.messages o on o.tenant_id = get_conversation.tenant_id and o.id = page[1]
      where m.tenant_id = o.tenant_id and m.conversation_id = o.conversation_id and (m.sent_at, m.id) < (o.sent_at, o.id)
        and coalesce(m.delivery, 'sent') <> 'cancelled'),
    'notes', (
      select coalesce(jsonb_agg(to_jsonb(n) - 'tenant_id' || jsonb_build_object('author', private.person_json(n.created_by)) order by n.created_at, n.id), '[]')
      from (
        select * from public.conversation_notes x
        where x.tenant_id = get_conversation.tenant_id and x.conversation_id = get_conversation.conversation_id
        order by x.created_at desc, x.id desc limit 200) n),
    'events', private.conversation_history(tenant_id, conversation_id),
    'drafts', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', d.id, 'kind', d.kind, 'author', private.person_json(d.author_id), 'updated_at', d.updated_at) order by d.updated_at desc, d.id), '[]')
      from public.mail_drafts d where d.tenant_id = get_conversation.tenant_id and d.conversation_id = get_conversation.conversation_id),
    'viewers', private.conversation_viewers_json(tenant_id, conversation_id));
end;
$$;
create function public.get_conversation(tenant_id uuid, conversation_id uuid, before jsonb default null) returns jsonb
language sql stable set search_path = ''
return private.get_conversation(tenant_id, conversation_id, before);
comment on function public.get_conversation(uuid, uuid, jsonb) is
  'Member: a conversation with everything in it: { conversation (as in the list), account: { id, address, display_name, status, send_via }, messages: oldest first, the newest 30, or those before { sent_at, id }, fewer when they are very long, each with bodies, attachments and author, has_earlier, notes: [note with author], events: [{ id, kind: opened|closed|snoozed|assigned|unassigned|tag_added|tag_removed|client_linked|client_unlinked, details with assignee, tag or client, actor, occurred_at }], drafts: [{ id, kind, author, updated_at }], viewers: [{ user_id, first_name, last_name, is_writing, seen_at }] }. Reading marks nothing as read. 404 clinic_not_found, conversation_not_found; 422 page_unknown.';
grant execute on function private.get_conversation(uuid, uuid, jsonb), public.get_conversation(uuid, uuid, jsonb) to authenticated;
