-- What: removing the mail of a mailbox that was disconnected, slice by slice, and the contents of attachments nobody needs any more.
-- Who:  the job remove-mail and the Edge Function sweep-files (service_role).
-- Relies on: managing_mail_accounts, conversations, drafts, file_upkeep migrations.
--
-- Rows go first, then their objects: a trigger queues what rows leave behind, whatever it was that removed them. When its turn
-- has come an object is removed only if no other row names it: a draft and the message that it became share their attachments.

-- contents of attachments ------------------------------------------------------------------------------------------

alter table private.object_removals add column bucket_id text not null default 'client-files' check (bucket_id in ('client-files', 'mail-attachments'));
comment on table private.object_removals is
  'Objects of the buckets client-files and mail-attachments that are on their way out. Once here, a client''s file cannot be brought back any more.';
create index message_attachments_object_idx on public.message_attachments (tenant_id, object_name);
create index draft_attachments_object_idx on public.draft_attachments (tenant_id, object_name);

create function private.queue_mail_objects() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- A content that is being fetched this moment would come after its removal.
  insert into private.object_removals (object_name, bucket_id, reason, leased_until)
  select distinct g.object_name, 'mail-attachments', 'deleted', case when g.state = 'stored' then null::timestamptz else now() + interval '1 hour' end
  from gone g where g.object_name is not null
  on conflict (object_name) do nothing;
  return null;
end;
$$;
comment on function private.queue_mail_objects() is 'Trigger: the contents of attachments that were removed go as well, by the next sweep.';
create trigger queue_objects after delete on public.message_attachments referencing old table as gone
  for each statement execute function private.queue_mail_objects();
create trigger queue_objects after delete on public.draft_attachments referencing old table as gone
  for each statement execute function private.queue_mail_objects();

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
      and not exists (select from private.object_removals r where r.object_name = f.object_name)
    order by f.state, f.id limit slice
    for update of f skip locked),
  given_up as (
    update public.client_files f set state = 'deleting', deleted_at = now() from due d where f.id = d.id and d.reason = 'abandoned')
  insert into private.object_removals (object_name, reason)
  select d.object_name, d.reason from due d
  on conflict do nothing;
  -- What another row still names stays; it is queued again when that row goes.
  delete from private.object_removals r
  where r.bucket_id = 'mail-attachments' and (r.leased_until is null or r.leased_until < now()) and (
    exists (
      select from public.message_attachments t
      where t.tenant_id = split_part(r.object_name, '/', 2)::uuid and t.object_name = r.object_name)
    or exists (
      select from public.draft_attachments t
      where t.tenant_id = split_part(r.object_name, '/', 2)::uuid and t.object_name = r.object_name));
  with claimed as (
    update private.object_removals r set leased_until = now() + interval '10 minutes', attempts = r.attempts + 1
    where r.object_name in (
      select c.object_name from private.object_removals c
      where c.leased_until is null or c.leased_until < now()
      order by c.queued_at, c.object_name limit slice
      for update skip locked)
    returning r.object_name, r.bucket_id, r.reason)
  select coalesce(jsonb_agg(jsonb_build_object(
    'object_name', c.object_name, 'bucket_id', c.bucket_id, 'reason', c.reason,
    'tenant_id', coalesce(f.tenant_id::text, split_part(c.object_name, '/', 2)), 'file_id', f.id)), '[]')
  into removals
  from claimed c left join public.client_files f on f.object_name = c.object_name;
  return removals;
end;
$$;
comment on function public.claim_file_removals(integer) is
  'Service role: up to `slice` (1–1000) objects to remove through the Storage API, leased for ten minutes: [{ object_name, bucket_id, reason: deleted|cancelled|abandoned|orphan, tenant_id, file_id }].';

create or replace function private.record_file_removals(object_names text[]) returns jsonb
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
      and not exists (select from storage.objects o where o.bucket_id = r.bucket_id and o.name = r.object_name)
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

