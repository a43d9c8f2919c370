-- What: whose an address or number from outside is: matching of senders and callers, and following along when clients change.
-- Who:  programs that receive mail and calls match (service_role); members look up and assign by hand.
-- Relies on: client_identifiers and client_details migrations.

create table public.contact_points (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  kind text not null check (kind in ('email', 'phone')),
  value text not null check (length(value) between 3 and 254),
  client_id uuid,
  match text not null check (match in ('matched', 'ambiguous', 'unmatched', 'manual')),
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  unique (tenant_id, id),
  unique (tenant_id, kind, value),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id) on delete set null (client_id)
);
comment on table public.contact_points is 'Addresses and numbers from which a clinic was written to or called, and the client each belongs to as far as that is known.';
comment on column public.contact_points.value is 'Lower-case address or E.164 number; digits alone where they are no number of any country.';
comment on column public.contact_points.match is 'matched: one client has it; ambiguous: several have it; unmatched: none has it; manual: somebody said whose it is.';
create index contact_points_client_idx on public.contact_points (tenant_id, client_id);

alter table public.contact_points enable row level security;
create policy "members read their clinic's contact points" on public.contact_points for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.contact_points to authenticated;
grant select, insert, update, delete on public.contact_points to service_role;
-- Matching by itself is no act of anybody; saying whose an address is, is one.
create trigger audit_change after update of client_id, match on public.contact_points for each row
  when (old.match = 'manual' or new.match = 'manual') execute function private.audit_row_change('contact_point', 'client_id:assigned');

-- whose it is ------------------------------------------------------------------------------------------------------

create function private.normal_contact(tenant_id uuid, kind text, value text) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  digits text := regexp_replace(value, '[^0-9]', '', 'g');
begin
  if kind = 'email' then
    return private.require_email(value);
  elsif kind is distinct from 'phone' then
    perform private.refuse(422, 'contact_kind_unknown', 'A contact is an e-mail address or a phone number.', 'email, phone');
  elsif coalesce(length(digits), 0) not between 3 and 20 then
    perform private.refuse(422, 'phone_invalid', 'A phone number has 3 to 20 digits.', left(value, 60));
  end if;
  return coalesce(private.normal_phone(value, (select t.country from public.tenants t where t.id = normal_contact.tenant_id)), digits);
end;
$$;
comment on function private.normal_contact(uuid, text, text) is
  'An address or number as contact points hold it. 422 contact_kind_unknown, email_invalid, phone_invalid.';

create function private.contact_owners(tenant_id uuid, kind text, value text) returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with owners as (
      select distinct c.id, c.archived_at is null as is_active
      from public.client_identifiers i
      join public.clients c on c.tenant_id = i.tenant_id and c.id = i.client_id and c.merged_into is null
      where i.tenant_id = contact_owners.tenant_id and i.kind = contact_owners.kind and i.normalised = contact_owners.value
    )
    select coalesce(array_agg(o.id order by o.id), '{}') from owners o
    -- Somebody who was put away counts only where nobody else has it.
    where o.is_active or not exists (select from owners a where a.is_active)
  );
end;
$$;
comment on function private.contact_owners(uuid, text, text) is 'The clients who have exactly this address or number; archived ones only when no other has it.';

create function private.rematch_contact(tenant_id uuid, kind text, value text) returns void
language plpgsql
set search_path = ''
as $$
declare
  owners uuid[] := private.contact_owners(tenant_id, kind, value);
  owner uuid := case when cardinality(owners) = 1 then owners[1] end;
  outcome text := case cardinality(owners) when 0 then 'unmatched' when 1 then 'matched' else 'ambiguous' end;
begin
  update public.contact_points p set client_id = owner, match = outcome
  where p.tenant_id = rematch_contact.tenant_id and p.kind = rematch_contact.kind and p.value = rematch_contact.value
    and p.match <> 'manual' and (p.client_id, p.match) is distinct from (owner, outcome);
end;
$$;
comment on function private.rematch_contact(uuid, text, text) is 'Matches a contact point anew; what somebody has said by hand stays.';

