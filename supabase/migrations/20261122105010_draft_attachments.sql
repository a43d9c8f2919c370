-- What: attaching files to drafts.
-- Who:  the author of a draft; the browser sends the content to Storage in between (policy in the conversations migration).
-- Relies on: writing_drafts, storing_mail migrations.

create function private.draft_size_limit() returns bigint
language sql
immutable
set search_path = ''
-- In base64 it grows by a third, and many servers take 25 MB.
return 18 * 1024 * 1024;
comment on function private.draft_size_limit() is 'Bytes that all attachments of a mail may have together.';

create function private.draft_size(tenant_id uuid, draft_id uuid) returns bigint
language sql
stable
set search_path = ''
return (
  select coalesce(sum(coalesce(m.size, d.size)), 0)
  from public.draft_attachments d
  left join public.message_attachments m on m.tenant_id = d.tenant_id and m.id = d.source_attachment_id
  where d.tenant_id = draft_size.tenant_id and d.draft_id = draft_size.draft_id);
comment on function private.draft_size(uuid, uuid) is 'Bytes of everything attached to a draft.';

create function private.announce_draft_attachment(tenant_id uuid, draft_id uuid, name text, content_type text, size bigint) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  draft public.mail_drafts := private.lock_draft(tenant_id, draft_id);
  attachment public.draft_attachments;
  plain_type text := lower(btrim(split_part(coalesce(content_type, ''), ';', 1)));
begin
  attachment.id := gen_random_uuid();
  attachment.name := private.safe_attachment_name(announce_draft_attachment.name);
  if attachment.name = '' then
    perform private.refuse(422, 'file_name_invalid', 'A file name has 1 to 255 characters, none of them invisible.');
  elsif coalesce(announce_draft_attachment.size, 0) <= 0 then
    perform private.refuse(422, 'file_empty', 'The file is empty.');
  elsif private.draft_size(draft.tenant_id, draft.id) + announce_draft_attachment.size > private.draft_size_limit() then
    perform private.refuse(422, 'attachments_too_large', 'All attachments of a mail have 18 MB together at most.', private.draft_size_limit()::text);
  elsif (select count(*) from public.draft_attachments a where a.tenant_id = draft.tenant_id and a.draft_id = draft.id) >= 50 then
    perform private.refuse(422, 'too_many_attachments', 'A mail has 50 attachments at most.', '50');
  end if;
  insert into public.draft_attachments (id, tenant_id, draft_id, name, content_type, size, object_name)
  values (
    attachment.id, draft.tenant_id, draft.id, attachment.name,
    case when plain_type ~ '^[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}$' then plain_type else 'application/octet-stream' end,
    announce_draft_attachment.size, 'tenants/' || draft.tenant_id || '/drafts/' || draft.id || '/' || attachment.id)
  returning * into attachment;
  update public.mail_drafts d set updated_at = now() where d.id = draft.id;
  return jsonb_build_object(
    'id', attachment.id, 'object_name', attachment.object_name, 'bucket', 'mail-attachments', 'name', attachment.name,
    'content_type', attachment.content_type, 'size', attachment.size);
end;
$$;
create function public.announce_draft_attachment(tenant_id uuid, draft_id uuid, name text, content_type text, size bigint) returns jsonb
language sql set search_path = ''
return private.announce_draft_attachment(tenant_id, draft_id, name, content_type, size);
comment on function public.announce_draft_attachment(uuid, uuid, text, text, bigint) is
  'Author: announces a file of `size` bytes for a draft, to be sent to Storage next: { id, object_name, bucket, name, content_type, size }. 403 draft_of_colleague; 404 clinic_not_found, draft_not_found; 422 file_name_invalid, file_empty, attachments_too_large (detail: the limit in bytes), too_many_attachments.';

create function private.lock_draft_attachment(tenant_id uuid, attachment_id uuid) returns public.draft_attachments
language plpgsql
set search_path = ''
as $$
declare
  attachment public.draft_attachments;
begin
  perform private.require_member(tenant_id);
  select * into attachment from public.draft_attachments a where a.tenant_id = lock_draft_attachment.tenant_id and a.id = attachment_id;
  if attachment.id is null then
    perform private.refuse(404, 'attachment_not_found', 'There is no such attachment.');
  end if;
  perform private.lock_draft(tenant_id, attachment.draft_id);
  return attachment;
end;
$$;
comment on function private.lock_draft_attachment(uuid, uuid) is
  'An attachment of the caller''s own draft; the draft is locked. 403 draft_of_colleague; 404 clinic_not_found, attachment_not_found, draft_not_found.';

create function private.confirm_draft_attachment(tenant_id uuid, attachment_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  attachment public.draft_attachments := private.lock_draft_attachment(tenant_id, attachment_id);
  arrived bigint;
begin
  if attachment.state = 'uploading' and attachment.object_name is not null then
    select (o.metadata ->> 'size')::bigint into arrived from storage.objects o
    where o.bucket_id = 'mail-attachments' and o.name = attachment.object_name and coalesce(o.owner_id, o.owner::text) = auth.uid()::text;
    if arrived is distinct from attachment.size then
      perform private.refuse(409, 'upload_incomplete', 'The file has not arrived as it was announced.');
    end if;
    update public.draft_attachments a set state = 'stored', stored_at = now() where a.id = attachment.id;
  end if;
  return (
    select e from jsonb_array_elements(private.draft_attachments_json(attachment.tenant_id, attachment.draft_id)) e
    where e ->> 'id' = attachment.id::text);
end;
$$;
create function public.confirm_draft_attachment(tenant_id uuid, attachment_id uuid) returns jsonb language sql set search_path = ''
return private.confirm_draft_attachment(tenant_id, attachment_id);
comment on function public.confirm_draft_attachment(uuid, uuid) is
  'Author: the content has been sent; returns the attachment as get_draft does. Repeating it changes nothing. 403 draft_of_colleague; 404 clinic_not_found, attachment_not_found; 409 upload_incomplete.';

create function private.remove_draft_attachment(tenant_id uuid, attachment_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  attachment public.draft_attachments := private.lock_draft_attachment(tenant_id, attachment_id);
begin
  delete from public.draft_attachments a where a.id = attachment.id;
  update public.mail_drafts d set updated_at = now() where d.tenant_id = attachment.tenant_id and d.id = attachment.draft_id;
  return jsonb_build_object('id', attachment.id, 'removed', true);
end;
$$;
create function public.remove_draft_attachment(tenant_id uuid, attachment_id uuid) returns jsonb language sql set search_path = ''
return private.remove_draft_attachment(tenant_id, attachment_id);
comment on function public.remove_draft_attachment(uuid, uuid) is
  'Author: takes an attachment off a draft: { id, removed }. 403 draft_of_colleague; 404 clinic_not_found, attachment_not_found.';

grant execute on function
  private.announce_draft_attachment(uuid, uuid, text, text, bigint), public.announce_draft_attachment(uuid, uuid, text, text, bigint),
  private.confirm_draft_attachment(uuid, uuid), public.confirm_draft_attachment(uuid, uuid),
  private.remove_draft_attachment(uuid, uuid), public.remove_draft_attachment(uuid, uuid)
  to authenticated;
