-- What: the ground of merging two clients: every table that refers to clients, moving its rows, and keeping merged clients closed.
-- Who:  nobody through the API; merge_clients and undo_merge use it.
-- Relies on: client_details, client_identifiers, activities and audit_bounds migrations.
--
-- chairside.keep_times is on while rows are moved: nothing has happened to them, so no trigger stamps, tells or follows.

create table private.client_merges (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  position bigint generated always as identity unique,
  keep_id uuid not null,
  merge_id uuid not null,
  merged_at timestamptz not null default now(),
  merged_by uuid,
  keep_before jsonb,
  keep_after jsonb,
  merge_before jsonb,
  primaries jsonb,
  moved jsonb,
  set_aside jsonb,
  undone_at timestamptz,
  undone_by uuid,
  check (keep_id <> merge_id)
);
comment on table private.client_merges is 'Which clients were merged, and all that undoing it takes. The clients are no foreign keys: those would move with the next merge.';
comment on column private.client_merges.position is 'The order of merges.';
comment on column private.client_merges.keep_before is 'The kept client''s row before, and keep_after what the merge made of it; merge_before the other''s. Emptied when undoing has become impossible.';
comment on column private.client_merges.primaries is 'Ids of primary identifiers: { keep, merge } before, { after } of the kept client.';
comment on column private.client_merges.moved is '[{ source, client_column, keys }]: the primary keys of the rows that were moved.';
comment on column private.client_merges.set_aside is '[{ source, rows }]: rows that the kept client had already.';
create index client_merges_keep_idx on private.client_merges (tenant_id, keep_id);
create index client_merges_merge_idx on private.client_merges (tenant_id, merge_id);
create index client_merges_undoable_idx on private.client_merges (merged_at) where keep_before is not null;

create function private.forget_merges() returns integer
language plpgsql
set search_path = ''
as $$
declare
  forgotten integer;
begin
  update private.client_merges m
  set keep_before = null, keep_after = null, merge_before = null, primaries = null, moved = null, set_aside = null
  where m.keep_before is not null and (m.undone_at is not null or m.merged_at < now() - interval '30 days');
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;
comment on function private.forget_merges() is 'Forgets what was kept of clients for undoing merges that can no longer be undone; returns how many.';
select private.schedule_job('forget-merges', '40 0 * * *', 'select private.forget_merges()');

-- who refers to clients --------------------------------------------------------------------------------------------

create function private.client_references() returns table (source regclass, client_column text)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select distinct r.conrelid::regclass, a.attname::text
  from pg_catalog.pg_constraint r
  cross join unnest(r.conkey, r.confkey) k (here, there)
  join pg_catalog.pg_attribute a on a.attrelid = r.conrelid and a.attnum = k.here
  join pg_catalog.pg_attribute target on target.attrelid = r.confrelid and target.attnum = k.there and target.attname = 'id'
  where r.contype = 'f' and r.confrelid = 'public.clients'::regclass and r.conparentid = 0
  order by 1, 2;
end;
$$;
comment on function private.client_references() is 'Every column of every table that refers to a client, read from the catalog: a table made tomorrow is merged too.';

create function private.refuse_merged_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  client uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
  tenant uuid := (to_jsonb(new) ->> 'tenant_id')::uuid;
  kept uuid;
begin
  if client is null or coalesce(current_setting('chairside.keep_times', true), '') = 'on' or private.is_strange_row(tenant) then
    return new;
  end if;
  -- Waits for a merge that is under way. The foreign key takes the same lock, but would be content with the merged client.
  select c.merged_into into kept from public.clients c where c.id = client and (tenant is null or c.tenant_id = tenant) for key share;
  if kept is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', kept::text);
  end if;
  return new;
end;
$$;
comment on function private.refuse_merged_client() is 'Trigger, with the column as argument: nothing new is recorded for a client who has been merged into another: 409 client_merged, detail the kept one.';

create function private.guard_client_references() returns void
language plpgsql
set search_path = ''
as $$
declare
  reference record;
begin
  for reference in
    select r.source, r.client_column from private.client_references() r
    where r.source <> 'public.clients'::regclass and not exists (
      select from pg_catalog.pg_trigger t
      where t.tgrelid = r.source and t.tgname = 'refuse_merged_' || r.client_column)
  loop
    execute format(
      'create trigger %I before insert or update of %I on %s for each row execute function private.refuse_merged_client(%L)',
      'refuse_merged_' || reference.client_column, reference.client_column, reference.source, reference.client_column);
  end loop;
