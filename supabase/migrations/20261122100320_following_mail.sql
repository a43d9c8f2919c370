-- What: what happens to messages on the mail server after they were stored: read, flagged, moved, deleted; and their attachments.
-- Who:  the Edge Function mail-sync (service_role).
-- Relies on: storing_mail migration.

create function private.store_flags(account_id uuid, lease_token uuid, folder_id uuid, flags jsonb, highest_modseq text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
  changed record;
  touched uuid[] := '{}'::uuid[];
begin
  if not exists (select from private.mail_folders f where f.account_id = account.id and f.id = folder_id) then
    perform private.refuse(404, 'mail_folder_not_found', 'There is no such folder.');
  end if;
  for changed in
    select l.uid, l.message_id, m.conversation_id, l.is_seen as was_seen, l.is_flagged as was_flagged, x.is_seen, x.is_flagged
    from jsonb_to_recordset(flags) x (uid bigint, is_seen boolean, is_flagged boolean)
    join private.message_locations l on l.folder_id = store_flags.folder_id and l.uid = x.uid
    left join public.messages m on m.tenant_id = l.tenant_id and m.id = l.message_id
    where (l.is_seen, l.is_flagged) is distinct from (x.is_seen, x.is_flagged) order by m.conversation_id, l.uid
  loop
    update private.message_locations l set is_seen = changed.is_seen, is_flagged = changed.is_flagged
    where l.folder_id = store_flags.folder_id and l.uid = changed.uid;
    -- Only what has changed there: what was read here stays read although the mailbox does not know of it.
    update public.messages m
    set is_read = case when changed.is_seen <> changed.was_seen then changed.is_seen or m.direction = 'outbound' else m.is_read end,
        is_flagged = changed.is_flagged
    where m.tenant_id = account.tenant_id and m.id = changed.message_id;
    touched := touched || changed.conversation_id;
  end loop;
  perform private.sum_conversations(account.tenant_id, array(select distinct u.id from unnest(touched) u (id) where u.id is not null order by 1));
  update private.mail_folders f
  set highest_modseq = coalesce(store_flags.highest_modseq::numeric, f.highest_modseq) where f.id = store_flags.folder_id;
  return jsonb_build_object('flagged', cardinality(touched));
end;
$$;
create function public.store_flags(account_id uuid, lease_token uuid, folder_id uuid, flags jsonb, highest_modseq text default null)
returns jsonb language sql set search_path = ''
return private.store_flags(account_id, lease_token, folder_id, flags, highest_modseq);
comment on function public.store_flags(uuid, uuid, uuid, jsonb, text) is
  'Service role: takes over flags [{ uid, is_seen, is_flagged }] and the state of the folder that they were read at: { flagged }. 404 mail_folder_not_found; 409 lease_lost.';

create function private.store_listing(account_id uuid, lease_token uuid, folder_id uuid, first_uid bigint, last_uid bigint, uids bigint[], total integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
  gone uuid[];
  deleted uuid[];
begin
  if not exists (select from private.mail_folders f where f.account_id = account.id and f.id = folder_id) then
    perform private.refuse(404, 'mail_folder_not_found', 'There is no such folder.');
  end if;
  with missing as (
    delete from private.message_locations l
    where l.folder_id = store_listing.folder_id and l.uid between first_uid and last_uid and l.uid <> all (uids)
    returning l.message_id)
  select array_agg(distinct m.message_id) into gone from missing m where m.message_id is not null;
  -- Moved between folders that are synced: it has another place. Nowhere any more: removed, but kept for the clinic's records.
  with removed as (
    update public.messages m set removed_at = now()
    where m.tenant_id = account.tenant_id and m.id = any (gone) and m.removed_at is null
      and not exists (select from private.message_locations l where l.tenant_id = m.tenant_id and l.message_id = m.id)
    returning m.id, m.conversation_id)
  select array_agg(r.conversation_id) into deleted from removed r;
  perform private.sum_conversations(account.tenant_id, array(select distinct u.id from unnest(deleted) u (id) order by 1));
  -- The comparison is complete with the last window. No window at all: the number of messages says that none is gone.
  update private.mail_folders f
  set listed_at = case when first_uid <= last_uid then now() else f.listed_at end, message_total = total
  where f.id = store_listing.folder_id and total is not null;
  return jsonb_build_object('deleted', coalesce(cardinality(deleted), 0), 'moved', coalesce(cardinality(gone), 0) - coalesce(cardinality(deleted), 0));
end;
$$;
create function public.store_listing(account_id uuid, lease_token uuid, folder_id uuid, first_uid bigint, last_uid bigint, uids bigint[], total integer)
returns jsonb language sql set search_path = ''
return private.store_listing(account_id, lease_token, folder_id, first_uid, last_uid, uids, total);
comment on function public.store_listing(uuid, uuid, uuid, bigint, bigint, bigint[], integer) is
  'Service role: of the UIDs from first_uid to last_uid exactly these are in the folder; what is not there any more was moved or deleted: { moved, deleted }. total ends a comparison: so many messages the folder has; null when there are more UIDs to come. 404 mail_folder_not_found; 409 lease_lost.';

-- attachments ------------------------------------------------------------------------------------------------------

create function private.waiting_attachments(account_id uuid, lease_token uuid, most integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(w)), '[]')
    from (
      select t.id, t.part, t.size, t.content_type, t.encoding, t.object_name, t.attempts, l.uid, l.folder_id
      from public.message_attachments t
      join public.messages m on m.tenant_id = t.tenant_id and m.id = t.message_id and m.account_id = account.id
      cross join lateral (
        select l.uid, l.folder_id from private.message_locations l where l.tenant_id = m.tenant_id and l.message_id = m.id order by l.folder_id, l.uid limit 1) l
      where t.tenant_id = account.tenant_id and t.state = 'waiting'
      order by t.wanted_at desc nulls last, t.attempts, m.sent_at desc, t.part limit least(greatest(most, 1), 100)) w);
