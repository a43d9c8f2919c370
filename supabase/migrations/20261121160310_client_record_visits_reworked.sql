-- What: what scheduling adds to a client's record: visits, repeating visits, the waiting list and reminders.
-- Who:  owners and members with the permission "exports", by client_record.
-- Relies on: export, series, waitlist and reminders migrations.

create function private.client_record_appointments(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(v) - array['tenant_id', 'client_id', 'revision', 'updated_at'] || jsonb_build_object(
      'service', (select s.name from public.services s where s.tenant_id = v.tenant_id and s.id = v.service_id),
      'provider', (select p.name from public.providers p where p.tenant_id = v.tenant_id and p.id = v.provider_id)) order by v.starts_at, v.id), '[]')
    from public.appointments v where v.tenant_id = client_record_appointments.tenant_id and v.client_id = client_record_appointments.client_id);
end;
$$;
comment on function private.client_record_appointments(uuid, uuid) is 'Part of a client''s record: visits, with the names of service and provider.';

create function private.client_record_series(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(x) - array['tenant_id', 'client_id', 'materialised_to', 'extend_at'] || jsonb_build_object(
      'service', (select s.name from public.services s where s.tenant_id = x.tenant_id and s.id = x.service_id),
      'provider', (select p.name from public.providers p where p.tenant_id = x.tenant_id and p.id = x.provider_id)) order by x.created_at, x.id), '[]')
    from public.appointment_series x where x.tenant_id = client_record_series.tenant_id and x.client_id = client_record_series.client_id);
end;
$$;
comment on function private.client_record_series(uuid, uuid) is 'Part of a client''s record: the rules of visits that repeat; the visits themselves are among the appointments.';

create function private.client_record_waitlist(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(e) - array['tenant_id', 'client_id', 'revision', 'updated_at'] || jsonb_build_object(
      'service', (select s.name from public.services s where s.tenant_id = e.tenant_id and s.id = e.service_id),
      'providers', (
        select coalesce(jsonb_agg(p.name order by p.name, p.id), '[]')
        from public.waitlist_providers w join public.providers p on p.tenant_id = w.tenant_id and p.id = w.provider_id
        where w.tenant_id = e.tenant_id and w.entry_id = e.id),
      -- Named one by one: a row also has the hash of the link.
      'offers', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'starts_at', o.starts_at, 'ends_at', o.ends_at, 'provider', p.name, 'state', o.state, 'expires_at', o.expires_at, 'ended_at', o.ended_at,
          'mail_outcome', o.mail_outcome, 'sent_at', o.sent_at, 'appointment_id', o.appointment_id, 'created_at', o.created_at,
          'created_by', o.created_by) order by o.created_at, o.id), '[]')
        from public.waitlist_offers o left join public.providers p on p.tenant_id = o.tenant_id and p.id = o.provider_id
        where o.tenant_id = e.tenant_id and o.entry_id = e.id)) order by e.created_at, e.id), '[]')
    from public.waitlist_entries e where e.tenant_id = client_record_waitlist.tenant_id and e.client_id = client_record_waitlist.client_id);
end;
$$;
comment on function private.client_record_waitlist(uuid, uuid) is
  'Part of a client''s record: what the client waits or waited for, with the times offered and what came of each.';

create function private.client_record_reminders(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'appointment_id', d.appointment_id, 'starts_at', d.starts_at, 'kind', case when d.is_manual then 'by_hand' else 'by_rule' end,
      'channel', d.channel, 'due_at', d.due_at, 'state', d.state, 'reason', d.reason, 'sent_at', d.sent_at, 'requested_by', d.requested_by)
      order by coalesce(d.sent_at, d.due_at), d.id), '[]')
    from public.appointments v join public.reminder_deliveries d on d.tenant_id = v.tenant_id and d.appointment_id = v.id
    where v.tenant_id = client_record_reminders.tenant_id and v.client_id = client_record_reminders.client_id);
end;
$$;
comment on function private.client_record_reminders(uuid, uuid) is
  'Part of a client''s record: reminders that were sent, are to be sent or were not, and why: [{ appointment_id, starts_at, kind: by_rule | by_hand, channel, due_at, state, reason, sent_at, requested_by }].';

insert into private.client_record_parts (name, reader) values
  ('appointments', 'client_record_appointments'), ('series', 'client_record_series'), ('waitlist', 'client_record_waitlist'),
  ('reminders', 'client_record_reminders');
comment on function public.client_record(uuid, uuid) is
  'Owner or member with "exports": everything about a client: { format, exported_at, client, identifiers, tags, notes with revisions, tasks, files (without contents), appointments, series, waitlist with offers, reminders, activities, people: { id: name } }. 403 export_not_permitted; 404 clinic_not_found, client_not_found.';
