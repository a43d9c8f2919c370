-- What: uploading, deleting and opening files. Uploads go straight to Storage between begin_upload and finish_upload; contents
--       are read only through links that the Edge Function file-link signs after open_file has recorded it.
-- Who:  every member of the clinic.
-- Relies on: files and client_details migrations.

create function private.lock_file(tenant_id uuid, file_id uuid) returns public.client_files
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files;
begin
  perform private.require_member(tenant_id);
  select * into file from public.client_files f where f.tenant_id = lock_file.tenant_id and f.id = lock_file.file_id for update;
  if file.id is null then
    perform private.refuse(404, 'file_not_found', 'There is no such file.');
  end if;
  return file;
end;
$$;
comment on function private.lock_file(uuid, uuid) is 'The file of a clinic the caller works in, locked. 404 clinic_not_found, file_not_found.';

create function private.begin_upload(tenant_id uuid, client_id uuid, name text, content_type text, size bigint) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  client public.clients;
  file public.client_files;
  plain_type text := lower(btrim(split_part(coalesce(content_type, ''), ';', 1)));
begin
  perform private.require_member(tenant_id);
  -- A merge that is under way moves this file too, or is seen here.
  select * into client from public.clients c where c.tenant_id = begin_upload.tenant_id and c.id = begin_upload.client_id for share;
  if client.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  elsif client.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', client.merged_into::text);
  elsif coalesce(size, 0) <= 0 then
    perform private.refuse(422, 'file_empty', 'The file is empty.');
  elsif size > private.file_size_limit() then
    perform private.refuse(422, 'file_too_large', 'The file is too large.', private.file_size_limit()::text);
  elsif plain_type <> all (private.file_types()) then
    perform private.refuse(422, 'file_type_not_allowed', 'Files of this type are not kept.', left(plain_type, 100));
  end if;
  insert into public.client_files (tenant_id, client_id, name, content_type, size)
  values (begin_upload.tenant_id, begin_upload.client_id, private.clean_file_name(begin_upload.name), plain_type, begin_upload.size)
  returning * into file;
  return jsonb_build_object('file_id', file.id, 'object_name', file.object_name, 'bucket', 'client-files');
end;
$$;
create function public.begin_upload(tenant_id uuid, client_id uuid, name text, content_type text, size bigint) returns jsonb
language sql set search_path = ''
return private.begin_upload(tenant_id, client_id, name, content_type, size);
comment on function public.begin_upload(uuid, uuid, text, text, bigint) is
  'Member: announces a file of `size` bytes, to be sent to Storage next: { file_id, object_name, bucket }. 404 clinic_not_found, client_not_found; 409 client_merged; 422 file_empty, file_too_large (detail: the limit in bytes), file_type_not_allowed, file_name_invalid.';

