-- What: more about a client (birth, address, channel, consent), tags, and changing many clients at once.
-- Who:  every member of the clinic; nobody deletes a client.
-- Relies on: clients and phone_numbers migrations.

create function private.require_member(tenant_id uuid) returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if require_member.tenant_id is null or require_member.tenant_id <> all (private.tenant_ids()) then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  end if;
end;
$$;
comment on function private.require_member(uuid) is 'Refuses (404 clinic_not_found) unless the caller may work in the clinic now. Definer functions read past the policies; this keeps them inside one clinic.';

create function private.is_strange_row(tenant_id uuid) returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return auth.uid() is not null and is_strange_row.tenant_id <> all (private.tenant_ids());
end;
$$;
comment on function private.is_strange_row(uuid) is
  'Whether a person is writing into a clinic that is not theirs. The policy refuses that only after BEFORE triggers have run, so those that look at other rows ask first, or what they say would tell of the clinic.';

create function private.is_colour(value text) returns boolean
language sql
immutable
set search_path = ''
return value in ('slate', 'red', 'orange', 'amber', 'green', 'teal', 'blue', 'indigo', 'violet', 'pink');
comment on function private.is_colour(text) is 'Whether it is one of the ten colours people choose from, each legible in light and dark.';
grant execute on function private.is_colour(text) to authenticated, service_role;

-- details ----------------------------------------------------------------------------------------------------------

alter table public.clients
  add column date_of_birth date check (date_of_birth between '1880-01-01' and '2199-12-31'),
  add column address_line1 text not null default '' check (length(address_line1) <= 200),
  add column address_line2 text not null default '' check (length(address_line2) <= 200),
  add column postal_code text not null default '' check (length(postal_code) <= 20),
  add column city text not null default '' check (length(city) <= 100),
  add column region text not null default '' check (length(region) <= 100),
  add column country text check (country ~ '^[A-Z]{2}$'),
  add column preferred_channel text check (preferred_channel in ('email', 'phone', 'sms')),
  add column consent_reminders boolean not null default false,
  add column consent_marketing boolean not null default false,
  add column last_activity_at timestamptz,
  add column last_activity_kind text,
  add column search_text text collate "C" not null default '',
  add column merged_into uuid,
  add column merged_at timestamptz,
  add foreign key (tenant_id, merged_into) references public.clients (tenant_id, id),
  add check (merged_into <> id);
comment on column public.clients.preferred_channel is 'How the client wants to be reached; null when nobody asked.';
comment on column public.clients.consent_reminders is 'The client agreed to reminders of appointments.';
comment on column public.clients.consent_marketing is 'The client agreed to be written to about anything else.';
comment on column public.clients.last_activity_at is 'Time of the newest activity; kept by record_activity.';
comment on column public.clients.search_text is 'Search key of names, e-mail addresses and phone numbers; kept by triggers.';
comment on column public.clients.merged_into is 'The client this one turned out to be. A merged client is not shown and not changed.';
create index clients_merged_idx on public.clients (tenant_id, merged_into) where merged_into is not null;
create index clients_activity_idx on public.clients (tenant_id, last_activity_at, id);
create index clients_created_idx on public.clients (tenant_id, created_at, id);

grant insert (date_of_birth, address_line1, address_line2, postal_code, city, region, country, preferred_channel, consent_reminders, consent_marketing)
  on public.clients to authenticated;
grant update (date_of_birth, address_line1, address_line2, postal_code, city, region, country, preferred_channel, consent_reminders, consent_marketing)
  on public.clients to authenticated;

create function private.check_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  today date := (now() at time zone 'UTC')::date + 1;
begin
  if tg_op = 'UPDATE' and old.merged_into is not null and new.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', old.merged_into::text);
  elsif new.date_of_birth > today then
    perform private.refuse(422, 'date_of_birth_invalid', 'Nobody was born in the future.');
  end if;
  return new;
end;
$$;
comment on function private.check_client() is 'Trigger: nobody is born tomorrow (a day is allowed for time zones), and a merged client stays as it is.';
create trigger check_client before insert or update on public.clients for each row execute function private.check_client();

-- Merging and undoing it move rows as they are.
create or replace function private.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(current_setting('chairside.keep_times', true), '') <> 'on' then
    new.updated_at := now();
  end if;
  return new;
end;
$$;

-- That something happened to a client is no change of the client.
drop trigger touch_updated_at on public.clients;
create trigger touch_updated_at before update of first_name, last_name, email, phone, date_of_birth, address_line1, address_line2,
  postal_code, city, region, country, preferred_channel, consent_reminders, consent_marketing, archived_at, merged_into
  on public.clients for each row execute function private.touch_updated_at();
drop trigger audit_change on public.clients;
create trigger audit_change after insert or delete or update of first_name, last_name, email, phone, date_of_birth, address_line1, address_line2,
  postal_code, city, region, country, preferred_channel, consent_reminders, consent_marketing, archived_at, merged_into
  on public.clients for each row execute function private.audit_row_change('client', 'merged_into:merged', 'archived_at:archived');

-- tags -------------------------------------------------------------------------------------------------------------

