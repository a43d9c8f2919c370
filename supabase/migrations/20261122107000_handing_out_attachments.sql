-- What: opening what is attached to mail, and keeping it among a client's files.
-- Who:  every member of the clinic, through the Edge Functions attachment-link and save-attachment.
-- Relies on: conversations, following_mail, files and using_files migrations.
--
-- Whoever sends a mail chooses what is in it and what it is called. What a browser or a computer might run is therefore kept and
-- given out as plain bytes, and only pictures, PDF and plain text are ever shown in place.

create function private.attachment_type(name text, content_type text) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  announced text := lower(btrim(split_part(coalesce(content_type, ''), ';', 1)));
  endings text[] := (string_to_array(lower(btrim(coalesce(name, ''), ' .')), '.'))[2:];
  by_ending constant jsonb := '{
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "heic": "image/heic",
    "heif": "image/heif", "tif": "image/tiff", "tiff": "image/tiff", "bmp": "image/bmp", "pdf": "application/pdf", "txt": "text/plain",
    "csv": "text/csv", "rtf": "application/rtf", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "dcm": "application/dicom", "stl": "model/stl", "mp4": "video/mp4"}'::jsonb;
  by_other_name constant jsonb := '{
    "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png", "image/x-ms-bmp": "image/bmp", "image/tif": "image/tiff",
    "application/x-pdf": "application/pdf", "text/rtf": "application/rtf", "application/csv": "text/csv"}'::jsonb;
begin
  -- Also "invoice.exe.pdf": where endings are hidden, either of the last two may be the one that counts.
  if endings[greatest(cardinality(endings) - 1, 1):] && array[
    'html', 'htm', 'xhtml', 'xht', 'shtml', 'mht', 'mhtml', 'svg', 'svgz', 'xml', 'xsl', 'xslt', 'swf', 'wasm', 'js', 'mjs', 'cjs', 'jse', 'vb', 'vbs',
    'vbe', 'ws', 'wsc', 'wsf', 'wsh', 'hta', 'exe', 'com', 'scr', 'pif', 'bat', 'cmd', 'msi', 'msp', 'mst', 'msc', 'dll', 'cpl', 'sys', 'jar', 'jnlp',
    'class', 'lnk', 'url', 'website', 'desktop', 'iso', 'img', 'vhd', 'vhdx', 'dmg', 'pkg', 'app', 'apk', 'ps1', 'psm1', 'sh', 'bash', 'command', 'py',
    'pl', 'php', 'rb', 'reg', 'inf', 'scf', 'gadget', 'application', 'appref-ms', 'chm', 'hlp', 'docm', 'dotm', 'xlsm', 'xltm', 'xlam', 'xlsb', 'xll',
    'pptm', 'potm', 'ppam', 'ppsm', 'sldm', 'one', 'iqy', 'slk', 'settingcontent-ms', 'library-ms', 'search-ms']
  then
    return 'application/octet-stream';
  end if;
  announced := coalesce(by_other_name ->> announced, announced);
  if announced ~ '^((audio|video|message)/[a-z0-9.+-]+|image/(jpeg|png|gif|webp|heic|heif|tiff|bmp)|text/(plain|csv|calendar|vcard|x-vcard|tab-separated-values)|model/stl|application/(pdf|rtf|dicom|zip|ics|ms-tnef|pgp-(signature|encrypted)|(x-)?pkcs7-(signature|mime)|msword|vnd\.ms-(excel|powerpoint|outlook)|vnd\.(openxmlformats-officedocument|oasis\.opendocument)\.[a-z.-]+))$'
    and length(announced) <= 127
  then
    return announced;
  end if;
  -- Many mail programs call everything octet-stream, and for what is announced as something else it must not become more than it is.
  return case when announced in ('', 'application/octet-stream', 'binary/octet-stream', 'application/x-download', 'application/force-download')
    then coalesce(by_ending ->> endings[cardinality(endings)], 'application/octet-stream')
    else 'application/octet-stream' end;
end;
$$;
comment on function private.attachment_type(text, text) is
  'The content type that an attachment is stored and given out with: as announced where that is harmless, from its name where nothing is announced, else application/octet-stream.';

create function private.check_attachment() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.content_type := private.attachment_type(new.name, new.content_type);
  return new;
end;
$$;
comment on function private.check_attachment() is 'Trigger: the type of an attachment is one it can be given out with; the content is uploaded with the same.';
create trigger check_attachment before insert or update of name, content_type on public.message_attachments
  for each row execute function private.check_attachment();

