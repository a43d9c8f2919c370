-- What: the e-mail addresses and phone numbers of clients, as they were written and in one form that can be compared.
-- Who:  every member of the clinic.
-- Relies on: phone_numbers and client_details migrations, search_key of platform_search.
--
-- clients.email and clients.phone are the primary ones. Whichever side is written, triggers bring the other in step: programs that
-- know one address per client never need this table.

create table public.client_identifiers (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  kind text not null check (kind in ('email', 'phone')),
  raw text not null check (raw = btrim(raw) and length(raw) between 3 and 254),
  normalised text,
  suffix text generated always as (
    case when kind = 'phone' then nullif(substring(regexp_replace(coalesce(normalised, raw), '[^0-9]', '', 'g') from '[0-9]{6,9}$'), '') end) stored,
  label text not null default '' check (length(label) <= 40),
  is_primary boolean not null default false,
  is_shared boolean not null default false,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (kind = 'phone' or normalised is not null)
);
comment on table public.client_identifiers is 'E-mail addresses and phone numbers by which a clinic''s clients are reached and recognised.';
comment on column public.client_identifiers.raw is 'As somebody wrote it.';
comment on column public.client_identifiers.normalised is 'Lower-case address, or E.164 number; null for digits that are no phone number of any country.';
comment on column public.client_identifiers.suffix is 'The last nine digits of a number, by which numbers written differently are still found.';
comment on column public.client_identifiers.is_primary is 'The one of its kind to use; copied to clients.email or clients.phone.';
comment on column public.client_identifiers.is_shared is 'Several clients have it, such as a family''s phone: it does not tell who is calling.';

-- One client per address and number, unless it is known to be shared.
create unique index client_identifiers_owner_idx on public.client_identifiers (tenant_id, kind, normalised) where not is_shared;
create index client_identifiers_value_idx on public.client_identifiers (tenant_id, kind, normalised);
create index client_identifiers_suffix_idx on public.client_identifiers (tenant_id, suffix) where suffix is not null;
create index client_identifiers_client_idx on public.client_identifiers (tenant_id, client_id, kind);
create unique index client_identifiers_primary_idx on public.client_identifiers (tenant_id, client_id, kind) where is_primary;
create index client_identifiers_created_by_idx on public.client_identifiers (tenant_id, created_by);

-- What clinics have so far. Two clients may have the same: then it is shared.
insert into public.client_identifiers (tenant_id, client_id, kind, raw, normalised, is_primary, is_shared, created_at, created_by)
select v.tenant_id, v.id, v.kind, v.raw, v.normalised, true,
  v.normalised is not null and count(*) over (partition by v.tenant_id, v.kind, v.normalised) > 1, v.created_at, v.created_by
from (
  select c.tenant_id, c.id, 'email' as kind, c.email as raw, c.email as normalised, c.created_at, c.created_by from public.clients c where c.email is not null
  union all
  select c.tenant_id, c.id, 'phone', c.phone, private.normal_phone(c.phone, t.country), c.created_at, c.created_by
  from public.clients c join public.tenants t on t.id = c.tenant_id where c.phone is not null
) v;

alter table public.client_identifiers enable row level security;
create policy "members read their clients' identifiers" on public.client_identifiers for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members add identifiers to their clients" on public.client_identifiers for insert to authenticated
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members edit their clients' identifiers" on public.client_identifiers for update to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]))
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members delete their clients' identifiers" on public.client_identifiers for delete to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select, delete on public.client_identifiers to authenticated;
grant insert (tenant_id, client_id, kind, raw, label, is_shared) on public.client_identifiers to authenticated;
grant update (raw, label, is_shared) on public.client_identifiers to authenticated;
grant select, insert, update, delete on public.client_identifiers to service_role;

-- one form, one owner ----------------------------------------------------------------------------------------------

create function private.check_identifier() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  client public.clients;
  other public.client_identifiers;
