-- What: erasing the personal data of somebody who had an account (docs/erasure.md).
-- Who:  the database's owner alone, from the SQL editor; no API role.
-- Relies on: user_lifecycle and audit_upkeep migrations; the tables of the Auth service.

create function private.erase_auth_data(person uuid, addresses text[]) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  relation record;
  erased bigint;
  erased_rows jsonb := '{}'::jsonb;
  left_alone text[] := array[]::text[];
begin
  -- Triggers carry the new address to the profile. The account's row stays, because the profile refers to it.
  update auth.users u
  set email = 'erased-' || u.id || '@erased.invalid', phone = null, encrypted_password = '', raw_user_meta_data = '{}',
      confirmation_token = '', recovery_token = '', reauthentication_token = '',
      email_change = '', email_change_token_new = '', email_change_token_current = '', phone_change = '', phone_change_token = '',
      banned_until = now() + interval '100 years', updated_at = now()
  where u.id = person;

  -- Whatever else the Auth service keeps for a person (identities, sessions, factors, one-time tokens, …) differs between its
  -- versions; all of it has a column user_id, in some as text.
  for relation in
    select c.oid::regclass as name, has_table_privilege(c.oid, 'delete') as may_delete
    from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
    where c.relnamespace = 'auth'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname
  loop
    if relation.may_delete then
      execute format('delete from %s where user_id::text = $1', relation.name) using person::text;
      get diagnostics erased = row_count;
      erased_rows := erased_rows || jsonb_build_object(relation.name::text, erased);
    else
      left_alone := left_alone || relation.name::text;
    end if;
  end loop;

  -- The Auth service's own log names people by id and by address.
  if to_regclass('auth.audit_log_entries') is not null then
    execute 'delete from auth.audit_log_entries where exists (select from unnest($1) term where strpos(lower(payload::text), term) > 0)'
      using addresses || person::text;
    get diagnostics erased = row_count;
    erased_rows := erased_rows || jsonb_build_object('auth.audit_log_entries', erased);
  end if;
  return jsonb_build_object('rows', erased_rows, 'left_alone', to_jsonb(left_alone));
end;
$$;
comment on function private.erase_auth_data(uuid, text[]) is
  'Empties the account in auth.users and deletes the Auth service''s other rows about the person: { rows: { table: number }, left_alone: [tables the owner may not delete from] }.';

create function private.erase_person(user_id uuid, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  person public.profiles;
  addresses text[];
  invitation uuid;
  invitations integer := 0;
  events integer;
  auth_data jsonb;
  watched text;
begin
  reason := private.require_reason(reason);
  -- In the order in which accepting an invitation writes them, so that nobody who is signing up deadlocks with this.
  lock table public.invitations, public.profiles, public.memberships, public.platform_admins in share row exclusive mode;
  select * into person from public.profiles p where p.user_id = erase_person.user_id;
  if person.user_id is null then
    perform private.refuse(404, 'user_not_found', 'There is no such person.');
  elsif person.status <> 'deleted' then
    perform private.refuse(409, 'user_not_deleted', 'Only the data of a deleted account are erased: delete the account first.');
  elsif person.erased_at is not null then
    perform private.refuse(409, 'user_erased', 'The personal data of this account were erased already.');
  end if;
  addresses := array(
    select distinct i.email from public.invitations i where i.used_by = person.user_id union select person.email);

  -- While the address is still known, by which the log finds the events about invitations.
  events := private.erase_audit_of_user(person.user_id, reason);
  for invitation in
    select i.id from public.invitations i where i.email = any (addresses) order by i.id
  loop
    invitations := invitations + 1;
    events := events + private.erase_audit_of_target('invitation', invitation::text, reason);
  end loop;

  -- The events of these changes would hold once more what is being erased; user.erased stands for all of them. Nobody can
  -- write to the tables meanwhile.
  foreach watched in array array['invitations', 'profiles', 'memberships', 'platform_admins'] loop
    execute format('alter table public.%I disable trigger audit_change', watched);
  end loop;
  auth_data := private.erase_auth_data(person.user_id, addresses);
  update public.profiles p
  set first_name = '', last_name = '', time_zone = null, status_reason = null, erased_at = now()
  where p.user_id = person.user_id;
  update public.memberships m set status_reason = null where m.user_id = person.user_id;
  update public.platform_admins a set status_reason = null where a.user_id = person.user_id;
  update public.invitations i
  set email = 'erased-' || person.user_id || '@erased.invalid', token_hash = null, delivery_error = null, delivery_provider_id = null,
      revoked_at = case when i.used_at is null then coalesce(i.revoked_at, now()) end
  where i.email = any (addresses);
  foreach watched in array array['invitations', 'profiles', 'memberships', 'platform_admins'] loop
    execute format('alter table public.%I enable trigger audit_change', watched);
  end loop;

  perform private.record_event('user.erased', null, 'user', person.user_id::text, reason => reason,
    details => jsonb_build_object('events', events, 'invitations', invitations));
  return jsonb_build_object('user_id', person.user_id, 'events', events, 'invitations', invitations, 'auth', auth_data);
end;
$$;
comment on function private.erase_person(uuid, text) is
  'Database owner: erases the personal data of a deleted person for good: { user_id, events, invitations, auth }. The reason is kept: it must not name the person. 404 user_not_found; 409 user_not_deleted, user_erased, audit_not_sealed; 422 reason_required.';