end;
$$;
comment on function private.guard_client_references() is
  'Gives every table that refers to clients its trigger against merged ones. Migrations that add such a table call it at their end.';
select private.guard_client_references();

-- moving rows ------------------------------------------------------------------------------------------------------

create function private.key_columns(source regclass) returns table (name text, kind text)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select a.attname::text, format_type(a.atttypid, a.atttypmod)
  from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = source and i.indisprimary order by a.attnum;
end;
$$;
comment on function private.key_columns(regclass) is 'The columns of a table''s primary key with their types.';

create function private.key_of(source regclass, alias text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (select format('jsonb_build_object(%s)', string_agg(format('%L, %I.%I', k.name, alias, k.name), ', ')) from private.key_columns(source) k);
end;
$$;
comment on function private.key_of(regclass, text) is 'SQL of a row''s primary key as jsonb.';

create function private.matches_key(source regclass, alias text, key text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (select string_agg(format('%I.%I = (%s ->> %L)::%s', alias, k.name, key, k.name, k.kind), ' and ') from private.key_columns(source) k);
end;
$$;
comment on function private.matches_key(regclass, text, text) is 'SQL of the condition that a row has the primary key in the jsonb expression `key`.';

create function private.point_rows(
  source regclass, client_column text, from_id uuid, to_id uuid, keys jsonb,
  out moved jsonb, out refused jsonb)
language plpgsql
set search_path = ''
as $$
declare
  statement constant text := format(
    'update %1$s t set %2$I = $1 from jsonb_array_elements($2) k (key) where %3$s and t.%2$I = $3 returning %4$s',
    source, client_column, private.matches_key(source, 't', 'k.key'), private.key_of(source, 't'));
  pointed jsonb[] := '{}'::jsonb[];
  left_over jsonb[] := '{}'::jsonb[];
  item jsonb;
  after jsonb;
begin
  execute format('with x (key) as (%s) select coalesce(jsonb_agg(x.key), ''[]'') from x', statement) into moved using to_id, keys, from_id;
  refused := '[]';
exception when unique_violation or check_violation or exclusion_violation then
  -- One after the other, to find those that cannot go.
  for item in select k from jsonb_array_elements(keys) k loop
    begin
      execute statement into after using to_id, jsonb_build_array(item), from_id;
      pointed := pointed || after;
    exception when unique_violation or check_violation or exclusion_violation then
      left_over := left_over || item;
    end;
  end loop;
  moved := to_jsonb(array_remove(pointed, null));
  refused := to_jsonb(left_over);
end;
$$;
comment on function private.point_rows(regclass, text, uuid, uuid, jsonb) is
  'Makes rows of these primary keys refer to another client, as far as they refer to from_id: the keys that were moved, as they are then, and those that a unique or check constraint refused.';

create function private.move_client_rows(source regclass, client_column text, from_id uuid, to_id uuid, out moved jsonb, out set_aside jsonb)
language plpgsql
set search_path = ''
as $$
declare
  keys jsonb;
  refused jsonb;
begin
  execute format('select coalesce(jsonb_agg(%s), ''[]'') from %s t where t.%I = $1', private.key_of(source, 't'), source, client_column)
    into keys using from_id;
  select p.moved, p.refused into moved, refused from private.point_rows(source, client_column, from_id, to_id, keys) p;
  execute format(
    'with gone as (delete from %s t using jsonb_array_elements($1) k (key) where %s returning to_jsonb(t) as content)
     select coalesce(jsonb_agg(content), ''[]'') from gone',
    source, private.matches_key(source, 't', 'k.key')) into set_aside using refused;
end;
$$;
comment on function private.move_client_rows(regclass, text, uuid, uuid) is
  'Moves all rows of a client to another one: the primary keys of those moved, and in full the rows that the other has already (its tag, for instance), which are taken away.';

create function private.put_back(source regclass, content jsonb) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  columns text;
begin
  select string_agg(format('%I', a.attname), ', ' order by a.attnum) into columns from pg_catalog.pg_attribute a
  where a.attrelid = source and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
  execute format('insert into %1$s (%2$s) overriding system value select %2$s from jsonb_populate_record(null::%1$s, $1)', source, columns) using content;
  return true;
exception
  -- Its tag was deleted since, its address belongs to somebody else by now.
  when unique_violation or check_violation or exclusion_violation or foreign_key_violation or sqlstate 'PT409' or sqlstate 'PT422' then
    return false;
end;
$$;
comment on function private.put_back(regclass, jsonb) is 'Inserts a row that was set aside; false where that is no longer possible.';
