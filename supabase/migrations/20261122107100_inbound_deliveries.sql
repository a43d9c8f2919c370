-- What: which deliveries of the inbound webhook have been dealt with, so that a repeated one changes nothing.
-- Who:  the Edge Function mail-inbound (service_role).
-- Relies on: storing_mail migration.
--
-- A message is stored once by its Message-ID (bring_message). This remembers the delivery itself, also when its message has
-- been erased since: a late repetition does not bring it back.

create table private.inbound_deliveries (
  -- A digest of webhook-id and recipient: nobody's address is kept.
  delivery_key text primary key check (delivery_key ~ '^[0-9a-f]{64}$'),
  received_at timestamptz not null default now()
);
comment on table private.inbound_deliveries is 'Deliveries of the inbound webhook whose messages are stored with all that is attached to them. Kept for 30 days.';
create index inbound_deliveries_received_idx on private.inbound_deliveries (received_at);

create function private.is_delivery_known(delivery_key text) returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (select from private.inbound_deliveries d where d.delivery_key = is_delivery_known.delivery_key);
end;
$$;
create function public.is_delivery_known(delivery_key text) returns boolean language sql stable set search_path = ''
return private.is_delivery_known(delivery_key);
comment on function public.is_delivery_known(text) is 'Service role: whether this delivery of the inbound webhook has been dealt with completely.';

create function private.record_delivery(delivery_key text) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.inbound_deliveries (delivery_key) values (record_delivery.delivery_key) on conflict do nothing;
end;
$$;
create function public.record_delivery(delivery_key text) returns void language sql set search_path = ''
return private.record_delivery(delivery_key);
comment on function public.record_delivery(text) is 'Service role: this delivery of the inbound webhook has been dealt with completely.';

create function private.forget_deliveries() returns bigint
language plpgsql
set search_path = ''
as $$
declare
  forgotten bigint;
begin
  delete from private.inbound_deliveries d where d.received_at < now() - interval '30 days';
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;
comment on function private.forget_deliveries() is 'Removes deliveries of more than 30 days ago and returns how many.';
select private.schedule_job('forget-deliveries', '15 1 * * *', 'select private.forget_deliveries()');

grant execute on function
  private.is_delivery_known(text), public.is_delivery_known(text),
  private.record_delivery(text), public.record_delivery(text)
  to service_role;