create function private.attachment_name(attachment public.message_attachments) returns text
language sql
immutable
set search_path = ''
return coalesce(nullif(attachment.name, ''), case when starts_with(attachment.content_type, 'image/') then 'image' else 'attachment' end
  || coalesce('.' || ('{"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic", "image/tiff": "tif",
    "image/bmp": "bmp", "application/pdf": "pdf", "text/plain": "txt", "text/csv": "csv", "text/calendar": "ics", "message/rfc822": "eml"}'::jsonb
    ->> attachment.content_type), ''));
comment on function private.attachment_name(public.message_attachments) is 'The name to save an attachment under; pictures within a text often have none of their own.';

create function private.find_attachment(attachment_id uuid) returns public.message_attachments
language plpgsql
set search_path = ''
as $$
declare
  attachment public.message_attachments;
begin
  select * into attachment from public.message_attachments t where t.id = attachment_id and t.tenant_id = any (private.tenant_ids());
  case
    when attachment.id is null then perform private.refuse(404, 'attachment_not_found', 'There is no such attachment.');
    when attachment.state = 'too_large' then perform private.refuse(422, 'attachment_too_large', 'This attachment is too large to be fetched.');
    when attachment.state = 'failed' then perform private.refuse(409, 'attachment_failed', 'This attachment could not be fetched.');
    -- Whoever wants it now should not have to ask twice. A refusal would undo that, so the caller is told by the state.
    when attachment.state = 'waiting' then perform private.want_attachment(attachment.tenant_id, attachment.id);
    else null;
  end case;
  return attachment;
end;
$$;
comment on function private.find_attachment(uuid) is
  'An attachment of a clinic the caller works in, stored, or waiting and now asked for. 404 attachment_not_found; 409 attachment_failed; 422 attachment_too_large.';

