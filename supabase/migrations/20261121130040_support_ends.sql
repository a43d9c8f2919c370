-- What: support access is to active clinics alone, and a grant ends for good with the clinic's status, the super-admin's role or their account.
-- Who:  super-admins; the triggers also act when the database's owner changes a status by hand.
-- Relies on: support_access migration, one function of which it replaces. Order of locks: lifecycle, tenant, grant.
--
-- A clinic must always be able to see and end what can be seen of it: people of a clinic that is not active have no access.

create or replace function private.admin_open_support_access(tenant_id uuid, reason text, minutes integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  why text;
  clinic public.tenants;
  opened public.support_grants;
begin
  -- With the lifecycle lock, so that no grant is opened beside the end of the caller's own role.
  perform private.begin_lifecycle_change();
  why := private.require_support_reason(reason);
  if minutes is null or minutes not between 15 and 480 then
    perform private.refuse(422, 'support_duration_invalid', 'Support access lasts between 15 minutes and 8 hours.');
  end if;
  -- An index cannot tell an expired grant from an active one; under this lock two requests at once cannot both find none.
  select * into clinic from public.tenants t where t.id = admin_open_support_access.tenant_id for no key update;
  if clinic.id is null then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  elsif clinic.status <> 'active' then
    -- Its people have no access: they could neither see the grant nor end it.
    perform private.refuse(409, 'tenant_not_active', 'This clinic is not active.');
  elsif exists (
    select from public.support_grants g
    where g.tenant_id = clinic.id and g.admin_id = auth.uid() and private.support_grant_state(g) = 'active'
  ) then
    perform private.refuse(409, 'support_already_open', 'You already have support access to this clinic.');
  end if;
  insert into public.support_grants (tenant_id, admin_id, reason, expires_at)
  values (clinic.id, auth.uid(), why, now() + make_interval(mins => minutes))
  returning * into opened;
  return private.support_grant_json(opened);
end;
$$;

comment on function public.admin_open_support_access(uuid, text, integer) is
  'Super-admin: opens read-only access to an active clinic''s clients for 15 to 480 minutes and returns the grant; the clinic sees it at once. 422 reason_required, reason_too_long, reason_invalid, support_duration_invalid; 404 clinic_not_found; 409 support_already_open, tenant_not_active.';

create function private.end_support_grants() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_table_name = 'tenants' then
    update public.support_grants g set ended_at = now(), ended_by = auth.uid(), ended_as = 'super_admin'
    where g.tenant_id = new.id and private.support_grant_state(g) = 'active';
  else
    update public.support_grants g set ended_at = now(), ended_by = auth.uid(), ended_as = 'super_admin'
    where g.admin_id = new.user_id and private.support_grant_state(g) = 'active';
  end if;
  return null;
end;
$$;
comment on function private.end_support_grants() is
  'Trigger: open grants end with the clinic, the person or the platform role, for good: whoever gets the role back asks again, with a reason.';
create trigger end_support_grants after update on public.tenants for each row
  when (old.status = 'active' and new.status <> 'active') execute function private.end_support_grants();
create trigger end_support_grants after update on public.profiles for each row
  when (old.status = 'active' and new.status <> 'active') execute function private.end_support_grants();
create trigger end_support_grants after update on public.platform_admins for each row
  when (old.status = 'active' and new.status <> 'active') execute function private.end_support_grants();