-- the mail of a mailbox --------------------------------------------------------------------------------------------

create function private.remove_mail_slice(account_id uuid, most integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts;
  conversation record;
  left_over integer := least(greatest(most, 1), 2000);
  removed bigint;
  total bigint := 0;
begin
  select * into account from public.mail_accounts a where a.id = remove_mail_slice.account_id for no key update;
  -- Connected anew meanwhile: what is there now belongs to it.
  if account.status is distinct from 'removed' then
    return jsonb_build_object('removed', 0, 'is_done', true);
  end if;
  -- Where it was comes first: should the mailbox be connected again, everything has to be looked for from the beginning.
  update private.mail_folders f set done = '{}', highest_modseq = null, listed_at = null, message_total = 0
  where f.account_id = account.id and f.done <> '{}';
  delete from private.message_locations l
  where (l.folder_id, l.uid) in (
    select o.folder_id, o.uid from private.message_locations o join private.mail_folders f on f.id = o.folder_id and f.account_id = account.id limit left_over * 5);
  get diagnostics removed = row_count;
  if removed = left_over * 5 then
    return jsonb_build_object('removed', 0, 'is_done', false);
  end if;
  for conversation in
    select c.id, c.client_id from public.conversations c where c.tenant_id = account.tenant_id and c.account_id = account.id
    order by c.status, c.last_message_at desc, c.id desc limit left_over for update of c
  loop
    delete from public.messages m
    where m.tenant_id = account.tenant_id and m.id in (
      select o.id from public.messages o where o.tenant_id = account.tenant_id and o.conversation_id = conversation.id limit left_over);
    get diagnostics removed = row_count;
    total := total + removed;
    left_over := left_over - removed;
    exit when left_over <= 0;
    delete from public.activities a
    where a.tenant_id = account.tenant_id and a.client_id = conversation.client_id and a.subject_type = 'conversation' and a.subject_id = conversation.id;
    delete from public.conversations c where c.tenant_id = account.tenant_id and c.id = conversation.id;
    left_over := left_over - 1;
    exit when left_over <= 0;
  end loop;
  if exists (select from public.conversations c where c.tenant_id = account.tenant_id and c.account_id = account.id) then
    return jsonb_build_object('removed', total, 'is_done', false);
  end if;
  delete from private.mail_folders f where f.account_id = account.id;
  perform private.record_event('mail_account.mail_removed', account.tenant_id, 'mail_account', account.id::text, account.address);
  return jsonb_build_object('removed', total, 'is_done', true);
end;
$$;
create function public.remove_mail_slice(account_id uuid, most integer default 500) returns jsonb language sql set search_path = ''
return private.remove_mail_slice(account_id, most);
comment on function public.remove_mail_slice(uuid, integer) is
  'Service role: removes up to `most` messages (1–2000) of a removed mailbox, conversation by conversation, and everything that hangs on them: { removed, is_done }. A mailbox that was connected anew keeps what it has.';

create function private.go_on_removing_mail(account_id uuid) returns uuid
language sql
security definer
set search_path = ''
begin atomic
  select private.enqueue_job('remove-mail', jsonb_build_object('account_id', a.id), a.tenant_id, dedupe_key => 'remove-mail:' || a.id)
  from public.mail_accounts a where a.id = go_on_removing_mail.account_id and a.status = 'removed';
end;
create function public.go_on_removing_mail(account_id uuid) returns uuid language sql set search_path = ''
return private.go_on_removing_mail(account_id);
comment on function public.go_on_removing_mail(uuid) is
  'Service role: the next job for the mail of a removed mailbox, because one job has only half a minute. Returns it.';

grant execute on function
  private.remove_mail_slice(uuid, integer), public.remove_mail_slice(uuid, integer),
  private.go_on_removing_mail(uuid), public.go_on_removing_mail(uuid)
  to service_role;
