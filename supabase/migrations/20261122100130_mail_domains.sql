-- What: whose an address is, where no mailbox's password proves it: domains from which a clinic sends through the platform's mail
--       service, and mailboxes whose mail the inbound webhook brings.
-- Who:  the database's owner, from the SQL editor, once somebody has made sure of it (docs/inbox.md).
-- Relies on: managing_mail_accounts and studio migrations.

create table private.mail_domains (
  domain text primary key check (domain = lower(domain) and domain ~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$'),
  tenant_id uuid not null references public.tenants (id),
  allowed_at timestamptz not null default now()
);
comment on table private.mail_domains is
  'Domains that are verified at the platform''s mail service, and the one clinic that sends from each: the service itself cannot tell our clinics apart.';
create index mail_domains_tenant_idx on private.mail_domains (tenant_id);

create function private.may_send_as(tenant_id uuid, address text) returns boolean
language sql
stable
set search_path = ''
return exists (
  select from private.mail_domains d where d.tenant_id = may_send_as.tenant_id and d.domain = split_part(may_send_as.address, '@', 2));
comment on function private.may_send_as(uuid, text) is 'Whether a clinic sends from this address through the platform''s mail service.';

create function private.allow_mail_domain(clinic text, domain text) returns void
language plpgsql
set search_path = ''
as $$
declare
  tenant uuid := private.clinic(clinic);
  wanted constant text := lower(btrim(domain));
begin
  insert into private.mail_domains (domain, tenant_id) values (wanted, tenant)
  on conflict on constraint mail_domains_pkey do nothing;
  if not exists (select from private.mail_domains d where d.domain = wanted and d.tenant_id = tenant) then
    perform private.refuse(409, 'mail_domain_taken', 'Another clinic sends from this domain.');
  end if;
  perform private.record_event('mail_domain.allowed', tenant, 'mail_domain', wanted, wanted);
end;
$$;
comment on function private.allow_mail_domain(text, text) is
  'Database owner: lets a clinic (its slug) send from a domain that is verified at the platform''s mail service. 404 clinic_not_found; 409 mail_domain_taken.';

create function private.connect_webhook_mailbox(clinic text, address text) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  tenant uuid := private.clinic(clinic);
  wanted constant text := private.require_email(address);
  account uuid;
begin
  if exists (select from public.mail_accounts a where a.address = wanted and a.preset = 'webhook' and a.status <> 'removed' and a.tenant_id <> tenant) then
    perform private.refuse(409, 'mail_address_taken', 'Mail to this address is brought to another clinic.');
  end if;
  insert into public.mail_accounts as a (tenant_id, address, preset, send_via) values (tenant, wanted, 'webhook', 'resend')
  on conflict on constraint mail_accounts_tenant_id_address_key do update
  set preset = 'webhook', imap_host = '', smtp_host = '', send_via = 'resend', status = 'active', removed_at = null, updated_at = now()
  where a.status = 'removed' or a.preset = 'webhook'
  returning a.id into account;
  if account is null then
    perform private.refuse(409, 'mail_account_exists', 'This address is connected already.');
  end if;
  return account;
end;
$$;
comment on function private.connect_webhook_mailbox(text, text) is
  'Database owner: connects a mailbox whose mail the inbound webhook brings, for a clinic (its slug) that the address belongs to. Returns its id. 404 clinic_not_found; 409 mail_address_taken, mail_account_exists; 422 email_invalid.';
