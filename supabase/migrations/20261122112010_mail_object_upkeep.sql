-- What: the bucket mail-attachments holds what messages and drafts name, and nothing else: members upload what they have announced,
--       and objects that nothing names are removed by the sweep.
-- Who:  members, through Storage; service_role (Edge Function sweep-files), called by pg_cron every hour.
-- Relies on: drafts, draft_attachments, removing_mail and file_upkeep migrations.

-- uploading --------------------------------------------------------------------------------------------------------

create function private.announced_uploads() returns text[]
language sql
stable
security definer
set search_path = ''
return coalesce((
  select array_agg(a.object_name)
  from public.mail_drafts d
  join public.draft_attachments a on a.tenant_id = d.tenant_id and a.draft_id = d.id
  where d.author_id = auth.uid() and d.tenant_id = any ((select private.tenant_ids())::uuid[]) and a.state = 'uploading'
    and a.object_name is not null), '{}');
comment on function private.announced_uploads() is
  'Objects that the caller has announced for drafts of their own and not sent yet. For the policy of Storage.';
grant execute on function private.announced_uploads() to authenticated;

drop policy "members upload attachments of their clinic's drafts" on storage.objects;
-- Everything else in this bucket is written by the functions.
create policy "members upload what they announced for their drafts" on storage.objects for insert to authenticated
  with check (bucket_id = 'mail-attachments' and name = any ((select private.announced_uploads())::text[]));

-- removing ---------------------------------------------------------------------------------------------------------

-- The same name may stand in both buckets.
alter table private.object_removals drop constraint object_removals_pkey, add primary key (object_name, bucket_id);

create function private.mail_object_tenant(object_name text) returns uuid
language sql
immutable
set search_path = ''
-- Whoever wrote it, a name may be anything.
return case
  when object_name ~ '^tenants/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/' then split_part(object_name, '/', 2)::uuid end;
comment on function private.mail_object_tenant(text) is 'The clinic in whose folder an object lies; null when it lies elsewhere.';

create function private.is_mail_object_named(object_name text) returns boolean
language sql
stable
set search_path = ''
return exists (
    select from public.message_attachments t
    where t.tenant_id = private.mail_object_tenant(is_mail_object_named.object_name) and t.object_name = is_mail_object_named.object_name)
  or exists (
    select from public.draft_attachments t
    where t.tenant_id = private.mail_object_tenant(is_mail_object_named.object_name) and t.object_name = is_mail_object_named.object_name);
comment on function private.is_mail_object_named(text) is 'Whether a message or a draft has this object of the bucket mail-attachments.';

create or replace function private.queue_mail_objects() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- A content that is being fetched this moment would come after its removal.
  insert into private.object_removals (object_name, bucket_id, reason, leased_until)
  select distinct g.object_name, 'mail-attachments', 'deleted', case when g.state = 'stored' then null::timestamptz else now() + interval '1 hour' end
  from gone g where g.object_name is not null
  on conflict do nothing;
  return null;
end;
$$;

alter table private.file_sweeps
  add column mail_objects_after text not null default '',
  add column are_mail_objects_done boolean not null default false;

create function private.queue_orphans(bucket text, objects_after text, slice integer) returns jsonb
language sql
set search_path = ''
begin atomic
  with names as materialized (
    select o.name, o.created_at from storage.objects o
    where o.bucket_id = queue_orphans.bucket and o.name > queue_orphans.objects_after order by o.name limit queue_orphans.slice),
  queued as (
    insert into private.object_removals (object_name, bucket_id, reason)
    select n.name, queue_orphans.bucket, 'orphan' from names n
    -- Rows come before their objects, so an object without one has been left behind; a day keeps away from what is under way.
    where n.created_at < now() - interval '24 hours'
      and not case queue_orphans.bucket
        when 'mail-attachments' then private.is_mail_object_named(n.name)
        else exists (select from public.client_files f where f.object_name = n.name and f.state <> 'deleted') end
    on conflict do nothing
    returning object_name)
  select jsonb_build_object(
    'last', (select n.name from names n order by n.name desc limit 1), 'objects', (select count(*) from names n), 'orphans', (select count(*) from queued q));
