-- What: attachments of messages that are no longer in the mailbox do not wait for ever; and a worker that has lost its mailbox
--       settles none of them any more.
-- Who:  the Edge Functions mail-sync and mail-inbound (service_role).
-- Relies on: following_mail migration.

create or replace function private.waiting_attachments(account_id uuid, lease_token uuid, most integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
begin
  -- Deleted, or moved to where nobody looks, before their turn came. Should the message come back, they can be asked for.
  update public.message_attachments t set state = 'failed', last_error = 'It is no longer in the mailbox.'
  from public.messages m
  where t.tenant_id = account.tenant_id and t.state = 'waiting'
    and m.tenant_id = t.tenant_id and m.id = t.message_id and m.account_id = account.id and m.removed_at is not null;
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

-- With the lease, as everything else that the sync writes; mail-inbound has none.
drop function public.settle_attachment(uuid, text, bigint, text);
drop function private.settle_attachment(uuid, text, bigint, text);
create function private.settle_attachment(attachment_id uuid, state text, size bigint, error text, lease_token uuid default null) returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  attachment public.message_attachments;
begin
  if lease_token is not null then
    perform private.require_mail_lease(m.account_id, settle_attachment.lease_token)
    from public.message_attachments t join public.messages m on m.tenant_id = t.tenant_id and m.id = t.message_id
    where t.id = attachment_id;
  end if;
  update public.message_attachments t
  set state = case when settle_attachment.state = 'failed' and t.attempts < 4 then 'waiting' else settle_attachment.state end,
      size = coalesce(settle_attachment.size, t.size), attempts = t.attempts + 1, last_error = left(settle_attachment.error, 500),
      stored_at = case when settle_attachment.state = 'stored' then now() end
  where t.id = attachment_id and t.state = 'waiting';
  select * into attachment from public.message_attachments t where t.id = attachment_id;
  return attachment.state;
end;
$$;
create function public.settle_attachment(
  attachment_id uuid, state text, size bigint default null, error text default null, lease_token uuid default null)
returns text language sql set search_path = ''
return private.settle_attachment(attachment_id, state, size, error, lease_token);
comment on function public.settle_attachment(uuid, text, bigint, text, uuid) is
  'Service role: what became of an attachment: stored (with its bytes), too_large, or failed, which is tried five times. One that is no longer waiting stays as it is. Returns the state it has now; null when it is gone. 409 lease_lost, where a lease is named.';
grant execute on function
  private.settle_attachment(uuid, text, bigint, text, uuid), public.settle_attachment(uuid, text, bigint, text, uuid)
  to service_role;