create table public.tags (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  name text not null check (name = btrim(name) and name <> '' and length(name) <= 50),
  colour text not null default 'slate' check (private.is_colour(colour)),
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.tags is 'Words with which a clinic marks its clients.';
create unique index tags_name_idx on public.tags (tenant_id, lower(name));
create index tags_created_by_idx on public.tags (tenant_id, created_by);

create table public.client_tags (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  tag_id uuid not null,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  unique (tenant_id, client_id, tag_id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, tag_id) references public.tags (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.client_tags is 'Which clients have which tags.';
create index client_tags_tag_idx on public.client_tags (tenant_id, tag_id, client_id);
create index client_tags_created_by_idx on public.client_tags (tenant_id, created_by);

alter table public.tags enable row level security;
create policy "members read their clinic's tags" on public.tags for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members add tags to their clinic" on public.tags for insert to authenticated
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members edit their clinic's tags" on public.tags for update to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]))
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members delete their clinic's tags" on public.tags for delete to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select, delete on public.tags to authenticated;
grant insert (tenant_id, name, colour) on public.tags to authenticated;
grant update (name, colour) on public.tags to authenticated;
grant select, insert, update, delete on public.tags to service_role;

alter table public.client_tags enable row level security;
create policy "members read their clients' tags" on public.client_tags for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members tag their clinic's clients" on public.client_tags for insert to authenticated
  with check (tenant_id = any ((select private.tenant_ids())::uuid[]));
create policy "members untag their clinic's clients" on public.client_tags for delete to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select, delete on public.client_tags to authenticated;
grant insert (tenant_id, client_id, tag_id) on public.client_tags to authenticated;
grant select, insert, update, delete on public.client_tags to service_role;

create trigger audit_change after insert or update or delete on public.tags
  for each row execute function private.audit_row_change('tag');

-- many at once -----------------------------------------------------------------------------------------------------

create function private.require_few_clients(client_ids uuid[]) returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if cardinality(client_ids) > 500 then
    perform private.refuse(422, 'too_many', 'No more than 500 clients at once.', '500');
  end if;
end;
$$;
comment on function private.require_few_clients(uuid[]) is 'Refuses (422 too_many) more than one statement should change.';

create function private.archive_clients(tenant_id uuid, client_ids uuid[], archive boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  changed integer;
begin
  perform private.require_member(tenant_id);
  perform private.require_few_clients(client_ids);
  with locked as (
    select c.id from public.clients c
    where c.tenant_id = archive_clients.tenant_id and c.id = any (client_ids) and c.merged_into is null
      and (c.archived_at is null) = archive
    order by c.id for no key update
  )
  update public.clients c set archived_at = case when archive then now() end
  from locked where c.tenant_id = archive_clients.tenant_id and c.id = locked.id;
  get diagnostics changed = row_count;
  return jsonb_build_object('changed', changed);
end;
$$;
create function public.archive_clients(tenant_id uuid, client_ids uuid[], archive boolean default true) returns jsonb language sql set search_path = ''
return private.archive_clients(tenant_id, client_ids, archive);
comment on function public.archive_clients(uuid, uuid[], boolean) is
  'Member: archives clients (or brings them back), 500 at most: { changed }. Those already so are not counted. 404 clinic_not_found; 422 too_many.';
grant execute on function private.archive_clients(uuid, uuid[], boolean), public.archive_clients(uuid, uuid[], boolean) to authenticated;

create function private.tag_clients(tenant_id uuid, client_ids uuid[], add uuid[], remove uuid[]) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  added integer;
  removed integer;
begin
  perform private.require_member(tenant_id);
  perform private.require_few_clients(client_ids);
  if exists (
    select from unnest(add) a (id)
    where not exists (select from public.tags t where t.tenant_id = tag_clients.tenant_id and t.id = a.id))
  then
    perform private.refuse(404, 'tag_not_found', 'There is no such tag.');
  end if;
  delete from public.client_tags x
  where x.tenant_id = tag_clients.tenant_id and x.client_id = any (client_ids) and x.tag_id = any (remove);
  get diagnostics removed = row_count;
  insert into public.client_tags (tenant_id, client_id, tag_id)
  select c.tenant_id, c.id, a.id
  from public.clients c cross join (select distinct unnest(tag_clients.add) as id) a
  where c.tenant_id = tag_clients.tenant_id and c.id = any (client_ids) and c.merged_into is null
  order by c.id, a.id
  on conflict do nothing;
  get diagnostics added = row_count;
  return jsonb_build_object('added', added, 'removed', removed);
end;
$$;
create function public.tag_clients(tenant_id uuid, client_ids uuid[], add uuid[] default '{}', remove uuid[] default '{}')
returns jsonb language sql set search_path = ''
return private.tag_clients(tenant_id, client_ids, add, remove);
comment on function public.tag_clients(uuid, uuid[], uuid[], uuid[]) is
  'Member: adds tags to clients and removes others, 500 clients at most: { added, removed }. 404 clinic_not_found, tag_not_found; 422 too_many.';
grant execute on function private.tag_clients(uuid, uuid[], uuid[], uuid[]), public.tag_clients(uuid, uuid[], uuid[], uuid[]) to authenticated;