create function private.open_attachment(attachment_id uuid, disposition text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  attachment public.message_attachments := private.find_attachment(attachment_id);
  is_shown boolean := disposition = 'inline' and attachment.content_type in (
    'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain');
begin
  if disposition is null or disposition not in ('inline', 'attachment') then
    perform private.refuse(422, 'values_invalid', 'An attachment is opened inline or as attachment.', 'disposition');
  elsif attachment.state = 'waiting' then
    return jsonb_build_object('state', 'waiting');
  end if;
  perform private.record_event(
    case when is_shown then 'attachment.previewed' else 'attachment.downloaded' end, attachment.tenant_id, 'attachment', attachment.id::text,
    details => jsonb_build_object(
      'conversation_id', (select m.conversation_id from public.messages m where m.tenant_id = attachment.tenant_id and m.id = attachment.message_id),
      'message_id', attachment.message_id, 'content_type', attachment.content_type, 'size', attachment.size));
  return jsonb_build_object(
    'state', 'stored', 'object_name', attachment.object_name, 'name', private.attachment_name(attachment), 'content_type', attachment.content_type,
    'size', attachment.size, 'disposition', case when is_shown then 'inline' else 'attachment' end);
end;
$$;
create function public.open_attachment(attachment_id uuid, disposition text) returns jsonb language sql set search_path = ''
return private.open_attachment(attachment_id, disposition);
comment on function public.open_attachment(uuid, text) is
  'Member, through the Edge Function attachment-link: records that an attachment is opened and returns { state: stored, object_name, name, content_type, size, disposition }, where inline has become attachment for what is not shown in place; or { state: waiting }, when it is fetched before the others. 404 attachment_not_found; 409 attachment_failed; 422 attachment_too_large, values_invalid.';

create function private.record_attachment_missing(attachment_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  attachment public.message_attachments;
begin
  update public.message_attachments t set state = 'failed', stored_at = null, last_error = 'The content is gone.'
  where t.id = attachment_id and t.state = 'stored' returning * into attachment;
  if attachment.id is not null then
    perform private.record_event('attachment.missing', attachment.tenant_id, 'attachment', attachment.id::text,
      details => jsonb_build_object('message_id', attachment.message_id), succeeded => false);
  end if;
  return jsonb_build_object('recorded', attachment.id is not null);
end;
$$;
create function public.record_attachment_missing(attachment_id uuid) returns jsonb language sql set search_path = ''
return private.record_attachment_missing(attachment_id);
comment on function public.record_attachment_missing(uuid) is
  'Service role: Storage has no content for a stored attachment, which counts as failed from now on, so that it can be fetched again: { recorded }, false when it was not stored.';

-- among a client's files -------------------------------------------------------------------------------------------

alter table public.client_files add column source_attachment_id uuid,
  add foreign key (tenant_id, source_attachment_id) references public.message_attachments (tenant_id, id) on delete set null (source_attachment_id);
comment on column public.client_files.source_attachment_id is 'The attachment of a mail that the file was saved from; null for what was uploaded, and when the mail is gone.';
create index client_files_source_idx on public.client_files (tenant_id, source_attachment_id);

create function private.begin_saving_attachment(attachment_id uuid, client_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  attachment public.message_attachments := private.find_attachment(attachment_id);
  file public.client_files;
  begun jsonb;
begin
  if attachment.state = 'waiting' then
    return jsonb_build_object('state', 'waiting');
  end if;
  -- The second of two clicks waits here for the first and finds its file.
  perform from public.message_attachments t where t.id = attachment.id for no key update;
  select * into file from public.client_files f
  where f.tenant_id = attachment.tenant_id and f.source_attachment_id = attachment.id and f.client_id = begin_saving_attachment.client_id
    -- One that was broken off long ago may be on its way out.
    and (f.state = 'stored' or (f.state = 'uploading' and f.created_at > now() - interval '1 hour'))
  order by f.created_at, f.id limit 1;
  if file.id is null then
    begun := private.begin_upload(
      attachment.tenant_id, begin_saving_attachment.client_id, private.attachment_name(attachment), attachment.content_type, attachment.size);
    update public.client_files f set source_attachment_id = attachment.id where f.id = (begun ->> 'file_id')::uuid
    returning * into file;
  end if;
  return jsonb_build_object(
    'state', 'stored', 'tenant_id', file.tenant_id, 'file_id', file.id, 'is_saved', file.state = 'stored', 'source', attachment.object_name, 'target', file.object_name);
end;
$$;
create function public.begin_saving_attachment(attachment_id uuid, client_id uuid) returns jsonb language sql set search_path = ''
return private.begin_saving_attachment(attachment_id, client_id);
comment on function public.begin_saving_attachment(uuid, uuid) is
  'Member, through the Edge Function save-attachment: announces a copy of an attachment as a file of a client, once: { state: stored, tenant_id, file_id, is_saved, source, target }, the last two being objects of mail-attachments and client-files; or { state: waiting }, when it is fetched before the others. 404 attachment_not_found, client_not_found; 409 attachment_failed, client_merged; 422 attachment_too_large, file_empty, file_too_large, file_type_not_allowed, file_name_invalid.';

create function private.finish_saving_attachment(file_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files;
  object record;
begin
  select * into file from public.client_files f
  where f.id = file_id and f.tenant_id = any (private.tenant_ids()) and f.source_attachment_id is not null for update;
  if file.id is null then
    perform private.refuse(404, 'file_not_found', 'There is no such file.');
  elsif file.state in ('deleting', 'deleted') then
    perform private.refuse(410, 'file_deleted', 'This file has been deleted.');
  elsif file.state = 'uploading' then
    -- What a person has put there is not what the mail had in it: the copy is nobody's.
    select (o.metadata ->> 'size')::bigint as size, lower(btrim(split_part(o.metadata ->> 'mimetype', ';', 1))) as content_type into object
    from storage.objects o
    where o.bucket_id = 'client-files' and o.name = file.object_name and coalesce(o.owner_id, o.owner::text) is null;
    if object.size is distinct from file.size then
      perform private.refuse(409, 'upload_incomplete', 'The file has not arrived as it was announced.');
    elsif object.content_type not in (file.content_type, 'application/octet-stream') then
      perform private.refuse(422, 'file_type_not_allowed', 'The file has another type than was announced.', left(object.content_type, 100));
    end if;
    update public.client_files f set state = 'stored', stored_at = now() where f.id = file.id returning * into file;
  end if;
  return to_jsonb(file);
end;
$$;
create function public.finish_saving_attachment(file_id uuid) returns jsonb language sql set search_path = ''
return private.finish_saving_attachment(file_id);
comment on function public.finish_saving_attachment(uuid) is
  'Member, through the Edge Function save-attachment: the copy is there; returns the file. Repeating it changes nothing. 404 file_not_found; 409 upload_incomplete; 410 file_deleted; 422 file_type_not_allowed.';

grant execute on function
  private.open_attachment(uuid, text), public.open_attachment(uuid, text),
  private.begin_saving_attachment(uuid, uuid), public.begin_saving_attachment(uuid, uuid),
  private.finish_saving_attachment(uuid), public.finish_saving_attachment(uuid)
  to authenticated;
grant execute on function private.record_attachment_missing(uuid), public.record_attachment_missing(uuid) to service_role;
