-- What: what a super-admin does: create clinics with their owner's invitation, list them, suspend and resume, invite; and how the
--       first super-admin comes in.
-- Who:  active super-admins; bootstrap_super_admin: service_role alone (npm run admin:create).
-- Relies on: tenancy, invitations, inviting and team migrations.

create function private.tenant_json(clinic public.tenants) returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'id', (clinic).id, 'slug', (clinic).slug, 'name', (clinic).name, 'time_zone', (clinic).time_zone,
    'status', (clinic).status, 'status_reason', (clinic).status_reason, 'max_seats', (clinic).max_seats,
    'active_members', s.active, 'open_invitations', s.open, 'created_at', (clinic).created_at)
  from private.seat_usage((clinic).id) s;
end;
comment on function private.tenant_json(public.tenants) is 'A clinic as the platform pages show it, with its seats.';

-- create -----------------------------------------------------------------------------------------------------------

create function private.require_slug(slug text) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  wanted text := lower(btrim(slug));
begin
  -- A clinic's pages live at /<slug>, so the addresses of the app itself are taken.
  if wanted is null or wanted !~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'
    or wanted in ('admin', 'api', 'auth', 'forgot-password', 'health', 'invite', 'no-access', 'profile', 'reset-password',
      'sign-in', 'sign-out', 'sign-up', 'static', 'www')
  then
    perform private.refuse(422, 'slug_invalid', 'The address may hold lower-case letters, digits and hyphens, and must not be a reserved word.');
  end if;
  return wanted;
end;
$$;
comment on function private.require_slug(text) is 'The normalised slug, or refusal slug_invalid (422).';

