-- What: the act of merging one client into another, in one transaction.
-- Who:  every member of the clinic.
-- Relies on: merging_clients and contact_matching migrations.

create function private.set_aside_same_identifiers(keep public.clients, merge public.clients) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  rows jsonb;
begin
  with gone as (
    delete from public.client_identifiers i
    where i.tenant_id = merge.tenant_id and i.client_id = merge.id and exists (
      select from public.client_identifiers k
      where k.tenant_id = keep.tenant_id and k.client_id = keep.id and k.kind = i.kind
        and coalesce(k.normalised, k.raw) = coalesce(i.normalised, i.raw))
    returning to_jsonb(i) as content
  )
  select coalesce(jsonb_agg(g.content), '[]') into rows from gone g;
  return rows;
end;
$$;
comment on function private.set_aside_same_identifiers(public.clients, public.clients) is
  'Takes away the addresses and numbers that the kept client has too (both may have a shared one) and returns the rows.';

create function private.merged_primaries(keep public.clients, chosen jsonb, kept jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  -- By value: the chosen one may have been set aside because the kept client has the same.
  return kept || (
    select coalesce(jsonb_object_agg(c.kind, c.id), '{}')
    from (
      select distinct on (i.kind) i.kind, i.id
      from jsonb_array_elements(chosen) w (content)
      join public.client_identifiers i on i.tenant_id = keep.tenant_id and i.client_id = keep.id and i.kind = w.content ->> 'kind'
        and coalesce(i.normalised, i.raw) = coalesce(w.content ->> 'normalised', w.content ->> 'raw')
      order by i.kind, i.created_at, i.id
    ) c);
end;
$$;
comment on function private.merged_primaries(public.clients, jsonb, jsonb) is
  'The primary identifiers after a merge: those kept, replaced by the chosen ones (rows as they were before).';

create function private.merge_locked(tenant_id uuid, keep_id uuid, merge_id uuid, picks jsonb, seen jsonb) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  pair public.clients[];
  keep public.clients;
  merge public.clients;
  wanted public.clients;
  choices jsonb;
  log private.client_merges;
  chosen_primaries jsonb;
  reference record;
  part record;
  old_lock_timeout text := current_setting('lock_timeout');
  counts jsonb := '{}'::jsonb;
begin
  perform from public.clients c
  where c.tenant_id = merge_locked.tenant_id and c.id in (keep_id, merge_id) order by c.id for update;
  -- Afterwards, because what was found before waiting for the locks is old.
  pair := private.require_mergeable(tenant_id, keep_id, merge_id);
  keep := pair[1];
  merge := pair[2];
  if keep.updated_at <> (seen ->> 'keep_updated_at')::timestamptz or merge.updated_at <> (seen ->> 'merge_updated_at')::timestamptz then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed one of the clients in the meantime.');
  end if;
  choices := private.merged_choices(keep, merge, picks);
  wanted := private.merged_client(keep, merge, choices);
  -- Somebody who has locked a row that is to be moved may be waiting for the client: better we give way and begin again.
  perform set_config('lock_timeout', '300ms', true);
  perform set_config('chairside.keep_times', 'on', true);
  set constraints all immediate;

  log.id := gen_random_uuid();
  log.keep_before := to_jsonb(keep);
  log.merge_before := to_jsonb(merge);
  log.primaries := jsonb_build_object('keep', private.primary_ids(tenant_id, keep_id), 'merge', private.primary_ids(tenant_id, merge_id));
  log.moved := '[]';
  select coalesce(jsonb_agg(to_jsonb(i)), '[]') into chosen_primaries from public.client_identifiers i
  where i.tenant_id = merge.tenant_id and i.client_id = merge.id and i.is_primary
    and (choices ->> i.kind = 'merge' or not (log.primaries -> 'keep') ? i.kind);
  log.set_aside := jsonb_build_array(jsonb_build_object('source', 'public.client_identifiers', 'rows', private.set_aside_same_identifiers(keep, merge)));
  perform private.set_primary_ids(tenant_id, merge_id, '{}');

  for reference in select r.source, r.client_column from private.client_references() r loop
    select * into part from private.move_client_rows(reference.source, reference.client_column, merge_id, keep_id);
    if part.moved <> '[]' then
      log.moved := log.moved || jsonb_build_object('source', reference.source::text, 'client_column', reference.client_column, 'keys', part.moved);
      counts := counts || jsonb_build_object(
        replace(reference.source::text, 'public.', ''),
        coalesce((counts ->> replace(reference.source::text, 'public.', ''))::integer, 0) + jsonb_array_length(part.moved));
    end if;
    if part.set_aside <> '[]' then
      log.set_aside := log.set_aside || jsonb_build_object('source', reference.source::text, 'rows', part.set_aside);
    end if;
  end loop;

  perform private.set_primary_ids(tenant_id, keep_id, private.merged_primaries(keep, chosen_primaries, log.primaries -> 'keep'));
  -- Whoever has a form of the kept client open learns that it has changed.
  wanted.updated_at := now();
  perform private.write_client(wanted);
  perform private.refresh_identified_client(tenant_id, keep_id);
  update public.clients c set merged_into = keep_id, merged_at = now(), archived_at = coalesce(c.archived_at, now())
  where c.tenant_id = merge.tenant_id and c.id = merge.id;
  perform private.rematch_clients(tenant_id, array[keep_id, merge_id]);

  log.primaries := log.primaries || jsonb_build_object('after', private.primary_ids(tenant_id, keep_id));
  select to_jsonb(c) into log.keep_after from public.clients c where c.tenant_id = merge_locked.tenant_id and c.id = keep_id;
  insert into private.client_merges (id, tenant_id, keep_id, merge_id, merged_by, keep_before, keep_after, merge_before, primaries, moved, set_aside)
  values (log.id, keep.tenant_id, keep.id, merge.id, auth.uid(), log.keep_before, log.keep_after, log.merge_before, log.primaries, log.moved, log.set_aside);
  perform set_config('chairside.keep_times', '', true);
  perform set_config('lock_timeout', old_lock_timeout, true);
  perform private.record_merge_activity(keep, 'client_merged', merge, log.id);
  perform private.record_event(
    'client.merged', keep.tenant_id, 'client', merge.id::text, private.audit_label('client', to_jsonb(merge)),
    after => jsonb_build_object('merged_into', keep.id),
    details => jsonb_build_object(
      'merge_id', log.id, 'into', private.audit_label('client', to_jsonb(keep)), 'moved', counts,
      'set_aside', (select coalesce(sum(jsonb_array_length(s -> 'rows')), 0) from jsonb_array_elements(log.set_aside) s)));
  return log.id;
end;
$$;
comment on function private.merge_locked(uuid, uuid, uuid, jsonb, jsonb) is
  'Merges two clients and returns the merge''s id. May fail with a lock timeout, and is then tried again.';

create function private.merge_clients(tenant_id uuid, keep_id uuid, merge_id uuid, picks jsonb, seen jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  done uuid;
begin
  perform private.require_member(tenant_id);
  for attempt in 1..5 loop
    begin
      done := private.merge_locked(tenant_id, keep_id, merge_id, coalesce(picks, '{}'), seen);
      return jsonb_build_object('merge_id', done, 'client', private.client_json(tenant_id, keep_id));
    exception
      when deadlock_detected or lock_not_available then
        -- All locks are given back, and whoever waited for them goes first.
        perform pg_sleep(0.05 * attempt);
      when invalid_datetime_format or datetime_field_overflow then
        perform private.refuse(422, 'seen_invalid', 'These are not the times at which the clients were seen.');
    end;
  end loop;
  perform private.refuse(409, 'clients_busy', 'Somebody is working on one of the clients at this moment.');
  return null;
end;
$$;
create function public.merge_clients(tenant_id uuid, keep_id uuid, merge_id uuid, picks jsonb default '{}', seen jsonb default '{}')
returns jsonb language sql set search_path = ''
return private.merge_clients(tenant_id, keep_id, merge_id, picks, seen);
comment on function public.merge_clients(uuid, uuid, uuid, jsonb, jsonb) is
  'Member: merges a client into the one that is kept. picks: { field: keep|merge } for the fields of preview_merge, else what is suggested; seen: { keep_updated_at, merge_updated_at } of the preview. { merge_id (for undo_merge), client }. 404 clinic_not_found, client_not_found; 409 client_merged (detail: into whom), changed_meanwhile, clients_busy; 422 same_client, picks_invalid, seen_invalid, client_name_required.';
grant execute on function private.merge_clients(uuid, uuid, uuid, jsonb, jsonb), public.merge_clients(uuid, uuid, uuid, jsonb, jsonb) to authenticated;
