-- What: notes about clients and what they said before.
-- Who:  every member of the clinic writes, edits and deletes them; a deleted note stays for its history and can be brought back.
-- Relies on: client_details and activities migrations.

create table public.client_notes (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  body text not null check (length(body) <= 20000 and body ~ '\S'),
  is_pinned boolean not null default false,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  updated_by uuid default auth.uid(),
  deleted_at timestamptz,
  deleted_by uuid,
  unique (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, updated_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, deleted_by) references public.memberships (tenant_id, user_id)
);
comment on table public.client_notes is 'What people wrote about a client: plain text, kept as it was written.';
comment on column public.client_notes.revision is
  'Counts the versions of the text. Whoever edits filters by the revision they have read: no row changed means that somebody else was quicker.';
comment on column public.client_notes.updated_at is 'When the text last changed; pinning is no change of it.';
comment on column public.client_notes.deleted_at is 'Set by delete_note, emptied by restore_note. Lists leave out what has it.';
create index client_notes_client_idx on public.client_notes (tenant_id, client_id, created_at desc, id desc);
create index client_notes_created_by_idx on public.client_notes (tenant_id, created_by);
create index client_notes_updated_by_idx on public.client_notes (tenant_id, updated_by);
create index client_notes_deleted_by_idx on public.client_notes (tenant_id, deleted_by);

alter table public.client_notes enable row level security;
create policy "members read their clients' notes" on public.client_notes for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members add notes to their clients" on public.client_notes for insert to authenticated
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members edit their clients' notes" on public.client_notes for update to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]))
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.client_notes to authenticated;
grant insert (tenant_id, client_id, body, is_pinned) on public.client_notes to authenticated;
grant update (body, is_pinned) on public.client_notes to authenticated;
grant select, insert, update, delete on public.client_notes to service_role;

create table public.client_note_revisions (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  note_id uuid not null,
  revision integer not null,
  body text not null,
  edited_at timestamptz not null,
  edited_by uuid,
  unique (tenant_id, id),
  unique (tenant_id, note_id, revision),
  foreign key (tenant_id, note_id) references public.client_notes (tenant_id, id) on delete cascade,
  foreign key (tenant_id, edited_by) references public.memberships (tenant_id, user_id)
);
comment on table public.client_note_revisions is 'Earlier texts of notes. The present one is in client_notes.';
comment on column public.client_note_revisions.edited_at is 'When somebody wrote this text, not when it was replaced.';
create index client_note_revisions_edited_by_idx on public.client_note_revisions (tenant_id, edited_by);

alter table public.client_note_revisions enable row level security;
create policy "members read what their clients' notes said" on public.client_note_revisions for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.client_note_revisions to authenticated;
grant select, insert, update, delete on public.client_note_revisions to service_role;

-- writing ----------------------------------------------------------------------------------------------------------

create function private.check_note() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if length(new.body) > 20000 then
    perform private.refuse(422, 'note_too_long', 'A note has 20,000 characters at most.', '20000');
  elsif new.body is null or new.body !~ '\S' then
    perform private.refuse(422, 'note_required', 'A note needs a text.');
  elsif tg_op = 'UPDATE' and old.deleted_at is not null and new.deleted_at is not null then
    perform private.refuse(409, 'note_deleted', 'This note has been deleted.');
  end if;
  return new;
end;
$$;
comment on function private.check_note() is 'Trigger: 422 note_required, note_too_long (detail: the limit); 409 note_deleted for editing what is deleted.';
create trigger check_note before insert or update of body, is_pinned on public.client_notes
  for each row execute function private.check_note();

create function private.keep_note_revision() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.client_note_revisions (tenant_id, note_id, revision, body, edited_at, edited_by)
  values (old.tenant_id, old.id, old.revision, old.body, old.updated_at, old.updated_by);
  new.revision := old.revision + 1;
  new.updated_at := now();
  new.updated_by := auth.uid();
  return new;
end;
$$;
comment on function private.keep_note_revision() is 'Trigger: what a note said before is kept when its text changes.';
create trigger keep_revision before update on public.client_notes for each row
  when (new.body is distinct from old.body) execute function private.keep_note_revision();

create trigger audit_change after insert or delete or update of body, is_pinned, deleted_at on public.client_notes
  for each row execute function private.audit_row_change('note', 'deleted_at:deleted');

-- the client's timeline --------------------------------------------------------------------------------------------