end;
$$;
create function public.waiting_attachments(account_id uuid, lease_token uuid, most integer default 20) returns jsonb language sql set search_path = ''
return private.waiting_attachments(account_id, lease_token, most);
comment on function public.waiting_attachments(uuid, uuid, integer) is
  'Service role: attachments of a mailbox that are still to be fetched, those somebody asked for first: [{ id, part, size, content_type, encoding, object_name, attempts, uid, folder_id }]. 409 lease_lost.';

create function private.settle_attachment(attachment_id uuid, state text, size bigint, error text) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.message_attachments t
  set state = case when settle_attachment.state = 'failed' and t.attempts < 4 then 'waiting' else settle_attachment.state end,
      size = coalesce(settle_attachment.size, t.size), attempts = t.attempts + 1, last_error = left(settle_attachment.error, 500),
      stored_at = case when settle_attachment.state = 'stored' then now() end
  where t.id = attachment_id and t.state = 'waiting';
end;
$$;
create function public.settle_attachment(attachment_id uuid, state text, size bigint default null, error text default null)
returns void language sql set search_path = ''
return private.settle_attachment(attachment_id, state, size, error);
comment on function public.settle_attachment(uuid, text, bigint, text) is
  'Service role: what became of an attachment: stored (with its bytes), too_large, or failed, which is tried five times. One that is no longer waiting stays as it is.';

grant execute on function
  private.store_flags(uuid, uuid, uuid, jsonb, text), public.store_flags(uuid, uuid, uuid, jsonb, text),
  private.store_listing(uuid, uuid, uuid, bigint, bigint, bigint[], integer), public.store_listing(uuid, uuid, uuid, bigint, bigint, bigint[], integer),
  private.waiting_attachments(uuid, uuid, integer), public.waiting_attachments(uuid, uuid, integer),
  private.settle_attachment(uuid, text, bigint, text), public.settle_attachment(uuid, text, bigint, text)
  to service_role;

create function private.want_attachment(tenant_id uuid, attachment_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  attachment public.message_attachments;
begin
  perform private.require_member(tenant_id);
  update public.message_attachments t set wanted_at = now(), state = case when t.state = 'failed' then 'waiting' else t.state end, attempts = 0
  where t.tenant_id = want_attachment.tenant_id and t.id = attachment_id and t.state in ('waiting', 'failed');
  select * into attachment from public.message_attachments t where t.tenant_id = want_attachment.tenant_id and t.id = attachment_id;
  if attachment.id is null then
    perform private.refuse(404, 'attachment_not_found', 'There is no such attachment.');
  end if;
  update public.mail_accounts a set next_sync_at = least(a.next_sync_at, now())
  from public.messages m
  where attachment.state = 'waiting' and m.tenant_id = attachment.tenant_id and m.id = attachment.message_id
    and a.tenant_id = m.tenant_id and a.id = m.account_id;
  return to_jsonb(attachment);
end;
$$;
create function public.want_attachment(tenant_id uuid, attachment_id uuid) returns jsonb language sql set search_path = ''
return private.want_attachment(tenant_id, attachment_id);
comment on function public.want_attachment(uuid, uuid) is
  'Member: fetches an attachment before the others, also one that failed. Returns the attachment. 404 clinic_not_found, attachment_not_found.';
grant execute on function private.want_attachment(uuid, uuid), public.want_attachment(uuid, uuid) to authenticated;
