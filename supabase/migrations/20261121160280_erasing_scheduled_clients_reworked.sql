-- What: what becomes of the visits to come, the waiting list and reminders of a client who is erased.
-- Who:  erase_client, which the database's owner calls.
-- Relies on: erasing_clients, booking, answering_offers and visit_links migrations.

create function private.withdraw_clients(tenant_id uuid, client_ids uuid[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  entry_id uuid;
  appointment public.appointments;
begin
  -- Their rows are emptied at the end, and series are locked before providers and chairs.
  perform from public.appointment_series s
  where s.tenant_id = withdraw_clients.tenant_id and s.client_id = any (client_ids) order by s.id for update;
  -- Of all the clinic: nobody books for the client meanwhile, and whoever is found below is locked in the order of booking.
  perform private.lock_subjects(tenant_id, array(
    select p.id from public.providers p where p.tenant_id = withdraw_clients.tenant_id
    union all
    select r.id from public.resources r where r.tenant_id = withdraw_clients.tenant_id));
  for entry_id in
    select e.id from public.waitlist_entries e
    where e.tenant_id = withdraw_clients.tenant_id and e.client_id = any (client_ids) and e.state in ('waiting', 'offered') order by e.id
  loop
    perform private.leave_waitlist(tenant_id, entry_id);
  end loop;
  for appointment in
    select * from public.appointments v
    where v.tenant_id = withdraw_clients.tenant_id and v.client_id = any (client_ids) and v.status in ('booked', 'confirmed') and v.ends_at > now()
    order by v.starts_at, v.id for no key update
  loop
    perform private.enter_status(appointment, 'cancelled', null, 'clinic');
  end loop;
  -- Reminders that wait have been cancelled with their visits. One that is on its way holds name and address until it has arrived.
  perform private.settle_reminder(d, 'appointment_cancelled')
  from public.appointments v join public.reminder_deliveries d on d.tenant_id = v.tenant_id and d.appointment_id = v.id
  where v.tenant_id = withdraw_clients.tenant_id and v.client_id = any (client_ids) and d.state = 'sending';
  -- A provider's refusal may quote the address, and its number leads to the message.
  update public.reminder_deliveries d set last_error = '', provider_message_id = null
  from public.appointments v
  where v.tenant_id = withdraw_clients.tenant_id and v.client_id = any (client_ids) and d.tenant_id = v.tenant_id and d.appointment_id = v.id
    and (d.last_error <> '' or d.provider_message_id is not null);
  delete from private.appointment_links l using public.appointments v
  where v.tenant_id = withdraw_clients.tenant_id and v.client_id = any (client_ids) and l.tenant_id = v.tenant_id and l.appointment_id = v.id;
end;
$$;
comment on function private.withdraw_clients(uuid, uuid[]) is
  'Before clients are erased: they leave the waiting list, with an open offer going to the next in turn; visits that are booked or confirmed and not over are cancelled by the clinic, as anybody would, so that their times are free and offered, their reminders cancelled; links in messages lead nowhere.';
insert into private.client_erasure_steps (name, worker) values ('scheduling', 'withdraw_clients');
