-- What: the clinics' own keys of AI and search providers: which there are, whether they work; the keys themselves are in private.credentials.
-- Who:  owners read and delete; the Edge Function provider-keys (service_role) stores what it has tried out, suggest-reply reads.
-- Relies on: credentials migration.

create table public.provider_keys (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  provider text not null check (provider in ('openai', 'gemini', 'exa', 'custom')),
  base_url text not null default '' check (length(base_url) <= 300),
  model text not null default '' check (length(model) <= 100),
  state text not null default 'untested' check (state in ('untested', 'working', 'failing')),
  checked_at timestamptz,
  last_error_code text check (last_error_code ~ '^[a-z_]{1,40}$'),
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  unique (tenant_id, provider),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  -- Only a server of the clinic's own choice has an address to be named.
  check ((provider = 'custom') = (base_url <> '')),
  check ((state = 'failing') = (last_error_code is not null))
);
comment on table public.provider_keys is 'Keys of AI and search providers that clinics brought, one for each provider. The keys are in private.credentials, encrypted.';
comment on column public.provider_keys.provider is 'custom: any server that speaks as OpenAI does, at base_url.';
comment on column public.provider_keys.model is 'Which model to ask; empty for the usual one of the provider.';
comment on column public.provider_keys.state is 'What came of the last call with this key: working, failing (last_error_code), or untested when the provider could not be asked.';
create index provider_keys_created_by_idx on public.provider_keys (tenant_id, created_by);

alter table public.provider_keys enable row level security;
create policy "owners read their clinic's provider keys" on public.provider_keys for select to authenticated
  using (tenant_id = any ((select private.owned_tenant_ids())::uuid[]));
grant select on public.provider_keys to authenticated;
grant select, insert, update, delete on public.provider_keys to service_role;
create trigger audit_change after insert or delete or update of provider, base_url, model
  on public.provider_keys for each row execute function private.audit_row_change('provider_key');

create function private.provider_for_suggestions(tenant_id uuid) returns uuid
language sql
stable
set search_path = ''
begin atomic
  select k.id from public.provider_keys k
  where k.tenant_id = provider_for_suggestions.tenant_id and k.provider in ('openai', 'gemini', 'custom')
  order by array_position(array['working', 'untested', 'failing'], k.state), k.updated_at desc, k.id
  limit 1;
end;
comment on function private.provider_for_suggestions(uuid) is
  'The provider key that suggested replies use: one that works before one that was not tried, the newest of those; null when there is none.';

create function private.provider_key_json(key public.provider_keys) returns jsonb
language sql
stable
set search_path = ''
return to_jsonb(key) || jsonb_build_object(
  'last_four', coalesce((
    select c.last_four from private.credentials c where c.owner_table = 'provider_keys' and c.owner_id = key.id and c.field = 'api_key'), ''),
  'is_used', coalesce(key.id = private.provider_for_suggestions(key.tenant_id), false));
comment on function private.provider_key_json(public.provider_keys) is 'A provider key as owners see it: with its last four characters, and whether suggested replies use it.';

