-- What: work in Supabase Studio: what tables and columns mean, and look-ups by name for the SQL editor (docs/studio.md).
-- Who:  the database's owner alone; nothing here is granted to an API role.
-- Relies on: all migrations before it; private.require_super_admin() lets the database's owner pass, so every admin_* function
--       can be called from the SQL editor, where the audit log names the login as the actor.

-- look-ups ---------------------------------------------------------------------------------------------------------
-- So that a call in the editor reads like a sentence: select public.admin_suspend_tenant(private.clinic('bright-smile'), '…');
-- A mistyped name is refused; as a null it would end in the less clear refusal of whatever is called.

create function private.clinic(slug text) returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  found uuid;
begin
  select t.id into found from public.tenants t where t.slug = lower(btrim(clinic.slug));
  if found is null then
    perform private.refuse(404, 'clinic_not_found', format('There is no clinic with the address "%s".', left(slug, 60)));
  end if;
  return found;
end;
$$;
comment on function private.clinic(text) is
  'The id of the clinic with this address (slug), deleted ones too; 404 clinic_not_found. For the SQL editor.';

create function private.person(email text) returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  address text := private.normal_email(email);
  found uuid;
begin
  select p.user_id into found from public.profiles p where p.email = address;
  if found is null then
    perform private.refuse(404, 'user_not_found', format('There is no account for "%s".', left(address, 254)));
  end if;
  return found;
end;
$$;
comment on function private.person(text) is
  'The id of the person whose account has this e-mail address, deleted ones too; 404 user_not_found. For the SQL editor.';

-- a lost device ----------------------------------------------------------------------------------------------------

