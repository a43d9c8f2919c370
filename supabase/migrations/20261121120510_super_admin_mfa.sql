-- What: two-step verification of super-admins: who has enrolled a factor acts for the platform only in a session that proved it (aal2).
-- Who:  asked by every gate of the platform. The service role and the database's owner have no session and are not asked.
-- Relies on: tenancy, inviting and audit migrations. A stack whose Auth service has no auth.mfa_factors works as before.

-- the session ------------------------------------------------------------------------------------------------------

create function private.has_verified_factor(person uuid) returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  -- Looked up and not named in a statement, because the table is the Auth service's and not there on every stack.
  factors regclass := to_regclass('auth.mfa_factors');
  verified boolean := false;
begin
  if factors is not null then
    execute format('select exists (select from %s f where f.user_id = $1 and f.status::text = ''verified'')', factors)
    into verified using person;
  end if;
  return verified;
end;
$$;
comment on function private.has_verified_factor(uuid) is 'Whether the person has finished enrolling a second factor; false where the stack offers none.';

create function private.act_at(assurance text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('chairside.acting_at', coalesce(assurance, ''), true);
end;
$$;
comment on function private.act_at(text) is
  'States the assurance level (aal1, aal2) of the session of the person for whom the service role acts in this transaction.';

create function private.lacks_second_factor(person uuid) returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  claims jsonb := auth.jwt();
  assurance text := case when person = auth.uid() then claims ->> 'aal' else current_setting('chairside.acting_at', true) end;
begin
  -- Without claims it is no request but the owner of the database.
  return claims is not null and assurance is distinct from 'aal2' and private.has_verified_factor(person);
end;
$$;
comment on function private.lacks_second_factor(uuid) is
  'Whether the person has a second factor that the session they act in has not proved. A level the service role does not state counts as none.';

-- the gates --------------------------------------------------------------------------------------------------------

create function private.holds_platform_role(person uuid) returns boolean
language sql
stable
set search_path = ''
begin atomic
  select exists (
    select
    from public.platform_admins a
    join public.profiles p on p.user_id = a.user_id and p.status = 'active'
    where a.user_id = person and a.status = 'active'
  );
end;
comment on function private.holds_platform_role(uuid) is
  'Whether the person has an active account and an active platform role. Not a gate: it says nothing of the session.';

create or replace function private.is_super_admin() returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return private.holds_platform_role(auth.uid()) and not private.lacks_second_factor(auth.uid());
end;
$$;
comment on function private.is_super_admin() is
  'Whether the caller runs the platform in this session: active account, active platform role and, with a second factor, aal2.';

create function private.require_platform_session(person uuid) returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not private.holds_platform_role(person) then
    return false;
  elsif private.lacks_second_factor(person) then
    perform private.refuse(403, 'mfa_required', 'Please confirm your sign-in with your second factor first.');
  end if;
  return true;
end;
$$;
comment on function private.require_platform_session(uuid) is
  'Whether the person acts for the platform; 403 mfa_required for a super-admin whose session has not proved the second factor.';

create or replace function private.require_super_admin() returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- The database's owner at work in the SQL editor: no token, and no login an API ever has. Events then name that login.
  if auth.jwt() is null and session_user = current_user then
    return;
  elsif not private.require_platform_session(auth.uid()) then
    perform private.refuse(403, 'super_admin_required', 'Only a super-admin of the platform can do that.');
  end if;
  -- A super-admin may also own the clinic in question: the event should say in which role they acted.
  perform private.act_as('super_admin');
end;
$$;
comment on function private.require_super_admin() is
  'Returns for a super-admin and for the database''s owner in the SQL editor, else 403 super_admin_required, or mfa_required without the second factor they have; events then name the role.';

-- invitations ------------------------------------------------------------------------------------------------------

create or replace function private.manages_invitation(invitation public.invitations, person uuid) returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  -- First, because what somebody may do as an owner needs no platform session.
  if invitation.role = 'staff' and exists (
    select from public.memberships m
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    where m.tenant_id = invitation.tenant_id and m.user_id = person and m.role = 'owner' and m.status = 'active'
  ) then
    return true;
  end if;
  return private.require_platform_session(person);
end;
$$;
comment on function private.manages_invitation(public.invitations, uuid) is
  'Whether the person may send, reveal or revoke the invitation: for staff an owner of the clinic, or a super-admin; 403 mfa_required without their second factor.';

drop function public.issue_invitation_token(uuid, uuid, text, boolean);
revoke execute on function private.issue_invitation_token(uuid, uuid, text, boolean) from service_role;

create function private.issue_invitation_token(
  invitation_id uuid, actor_id uuid, token_hash text, revealed boolean, actor_assurance text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.act_at(actor_assurance);
  return private.issue_invitation_token(invitation_id, actor_id, token_hash, revealed);
end;
$$;
comment on function private.issue_invitation_token(uuid, uuid, text, boolean, text) is
  'The same in the actor''s session: its assurance level comes from the access token that the Edge Function has verified.';
create function public.issue_invitation_token(
  invitation_id uuid, actor_id uuid, token_hash text, revealed boolean default false, actor_assurance text default null)
returns jsonb language sql set search_path = ''
return private.issue_invitation_token(invitation_id, actor_id, token_hash, revealed, actor_assurance);
comment on function public.issue_invitation_token(uuid, uuid, text, boolean, text) is
  'Service role: stores the hash of a new token if the actor may manage the invitation, and returns what the mail needs. The previous link stops working. 403 mfa_required when the actor is a super-admin with a second factor and actor_assurance (the aal claim of their token) is not aal2; 429 resend_cooldown within 60 s of a delivered link and while one is being delivered.';
grant execute on function private.issue_invitation_token(uuid, uuid, text, boolean, text),
  public.issue_invitation_token(uuid, uuid, text, boolean, text) to service_role;

-- what the web app is told -----------------------------------------------------------------------------------------

create or replace function private.my_access() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
  accessible uuid[] := private.tenant_ids();
  holds_role boolean := private.holds_platform_role(auth.uid());
  lacks_factor boolean := holds_role and private.lacks_second_factor(auth.uid());
begin
  if caller is null then
    perform private.refuse(401, 'sign_in_required', 'Please sign in.');
  end if;
  return jsonb_build_object(
    'profile', (
      select jsonb_build_object(
        'user_id', p.user_id, 'email', p.email, 'first_name', p.first_name, 'last_name', p.last_name,
        'language', p.language, 'time_zone', p.time_zone, 'status', p.status)
      from public.profiles p where p.user_id = caller
    ),
    'is_super_admin', holds_role and not lacks_factor,
    'mfa_required', lacks_factor,
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
        'tenant_id', t.id, 'slug', t.slug, 'name', t.name, 'time_zone', t.time_zone, 'role', m.role,
        'permissions', m.permissions, 'status', m.status, 'tenant_status', t.status,
        'has_access', t.id = any (accessible)) order by t.name, t.id)
      from public.memberships m join public.tenants t on t.id = m.tenant_id
      where m.user_id = caller
    ), '[]')
  );
end;
$$;
comment on function public.my_access() is
  'Who the caller is and where they may work: { profile, is_super_admin, mfa_required, memberships: [{ tenant_id, slug, …, has_access }] }. mfa_required: a super-admin whose session still has to prove the second factor; is_super_admin is false until then. Answers suspended people too, so that a page can say why they see nothing.';

-- the page that asks for the code lives at /two-step ----------------------------------------------------------------

create or replace function private.require_slug(slug text) returns text
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
      'sign-in', 'sign-out', 'sign-up', 'static', 'two-step', 'www')
  then
    perform private.refuse(422, 'slug_invalid', 'The address may hold lower-case letters, digits and hyphens, and must not be a reserved word.');
  end if;
  return wanted;
end;
$$;
