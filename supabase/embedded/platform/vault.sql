-- What: a stand-in for supabase_vault. Secrets are encrypted at rest with a key that no API role can read.
-- Who: postgres and service_role, as on the platform; the schema is not exposed.
-- Not covered: the key lies in the database; the platform keeps it outside.

create schema vault;

create table vault._key (only_row bool primary key default true check (only_row), bytes bytea not null);
insert into vault._key (bytes) values (extensions.gen_random_bytes(32));

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default extensions.gen_random_bytes(16),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;

create function vault._encrypt(secret text, nonce bytea) returns text
language sql stable security definer set search_path = '' as $$
  select encode(extensions.encrypt_iv(convert_to(secret, 'UTF8'), bytes, nonce, 'aes'), 'base64') from vault._key
$$;

create function vault._decrypt(secret text, nonce bytea) returns text
language sql stable security definer set search_path = '' as $$
  select convert_from(extensions.decrypt_iv(decode(secret, 'base64'), bytes, nonce, 'aes'), 'UTF8') from vault._key
$$;

create view vault.decrypted_secrets as
select id, name, description, secret, vault._decrypt(secret, nonce) as decrypted_secret, key_id, nonce, created_at, updated_at
from vault.secrets;

-- Definer, because on the platform these functions write although postgres may not insert or update.
create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid language plpgsql security definer set search_path = '' as $$
declare
  new_nonce bytea := extensions.gen_random_bytes(16);
  secret_id uuid;
begin
  insert into vault.secrets (secret, name, description, key_id, nonce)
  values (vault._encrypt(new_secret, new_nonce), new_name, coalesce(new_description, ''), new_key_id, new_nonce)
  returning id into secret_id;
  return secret_id;
end;
$$;

create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null,
  new_description text default null, new_key_id uuid default null
) returns void language sql security definer set search_path = '' as $$
  update vault.secrets set
    secret = case when new_secret is null then secret else vault._encrypt(new_secret, nonce) end,
    name = coalesce(new_name, name),
    description = coalesce(new_description, description),
    updated_at = now()
  where id = secret_id
$$;

revoke all on all functions in schema vault from public;
grant usage on schema vault to postgres with grant option;
grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant execute on function vault.create_secret, vault.update_secret, vault._decrypt to postgres with grant option;
grant usage on schema vault to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function vault.create_secret, vault.update_secret, vault._decrypt to service_role;
