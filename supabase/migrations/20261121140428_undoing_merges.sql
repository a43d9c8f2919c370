-- What: undoing a merge within 30 days, and the merges of a client.
-- Who:  every member of the clinic.
-- Relies on: merge_clients migration.

create function private.restored_client(current public.clients, before jsonb, after jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  now_row constant jsonb := to_jsonb(current);
  -- The rest of the row follows from these and from the identifiers.
  fields constant text[] := '{first_name,last_name,date_of_birth,address_line1,address_line2,postal_code,city,region,country,preferred_channel,consent_reminders,consent_marketing,archived_at,last_activity_at,last_activity_kind}'::text[];
  client public.clients;
  left_alone jsonb;
begin
  client := jsonb_populate_record(current, (
    select coalesce(jsonb_object_agg(f, before -> f), '{}') from unnest(fields) f
    where before -> f is distinct from after -> f and now_row -> f is not distinct from after -> f));
  client.updated_at := case when now_row -> 'updated_at' = after -> 'updated_at' then (before ->> 'updated_at')::timestamptz else now() end;
  select coalesce(jsonb_agg(jsonb_build_object('kind', 'field', 'field', f) order by n), '[]') into left_alone
  from unnest(fields) with ordinality u (f, n)
  where before -> f is distinct from after -> f and now_row -> f is distinct from after -> f and f not like 'last_activity%';
  return jsonb_build_object('client', client, 'left_alone', left_alone);
end;
$$;
comment on function private.restored_client(public.clients, jsonb, jsonb) is
  '{ client, left_alone }: the kept client with the values that the merge changed put back, but for those that somebody has changed since, which are named.';

create function private.require_undoable(merge private.client_merges) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  later uuid;
begin
  if merge.undone_at is not null then
    perform private.refuse(409, 'merge_undone', 'This merge has been undone already.');
  elsif merge.keep_before is null or merge.merged_at < now() - interval '30 days' then
    perform private.refuse(409, 'merge_expired', 'A merge can be undone for 30 days.');
  end if;
  -- Last in, first out: what a later merge has found belongs to both.
  select m.id into later from private.client_merges m
  where m.tenant_id = merge.tenant_id and (m.keep_id = merge.keep_id or m.merge_id = merge.keep_id)
    and m.position > merge.position and m.undone_at is null
  order by m.position desc limit 1;
  if later is not null then
    perform private.refuse(409, 'merge_superseded', 'A later merge of this client has to be undone first.', later::text);
  end if;
end;
$$;
comment on function private.require_undoable(private.client_merges) is
  'Refuses (409) a merge that cannot be undone: merge_undone, merge_expired, merge_superseded (detail: the merge to undo first).';

create function private.undo_locked(tenant_id uuid, merge_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  log private.client_merges;
  keep public.clients;
  restored jsonb;
  held jsonb;
  part record;
  item record;
  content jsonb;
  missing integer;
  left_alone jsonb := '[]'::jsonb;
  old_lock_timeout text := current_setting('lock_timeout');
begin
  select * into log from private.client_merges m where m.tenant_id = undo_locked.tenant_id and m.id = undo_locked.merge_id;
  if log.id is null then
    perform private.refuse(404, 'merge_not_found', 'There is no such merge.');
  end if;
  perform from public.clients c where c.tenant_id = log.tenant_id and c.id in (log.keep_id, log.merge_id) order by c.id for update;
  select * into log from private.client_merges m where m.id = log.id for update;
  perform private.require_undoable(log);
  select * into keep from public.clients c where c.tenant_id = log.tenant_id and c.id = log.keep_id;
  perform set_config('lock_timeout', '300ms', true);
  perform set_config('chairside.keep_times', 'on', true);
  set constraints all immediate;

  update public.clients c set merged_into = null, merged_at = null, archived_at = (log.merge_before ->> 'archived_at')::timestamptz
  where c.tenant_id = log.tenant_id and c.id = log.merge_id;
  held := private.primary_ids(tenant_id, log.keep_id);
  perform private.set_primary_ids(tenant_id, log.keep_id, '{}');

  for item in
    select (m.part ->> 'source')::regclass as source, m.part ->> 'client_column' as client_column, m.part -> 'keys' as keys
    from jsonb_array_elements(log.moved) with ordinality m (part, n) order by m.n desc
  loop
    select * into part from private.point_rows(item.source, item.client_column, log.keep_id, log.merge_id, item.keys);
    missing := jsonb_array_length(item.keys) - jsonb_array_length(part.moved);
    if missing > 0 then
      left_alone := left_alone || jsonb_build_object('kind', 'rows', 'table', (select c.relname from pg_catalog.pg_class c where c.oid = item.source), 'count', missing);
    end if;
  end loop;
  for item in
    select (s.part ->> 'source')::regclass as source, s.part -> 'rows' as rows from jsonb_array_elements(log.set_aside) s (part)
  loop
    missing := 0;
    for content in select r from jsonb_array_elements(item.rows) r loop
      missing := missing + case when private.put_back(item.source, content) then 0 else 1 end;
    end loop;
    if missing > 0 then
      left_alone := left_alone || jsonb_build_object('kind', 'rows', 'table', (select c.relname from pg_catalog.pg_class c where c.oid = item.source), 'count', missing);
    end if;
  end loop;

  perform private.set_primary_ids(tenant_id, log.merge_id, log.primaries -> 'merge');
  -- A primary that somebody has chosen since stays the one.
  select left_alone || coalesce(jsonb_agg(jsonb_build_object('kind', 'field', 'field', k) order by k), '[]') into left_alone
  from unnest(array['email', 'phone']) k
  where held -> k is distinct from log.primaries -> 'after' -> k
    and log.primaries -> 'keep' -> k is distinct from log.primaries -> 'after' -> k;
  perform private.set_primary_ids(tenant_id, log.keep_id, (
    select coalesce(jsonb_object_agg(k, v), '{}') from (
      select k, case when held -> k is distinct from log.primaries -> 'after' -> k then held -> k else log.primaries -> 'keep' -> k end as v
      from unnest(array['email', 'phone']) k) p
    where v is not null));
  restored := private.restored_client(keep, log.keep_before, log.keep_after);
  perform private.write_client(jsonb_populate_record(keep, restored -> 'client'));
  perform private.refresh_identified_client(tenant_id, log.keep_id);
  perform private.refresh_identified_client(tenant_id, log.merge_id);
  perform private.rematch_clients(tenant_id, array[log.keep_id, log.merge_id]);

  update private.client_merges m set undone_at = now(), undone_by = auth.uid() where m.id = log.id;
  perform set_config('chairside.keep_times', '', true);
  perform set_config('lock_timeout', old_lock_timeout, true);
  left_alone := (restored -> 'left_alone') || left_alone;
  perform private.record_merge_activity(k, 'merge_undone', m, log.id), private.record_merge_activity(m, 'merge_undone', k, log.id),
    private.record_event(
      'client.merge_undone', log.tenant_id, 'client', m.id::text, private.audit_label('client', to_jsonb(m)),
      details => jsonb_build_object('merge_id', log.id, 'from', private.audit_label('client', to_jsonb(k)), 'left', left_alone))
  from public.clients k, public.clients m where k.id = log.keep_id and m.id = log.merge_id;
  return jsonb_build_object(
    'kept', private.client_json(tenant_id, log.keep_id), 'restored', private.client_json(tenant_id, log.merge_id), 'left', left_alone);
end;
$$;
comment on function private.undo_locked(uuid, uuid) is 'Undoes a merge. May fail with a lock timeout, and is then tried again.';

create function private.undo_merge(tenant_id uuid, merge_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  for attempt in 1..5 loop
    begin
      return private.undo_locked(tenant_id, merge_id);
    exception when deadlock_detected or lock_not_available then
      perform pg_sleep(0.05 * attempt);
    end;
  end loop;
  perform private.refuse(409, 'clients_busy', 'Somebody is working on one of the clients at this moment.');
  return null;
end;
$$;
create function public.undo_merge(tenant_id uuid, merge_id uuid) returns jsonb language sql set search_path = ''
return private.undo_merge(tenant_id, merge_id);
comment on function public.undo_merge(uuid, uuid) is
  'Member: undoes a merge within 30 days, the latest of a client first. All that was moved goes back; what was added to the kept client since stays there. { kept, restored, left: [{ kind: field, field } | { kind: rows, table, count }] }: left is what had been changed or deleted since and was left alone. 404 clinic_not_found, merge_not_found; 409 merge_undone, merge_expired, merge_superseded (detail: the merge to undo first), clients_busy.';
grant execute on function private.undo_merge(uuid, uuid), public.undo_merge(uuid, uuid) to authenticated;

create function private.list_merges(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  client public.clients;
begin
  perform private.require_member(tenant_id);
  select * into client from public.clients c where c.tenant_id = list_merges.tenant_id and c.id = client_id;
  if client.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  end if;
  return jsonb_build_object(
    'merged_into', (
      select jsonb_build_object('id', k.id, 'first_name', k.first_name, 'last_name', k.last_name, 'merged_at', client.merged_at)
      from public.clients k where k.tenant_id = client.tenant_id and k.id = client.merged_into),
    'merges', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', m.id, 'merged_at', m.merged_at, 'undo_until', m.merged_at + interval '30 days',
        'merged_by', (select jsonb_build_object('first_name', p.first_name, 'last_name', p.last_name) from public.profiles p where p.user_id = m.merged_by),
        'kept', (select jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name) from public.clients c where c.id = m.keep_id),
        'merged', (select jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name) from public.clients c where c.id = m.merge_id),
        'can_undo', not exists (
          select from private.client_merges l
          where l.tenant_id = m.tenant_id and (l.keep_id = m.keep_id or l.merge_id = m.keep_id) and l.position > m.position and l.undone_at is null))
        order by m.position desc)
      from private.client_merges m
      where m.tenant_id = client.tenant_id and (m.keep_id = client.id or m.merge_id = client.id)
        and m.undone_at is null and m.keep_before is not null and m.merged_at >= now() - interval '30 days'), '[]'));
end;
$$;
create function public.list_merges(tenant_id uuid, client_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_merges(tenant_id, client_id);
comment on function public.list_merges(uuid, uuid) is
  'Member: merges of a client in the last 30 days that were not undone, newest first, and into whom it was merged itself: { merged_into, merges: [{ id, merged_at, undo_until, merged_by, kept, merged, can_undo }] }; can_undo is false until the later one is undone. 404 clinic_not_found, client_not_found.';
grant execute on function private.list_merges(uuid, uuid), public.list_merges(uuid, uuid) to authenticated;
