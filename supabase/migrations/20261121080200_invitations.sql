-- What: invitations to a clinic or to the platform: the table, and the one function that consumes a token.
-- Who:  nobody reads or writes the table through the API; anybody may preview a token they hold, a signed-in person may accept it.
-- Relies on: tenancy migration.
-- Order of locks everywhere: tenant, then invitation, then membership.

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid references public.tenants (id),
  role text not null check (role in ('owner', 'staff', 'super_admin')),
  email text not null check (email = lower(btrim(email))),
  token_hash text unique check (token_hash ~ '^[0-9a-f]{64}$'),
  token_issued_at timestamptz,
  revealed boolean not null default false,
  expires_at timestamptz not null default now() + interval '7 days',
  used_at timestamptz,
  used_by uuid,
  revoked_at timestamptz,
  revoked_by uuid,
  delivery text not null default 'pending' check (delivery in ('pending', 'sent', 'not_configured', 'failed', 'revealed')),
  delivery_error text check (length(delivery_error) <= 500),
  delivery_provider_id text,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid,
  unique (tenant_id, id),
  check ((role = 'super_admin') = (tenant_id is null)),
  check ((used_at is null) = (used_by is null)),
  check (used_at is null or revoked_at is null)
);
comment on table public.invitations is 'Invitations to a clinic (tenant_id set) or to the platform (null). The token itself is only in the mailed link.';
comment on column public.invitations.token_hash is 'SHA-256 of the current token in lower-case hex; null until the link has been made.';
comment on column public.invitations.revealed is 'The link was shown to the inviter, so holding it no longer proves the address.';
comment on column public.invitations.used_by is 'No foreign key: it is set before the account exists, in the same transaction.';
comment on column public.invitations.delivery is 'What became of the e-mail with the current link.';

create unique index invitations_open_clinic_idx on public.invitations (tenant_id, email)
  where used_at is null and revoked_at is null and tenant_id is not null;
create unique index invitations_open_platform_idx on public.invitations (email)
  where used_at is null and revoked_at is null and tenant_id is null;
create index invitations_address_idx on public.invitations (tenant_id, email);
create index invitations_used_by_idx on public.invitations (used_by) where used_by is not null;

alter table public.invitations enable row level security;
grant select, insert, update on public.invitations to service_role;

-- reading ----------------------------------------------------------------------------------------------------------

create function private.hash_token(token text) returns text
language sql
immutable
set search_path = ''
return encode(sha256(convert_to(token, 'UTF8')), 'hex');
comment on function private.hash_token(text) is 'How a bearer token is stored: SHA-256, lower-case hex.';

create function private.invitation_state(invitation public.invitations) returns text
language sql
stable
set search_path = ''
return case
  when (invitation).used_at is not null then 'used'
  when (invitation).revoked_at is not null then 'revoked'
  when (invitation).expires_at <= now() then 'expired'
  else 'open'
end;
comment on function private.invitation_state(public.invitations) is 'open, expired, used or revoked.';

create function private.resend_available_at(invitation public.invitations) returns timestamptz
language sql
stable
set search_path = ''
return nullif(greatest(
  now(),
  (invitation).delivered_at + interval '60 seconds',
  -- While a mail is on its way, a second one would carry off the link of the first.
  case when (invitation).delivery = 'pending' then (invitation).token_issued_at + interval '30 seconds' end
), now());
comment on function private.resend_available_at(public.invitations) is
  'End of the pause after a delivered link, or while one is being delivered; null when another may go out now.';

create function private.invitation_json(invitation public.invitations) returns jsonb
language sql
stable
set search_path = ''
return jsonb_build_object(
  'id', (invitation).id, 'tenant_id', (invitation).tenant_id, 'email', (invitation).email, 'role', (invitation).role,
  'state', private.invitation_state(invitation), 'delivery', (invitation).delivery, 'delivery_error', (invitation).delivery_error,
  'delivered_at', (invitation).delivered_at, 'expires_at', (invitation).expires_at, 'created_at', (invitation).created_at,
  'resend_available_at', private.resend_available_at(invitation)
);
comment on function private.invitation_json(public.invitations) is 'An invitation as the API shows it: never the hash, never who used it.';

create function private.preview_invitation(token text) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  clinic public.tenants;
  state text;
begin
  select * into invitation from public.invitations i where i.token_hash = private.hash_token(token);
  if invitation.id is null then
    return jsonb_build_object('state', 'unknown');
  end if;
  select * into clinic from public.tenants t where t.id = invitation.tenant_id;
  state := private.invitation_state(invitation);
  if state = 'open' then
    state := case when invitation.tenant_id is not null and clinic.status <> 'active' then 'unavailable' else 'valid' end;
  end if;
  return jsonb_build_object(
    'state', state,
    'kind', case when invitation.tenant_id is null then 'platform' else 'clinic' end,
    'clinic_name', clinic.name,
    'role', invitation.role,
    'email_masked', regexp_replace(invitation.email, '^(.)[^@]*', '\1•••'),
    'expires_at', invitation.expires_at
  ) || case when state = 'valid' then jsonb_build_object(
    'email', invitation.email,
    'has_account', exists (select from auth.users u where u.email = invitation.email),
    'needs_confirmation', invitation.revealed
  ) else '{}' end;
