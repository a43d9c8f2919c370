-- What: appointments, the times of providers and chairs they take (allocations), and times kept for a while (holds).
-- Who:  every member reads; functions alone write, because every write has to look at what is there under a lock.
-- Relies on: working_hours, client_details, activities and status_transitions migrations.
--
-- Two blocking allocations of one provider or chair never overlap: the exclusion constraint says so to everybody, the SQL editor
-- included. The functions lock providers and chairs in the order of their ids first (lock_subjects), so that nobody meets the
-- constraint or a deadlock, and everybody hears what is in the way.

create or replace function private.record_appointment_activity() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  service text := coalesce((select s.name from public.services s where s.tenant_id = new.tenant_id and s.id = new.service_id), '');
  kind text;
  details jsonb := jsonb_build_object('starts_at', new.starts_at);
begin
  -- What was under way when a client was erased is still brought to its end, in nobody's timeline.
  if tg_op = 'UPDATE' and exists (
    select from public.clients c where c.tenant_id = new.tenant_id and c.id = new.client_id and c.erased_at is not null)
  then
    return null;
  end if;
  if tg_op = 'INSERT' then
    kind := 'appointment_booked';
  elsif new.client_id <> old.client_id then
    kind := 'appointment_booked';
  elsif new.starts_at <> old.starts_at or new.provider_id is distinct from old.provider_id then
    kind := 'appointment_moved';
    details := details || jsonb_build_object('from', old.starts_at);
  else
    kind := 'appointment_' || (
      select t.verb from private.status_transitions t where t.entity = 'appointment' and t.from_status = old.status and t.to_status = new.status);
  end if;
  -- Whoever has the link in a message has no account.
  if current_setting('chairside.by_client', true) = 'on' then
    details := details || '{"by": "client"}';
  end if;
  perform private.record_activity(new.tenant_id, new.client_id, kind, 'appointment', new.id, service, details);
  return null;
end;
$$;
