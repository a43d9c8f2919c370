-- What: files of clients: rows here, contents in Storage.
-- Who:  every member of the clinic reads and renames, and adds objects at the paths of their clinic; nobody has a SELECT policy on the bucket, because whoever
--       has one can sign links of any life without a trace.
-- Relies on: client_details and activities migrations, the tables of the Storage service.

create function private.file_types() returns text[]
language sql
immutable
set search_path = ''
return array[
  'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/heic', 'image/heif', 'image/tiff', 'image/bmp',
  'application/pdf', 'text/plain', 'text/csv', 'application/rtf',
  'application/msword', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.oasis.opendocument.text',
  'application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.oasis.opendocument.spreadsheet',
  'application/dicom', 'model/stl', 'video/mp4'];
comment on function private.file_types() is 'Content types a client''s file may have. Nothing that a browser runs, such as HTML or SVG.';

create function private.file_size_limit() returns bigint
language sql
immutable
set search_path = ''
return 50 * 1024 * 1024;
comment on function private.file_size_limit() is 'Bytes a file may have.';

create function private.file_grace() returns interval
language sql
immutable
set search_path = ''
return interval '7 days';
comment on function private.file_grace() is 'For how long a deleted file can be brought back; then its content is removed.';

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('client-files', 'client-files', false, private.file_size_limit(), private.file_types())
on conflict (id) do update
set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;

create policy "members upload files of their clinic's clients" on storage.objects for insert to authenticated
  with check (bucket_id = 'client-files' and split_part(name, '/', 1) = 'tenants'
    and split_part(name, '/', 2) = any ((select private.tenant_ids())::text[]));

create table public.client_files (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  name text not null check (length(name) between 1 and 255),
  content_type text not null,
  size bigint not null check (size > 0),
  object_name text not null default '',
  state text not null default 'uploading' check (state in ('uploading', 'stored', 'deleting', 'deleted', 'missing')),
  description text not null default '',
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  stored_at timestamptz,
  deleted_at timestamptz,
  deleted_by uuid,
  unique (tenant_id, id),
  unique (object_name),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, deleted_by) references public.memberships (tenant_id, user_id),
  -- The name is handed to the service role: it must not lead into another clinic's folder.
  check (starts_with(object_name, 'tenants/' || tenant_id || '/'))
);
comment on table public.client_files is 'Documents, pictures and scans of a clinic''s clients. The contents are objects of the bucket client-files.';
comment on column public.client_files.name is 'As the person''s computer called it, in any alphabet; the object''s own name is made of ids.';
comment on column public.client_files.object_name is 'Where the content is in the bucket. It never changes, not even when the client is merged into another.';
comment on column public.client_files.state is
  'uploading: announced; stored: there; deleting: in the bin, can be brought back for a week; deleted: content removed; missing: content lost.';
comment on column public.client_files.size is 'Bytes.';

create index client_files_list_idx on public.client_files (tenant_id, client_id, created_at desc, id desc);
create index client_files_created_by_idx on public.client_files (tenant_id, created_by);
create index client_files_deleted_by_idx on public.client_files (tenant_id, deleted_by);
-- What the hourly sweep looks for over all clinics.
create unique index client_files_unsettled_idx on public.client_files (state, id) where state in ('uploading', 'deleting');

alter table public.client_files enable row level security;
create policy "members read their clients' files" on public.client_files for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members rename their clients' files" on public.client_files for update to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]))
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.client_files to authenticated;
grant update (name, description) on public.client_files to authenticated;
grant select, insert, update, delete on public.client_files to service_role;

create function private.clean_file_name(given text) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  cleaned text := btrim(translate(normalize(coalesce(given, ''), nfc), '/\', '__'));
begin
  -- Control characters, line separators, and those that reverse what stands around them: "exam‮fdp.exe".
  if cleaned ~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]' or cleaned in ('', '.', '..') or length(cleaned) > 255 then
    perform private.refuse(422, 'file_name_invalid', 'A file name has 1 to 255 characters, none of them invisible.');
  end if;
  return cleaned;
end;
$$;
comment on function private.clean_file_name(text) is 'The name in its composed form, path separators replaced. 422 file_name_invalid.';

create function private.check_file() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.name := private.clean_file_name(new.name);
  new.description := btrim(new.description);
  if length(new.description) > 500 then
    perform private.refuse(422, 'field_too_long', 'A description has 500 characters at most.', 'description');
  end if;
  if tg_op = 'INSERT' then
    new.object_name := 'tenants/' || new.tenant_id || '/clients/' || new.client_id || '/' || new.id;
  end if;
  return new;
end;
$$;
comment on function private.check_file() is 'Trigger: names the object, brings the file''s name into its form. 422 file_name_invalid, field_too_long.';
create trigger check_file before insert or update of name, description on public.client_files
  for each row execute function private.check_file();

-- what is told about files -----------------------------------------------------------------------------------------

-- An upload that was only announced is nothing yet.
create trigger audit_new after insert on public.client_files for each row
  when (new.state = 'stored') execute function private.audit_row_change('file', 'insert:uploaded');
create trigger audit_changed after update of name, description on public.client_files for each row
  execute function private.audit_row_change('file');
create trigger audit_uploaded after update of state on public.client_files for each row
  when (old.state = 'uploading' and new.state = 'stored') execute function private.audit_row_change('file', 'state:uploaded');
create trigger audit_deleted after update of state on public.client_files for each row
  when (old.state in ('stored', 'missing') and new.state in ('deleting', 'deleted')) execute function private.audit_row_change('file', 'state:deleted');
create trigger audit_restored after update of state on public.client_files for each row
  when (old.state = 'deleting' and new.state = 'stored') execute function private.audit_row_change('file', 'state:restored');
create trigger audit_removed after update of state on public.client_files for each row
  when (old.state = 'deleting' and new.state = 'deleted') execute function private.audit_row_change('file', 'state:removed');
create trigger audit_missing after update of state on public.client_files for each row
  when (old.state <> new.state and new.state = 'missing') execute function private.audit_row_change('file', 'state:missing');
create trigger audit_gone after delete on public.client_files for each row
  when (old.stored_at is not null) execute function private.audit_row_change('file');

create function private.record_file_activity() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.state = 'stored' and tg_op = 'UPDATE' and old.state = 'deleting' then
    -- Undone: as if it had never been deleted.
    delete from public.activities a
    where a.tenant_id = new.tenant_id and a.client_id = new.client_id and a.kind = 'file_deleted' and a.subject_id = new.id;
  else
    perform private.record_activity(
      new.tenant_id, new.client_id, case new.state when 'stored' then 'file_added' else 'file_deleted' end, 'file', new.id, new.name,
      jsonb_build_object('content_type', new.content_type, 'size', new.size));
  end if;
  return null;
end;
$$;
comment on function private.record_file_activity() is 'Trigger: a file was added to the client or deleted.';
create trigger record_new after insert on public.client_files for each row
  when (new.state = 'stored') execute function private.record_file_activity();
create trigger record_activity after update of state on public.client_files for each row
  when ((old.state = 'uploading' and new.state = 'stored') or (old.state = 'stored' and new.state = 'deleting')
    or (old.state = 'missing' and new.state = 'deleted') or (old.state = 'deleting' and new.state = 'stored'))
  execute function private.record_file_activity();