create function private.rematch_clients(tenant_id uuid, client_ids uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.rematch_contact(v.tenant_id, v.kind, v.value)
  from (
    select p.tenant_id, p.kind, p.value
    from public.client_identifiers i
    join public.contact_points p on p.tenant_id = i.tenant_id and p.kind = i.kind and p.value = i.normalised
    where i.tenant_id = rematch_clients.tenant_id and i.client_id = any (client_ids)
    union
    select p.tenant_id, p.kind, p.value from public.contact_points p
    where p.tenant_id = rematch_clients.tenant_id and p.client_id = any (client_ids)
  ) v;
end;
$$;
comment on function private.rematch_clients(uuid, uuid[]) is 'Matches anew all contact points that these clients have or had.';

create function private.follow_contacts() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if coalesce(current_setting('chairside.keep_times', true), '') = 'on' then
    return null;
  elsif tg_op = 'UPDATE' then
    perform private.rematch_contact(v.tenant_id, v.kind, v.normalised)
    from (select x.tenant_id, x.kind, x.normalised from changed x union select x.tenant_id, x.kind, x.normalised from before x) v
    join public.contact_points p on p.tenant_id = v.tenant_id and p.kind = v.kind and p.value = v.normalised;
  else
    perform private.rematch_contact(v.tenant_id, v.kind, v.normalised)
    from (select distinct x.tenant_id, x.kind, x.normalised from changed x) v
    join public.contact_points p on p.tenant_id = v.tenant_id and p.kind = v.kind and p.value = v.normalised;
  end if;
  return null;
end;
$$;
comment on function private.follow_contacts() is 'Trigger, once a statement: contact points follow the identifiers that have changed. Merging matches anew by itself.';
create trigger match_new after insert on public.client_identifiers referencing new table as changed
  for each statement execute function private.follow_contacts();
create trigger match_changed after update on public.client_identifiers referencing new table as changed old table as before
  for each statement execute function private.follow_contacts();
create trigger match_deleted after delete on public.client_identifiers referencing old table as changed
  for each statement execute function private.follow_contacts();

create function private.follow_archiving() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if coalesce(current_setting('chairside.keep_times', true), '') <> 'on' then
    perform private.rematch_clients(new.tenant_id, array[new.id]);
  end if;
  return null;
end;
$$;
comment on function private.follow_archiving() is 'Trigger: contact points follow a client who was archived or brought back.';
create trigger match_contacts after update of archived_at on public.clients for each row
  when ((old.archived_at is null) <> (new.archived_at is null)) execute function private.follow_archiving();

create function private.match_contact(tenant_id uuid, kind text, value text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  normal text;
  owners uuid[];
  point public.contact_points;
begin
  if not exists (select from public.tenants t where t.id = match_contact.tenant_id) then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  end if;
  normal := private.normal_contact(tenant_id, kind, value);
  insert into public.contact_points as p (tenant_id, kind, value, match)
  values (match_contact.tenant_id, match_contact.kind, normal, 'unmatched')
  on conflict on constraint contact_points_tenant_id_kind_value_key do update set last_seen_at = now();
  -- Each time, because a client who was being saved at the very moment of the last message was not seen then.
  perform private.rematch_contact(tenant_id, kind, normal);
  select * into point from public.contact_points p
  where p.tenant_id = match_contact.tenant_id and p.kind = match_contact.kind and p.value = normal;
  owners := case when point.client_id is null then private.contact_owners(tenant_id, kind, normal) else array[point.client_id] end;
  return jsonb_build_object('contact_point_id', point.id, 'client_id', point.client_id, 'match', point.match, 'candidates', to_jsonb(owners));
end;
$$;
create function public.match_contact(tenant_id uuid, kind text, value text) returns jsonb language sql set search_path = ''
return private.match_contact(tenant_id, kind, value);
comment on function public.match_contact(uuid, text, text) is
  'Service: notes that an address or number (kind email or phone) has turned up and says whose it is: { contact_point_id, client_id, match, candidates }. 404 clinic_not_found; 422 contact_kind_unknown, email_invalid, phone_invalid.';
grant execute on function private.match_contact(uuid, text, text), public.match_contact(uuid, text, text) to service_role;

-- by hand ----------------------------------------------------------------------------------------------------------

create function private.find_clients_by_identifier(tenant_id uuid, kind text, value text) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  normal text;
  ending text;
begin
  perform private.require_member(tenant_id);
  normal := private.normal_contact(tenant_id, kind, value);
  ending := case when kind = 'phone' then substring(regexp_replace(normal, '[^0-9]', '', 'g') from '[0-9]{6,9}$') end;
  return jsonb_build_object('candidates', coalesce((
    select jsonb_agg(jsonb_build_object('client_id', f.id, 'name', f.name, 'exact', f.is_exact, 'is_shared', f.is_shared)
      order by f.is_exact desc, f.is_archived, f.sort_name, f.id)
    from (
      select c.id, btrim(c.first_name || ' ' || c.last_name) as name, c.sort_name, c.archived_at is not null as is_archived,
        bool_or(i.normalised is not distinct from normal) as is_exact, bool_or(i.is_shared) as is_shared
      from (
        select x.tenant_id, x.client_id, x.normalised, x.is_shared from public.client_identifiers x
        where x.tenant_id = find_clients_by_identifier.tenant_id and x.kind = find_clients_by_identifier.kind and x.normalised = normal
        union
        select x.tenant_id, x.client_id, x.normalised, x.is_shared from public.client_identifiers x
        where x.tenant_id = find_clients_by_identifier.tenant_id and x.suffix = ending
      ) i
      join public.clients c on c.tenant_id = i.tenant_id and c.id = i.client_id and c.merged_into is null
      group by c.id, c.first_name, c.last_name, c.sort_name, c.archived_at
      order by is_exact desc, is_archived, c.sort_name, c.id
      limit 10
    ) f), '[]'));
end;
$$;
create function public.find_clients_by_identifier(tenant_id uuid, kind text, value text) returns jsonb language sql stable set search_path = ''
return private.find_clients_by_identifier(tenant_id, kind, value);
comment on function public.find_clients_by_identifier(uuid, text, text) is
  'Member: ten clients at most who have an address or number, or a number that ends alike: { candidates: [{ client_id, name, exact, is_shared }] }, exact ones first. 404 clinic_not_found; 422 contact_kind_unknown, email_invalid, phone_invalid.';
grant execute on function private.find_clients_by_identifier(uuid, text, text), public.find_clients_by_identifier(uuid, text, text) to authenticated;

create function private.assign_contact_point(tenant_id uuid, contact_point_id uuid, client_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  point public.contact_points;
  client public.clients;
begin
  perform private.require_member(tenant_id);
  if client_id is not null then
    select * into client from public.clients c
    where c.tenant_id = assign_contact_point.tenant_id and c.id = assign_contact_point.client_id for key share;
    if client.id is null then
      perform private.refuse(404, 'client_not_found', 'There is no such client.');
    elsif client.merged_into is not null then
      perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', client.merged_into::text);
    end if;
  end if;
  update public.contact_points p
  set client_id = client.id, match = case when client.id is null then 'unmatched' else 'manual' end
  where p.tenant_id = assign_contact_point.tenant_id and p.id = contact_point_id
  returning * into point;
  if point.id is null then
    perform private.refuse(404, 'contact_point_not_found', 'There is no such address or number.');
  elsif client.id is null then
    perform private.rematch_contact(point.tenant_id, point.kind, point.value);
  end if;
  return (select to_jsonb(p) from public.contact_points p where p.id = point.id);
end;
$$;
create function public.assign_contact_point(tenant_id uuid, contact_point_id uuid, client_id uuid) returns jsonb language sql set search_path = ''
return private.assign_contact_point(tenant_id, contact_point_id, client_id);
comment on function public.assign_contact_point(uuid, uuid, uuid) is
  'Member: says whose an address or number is, which no matching changes any more; client_id null leaves it to matching again. Returns the contact point. 404 clinic_not_found, contact_point_not_found, client_not_found; 409 client_merged.';
grant execute on function private.assign_contact_point(uuid, uuid, uuid), public.assign_contact_point(uuid, uuid, uuid) to authenticated;
