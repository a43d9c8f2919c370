-- What: what erasing a client does to which rows, that an erased client stays erased, and taking one out of the audit log.
-- Who:  erase_client, which the database's owner calls.
-- Relies on: merging (client_references) and audit_upkeep migrations.
--
-- client_erasure_rules says for every column that refers to a client what becomes of the row. A migration that adds such a column
-- adds its rule; without one nothing is erased, and a test fails. What has to be brought to its end first, as visits to come, is a
-- function in client_erasure_steps.

alter table public.clients
  add column erased_at timestamptz,
  add constraint clients_erased_check check (erased_at is null or archived_at is not null);
comment on column public.clients.erased_at is 'When all that was known of the client was erased; the row stays for what refers to it.';

create table private.client_erasure_rules (
  source text not null,
  client_column text not null,
  treatment text not null check (treatment in ('delete', 'empty', 'files', 'client')),
  emptied jsonb check ((emptied is not null) = (treatment = 'empty')),
  primary key (source, client_column)
);
comment on table private.client_erasure_rules is 'What erasing a client does to the rows that refer to it.';
comment on column private.client_erasure_rules.treatment is
  'delete: the rows go; empty: they stay with the values in emptied; files: they stay without name, their contents are removed; client: erased as the client is.';
insert into private.client_erasure_rules (source, client_column, treatment, emptied) values
  ('public.activities', 'client_id', 'empty', '{"summary": "", "details": null}'),
  ('public.client_files', 'client_id', 'files', null),
  ('public.client_identifiers', 'client_id', 'delete', null),
  ('public.client_notes', 'client_id', 'delete', null),
  ('public.client_tags', 'client_id', 'delete', null),
  ('public.clients', 'merged_into', 'client', null),
  ('public.contact_points', 'client_id', 'delete', null),
  ('public.tasks', 'client_id', 'delete', null),
  ('private.duplicate_dismissals', 'client_a', 'delete', null),
  ('private.duplicate_dismissals', 'client_b', 'delete', null);

create table private.client_erasure_steps (
  name text primary key check (name ~ '^[a-z_]{1,40}$'),
  -- Text: see client_record_parts.
  worker text not null check (worker ~ '^[a-z_]{1,60}$')
);
comment on table private.client_erasure_steps is
  'What is brought to its end before a client''s rows are treated, as people would do it, so that everything that follows from it does: private.<worker>(tenant_id uuid, client_ids uuid[]) returns void, in the order of names.';

create function private.refuse_erased_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if coalesce(current_setting('chairside.keep_times', true), '') <> 'on' then
    perform private.refuse(409, 'client_erased', 'What was known of this client has been erased.');
  end if;
  return new;
end;
$$;
comment on function private.refuse_erased_client() is 'Trigger: an erased client is neither changed nor brought back, and nothing new happens with it: 409 client_erased.';
create trigger refuse_erased before update on public.clients for each row
  when (old.erased_at is not null) execute function private.refuse_erased_client();

-- the audit log ----------------------------------------------------------------------------------------------------

create function private.audited_entity(source regclass) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select split_part(encode(t.tgargs, 'escape'), E'\\000', 1) from pg_catalog.pg_trigger t
    where t.tgrelid = source and t.tgfoid = 'private.audit_row_change()'::regprocedure limit 1);
end;
$$;
comment on function private.audited_entity(regclass) is 'As what the audit log names the rows of a table; null for one that it does not watch.';

create function private.erase_audit_of_client(tenant_id uuid, client_ids uuid[], reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  clients constant text[] := client_ids::text[];
  merges constant text[] := array(
    select m.id::text from private.client_merges m
    where m.tenant_id = erase_audit_of_client.tenant_id and (m.keep_id = any (client_ids) or m.merge_id = any (client_ids)));
  -- Each as "entity id".
  targets text[] := array(select 'client ' || c from unnest(clients) c);
  reference record;
  found text[];
begin
  perform private.require_sealed_audit();
  for reference in
    select r.source, r.client_column, private.audited_entity(r.source) as entity from private.client_references() r
    where private.audited_entity(r.source) is not null
  loop
    execute format('select array(select $2 || '' '' || t.id from %s t where t.%I = any ($1))', reference.source, reference.client_column)
      into found using client_ids, reference.entity;
    targets := targets || found;
  end loop;
  -- Records that are gone by now have left their ids in the log alone.
  targets := targets || array(
    select distinct e.target_type || ' ' || e.target_id from public.audit_events e
    where e.tenant_id = erase_audit_of_client.tenant_id
      and (e.before ->> 'client_id' = any (clients) or e.after ->> 'client_id' = any (clients) or e.details ->> 'client_id' = any (clients)));
  return private.erase_audit_parts(array(
    select row(e.id, e.occurred_at, 'content', e.id)::private.audit_erasures
    from public.audit_events e
    where e.tenant_id = erase_audit_of_client.tenant_id and e.content_salt is not null
      and (e.target_type || ' ' || e.target_id = any (targets)
        or e.after ->> 'merged_into' = any (clients) or e.details ->> 'other_id' = any (clients) or e.details ->> 'merge_id' = any (merges))
      and e.transaction_id <> (pg_current_xact_id()::text)::bigint
  ), jsonb_build_object('target_type', 'client', 'target_id', client_ids[1]), reason);
end;
$$;
comment on function private.erase_audit_of_client(uuid, uuid[], text) is
  'Database owner: removes what the audit log says about clients, their present and former records, and their merges. Returns the number of events. 409 audit_not_sealed.';
