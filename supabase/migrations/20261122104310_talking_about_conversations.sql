-- What: what colleagues write to each other about a conversation, and seeing who is at it.
-- Who:  every member of the clinic.
-- Relies on: reading_a_conversation migration.

create function private.save_conversation_note(tenant_id uuid, conversation_id uuid, note_id uuid, body text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  note public.conversation_notes;
begin
  perform private.require_member(tenant_id);
  if body is null or body !~ '\S' then
    perform private.refuse(422, 'note_required', 'A note needs a text.', 'body');
  elsif length(body) > 10000 then
    perform private.refuse(422, 'note_too_long', 'A note has 10,000 characters at most.', '10000');
  end if;
  perform from public.conversations c
  where c.tenant_id = save_conversation_note.tenant_id and c.id = save_conversation_note.conversation_id for key share;
  if not found then
    perform private.refuse(404, 'conversation_not_found', 'There is no such conversation.');
  elsif note_id is null then
    insert into public.conversation_notes (tenant_id, conversation_id, body)
    values (save_conversation_note.tenant_id, save_conversation_note.conversation_id, save_conversation_note.body)
    returning * into note;
  else
    update public.conversation_notes n set body = save_conversation_note.body, updated_at = now(), updated_by = auth.uid()
    where n.tenant_id = save_conversation_note.tenant_id and n.conversation_id = save_conversation_note.conversation_id and n.id = note_id
    returning * into note;
    if note.id is null then
      perform private.refuse(404, 'note_not_found', 'There is no such note.');
    end if;
  end if;
  -- What it says stays between colleagues and goes with the conversation; the log has who wrote when.
  perform private.record_event('conversation_note.' || case when note_id is null then 'created' else 'updated' end, tenant_id,
    'conversation_note', note.id::text, details => jsonb_build_object('conversation_id', note.conversation_id));
  return to_jsonb(note) - 'tenant_id' || jsonb_build_object('author', private.person_json(note.created_by));
end;
$$;
create function public.save_conversation_note(tenant_id uuid, conversation_id uuid, note_id uuid, body text) returns jsonb language sql set search_path = ''
return private.save_conversation_note(tenant_id, conversation_id, note_id, body);
comment on function public.save_conversation_note(uuid, uuid, uuid, text) is
  'Member: writes a note about a conversation (note_id null) or changes one, anybody''s. Returns it with author. 404 clinic_not_found, conversation_not_found, note_not_found; 422 note_required, note_too_long (detail: the limit).';

create function private.delete_conversation_note(tenant_id uuid, note_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  note public.conversation_notes;
begin
  perform private.require_member(tenant_id);
  delete from public.conversation_notes n where n.tenant_id = delete_conversation_note.tenant_id and n.id = note_id returning * into note;
  if note.id is null then
    perform private.refuse(404, 'note_not_found', 'There is no such note.');
  end if;
  perform private.record_event('conversation_note.deleted', tenant_id, 'conversation_note', note.id::text,
    details => jsonb_build_object('conversation_id', note.conversation_id));
  return jsonb_build_object('id', note.id, 'conversation_id', note.conversation_id);
end;
$$;
create function public.delete_conversation_note(tenant_id uuid, note_id uuid) returns jsonb language sql set search_path = ''
return private.delete_conversation_note(tenant_id, note_id);
comment on function public.delete_conversation_note(uuid, uuid) is
  'Member: deletes a note about a conversation for good: { id, conversation_id }. 404 clinic_not_found, note_not_found.';

create function private.look_at_conversation(tenant_id uuid, conversation_id uuid, is_writing boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  insert into private.conversation_viewers as v (tenant_id, conversation_id, user_id, is_writing)
  select c.tenant_id, c.id, auth.uid(), coalesce(look_at_conversation.is_writing, false)
  from public.conversations c
  where c.tenant_id = look_at_conversation.tenant_id and c.id = look_at_conversation.conversation_id
  on conflict on constraint conversation_viewers_pkey do update set is_writing = excluded.is_writing, seen_at = excluded.seen_at;
  if not found then
    perform private.refuse(404, 'conversation_not_found', 'There is no such conversation.');
  end if;
  return private.conversation_viewers_json(tenant_id, conversation_id);
end;
$$;
create function public.look_at_conversation(tenant_id uuid, conversation_id uuid, is_writing boolean) returns jsonb language sql set search_path = ''
return private.look_at_conversation(tenant_id, conversation_id, is_writing);
comment on function public.look_at_conversation(uuid, uuid, boolean) is
  'Member: says that the caller has a conversation open, and whether an answer is being written; every 15 seconds. Returns the others of the last 45 seconds: [{ user_id, first_name, last_name, is_writing, seen_at }]. 404 clinic_not_found, conversation_not_found.';

grant execute on function
  private.save_conversation_note(uuid, uuid, uuid, text), public.save_conversation_note(uuid, uuid, uuid, text),
  private.delete_conversation_note(uuid, uuid), public.delete_conversation_note(uuid, uuid),
  private.look_at_conversation(uuid, uuid, boolean), public.look_at_conversation(uuid, uuid, boolean)
  to authenticated;
