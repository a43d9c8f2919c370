-- What: who waits for an earlier time and what suits them, the offers made to them, and the clinic's rules of offering.
-- Who:  every member reads; functions alone write; owners change the rules.
-- Relies on: job_queue, working_hours, appointments, saving_clients and clinic_country migrations.

create or replace function private.quiet_until(tenant_id uuid, moment timestamptz) returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select (private.quiet_time_at(moment, t.time_zone, s.quiet_from, s.quiet_to)).ends_at
    from public.scheduling_settings s join public.tenants t on t.id = s.tenant_id
    where s.tenant_id = quiet_until.tenant_id);
end;
$$;
