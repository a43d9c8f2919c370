-- What: the triggers on auth.users and auth.identities that let an account come into being only with a valid invitation.
-- Who:  run by the Auth service's own statements; nobody calls them.
-- Relies on: the Auth service inserting the user, then the identity, in one transaction; tenancy and invitations migrations.
--
-- Account, membership and consumption are one transaction, without a service key, on every stack. The Auth service answers a
-- refusal with its generic error; the page then asks preview_invitation for the reason.

create function private.admit_new_user() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  token text := new.raw_user_meta_data ->> 'invitation_token';
  invitation public.invitations;
begin
  if coalesce(token, '') = '' or new.email is null then
    perform private.refuse(403, 'invitation_required', 'An account can only be created with an invitation.');
  end if;
  invitation := private.consume_invitation(token, new.email, new.id);
  if not invitation.revealed then
    new.email_confirmed_at := coalesce(new.email_confirmed_at, now());
  end if;
  new.raw_user_meta_data := new.raw_user_meta_data - 'invitation_token';
  return new;
end;
$$;
comment on function private.admit_new_user() is
  'Trigger before insert on auth.users: no account without a valid invitation for its address; a mailed link proves the address.';

create function private.welcome_new_user() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  meta jsonb := coalesce(new.raw_user_meta_data, '{}');
  invitation public.invitations;
begin
  select * into strict invitation from public.invitations i where i.used_by = new.id;
  insert into public.profiles (user_id, email, first_name, last_name, language)
  values (
    new.id,
    private.normal_email(new.email),
    left(btrim(coalesce(meta ->> 'first_name', '')), 100),
    left(btrim(coalesce(meta ->> 'last_name', '')), 100),
    case when meta ->> 'language' in ('en', 'ro') then meta ->> 'language' else 'en' end
  );
  perform private.join_by_invitation(invitation, new.id);
  return null;
end;
$$;
comment on function private.welcome_new_user() is 'Trigger after insert on auth.users: profile and membership of the new person.';

create function private.forget_invitation_token() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.raw_user_meta_data := new.raw_user_meta_data - 'invitation_token';
  return new;
end;
$$;
comment on function private.forget_invitation_token() is
  'Trigger before update on auth.users: GoTrue writes the sign-up data back after its identity step; the token must not stay.';

create function private.drop_unproven_password() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The password was set by whoever held the link, who need not be whoever reads the mailbox: the one who proves the
  -- address chooses the password.
  new.encrypted_password := '';
  return new;
end;
$$;
comment on function private.drop_unproven_password() is
  'Trigger before update on auth.users: an address that is confirmed later than the account was made (revealed link) starts without a password.';

create function private.forget_identity_token() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.identity_data := new.identity_data - 'invitation_token';
  return new;
end;
$$;
comment on function private.forget_identity_token() is 'Trigger on auth.identities: the sign-up data is copied there, the token must not be.';

create function private.follow_email_change() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.profiles set email = private.normal_email(new.email) where user_id = new.id;
  return null;
end;
$$;
comment on function private.follow_email_change() is 'Trigger after update of auth.users.email: keeps profiles.email equal.';

create trigger admit_new_user before insert on auth.users for each row execute function private.admit_new_user();
create trigger welcome_new_user after insert on auth.users for each row execute function private.welcome_new_user();
create trigger forget_invitation_token before update on auth.users for each row
  when (new.raw_user_meta_data ? 'invitation_token') execute function private.forget_invitation_token();
create trigger drop_unproven_password before update of email_confirmed_at on auth.users for each row
  when (old.email_confirmed_at is null and new.email_confirmed_at is not null) execute function private.drop_unproven_password();
create trigger follow_email_change after update of email on auth.users for each row
  when (new.email is distinct from old.email) execute function private.follow_email_change();
create trigger forget_identity_token before insert or update on auth.identities for each row execute function private.forget_identity_token();