end;
comment on function private.queue_orphans(text, text, integer) is
  'Queues objects of a bucket, in the order of their names, for removal that no row names: { last, objects, orphans }.';

create or replace function private.compare_files(slice integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  sweep private.file_sweeps;
  missing jsonb := '[]'::jsonb;
  compared jsonb;
  last_file uuid;
  files integer := 0;
  objects integer := 0;
  orphans integer := 0;
begin
  slice := least(greatest(coalesce(slice, 500), 1), 5000);
  -- Whoever comes second leaves it to the first.
  select * into sweep from private.file_sweeps s for update skip locked;
  if sweep.is_only is null then
    return jsonb_build_object('is_done', true, 'files', 0, 'objects', 0, 'missing', '[]'::jsonb, 'orphans', 0);
  end if;
  if not sweep.are_files_done then
    with ids as materialized (
      select f.id from public.client_files f where sweep.files_after is null or f.id > sweep.files_after order by f.id limit slice)
    select (select i.id from ids i order by i.id desc limit 1), (select count(*) from ids) into last_file, files;
    with lost as (
      update public.client_files f set state = 'missing'
      where f.id <= last_file and (sweep.files_after is null or f.id > sweep.files_after) and f.state = 'stored'
        and not exists (select from storage.objects o where o.bucket_id = 'client-files' and o.name = f.object_name)
      returning f.id, f.tenant_id)
    select coalesce(jsonb_agg(jsonb_build_object('file_id', l.id, 'tenant_id', l.tenant_id)), '[]') into missing from lost l;
    sweep.files_after := coalesce(last_file, sweep.files_after);
    sweep.are_files_done := files < slice;
  end if;
  if not sweep.are_objects_done then
    compared := private.queue_orphans('client-files', sweep.objects_after, slice);
    objects := objects + (compared ->> 'objects')::integer;
    orphans := orphans + (compared ->> 'orphans')::integer;
    sweep.objects_after := coalesce(compared ->> 'last', sweep.objects_after);
    sweep.are_objects_done := (compared ->> 'objects')::integer < slice;
  end if;
  if not sweep.are_mail_objects_done then
    compared := private.queue_orphans('mail-attachments', sweep.mail_objects_after, slice);
    objects := objects + (compared ->> 'objects')::integer;
    orphans := orphans + (compared ->> 'orphans')::integer;
    sweep.mail_objects_after := coalesce(compared ->> 'last', sweep.mail_objects_after);
    sweep.are_mail_objects_done := (compared ->> 'objects')::integer < slice;
  end if;
  if sweep.are_files_done and sweep.are_objects_done and sweep.are_mail_objects_done then
    update private.file_sweeps
    set files_after = null, objects_after = '', mail_objects_after = '', are_files_done = false, are_objects_done = false, are_mail_objects_done = false;
  else
    update private.file_sweeps s
    set files_after = sweep.files_after, objects_after = sweep.objects_after, mail_objects_after = sweep.mail_objects_after,
        are_files_done = sweep.are_files_done, are_objects_done = sweep.are_objects_done, are_mail_objects_done = sweep.are_mail_objects_done;
  end if;
  return jsonb_build_object(
    'is_done', sweep.are_files_done and sweep.are_objects_done and sweep.are_mail_objects_done,
    'files', files, 'objects', objects, 'missing', missing, 'orphans', orphans);
end;
$$;
comment on function public.compare_files(integer) is
  'Service role: compares the next `slice` rows and objects (1–5000) of clients'' files and of mail: files without an object become missing, objects older than a day that no row names are queued for removal: { is_done, files, objects, missing: [{ file_id, tenant_id }], orphans }.';

create or replace function private.claim_file_removals(slice integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  removals jsonb;
begin
  slice := least(greatest(coalesce(slice, 100), 1), 1000);
  with due as materialized (
    select f.id, f.object_name, case when f.state = 'uploading' then 'abandoned' when f.stored_at is null then 'cancelled' else 'deleted' end as reason
    from public.client_files f
    where case f.state
        when 'uploading' then f.created_at < now() - interval '24 hours'
        -- A request that was broken off may still arrive.
        when 'deleting' then f.deleted_at < now() - case when f.stored_at is null then interval '1 hour' else private.file_grace() end
        end
      and f.state in ('uploading', 'deleting')
      and not exists (select from private.object_removals r where r.object_name = f.object_name and r.bucket_id = 'client-files')
    order by f.state, f.id limit slice
    for update of f skip locked),
  given_up as (
    update public.client_files f set state = 'deleting', deleted_at = now() from due d where f.id = d.id and d.reason = 'abandoned')
  insert into private.object_removals (object_name, reason)
  select d.object_name, d.reason from due d
  on conflict do nothing;
  -- What another row still names stays; it is queued again when that row goes.
  delete from private.object_removals r
  where r.bucket_id = 'mail-attachments' and (r.leased_until is null or r.leased_until < now()) and private.is_mail_object_named(r.object_name);
  with claimed as (
    update private.object_removals r set leased_until = now() + interval '10 minutes', attempts = r.attempts + 1
    where (r.object_name, r.bucket_id) in (
      select c.object_name, c.bucket_id from private.object_removals c
      where c.leased_until is null or c.leased_until < now()
      order by c.queued_at, c.object_name, c.bucket_id limit slice
      for update skip locked)
    returning r.object_name, r.bucket_id, r.reason)
  select coalesce(jsonb_agg(jsonb_build_object(
    'object_name', c.object_name, 'bucket_id', c.bucket_id, 'reason', c.reason,
    'tenant_id', coalesce(f.tenant_id::text, split_part(c.object_name, '/', 2)), 'file_id', f.id)), '[]')
  into removals
  from claimed c left join public.client_files f on f.object_name = c.object_name and c.bucket_id = 'client-files';
  return removals;
end;
$$;

create or replace function private.record_file_removals(object_names text[]) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  gone_files text[];
  gone_mail text[];
begin
  -- What is still there is tried again when its lease is over, whatever Storage has answered.
  with settled as materialized (
    select r.object_name, r.bucket_id from private.object_removals r
    where r.object_name = any (object_names)
      and not exists (select from storage.objects o where o.bucket_id = r.bucket_id and o.name = r.object_name)
    order by r.object_name, r.bucket_id
    for update)
  select coalesce(array_agg(s.object_name order by s.object_name) filter (where s.bucket_id = 'client-files'), '{}'),
    coalesce(array_agg(s.object_name order by s.object_name) filter (where s.bucket_id = 'mail-attachments'), '{}')
  into gone_files, gone_mail from settled s;
  update public.client_files f set state = 'deleted'
  where f.object_name = any (gone_files) and f.state = 'deleting' and f.stored_at is not null;
  -- Of what was never there, nothing needs to be known.
  delete from public.client_files f where f.object_name = any (gone_files) and f.state = 'deleting' and f.stored_at is null;
  delete from private.object_removals r
  where (r.bucket_id = 'client-files' and r.object_name = any (gone_files)) or (r.bucket_id = 'mail-attachments' and r.object_name = any (gone_mail));
  return jsonb_build_object('removed', to_jsonb(gone_files || gone_mail));
end;
$$;

-- What waits for its removal is out of the bin: in the bucket of clients' files, that is.
create or replace function private.restore_file(tenant_id uuid, file_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files := private.lock_file(tenant_id, file_id);
begin
  if file.stored_at is null then
    perform private.refuse(404, 'file_not_found', 'There is no such file.');
  elsif file.state = 'deleted' or (file.state = 'deleting' and (
    file.deleted_at < now() - private.file_grace()
    or exists (select from private.object_removals r where r.object_name = file.object_name and r.bucket_id = 'client-files')))
  then
    perform private.refuse(410, 'file_deleted', 'This file has been deleted for good.');
  elsif file.state = 'deleting' then
    if not exists (select from storage.objects o where o.bucket_id = 'client-files' and o.name = file.object_name) then
      perform private.refuse(410, 'file_missing', 'The content of this file is gone.');
    end if;
    update public.client_files f set state = 'stored', deleted_at = null, deleted_by = null where f.id = file.id returning * into file;
  end if;
  return to_jsonb(file);
end;
$$;
