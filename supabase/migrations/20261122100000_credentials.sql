-- What: secrets that clinics entrust to us (passwords of mailboxes, keys of AI providers), encrypted before they come here.
-- Who:  the Edge Functions (service_role) store and read; nobody reads through the API, and no super-admin either: the keys are
--       in the functions' environment (CREDENTIAL_KEYS), not in the database.
-- Relies on: tenancy and audit migrations.

create table private.credentials (
  tenant_id uuid not null references public.tenants (id),
  owner_table text not null check (owner_table ~ '^[a-z_]{1,40}$'),
  owner_id uuid not null,
  field text not null check (field ~ '^[a-z_]{1,40}$'),
  -- AES-256-GCM with the key kid of the ring; the names of this row are authenticated with it, so that no row can be passed off as another.
  kid text not null check (length(kid) between 1 and 40),
  iv text not null check (iv ~ '^[A-Za-z0-9+/]{16}$'),
  ciphertext text not null check (length(ciphertext) between 24 and 16384),
  last_four text not null default '' check (length(last_four) <= 4),
  stored_at timestamptz not null default now(),
  primary key (owner_table, owner_id, field)
);
comment on table private.credentials is 'Encrypted secrets of clinics, one for each field of the row they belong to. Written and read by the functions alone.';
comment on column private.credentials.last_four is 'The last four characters, where the clinic may see them; empty for passwords.';
create index credentials_tenant_idx on private.credentials (tenant_id);
create index credentials_kid_idx on private.credentials (kid, owner_table, owner_id, field);

create function private.store_credential(
  tenant_id uuid, owner_table text, owner_id uuid, field text, kid text, iv text, ciphertext text, last_four text default '')
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  is_new boolean;
begin
  insert into private.credentials as c (tenant_id, owner_table, owner_id, field, kid, iv, ciphertext, last_four)
  values (store_credential.tenant_id, store_credential.owner_table, store_credential.owner_id, store_credential.field,
    store_credential.kid, store_credential.iv, store_credential.ciphertext, coalesce(store_credential.last_four, ''))
  on conflict on constraint credentials_pkey do update
  set kid = excluded.kid, iv = excluded.iv, ciphertext = excluded.ciphertext, last_four = excluded.last_four, stored_at = now()
  where c.tenant_id = excluded.tenant_id
  returning xmax = 0 into is_new;
  if is_new is null then
    raise exception 'This credential belongs to another clinic.';
  end if;
  perform private.record_event(
    case when is_new then 'credential.stored' else 'credential.replaced' end, tenant_id, 'credential', owner_id::text, owner_table || '.' || field);
end;
$$;
comment on function private.store_credential(uuid, text, uuid, text, text, text, text, text) is
  'Keeps an encrypted secret in place of the one before. The audit log has the name of the field alone.';

create function private.read_credential(tenant_id uuid, owner_table text, owner_id uuid, field text) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('kid', c.kid, 'iv', c.iv, 'ciphertext', c.ciphertext)
    from private.credentials c
    join public.tenants t on t.id = c.tenant_id and t.status = 'active'
    where c.tenant_id = read_credential.tenant_id and c.owner_table = read_credential.owner_table
      and c.owner_id = read_credential.owner_id and c.field = read_credential.field);
end;
$$;
create function public.read_credential(tenant_id uuid, owner_table text, owner_id uuid, field text) returns jsonb
language sql stable set search_path = ''
return private.read_credential(tenant_id, owner_table, owner_id, field);
comment on function public.read_credential(uuid, text, uuid, text) is
  'Service role: { kid, iv, ciphertext } of a secret; null when there is none, or its clinic is not active.';

create function private.erase_credentials(tenant_id uuid, owner_table text, owner_id uuid) returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  erased bigint;
begin
  delete from private.credentials c
  where c.tenant_id = erase_credentials.tenant_id and c.owner_table = erase_credentials.owner_table and c.owner_id = erase_credentials.owner_id;
  get diagnostics erased = row_count;
  if erased > 0 then
    perform private.record_event('credential.erased', tenant_id, 'credential', owner_id::text, owner_table);
  end if;
  return erased;
end;
$$;
comment on function private.erase_credentials(uuid, text, uuid) is 'Removes the secrets of a row for good. Returns how many.';

-- rotation ---------------------------------------------------------------------------------------------------------

create function private.credentials_of_other_keys(kid text, most integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(c) - array['stored_at', 'last_four']), '[]')
    from (
      select * from private.credentials c where c.kid <> credentials_of_other_keys.kid
      order by c.kid, c.owner_table, c.owner_id, c.field limit least(most, 200)) c);
end;
$$;
create function public.credentials_of_other_keys(kid text, most integer default 100) returns jsonb language sql stable set search_path = ''
return private.credentials_of_other_keys(kid, most);
comment on function public.credentials_of_other_keys(text, integer) is
  'Service role: secrets that are not encrypted with this key, 200 at most: [{ tenant_id, owner_table, owner_id, field, kid, iv, ciphertext }].';

create function private.reencrypt_credential(
  owner_table text, owner_id uuid, field text, old_ciphertext text, kid text, iv text, ciphertext text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update private.credentials c
  set kid = reencrypt_credential.kid, iv = reencrypt_credential.iv, ciphertext = reencrypt_credential.ciphertext
  where c.owner_table = reencrypt_credential.owner_table and c.owner_id = reencrypt_credential.owner_id and c.field = reencrypt_credential.field
    -- The clinic may have entered a new secret meanwhile.
    and c.ciphertext = old_ciphertext;
  return found;
end;
$$;
create function public.reencrypt_credential(
  owner_table text, owner_id uuid, field text, old_ciphertext text, kid text, iv text, ciphertext text)
returns boolean language sql set search_path = ''
return private.reencrypt_credential(owner_table, owner_id, field, old_ciphertext, kid, iv, ciphertext);
comment on function public.reencrypt_credential(text, uuid, text, text, text, text, text) is
  'Service role: puts a secret that was encrypted anew in place of the same one of before; false when it has changed meanwhile.';

create function private.rotate_credentials() returns uuid
language sql
set search_path = ''
return private.enqueue_job('rotate-credentials', '{}', dedupe_key => 'rotate-credentials');
comment on function private.rotate_credentials() is
  'Database owner: has all secrets encrypted anew with the first key of CREDENTIAL_KEYS (docs/security.md). Returns the job.';

grant execute on function
  private.read_credential(uuid, text, uuid, text), public.read_credential(uuid, text, uuid, text),
  private.credentials_of_other_keys(text, integer), public.credentials_of_other_keys(text, integer),
  private.reencrypt_credential(text, uuid, text, text, text, text, text), public.reencrypt_credential(text, uuid, text, text, text, text, text)
  to service_role;