end;
$$;
create function public.preview_invitation(token text) returns jsonb language sql stable set search_path = ''
return private.preview_invitation(token);
comment on function public.preview_invitation(text) is
  'What an invitation link stands for, for whoever holds it: { state: valid|expired|used|revoked|unknown|unavailable, … }. Never raises, never consumes.';
grant execute on function private.preview_invitation(text), public.preview_invitation(text) to anon, authenticated;

-- consuming --------------------------------------------------------------------------------------------------------

create function private.consume_invitation(token text, address text, person uuid) returns public.invitations
language plpgsql
security definer
set search_path = ''
as $$
declare
  hash text := private.hash_token(token);
  clinic public.tenants;
  invitation public.invitations;
begin
  select t.* into clinic
  from public.invitations i join public.tenants t on t.id = i.tenant_id
  where i.token_hash = hash
  for no key update of t;

  select * into invitation from public.invitations i where i.token_hash = hash for update;
  if invitation.id is null then
    perform private.refuse(404, 'invitation_unknown', 'There is no such invitation.');
  end if;
  case private.invitation_state(invitation)
    when 'used' then perform private.refuse(409, 'invitation_used', 'This invitation has already been used.');
    when 'revoked' then perform private.refuse(409, 'invitation_revoked', 'This invitation has been withdrawn.');
    when 'expired' then perform private.refuse(409, 'invitation_expired', 'This invitation has expired.');
    else null;
  end case;
  if invitation.email is distinct from private.normal_email(address) then
    perform private.refuse(409, 'invitation_wrong_address', 'This invitation is for another e-mail address.');
  end if;
  if invitation.tenant_id is not null then
    if clinic.status <> 'active' then
      perform private.refuse(409, 'invitation_unavailable', 'This clinic is not active at the moment.');
    end if;
    -- The invitation holds a seat while it is open, but the number of seats may have been lowered since.
    if (select count(*) from public.memberships m where m.tenant_id = clinic.id and m.status = 'active') >= clinic.max_seats then
      perform private.refuse(409, 'no_seats_left', 'All seats of this clinic are taken.');
    end if;
  end if;

  update public.invitations set used_at = now(), used_by = person where id = invitation.id returning * into invitation;
  return invitation;
end;
$$;
comment on function private.consume_invitation(text, text, uuid) is
  'Uses an invitation up for a person, under lock, or refuses with the reason. The only way to set used_at.';

create function private.join_by_invitation(invitation public.invitations, person uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  status text;
  changed_at timestamptz;
begin
  if invitation.tenant_id is null then
    select a.status, a.status_changed_at into status, changed_at
    from public.platform_admins a where a.user_id = person for no key update;
  else
    select m.status, m.status_changed_at into status, changed_at
    from public.memberships m where m.tenant_id = invitation.tenant_id and m.user_id = person for no key update;
  end if;
  if status = 'active' then
    perform private.refuse(409, 'already_member', 'You already have this access.');
  elsif changed_at >= invitation.created_at then
    -- Ended after the invitation was written: only a newer invitation brings the person back.
    perform private.refuse(409, 'membership_removed', 'Your access was ended after this invitation was sent.');
  end if;

  if invitation.tenant_id is null then
    insert into public.platform_admins (user_id, created_by) values (person, invitation.created_by)
    on conflict (user_id) do update set status = 'active', status_changed_at = now();
  else
    insert into public.memberships (tenant_id, user_id, role) values (invitation.tenant_id, person, invitation.role)
    on conflict (tenant_id, user_id) do update
      set role = excluded.role, status = 'active', permissions = '{}', joined_at = now(),
          status_changed_at = now(), status_changed_by = person;
  end if;
end;
$$;
comment on function private.join_by_invitation(public.invitations, uuid) is
  'Gives a person what a consumed invitation promises: a membership (new or revived) or the platform role.';

create function private.accept_invitation(token text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account record;
  invitation public.invitations;
begin
  -- The address is read from auth.users: the one in the access token may be an old one.
  select u.id, u.email, u.email_confirmed_at, p.status into account
  from auth.users u join public.profiles p on p.user_id = u.id
  where u.id = auth.uid();
  if account.id is null then
    perform private.refuse(401, 'sign_in_required', 'Please sign in.');
  elsif account.status <> 'active' then
    perform private.refuse(403, 'account_inactive', 'This account is not active.');
  elsif account.email_confirmed_at is null then
    perform private.refuse(409, 'email_unconfirmed', 'Please confirm your e-mail address first.');
  end if;
  invitation := private.consume_invitation(token, account.email, account.id);
  perform private.join_by_invitation(invitation, account.id);
  return jsonb_build_object(
    'tenant_id', invitation.tenant_id,
    'slug', (select t.slug from public.tenants t where t.id = invitation.tenant_id),
    'role', invitation.role
  );
end;
$$;
create function public.accept_invitation(token text) returns jsonb language sql set search_path = ''
return private.accept_invitation(token);
comment on function public.accept_invitation(text) is
  'Accepts an invitation for the signed-in person: { tenant_id, slug, role }. 404 invitation_unknown; 409 invitation_used, _expired, _revoked, _wrong_address, _unavailable, already_member, membership_removed, no_seats_left, email_unconfirmed; 403 account_inactive.';
grant execute on function private.accept_invitation(text), public.accept_invitation(text) to authenticated;