create function private.admin_create_tenant(name text, slug text, owner_email text, max_seats integer, time_zone text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
  invitation public.invitations;
begin
  perform private.require_super_admin();
  if max_seats is null or max_seats not between 0 and 10000 then
    perform private.refuse(422, 'seats_invalid', 'The number of seats must be between 0 and 10,000.');
  end if;
  begin
    insert into public.tenants (name, slug, max_seats, time_zone, created_by)
    values (private.require_clinic_name(name), private.require_slug(slug), max_seats, coalesce(time_zone, 'Europe/Bucharest'), auth.uid())
    returning * into clinic;
  exception when unique_violation then
    perform private.refuse(409, 'slug_taken', 'Another clinic already has this address.');
  end;
  invitation := private.create_invitation(clinic.id, owner_email, 'owner');
  return jsonb_build_object('tenant', private.tenant_json(clinic), 'invitation', private.invitation_json(invitation));
end;
$$;
create function public.admin_create_tenant(
  name text, slug text, owner_email text, max_seats integer, time_zone text default 'Europe/Bucharest')
returns jsonb language sql set search_path = ''
return private.admin_create_tenant(name, slug, owner_email, max_seats, time_zone);
comment on function public.admin_create_tenant(text, text, text, integer, text) is
  'Super-admin: creates a clinic together with its first owner''s invitation: { tenant, invitation }. 409 slug_taken, no_seat_allocation; 422 slug_invalid, name_required, email_invalid, seats_invalid, time_zone_unknown.';
grant execute on function private.admin_create_tenant(text, text, text, integer, text),
  public.admin_create_tenant(text, text, text, integer, text) to authenticated;

-- read -------------------------------------------------------------------------------------------------------------

create function private.admin_list_tenants(search text, after_name text, after_id uuid, page_size integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 200);
  pattern text := '%' || replace(replace(replace(btrim(coalesce(search, '')), '\', '\\'), '%', '\%'), '_', '\_') || '%';
  page public.tenants[];
  last public.tenants;
begin
  perform private.require_super_admin();
  -- One row more than asked for tells whether there is a next page.
  page := array(
    select t from public.tenants t
    where (t.name ilike pattern or t.slug ilike pattern)
      and (after_id is null or (t.name, t.id) > (after_name, after_id))
    order by t.name, t.id
    limit size + 1
  );
  last := page[size];
  return jsonb_build_object(
    'tenants', coalesce((select jsonb_agg(private.tenant_json(page[n]) order by n) from generate_series(1, least(cardinality(page), size)) n), '[]'),
    'next', case when cardinality(page) > size then jsonb_build_object('after_name', last.name, 'after_id', last.id) end
  );
end;
$$;
create function public.admin_list_tenants(
  search text default null, after_name text default null, after_id uuid default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.admin_list_tenants(search, after_name, after_id, page_size);
comment on function public.admin_list_tenants(text, text, uuid, integer) is
  'Super-admin: clinics by name, searched in name and address, paged by key: { tenants, next: { after_name, after_id } | null }.';
grant execute on function private.admin_list_tenants(text, text, uuid, integer), public.admin_list_tenants(text, text, uuid, integer)
  to authenticated;

create function private.admin_get_tenant(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
begin
  perform private.require_super_admin();
  select * into clinic from public.tenants t where t.id = admin_get_tenant.tenant_id;
  if clinic.id is null then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  end if;
  return private.tenant_json(clinic) || private.team_json(clinic.id);
end;
$$;
create function public.admin_get_tenant(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.admin_get_tenant(tenant_id);
comment on function public.admin_get_tenant(uuid) is 'Super-admin: one clinic with its members and invitations. 404 clinic_not_found.';
grant execute on function private.admin_get_tenant(uuid), public.admin_get_tenant(uuid) to authenticated;

-- invite -----------------------------------------------------------------------------------------------------------

create function private.admin_invite(tenant_id uuid, email text, role text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  if role is null or role not in ('owner', 'staff') then
    perform private.refuse(422, 'role_unknown', 'The role must be owner or staff.');
  end if;
  return private.invitation_json(private.create_invitation(tenant_id, email, role));
end;
$$;
create function public.admin_invite(tenant_id uuid, email text, role text) returns jsonb language sql set search_path = ''
return private.admin_invite(tenant_id, email, role);
comment on function public.admin_invite(uuid, text, text) is
  'Super-admin: invites a further owner or staff member to a clinic, under the seat rule, and returns the invitation.';
grant execute on function private.admin_invite(uuid, text, text), public.admin_invite(uuid, text, text) to authenticated;

-- suspend and resume -----------------------------------------------------------------------------------------------

create function private.change_tenant_status(tenant_id uuid, expected text, wanted text, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
begin
  perform private.require_super_admin();
  if coalesce(btrim(reason), '') = '' then
    perform private.refuse(422, 'reason_required', 'Please give a reason.');
  end if;
  select * into clinic from public.tenants t where t.id = change_tenant_status.tenant_id for no key update;
  if clinic.id is null then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  elsif clinic.status <> expected then
    perform private.refuse(409, 'tenant_not_' || expected, format('This clinic is %s.', clinic.status));
  end if;
  update public.tenants t
  set status = wanted, status_reason = left(btrim(reason), 500), status_changed_at = now()
  where t.id = clinic.id
  returning * into clinic;
  return private.tenant_json(clinic);
end;
$$;
comment on function private.change_tenant_status(uuid, text, text, text) is
  'Super-admin: moves a clinic from one status to another, with a reason; 409 tenant_not_<expected> when it is not there.';

create function private.admin_suspend_tenant(tenant_id uuid, reason text) returns jsonb language sql security definer set search_path = ''
return private.change_tenant_status(tenant_id, 'active', 'suspended', reason);
comment on function private.admin_suspend_tenant(uuid, text) is 'active → suspended.';
create function public.admin_suspend_tenant(tenant_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_suspend_tenant(tenant_id, reason);
comment on function public.admin_suspend_tenant(uuid, text) is
  'Super-admin: suspends a clinic; its people lose access with their next request. 422 reason_required; 409 tenant_not_active.';

create function private.admin_resume_tenant(tenant_id uuid, reason text) returns jsonb language sql security definer set search_path = ''
return private.change_tenant_status(tenant_id, 'suspended', 'active', reason);
comment on function private.admin_resume_tenant(uuid, text) is 'suspended → active.';
create function public.admin_resume_tenant(tenant_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_resume_tenant(tenant_id, reason);
comment on function public.admin_resume_tenant(uuid, text) is
  'Super-admin: gives a suspended clinic its access back. 422 reason_required; 409 tenant_not_suspended.';

grant execute on function private.admin_suspend_tenant(uuid, text), public.admin_suspend_tenant(uuid, text),
  private.admin_resume_tenant(uuid, text), public.admin_resume_tenant(uuid, text) to authenticated;

-- the first super-admin --------------------------------------------------------------------------------------------

create function private.bootstrap_super_admin(email text, token_hash text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  address text := private.require_email(email);
  person public.profiles;
begin
  -- Two calls for one new address must not both write an invitation.
  perform pg_advisory_xact_lock(hashtextextended('bootstrap_super_admin ' || address, 0));
  select p.* into person from public.profiles p where p.email = address;
  if person.user_id is null then
    update public.invitations i set revoked_at = now()
    where i.tenant_id is null and i.email = address and i.used_at is null and i.revoked_at is null;
    insert into public.invitations (role, email, token_hash) values ('super_admin', address, token_hash);
    return jsonb_build_object('outcome', 'invited', 'email', address);
  elsif person.status <> 'active' then
    perform private.refuse(409, 'account_inactive', 'This account is not active.');
  elsif exists (select from auth.users u where u.id = person.user_id and u.email_confirmed_at is null) then
    -- Made with a revealed link: nobody has proved the mailbox yet.
    perform private.refuse(409, 'email_unconfirmed', 'This account has not confirmed its e-mail address yet.');
  elsif exists (select from public.platform_admins a where a.user_id = person.user_id and a.status = 'active') then
    return jsonb_build_object('outcome', 'already_super_admin', 'email', address);
  end if;
  insert into public.platform_admins (user_id) values (person.user_id)
  on conflict (user_id) do update set status = 'active', status_changed_at = now();
  return jsonb_build_object('outcome', 'promoted', 'email', address);
end;
$$;
create function public.bootstrap_super_admin(email text, token_hash text) returns jsonb language sql set search_path = ''
return private.bootstrap_super_admin(email, token_hash);
comment on function public.bootstrap_super_admin(text, text) is
  'Service role: makes an existing account a super-admin, or writes a platform invitation with this token hash to sign up with: { outcome: promoted|already_super_admin|invited, email }.';
grant execute on function private.bootstrap_super_admin(text, text), public.bootstrap_super_admin(text, text) to service_role;