create function private.finish_upload(tenant_id uuid, file_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files := private.lock_file(tenant_id, file_id);
  object record;
begin
  if file.created_by is distinct from auth.uid() then
    perform private.refuse(404, 'file_not_found', 'There is no such file.');
  elsif file.state in ('deleting', 'deleted') then
    perform private.refuse(410, 'file_deleted', 'This file has been deleted.');
  elsif file.state = 'uploading' then
    select (o.metadata ->> 'size')::bigint as size, lower(btrim(split_part(o.metadata ->> 'mimetype', ';', 1))) as content_type into object
    from storage.objects o
    where o.bucket_id = 'client-files' and o.name = file.object_name and coalesce(o.owner_id, o.owner::text) = auth.uid()::text;
    if object.size is distinct from file.size then
      perform private.refuse(409, 'upload_incomplete', 'The file has not arrived as it was announced.');
    elsif object.content_type is distinct from file.content_type then
      perform private.refuse(422, 'file_type_not_allowed', 'The file has another type than was announced.', left(object.content_type, 100));
    end if;
    update public.client_files f set state = 'stored', stored_at = now() where f.id = file.id returning * into file;
  end if;
  return to_jsonb(file);
end;
$$;
create function public.finish_upload(tenant_id uuid, file_id uuid) returns jsonb language sql set search_path = ''
return private.finish_upload(tenant_id, file_id);
comment on function public.finish_upload(uuid, uuid) is
  'Whoever announced it: the content has been sent; returns the file. Repeating it changes nothing. 404 clinic_not_found, file_not_found; 409 upload_incomplete; 410 file_deleted; 422 file_type_not_allowed.';

create function private.cancel_upload(tenant_id uuid, file_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files := private.lock_file(tenant_id, file_id);
begin
  if file.created_by is distinct from auth.uid() then
    perform private.refuse(404, 'file_not_found', 'There is no such file.');
  end if;
  update public.client_files f set state = 'deleting', deleted_at = now(), deleted_by = auth.uid()
  where f.id = file.id and f.state = 'uploading'
  returning * into file;
  return jsonb_build_object('cancelled', file.id is not null);
end;
$$;
create function public.cancel_upload(tenant_id uuid, file_id uuid) returns jsonb language sql set search_path = ''
return private.cancel_upload(tenant_id, file_id);
comment on function public.cancel_upload(uuid, uuid) is
  'Whoever announced it: gives an upload up: { cancelled }, false when it was finished or over already. 404 clinic_not_found, file_not_found.';

-- deleting and opening ---------------------------------------------------------------------------------------------

create function private.delete_file(tenant_id uuid, file_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files := private.lock_file(tenant_id, file_id);
begin
  if file.stored_at is null then
    perform private.refuse(409, 'upload_incomplete', 'This file has not been uploaded completely.');
  end if;
  if file.state in ('stored', 'missing') then
    update public.client_files f
    set state = case file.state when 'stored' then 'deleting' else 'deleted' end, deleted_at = now(), deleted_by = auth.uid()
    where f.id = file.id
    returning * into file;
  end if;
  return to_jsonb(file);
end;
$$;
create function public.delete_file(tenant_id uuid, file_id uuid) returns jsonb language sql set search_path = ''
return private.delete_file(tenant_id, file_id);
comment on function public.delete_file(uuid, uuid) is
  'Member: deletes a file and returns it. For seven days restore_file brings it back. 404 clinic_not_found, file_not_found; 409 upload_incomplete.';

create function private.open_file(tenant_id uuid, file_id uuid, purpose text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files;
begin
  perform private.require_member(tenant_id);
  select * into file from public.client_files f where f.tenant_id = open_file.tenant_id and f.id = open_file.file_id;
  case
    when file.id is null or purpose is null or purpose not in ('download', 'preview') then
      perform private.refuse(404, 'file_not_found', 'There is no such file.');
    when file.state = 'uploading' then
      perform private.refuse(409, 'upload_incomplete', 'This file has not been uploaded completely.');
    when file.state in ('deleting', 'deleted') then
      perform private.refuse(410, 'file_deleted', 'This file has been deleted.');
    when file.state = 'missing' then
      perform private.refuse(410, 'file_missing', 'The content of this file is gone.');
    when purpose = 'preview' and file.content_type not in (
      'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/bmp', 'application/pdf', 'text/plain', 'text/csv')
    then
      perform private.refuse(422, 'preview_not_possible', 'Files of this type cannot be shown here, only downloaded.');
    else null;
  end case;
  perform private.record_event(
    case purpose when 'download' then 'file.downloaded' else 'file.previewed' end, file.tenant_id, 'file', file.id::text, file.name,
    details => jsonb_build_object('client_id', file.client_id));
  return jsonb_build_object('object_name', file.object_name, 'name', file.name, 'content_type', file.content_type, 'size', file.size);
end;
$$;
create function public.open_file(tenant_id uuid, file_id uuid, purpose text) returns jsonb language sql set search_path = ''
return private.open_file(tenant_id, file_id, purpose);
comment on function public.open_file(uuid, uuid, text) is
  'Member, through the Edge Function file-link: records that a file is opened (purpose: download or preview) and returns { object_name, name, content_type, size }. 404 clinic_not_found, file_not_found; 409 upload_incomplete; 410 file_missing, file_deleted; 422 preview_not_possible.';

grant execute on function
  private.begin_upload(uuid, uuid, text, text, bigint), public.begin_upload(uuid, uuid, text, text, bigint),
  private.finish_upload(uuid, uuid), public.finish_upload(uuid, uuid),
  private.cancel_upload(uuid, uuid), public.cancel_upload(uuid, uuid),
  private.delete_file(uuid, uuid), public.delete_file(uuid, uuid),
  private.open_file(uuid, uuid, text), public.open_file(uuid, uuid, text)
  to authenticated;
