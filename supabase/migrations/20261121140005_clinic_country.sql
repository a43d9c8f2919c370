-- What: the country in which a clinic's phone numbers without a country code are.
-- Who:  owners choose it.
-- Relies on: phone_numbers and team migrations.

alter table public.tenants add column country text not null default 'RO' references private.calling_codes (country);
comment on column public.tenants.country is 'ISO 3166-1 alpha-2; phone numbers written without a country code are read as numbers of it.';
create index tenants_country_idx on public.tenants (country);

create or replace function private.get_clinic_settings(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  return (
    select jsonb_build_object('tenant_id', t.id, 'slug', t.slug, 'name', t.name, 'time_zone', t.time_zone, 'country', t.country)
    from public.tenants t where t.id = get_clinic_settings.tenant_id
  );
end;
$$;
comment on function public.get_clinic_settings(uuid) is 'Owner: { tenant_id, slug, name, time_zone, country }.';

create function private.set_clinic_country(tenant_id uuid, country text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  if not exists (select from private.calling_codes c where c.country = set_clinic_country.country) then
    perform private.refuse(422, 'country_unknown', 'There is no such country.');
  end if;
  update public.tenants t set country = set_clinic_country.country where t.id = set_clinic_country.tenant_id;
  return private.get_clinic_settings(tenant_id);
end;
$$;
create function public.set_clinic_country(tenant_id uuid, country text) returns jsonb language sql set search_path = ''
return private.set_clinic_country(tenant_id, country);
comment on function public.set_clinic_country(uuid, text) is
  'Owner: sets the country in which phone numbers without a country code are and returns the settings; numbers already there keep their form. 422 country_unknown.';
grant execute on function private.set_clinic_country(uuid, text), public.set_clinic_country(uuid, text) to authenticated;
