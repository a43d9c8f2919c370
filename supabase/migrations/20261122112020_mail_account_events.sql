-- What: the audit log says what was done to a mailbox: connected, paused, resumed, removed, or its settings changed.
-- Who:  triggers; owners read it.
-- Relies on: mail_accounts and audit migrations. That the sync gave a mailbox up is recorded by the sync, with the reason.

create function private.record_mail_account_status() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  verb constant text := case
    when new.status = 'removed' then 'removed'
    when old.status = 'removed' then 'connected'
    when new.status = 'paused' then 'paused'
    when new.status = 'active' then 'resumed' end;
  before jsonb;
  after jsonb;
begin
  if verb is null then
    return null;
  end if;
  -- Connecting a mailbox anew, its owner may have given it other settings.
  select jsonb_object_agg(c.key, c.value) into after
  from jsonb_each(to_jsonb(new)) c
  where c.key in ('display_name', 'preset', 'username', 'imap_host', 'imap_port', 'smtp_host', 'smtp_port', 'send_via', 'history_days',
    'interval_minutes', 'quiet_from', 'quiet_to', 'status') and c.value is distinct from to_jsonb(old) -> c.key;
  select jsonb_object_agg(c.key, to_jsonb(old) -> c.key) into before from jsonb_each(after) c;
  perform private.record_event('mail_account.' || verb, new.tenant_id, 'mail_account', new.id::text, new.address, before => before, after => after);
  return null;
end;
$$;
comment on function private.record_mail_account_status() is 'Trigger: a mailbox was paused, resumed, removed or connected again.';

drop trigger audit_change on public.mail_accounts;
create trigger audit_change after insert or delete on public.mail_accounts
  for each row execute function private.audit_row_change('mail_account', 'insert:connected');
create trigger audit_settings after update of address, display_name, preset, username, imap_host, imap_port, smtp_host, smtp_port,
  send_via, history_days, interval_minutes, quiet_from, quiet_to
  on public.mail_accounts for each row when (old.status is not distinct from new.status)
  execute function private.audit_row_change('mail_account');
create trigger record_status after update of status on public.mail_accounts for each row
  when (old.status is distinct from new.status) execute function private.record_mail_account_status();