begin
  if private.is_strange_row(new.tenant_id) then
    return new;
  end if;
  select * into client from public.clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
  if client.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', client.merged_into::text);
  end if;
  new.raw := btrim(new.raw);
  if new.kind = 'email' then
    new.normalised := private.require_email(new.raw);
  elsif new.raw !~ '^[0-9+()./ -]{3,40}$' or new.raw !~ '[0-9].*[0-9].*[0-9]' then
    perform private.refuse(422, 'phone_invalid', 'A phone number has digits, spaces and + ( ) . / - only.', left(new.raw, 60));
  elsif tg_op = 'INSERT' or new.raw <> old.raw then
    new.normalised := private.normal_phone(new.raw, coalesce(client.country, (select t.country from public.tenants t where t.id = new.tenant_id)));
  end if;
  if tg_op = 'INSERT' and not new.is_primary then
    new.is_primary := not exists (
      select from public.client_identifiers i
      where i.tenant_id = new.tenant_id and i.client_id = new.client_id and i.kind = new.kind and i.is_primary);
  end if;
  if length(new.label) > 40 then
    perform private.refuse(422, 'field_too_long', 'A label has 40 characters at most.', 'label');
  end if;
  if not new.is_shared and new.normalised is not null then
    select * into other from public.client_identifiers i
    where i.tenant_id = new.tenant_id and i.kind = new.kind and i.normalised = new.normalised and not i.is_shared and i.id <> new.id;
    if other.id is not null then
      perform private.refuse_taken_identifier(other);
    end if;
  end if;
  return new;
end;
$$;
comment on function private.check_identifier() is
  'Trigger: brings the value into its one form and refuses one that belongs to another client: 409 identifier_taken, client_merged; 422 email_invalid, phone_invalid.';

create function private.refuse_taken_identifier(other public.client_identifiers) returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.refuse(409, 'identifier_taken', 'Another client has this address or number.', (
    select jsonb_build_object('client_id', c.id, 'name', btrim(c.first_name || ' ' || c.last_name), 'kind', other.kind, 'value', other.raw)::text
    from public.clients c where c.tenant_id = other.tenant_id and c.id = other.client_id));
end;
$$;
comment on function private.refuse_taken_identifier(public.client_identifiers) is
  'Refuses with 409 identifier_taken; the detail says whose it is: { client_id, name, kind, value }.';
create trigger check_identifier before insert or update of raw, label, is_shared on public.client_identifiers
  for each row execute function private.check_identifier();
create trigger touch_updated_at before update on public.client_identifiers for each row execute function private.touch_updated_at();

-- in step with the client ------------------------------------------------------------------------------------------