create function private.remove_second_factor(user_id uuid, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  person public.profiles;
  removed integer := 0;
begin
  reason := private.require_reason(reason);
  person := private.lock_user(user_id);
  -- Looked up and not named in a statement, because the table is the Auth service's and not there on every stack.
  if to_regclass('auth.mfa_factors') is not null then
    execute 'delete from auth.mfa_factors f where f.user_id = $1' using person.user_id;
    get diagnostics removed = row_count;
  end if;
  if removed = 0 then
    perform private.refuse(409, 'no_second_factor', 'This person has no second factor.');
  end if;
  -- Whoever has the device may have a session on it as well.
  perform private.end_sessions(person.user_id);
  perform private.record_event('user.second_factor_removed', null, 'user', person.user_id::text, person.email,
    reason => reason, details => jsonb_build_object('factors', removed));
  return jsonb_build_object('user_id', person.user_id, 'email', person.email, 'factors', removed);
end;
$$;
comment on function private.remove_second_factor(uuid, text) is
  'Database owner: removes all second factors of a person who has lost the device and signs them out everywhere: { user_id, email, factors }. Records user.second_factor_removed. 404 user_not_found; 409 no_second_factor; 422 reason_required.';

-- ending support access from the editor ----------------------------------------------------------------------------
-- The database's owner is nobody in particular: ended_by stays empty, ended_as still says for whom it was ended.

alter table public.support_grants
  drop constraint support_grants_check1,
  add constraint support_grants_ended_check check ((ended_at is null) = (ended_as is null) and (ended_at is not null or ended_by is null));
comment on column public.support_grants.ended_by is 'Who ended it; null when the database''s owner did.';

-- what columns mean ------------------------------------------------------------------------------------------------

comment on column public.tenants.name is 'What the clinic calls itself. May be edited here; the audit log names the login.';
comment on column public.tenants.status is 'active, suspended or deleted. Change it with admin_suspend_tenant, admin_resume_tenant, admin_delete_tenant, admin_restore_tenant.';
comment on column public.tenants.status_changed_at is 'When the status last changed; set together with status and status_reason.';
comment on column public.tenants.created_by is 'The super-admin who created it; null for the database''s owner.';
comment on column public.tenants.deleted_by is 'Who deleted it; null while it is not deleted, and when the database''s owner did.';

comment on column public.profiles.user_id is 'The same id as auth.users.id.';
comment on column public.profiles.language is 'Of the person''s screens and mails: en or ro.';
comment on column public.profiles.status is 'active, suspended or deleted. Change it with admin_suspend_user, admin_resume_user, admin_delete_user, admin_restore_user.';
comment on column public.profiles.status_changed_at is 'When the status last changed; null if it never did.';
comment on column public.profiles.deleted_by is 'Who deleted the person; null while they are not deleted, and when the database''s owner did.';

comment on column public.memberships.role is 'owner or staff. Change it with admin_set_member_role or admin_transfer_ownership.';
comment on column public.memberships.joined_at is 'When the person joined, or joined again by a later invitation.';
comment on column public.memberships.status_changed_by is 'Who changed the status; null for the database''s owner and for a membership that never changed.';

comment on column public.platform_admins.status is 'active or revoked. Change it with admin_grant_super_admin and admin_revoke_super_admin.';
comment on column public.platform_admins.created_by is 'Who gave the role or wrote the invitation; null for npm run admin:create and the database''s owner.';

comment on column public.invitations.tenant_id is 'The clinic; null for an invitation to be a super-admin.';
comment on column public.invitations.role is 'What the person becomes: owner, staff, or super_admin.';
comment on column public.invitations.token_issued_at is 'When the current link was made; each resend makes a new one and the old one stops working.';
comment on column public.invitations.expires_at is 'The link works, and the seat is kept, until then.';
comment on column public.invitations.used_at is 'When it was accepted. An invitation is open while used_at and revoked_at are null and expires_at is ahead.';
comment on column public.invitations.delivery_error is 'What the mail provider answered.';
comment on column public.invitations.delivery_provider_id is 'The provider''s id of the mail, to look it up there.';

comment on column public.clients.archived_at is 'Archived clients are left out of the clinic''s list; null for the others.';

comment on column public.audit_events.occurred_at is 'When it happened, by the database''s clock.';
comment on column public.audit_events.actor_id is 'The person who acted; null for programs and database logins.';
comment on column public.audit_events.actor_email is 'The person''s address at the time. Null: none, or erased (actor_salt is null too).';
comment on column public.audit_events.target_type is 'What kind of thing target_id is: tenant, user, member, invitation, client, …';
comment on column public.audit_events.target_id is 'Of a member or super_admin it is the person''s id.';
comment on column public.audit_events.target_label is 'What people called it at the time.';
comment on column public.audit_events.succeeded is 'False for an attempt that failed, such as a wrong password.';
comment on column public.audit_events.schema_version is 'Which fields the hash covers, and how.';
comment on column public.audit_events.ip is 'The client''s address as the gateway reported it.';
comment on column public.audit_events.request_id is 'The same as in the logs of gateway and functions.';
comment on column public.audit_events.reason is 'Why, in the words of whoever did it.';

comment on column public.support_grants.admin_id is 'The super-admin who may read; nobody else can with this grant.';
comment on column public.support_grants.reason is 'Shown to the clinic as it was written.';

comment on table private.audit_events_rest is
  'Partition of the audit log for months without one of their own. Empty while the daily job audit-partitions runs.';
comment on column private.audit_seals.chain is 'The clinic''s id; all zeros for the platform''s own events.';
comment on column private.audit_seals.position is 'Counts from 1 in each chain, without gaps.';
comment on column private.audit_seals.event_hash is 'SHA-256 of the event''s facts and the hashes of its two parts.';
comment on column private.audit_seals.hash is 'What the next position is chained to.';
comment on column private.audit_seals.sealed_at is 'When the event joined the chain, normally within a minute.';
comment on column private.audit_anchors.day is 'UTC.';
comment on column private.audit_anchors.digest is 'What was mailed to the super-admins, there in hex.';
comment on column private.audit_anchors.previous_day is 'The anchor this digest also covers.';
comment on column private.audit_anchors.events is 'All events ever chained by then.';
comment on column private.audit_anchors.delivery is 'What became of the mail.';
comment on column private.audit_anchors.leased_until is 'Until then a worker has it; null when none ever had.';
comment on column private.audit_erasures.part is 'actor (who acted) or content (what the event says).';
