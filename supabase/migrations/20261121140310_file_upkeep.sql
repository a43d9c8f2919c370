-- What: what keeps rows and objects of files in step, since Storage and the database share no transaction: contents of deleted
--       files and of uploads nobody finished are removed, objects without a row as well, rows without an object marked.
-- Who:  service_role (Edge Functions sweep-files and file-link), called by pg_cron every hour; members bring deleted files back.
-- Relies on: files and jobs migrations.

create table private.object_removals (
  object_name text primary key,
  reason text not null check (reason in ('deleted', 'cancelled', 'abandoned', 'orphan')),
  queued_at timestamptz not null default now(),
  leased_until timestamptz,
  attempts integer not null default 0
);
comment on table private.object_removals is
  'Objects of the bucket client-files that are on their way out. Once here, a file cannot be brought back any more.';

create table private.file_sweeps (
  is_only boolean primary key default true check (is_only),
  files_after uuid,
  objects_after text not null default '',
  are_files_done boolean not null default false,
  are_objects_done boolean not null default false
);
comment on table private.file_sweeps is 'How far the comparison of rows with objects has come; the next run goes on from there.';
insert into private.file_sweeps default values;

create function private.restore_file(tenant_id uuid, file_id uuid) returns jsonb
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
    file.deleted_at < now() - private.file_grace() or exists (select from private.object_removals r where r.object_name = file.object_name)))
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
create function public.restore_file(tenant_id uuid, file_id uuid) returns jsonb language sql set search_path = ''
return private.restore_file(tenant_id, file_id);
comment on function public.restore_file(uuid, uuid) is
  'Member: brings a deleted file back, within seven days, and returns it. 404 clinic_not_found, file_not_found; 410 file_deleted, file_missing.';
grant execute on function private.restore_file(uuid, uuid), public.restore_file(uuid, uuid) to authenticated;

-- for the Edge Functions alone -------------------------------------------------------------------------------------

create function private.record_file_missing(file_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.client_files;
begin
  update public.client_files f set state = 'missing' where f.id = record_file_missing.file_id and f.state = 'stored' returning * into file;
  return jsonb_build_object('recorded', file.id is not null);
end;
$$;
create function public.record_file_missing(file_id uuid) returns jsonb language sql set search_path = ''
return private.record_file_missing(file_id);
comment on function public.record_file_missing(uuid) is 'Service role: Storage has no content for a stored file: { recorded }, false when the file is not in that state.';

create function private.compare_files(slice integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  sweep private.file_sweeps;
  missing jsonb := '[]'::jsonb;
  last_file uuid;
  last_object text;
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
  end if;
  if not sweep.are_objects_done then
    with names as materialized (
      select o.name, o.created_at from storage.objects o
      where o.bucket_id = 'client-files' and o.name > sweep.objects_after order by o.name limit slice),
    queued as (
      insert into private.object_removals (object_name, reason)
      select n.name, 'orphan' from names n
      -- Rows come before their objects, so an object without one has been left behind; a day keeps away from what is under way.
      where n.created_at < now() - interval '24 hours'
        and not exists (select from public.client_files f where f.object_name = n.name and f.state <> 'deleted')
      on conflict do nothing
      returning object_name)
    select (select n.name from names n order by n.name desc limit 1), (select count(*) from names), (select count(*) from queued)
    into last_object, objects, orphans;
  end if;
  sweep.are_files_done := sweep.are_files_done or files < slice;
  sweep.are_objects_done := sweep.are_objects_done or objects < slice;
  if sweep.are_files_done and sweep.are_objects_done then
    update private.file_sweeps set files_after = null, objects_after = '', are_files_done = false, are_objects_done = false;
  else
    update private.file_sweeps s
    set files_after = coalesce(last_file, s.files_after), objects_after = coalesce(last_object, s.objects_after),
        are_files_done = sweep.are_files_done, are_objects_done = sweep.are_objects_done;
  end if;
  return jsonb_build_object(
    'is_done', sweep.are_files_done and sweep.are_objects_done,
    'files', files, 'objects', objects, 'missing', missing, 'orphans', orphans);
end;
$$;
create function public.compare_files(slice integer default 500) returns jsonb language sql set search_path = ''
return private.compare_files(slice);
comment on function public.compare_files(integer) is
  'Service role: compares the next `slice` rows and objects (1–5000): rows without an object become missing, objects older than a day without a row are queued for removal: { is_done, files, objects, missing: [{ file_id, tenant_id }], orphans }.';

create function private.claim_file_removals(slice integer) returns jsonb
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
      and not exists (select from private.object_removals r where r.object_name = f.object_name)
    order by f.state, f.id limit slice
    for update of f skip locked),
  given_up as (
    update public.client_files f set state = 'deleting', deleted_at = now() from due d where f.id = d.id and d.reason = 'abandoned')
  insert into private.object_removals (object_name, reason)
  select d.object_name, d.reason from due d
  on conflict do nothing;
  with claimed as (
    update private.object_removals r set leased_until = now() + interval '10 minutes', attempts = r.attempts + 1
    where r.object_name in (
      select c.object_name from private.object_removals c
      where c.leased_until is null or c.leased_until < now()
      order by c.queued_at, c.object_name limit slice
      for update skip locked)
    returning r.object_name, r.reason)
  select coalesce(jsonb_agg(jsonb_build_object(
    'object_name', c.object_name, 'reason', c.reason,
    'tenant_id', coalesce(f.tenant_id::text, split_part(c.object_name, '/', 2)), 'file_id', f.id)), '[]')
  into removals
  from claimed c left join public.client_files f on f.object_name = c.object_name;
  return removals;
end;
$$;
create function public.claim_file_removals(slice integer default 100) returns jsonb language sql set search_path = ''
return private.claim_file_removals(slice);
comment on function public.claim_file_removals(integer) is
  'Service role: up to `slice` (1–1000) objects to remove through the Storage API, leased for ten minutes: [{ object_name, reason: deleted|cancelled|abandoned|orphan, tenant_id, file_id }].';

create function private.record_file_removals(object_names text[]) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  gone text[];
begin
  -- What is still there is tried again when its lease is over, whatever Storage has answered.
  gone := array(
    select r.object_name from private.object_removals r
    where r.object_name = any (object_names)
      and not exists (select from storage.objects o where o.bucket_id = 'client-files' and o.name = r.object_name)
    order by r.object_name
    for update);
  update public.client_files f set state = 'deleted'
  where f.object_name = any (gone) and f.state = 'deleting' and f.stored_at is not null;
  -- Of what was never there, nothing needs to be known.
  delete from public.client_files f where f.object_name = any (gone) and f.state = 'deleting' and f.stored_at is null;
  delete from private.object_removals r where r.object_name = any (gone);
  return jsonb_build_object('removed', to_jsonb(gone));
end;
$$;
create function public.record_file_removals(object_names text[]) returns jsonb language sql set search_path = ''
return private.record_file_removals(object_names);
comment on function public.record_file_removals(text[]) is
  'Service role: settles the claimed removals whose objects are gone: { removed: [object_name] }. The others stay to be claimed again.';

grant execute on function
  private.record_file_missing(uuid), public.record_file_missing(uuid),
  private.compare_files(integer), public.compare_files(integer),
  private.claim_file_removals(integer), public.claim_file_removals(integer),
  private.record_file_removals(text[]), public.record_file_removals(text[])
  to service_role;

select private.schedule_job('file-sweep', '45 * * * *', $$select private.dispatch('sweep-files')$$);