create function private.require_present_client(tenant_id uuid, client_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  client public.clients;
begin
  -- The lock lets a merge and a new row about the client come one after the other.
  select * into client from public.clients c
  where c.tenant_id = require_present_client.tenant_id and c.id = require_present_client.client_id for no key update;
  if client.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  elsif client.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', client.merged_into::text);
  end if;
end;
$$;
comment on function private.require_present_client(uuid, uuid) is
  'Locks a client for a row that is to refer to it: 404 client_not_found, 409 client_merged (detail: into whom).';

create function private.record_note_activity() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  recent public.activities;
begin
  if tg_op = 'INSERT' then
    -- After the row is written, so that the policy has let the writer in before anything about the client is said.
    perform private.require_present_client(new.tenant_id, new.client_id);
    perform private.record_activity(new.tenant_id, new.client_id, 'note_added', 'note', new.id, left(new.body, 400));
    return null;
  elsif new.deleted_at is not null then
    perform private.record_activity(new.tenant_id, new.client_id, 'note_deleted', 'note', new.id, left(new.body, 400));
    return null;
  elsif old.deleted_at is not null then
    -- Brought back: the timeline tells the note as if nothing had been; the audit log tells both.
    delete from public.activities a
    where a.tenant_id = new.tenant_id and a.client_id = new.client_id and a.kind = 'note_deleted' and a.subject_id = new.id;
    return null;
  end if;
  -- Somebody who corrects the same note three times in a row has made one change.
  select * into recent from public.activities a
  where a.tenant_id = new.tenant_id and a.client_id = new.client_id and a.occurred_at > now() - interval '10 minutes'
    and a.kind in ('note_added', 'note_changed') and a.subject_id = new.id and a.actor_id is not distinct from auth.uid()
  order by a.occurred_at desc, a.id desc limit 1;
  if recent.id is not null then
    update public.activities a set summary = left(btrim(regexp_replace(left(new.body, 400), '\s+', ' ', 'g')), 200) where a.id = recent.id;
  else
    perform private.record_activity(new.tenant_id, new.client_id, 'note_changed', 'note', new.id, left(new.body, 400));
  end if;
  return null;
end;
$$;
comment on function private.record_note_activity() is 'Trigger: a note was added, changed, deleted or brought back.';
create trigger record_new after insert on public.client_notes for each row execute function private.record_note_activity();
create trigger record_change after update on public.client_notes for each row
  when (new.body is distinct from old.body or (new.deleted_at is null) <> (old.deleted_at is null))
  execute function private.record_note_activity();

-- deleting ---------------------------------------------------------------------------------------------------------

create function private.set_note_deleted(tenant_id uuid, note_id uuid, is_deleted boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  note public.client_notes;
begin
  perform private.require_member(tenant_id);
  select * into note from public.client_notes n
  where n.tenant_id = set_note_deleted.tenant_id and n.id = note_id for no key update;
  if note.id is null then
    perform private.refuse(404, 'note_not_found', 'There is no such note.');
  elsif (note.deleted_at is not null) <> is_deleted then
    update public.client_notes n
    set deleted_at = case when is_deleted then now() end, deleted_by = case when is_deleted then auth.uid() end
    where n.tenant_id = note.tenant_id and n.id = note.id
    returning * into note;
  end if;
  return to_jsonb(note);
end;
$$;
comment on function private.set_note_deleted(uuid, uuid, boolean) is 'Deletes a note or brings it back; doing it twice is doing it once.';

create function private.delete_note(tenant_id uuid, note_id uuid) returns jsonb
language plpgsql security definer set search_path = ''
as $$
begin
  return private.set_note_deleted(tenant_id, note_id, true);
end;
$$;
create function public.delete_note(tenant_id uuid, note_id uuid) returns jsonb language sql set search_path = ''
return private.delete_note(tenant_id, note_id);
comment on function public.delete_note(uuid, uuid) is
  'Member: takes a note off the list and returns it; it stays for its history. Twice is once. 404 clinic_not_found, note_not_found.';

create function private.restore_note(tenant_id uuid, note_id uuid) returns jsonb
language plpgsql security definer set search_path = ''
as $$
begin
  return private.set_note_deleted(tenant_id, note_id, false);
end;
$$;
create function public.restore_note(tenant_id uuid, note_id uuid) returns jsonb language sql set search_path = ''
return private.restore_note(tenant_id, note_id);
comment on function public.restore_note(uuid, uuid) is
  'Member: brings a deleted note back and returns it. Twice is once. 404 clinic_not_found, note_not_found.';
grant execute on function private.delete_note(uuid, uuid), public.delete_note(uuid, uuid),
  private.restore_note(uuid, uuid), public.restore_note(uuid, uuid) to authenticated;