create function private.require_provider_settings(provider text, settings jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  address text := rtrim(btrim(coalesce(settings ->> 'base_url', '')), '/');
  wanted_model text := btrim(coalesce(settings ->> 'model', ''));
begin
  if provider is null or provider not in ('openai', 'gemini', 'exa', 'custom') then
    perform private.refuse(422, 'ai_provider_unknown', 'This provider cannot be connected.', 'provider');
  elsif jsonb_typeof(settings) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  if provider <> 'custom' then
    address := '';
  elsif address !~ '^https?://[^\s/?#@\\]+(/[^\s?#@\\]*)?$' or length(address) > 300 then
    perform private.refuse(422, 'provider_url_invalid', 'This is not the address of a server.', 'base_url');
  elsif wanted_model = '' then
    perform private.refuse(422, 'provider_model_required', 'Name the model that this server is to use.', 'model');
  end if;
  -- It becomes part of an address.
  if wanted_model <> '' and (wanted_model !~ '^[A-Za-z0-9][A-Za-z0-9._:/-]*$' or wanted_model ~ '\.\.|//' or length(wanted_model) > 100) then
    perform private.refuse(422, 'provider_model_invalid', 'This is not the name of a model.', 'model');
  end if;
  return jsonb_build_object('provider', provider, 'base_url', address, 'model', wanted_model);
end;
$$;
comment on function private.require_provider_settings(text, jsonb) is
  'The settings of a provider key in their form: { provider, base_url, model }. 422 ai_provider_unknown, values_invalid, provider_url_invalid, provider_model_required, provider_model_invalid.';

create function private.check_provider_key(tenant_id uuid, provider text, settings jsonb) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  wanted jsonb;
  current public.provider_keys;
begin
  perform private.require_owner(tenant_id);
  wanted := private.require_provider_settings(provider, settings);
  select * into current from public.provider_keys k
  where k.tenant_id = check_provider_key.tenant_id and k.provider = check_provider_key.provider;
  return jsonb_build_object(
    'key_id', current.id, 'settings', wanted,
    -- A stored key never goes to another server than the one it was entered for.
    'can_use_stored', coalesce(current.base_url = wanted ->> 'base_url' and exists (
      select from private.credentials c where c.owner_table = 'provider_keys' and c.owner_id = current.id and c.field = 'api_key'), false));
end;
$$;
create function public.check_provider_key(tenant_id uuid, provider text, settings jsonb) returns jsonb language sql stable set search_path = ''
return private.check_provider_key(tenant_id, provider, settings);
comment on function public.check_provider_key(uuid, text, jsonb) is
  'Owner: settings { base_url, model } of a provider key in their form, before it is tried out: { key_id: null for a new one, settings: { provider, base_url, model }, can_use_stored: whether the stored key may be tried with them }. 403 owner_required; 404 clinic_not_found; 422 ai_provider_unknown, values_invalid, provider_url_invalid, provider_model_required, provider_model_invalid.';

create function private.store_provider_key(actor_id uuid, tenant_id uuid, key_id uuid, settings jsonb, credential jsonb, error_code text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted jsonb := private.require_provider_settings(settings ->> 'provider', settings);
  key public.provider_keys;
begin
  if not exists (
    select from public.memberships m join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    where m.tenant_id = store_provider_key.tenant_id and m.user_id = actor_id and m.status = 'active' and m.role = 'owner')
  then
    perform private.refuse(403, 'owner_required', 'Only an owner of this clinic can do that.');
  end if;
  perform private.act_for(actor_id);
  insert into public.provider_keys as k (id, tenant_id, provider, base_url, model, state, checked_at, last_error_code, created_by)
  values (
    key_id, store_provider_key.tenant_id, wanted ->> 'provider', wanted ->> 'base_url', wanted ->> 'model',
    case when error_code is null then 'working' else 'failing' end, now(), error_code, actor_id)
  on conflict on constraint provider_keys_tenant_id_provider_key do update
  set base_url = excluded.base_url, model = excluded.model, state = excluded.state, checked_at = excluded.checked_at,
      last_error_code = excluded.last_error_code, updated_at = now()
  where k.id = key_id
  returning * into key;
  if key.id is null then
    -- Two people at once: the secret of the second was encrypted for another row.
    perform private.refuse(409, 'provider_key_exists', 'Somebody has just stored a key of this provider. Please look again.');
  end if;
  if credential is not null then
    perform private.store_credential(
      store_provider_key.tenant_id, 'provider_keys', key.id, 'api_key', credential ->> 'kid', credential ->> 'iv', credential ->> 'ciphertext',
      credential ->> 'last_four');
  end if;
  return private.provider_key_json(key);
end;
$$;
create function public.store_provider_key(actor_id uuid, tenant_id uuid, key_id uuid, settings jsonb, credential jsonb, error_code text)
returns jsonb language sql set search_path = ''
return private.store_provider_key(actor_id, tenant_id, key_id, settings, credential, error_code);
comment on function public.store_provider_key(uuid, uuid, uuid, jsonb, jsonb, text) is
  'Service role, for an owner: keeps a provider key { kid, iv, ciphertext, last_four } under the id it was encrypted for, with what came of trying it (null: it works); a null credential leaves the stored key as it is. Returns the key as owners see it. 403 owner_required; 409 provider_key_exists.';

create function private.record_provider_key_check(key_id uuid, error_code text) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.provider_keys k
  set state = case when error_code is null then 'working' else 'failing' end, last_error_code = error_code, checked_at = now()
  where k.id = key_id;
end;
$$;
create function public.record_provider_key_check(key_id uuid, error_code text) returns void language sql set search_path = ''
return private.record_provider_key_check(key_id, error_code);
comment on function public.record_provider_key_check(uuid, text) is
  'Service role: what came of a call with a provider key: null when it worked, else a code such as key_refused, quota_used_up, model_unknown.';

create function private.read_provider_key(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', k.id, 'provider', k.provider, 'base_url', k.base_url, 'model', k.model,
      'credential', private.read_credential(k.tenant_id, 'provider_keys', k.id, 'api_key'))
    from public.provider_keys k where k.id = private.provider_for_suggestions(read_provider_key.tenant_id));
end;
$$;
create function public.read_provider_key(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.read_provider_key(tenant_id);
comment on function public.read_provider_key(uuid) is
  'Service role, for suggested replies: { id, provider: openai|gemini|custom, base_url, model, credential: { kid, iv, ciphertext } } of the clinic''s key; null when it has none.';

create function private.list_provider_keys(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  return coalesce((
    select jsonb_agg(private.provider_key_json(k) order by k.provider)
    from public.provider_keys k where k.tenant_id = list_provider_keys.tenant_id), '[]');
end;
$$;
create function public.list_provider_keys(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_provider_keys(tenant_id);
comment on function public.list_provider_keys(uuid) is
  'Owner: the clinic''s provider keys by their last four characters: [{ id, provider, base_url, model, state, checked_at, last_error_code, last_four, is_used, created_at, updated_at }]. 403 owner_required; 404 clinic_not_found.';

create function private.delete_provider_key(tenant_id uuid, key_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  perform from public.provider_keys k where k.tenant_id = delete_provider_key.tenant_id and k.id = key_id for update;
  if not found then
    perform private.refuse(404, 'provider_key_not_found', 'There is no such key.');
  end if;
  perform private.erase_credentials(tenant_id, 'provider_keys', key_id);
  delete from public.provider_keys k where k.tenant_id = delete_provider_key.tenant_id and k.id = key_id;
end;
$$;
create function public.delete_provider_key(tenant_id uuid, key_id uuid) returns void language sql set search_path = ''
return private.delete_provider_key(tenant_id, key_id);
comment on function public.delete_provider_key(uuid, uuid) is
  'Owner: erases a provider key for good. 403 owner_required; 404 clinic_not_found, provider_key_not_found.';

grant execute on function
  private.check_provider_key(uuid, text, jsonb), public.check_provider_key(uuid, text, jsonb),
  private.list_provider_keys(uuid), public.list_provider_keys(uuid),
  private.delete_provider_key(uuid, uuid), public.delete_provider_key(uuid, uuid)
  to authenticated;
grant execute on function
  private.store_provider_key(uuid, uuid, uuid, jsonb, jsonb, text), public.store_provider_key(uuid, uuid, uuid, jsonb, jsonb, text),
  private.record_provider_key_check(uuid, text), public.record_provider_key_check(uuid, text),
  private.read_provider_key(uuid), public.read_provider_key(uuid)
  to service_role;