create function private.client_search_text(tenant_id uuid, client_id uuid, first_name text, last_name text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Numbers as digits, both as written and as E.164, so that any part of either is found.
  return left(private.search_key(first_name || ' ' || last_name) || coalesce((
    select string_agg(' ' || case
      when i.kind = 'email' then private.search_key(i.normalised)
      else regexp_replace(i.raw, '[^0-9]', '', 'g') || coalesce(' ' || substr(i.normalised, 2), '') end, '' order by i.created_at, i.id)
    from public.client_identifiers i where i.tenant_id = client_search_text.tenant_id and i.client_id = client_search_text.client_id), ''), 2000);
end;
$$;
comment on function private.client_search_text(uuid, uuid, text, text) is 'The search key of a client: names, e-mail addresses, phone numbers.';

create function private.key_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.search_text := private.client_search_text(new.tenant_id, new.id, new.first_name, new.last_name);
  return new;
end;
$$;
comment on function private.key_client() is 'Trigger: keeps the search key in step with the name.';
create trigger key_client before insert or update of first_name, last_name on public.clients for each row execute function private.key_client();
-- The key of clients there are already; that is no change of theirs.
alter table public.clients disable trigger touch_updated_at;
update public.clients set first_name = first_name;
alter table public.clients enable trigger touch_updated_at;

create function private.refresh_identified_client(tenant_id uuid, client_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  main_email text;
  main_phone text;
  key text;
  outer_setting text := coalesce(current_setting('chairside.many_identifiers', true), '');
begin
  -- What is written here is in step already: no trigger has to come round to it again.
  perform set_config('chairside.many_identifiers', 'on', true);
  update public.client_identifiers i set is_primary = true
  where i.id in (
    select distinct on (o.kind) o.id from public.client_identifiers o
    where o.tenant_id = refresh_identified_client.tenant_id and o.client_id = refresh_identified_client.client_id
      and not exists (
        select from public.client_identifiers p
        where p.tenant_id = o.tenant_id and p.client_id = o.client_id and p.kind = o.kind and p.is_primary)
    order by o.kind, o.created_at, o.id);
  select max(i.normalised) filter (where i.kind = 'email'), max(i.raw) filter (where i.kind = 'phone') into main_email, main_phone
  from public.client_identifiers i
  where i.tenant_id = refresh_identified_client.tenant_id and i.client_id = refresh_identified_client.client_id and i.is_primary;
  select private.client_search_text(c.tenant_id, c.id, c.first_name, c.last_name) into key
  from public.clients c where c.tenant_id = refresh_identified_client.tenant_id and c.id = refresh_identified_client.client_id;
  update public.clients c set email = main_email, phone = main_phone, search_text = key
  where c.tenant_id = refresh_identified_client.tenant_id and c.id = refresh_identified_client.client_id
    and (c.email, c.phone, c.search_text) is distinct from (main_email, main_phone, key);
  perform set_config('chairside.many_identifiers', outer_setting, true);
end;
$$;
comment on function private.refresh_identified_client(uuid, uuid) is
  'Sees to it that each kind has a primary, and copies the primaries and the search key to the client.';

create function private.follow_identifiers() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if coalesce(current_setting('chairside.keep_times', true), '') <> 'on'
    and coalesce(current_setting('chairside.many_identifiers', true), '') <> 'on'
  then
    perform private.refresh_identified_client(c.tenant_id, c.client_id)
    from (select distinct x.tenant_id, x.client_id from changed x order by 1, 2) c;
  end if;
  return null;
end;
$$;
comment on function private.follow_identifiers() is 'Trigger, once a statement: the clients whose identifiers have changed follow; not while many_identifiers says that more changes are to come.';
create trigger follow_new after insert on public.client_identifiers referencing new table as changed
  for each statement execute function private.follow_identifiers();
create trigger follow_changed after update on public.client_identifiers referencing new table as changed
  for each statement execute function private.follow_identifiers();
create trigger follow_deleted after delete on public.client_identifiers referencing old table as changed
  for each statement execute function private.follow_identifiers();

create function private.write_primary_identifier(client public.clients, kind text, value text) returns void
language plpgsql
set search_path = ''
as $$
declare
  main public.client_identifiers;
begin
  select * into main from public.client_identifiers i
  where i.tenant_id = client.tenant_id and i.client_id = client.id and i.kind = write_primary_identifier.kind and i.is_primary;
  if value is null then
    delete from public.client_identifiers i where i.id = main.id;
  elsif main.id is null then
    insert into public.client_identifiers (tenant_id, client_id, kind, raw, is_primary)
    values (client.tenant_id, client.id, write_primary_identifier.kind, value, true);
  elsif value not in (main.raw, coalesce(main.normalised, '')) then
    update public.client_identifiers i set raw = value where i.id = main.id;
  end if;
end;
$$;
comment on function private.write_primary_identifier(public.clients, text, text) is
  'Makes the value the client''s primary address or number; null takes the primary away, and the next one follows.';

create function private.follow_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- What identifiers have brought here comes from them.
  if coalesce(current_setting('chairside.keep_times', true), '') = 'on' or current_setting('chairside.many_identifiers', true) = 'on' then
    return null;
  end if;
  -- One after the other: in between, the client would have lost what is still to be written.
  perform set_config('chairside.many_identifiers', 'on', true);
  if tg_op = 'INSERT' or new.email is distinct from old.email then
    perform private.write_primary_identifier(new, 'email', new.email);
  end if;
  if tg_op = 'INSERT' or new.phone is distinct from old.phone then
    perform private.write_primary_identifier(new, 'phone', new.phone);
  end if;
  perform set_config('chairside.many_identifiers', '', true);
  perform private.refresh_identified_client(new.tenant_id, new.id);
  return null;
end;
$$;
comment on function private.follow_client() is 'Trigger: an address or number written to the client becomes its primary identifier.';
create trigger follow_new after insert on public.clients for each row
  when (new.email is not null or new.phone is not null) execute function private.follow_client();
create trigger follow_changed after update of email, phone on public.clients for each row
  when (new.email is distinct from old.email or new.phone is distinct from old.phone) execute function private.follow_client();

-- The client's own event tells of the primary ones.
create trigger audit_new after insert on public.client_identifiers for each row
  when (not new.is_primary) execute function private.audit_row_change('client_identifier');
create trigger audit_changed after update of raw, label, is_shared on public.client_identifiers for each row
  when (not new.is_primary or new.is_shared <> old.is_shared) execute function private.audit_row_change('client_identifier');
create trigger audit_deleted after delete on public.client_identifiers for each row
  when (not old.is_primary) execute function private.audit_row_change('client_identifier');
