-- What: what triggers leave out while clients are merged or a merge is undone (chairside.keep_times).
-- Who:  triggers only.
-- Relies on: merging, audit_bounds, client_details and activities migrations.

create or replace function private.check_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  today date := (now() at time zone 'UTC')::date + 1;
begin
  if tg_op = 'UPDATE' and old.merged_into is not null and new.merged_into is not null
    -- Whoever was merged into a client follows when that one is merged too.
    and coalesce(current_setting('chairside.keep_times', true), '') <> 'on'
  then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', old.merged_into::text);
  elsif new.date_of_birth > today then
    perform private.refuse(422, 'date_of_birth_invalid', 'Nobody was born in the future.');
  end if;
  return new;
end;
$$;

create or replace trigger record_activity after insert or update of first_name, last_name, email, phone, date_of_birth, address_line1, address_line2,
  postal_code, city, region, country, preferred_channel, consent_reminders, consent_marketing, archived_at
  on public.clients for each row when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.record_client_activity();

create function private.is_only_moved(source regclass, fields text[]) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return fields <@ (array(select r.client_column from private.client_references() r where r.source = is_only_moved.source)
    || case when source = 'public.clients'::regclass then '{merged_at,archived_at,last_activity_at,last_activity_kind}'::text[] else '{}' end);
end;
$$;
comment on function private.is_only_moved(regclass, text[]) is 'Whether a change made while clients are merged only brings a row to another client: that is told once, by the event of the merge.';

create or replace function private.audit_row_change() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  entity text := tg_argv[0];
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  this_row jsonb := coalesce(new_row, old_row);
  before jsonb;
  after jsonb;
  verb text;
  reason text := current_setting('chairside.reason', true);
begin
  -- One pass over the row: this is what every write to a watched table pays (npm run bench -- audit-cost).
  select
    jsonb_object_agg(c.key, private.recorded_value(c.old_value, c.is_secret)) filter (where c.old_value <> 'null'),
    jsonb_object_agg(c.key, private.recorded_value(c.new_value, c.is_secret)) filter (where c.new_value <> 'null')
  into before, after
  from (
    select f.key, old_row -> f.key as old_value, new_row -> f.key as new_value,
      -- The redaction list: columns of such names are recorded as changed, never with their value.
      f.key ~ '(password|secret|token|api_?key|credential|encrypted|private_key)' as is_secret
    from jsonb_each(this_row) f
    where new_row -> f.key is distinct from old_row -> f.key
      -- Derived or bookkeeping columns say nothing that the event does not say anyway.
      and f.key not in ('created_at', 'updated_at', 'sort_name', 'search_text', 'status_changed_at', 'status_changed_by')
  ) c;
  if before is null and after is null then
    return null;
  end if;
  if tg_op = 'UPDATE' and current_setting('chairside.keep_times', true) = 'on' then
    -- Apart, because only merging pays for it.
    if private.is_only_moved(tg_relid, array(select jsonb_object_keys(coalesce(before, '{}') || coalesce(after, '{}')))) then
      return null;
    end if;
  end if;

  -- Arguments after the entity name verbs: insert:joined, or <column>:<verb> for a column that has just been filled.
  if tg_nargs > 1 then
    select split_part(rule, ':', 2) into verb
    from unnest(tg_argv[1:]) with ordinality a (rule, n)
    where (tg_op = 'INSERT' and split_part(rule, ':', 1) = 'insert') or (tg_op = 'UPDATE' and after ? split_part(rule, ':', 1))
    order by n limit 1;
  end if;
  if tg_op = 'UPDATE' and new_row ->> 'status' is distinct from old_row ->> 'status' then
    select t.verb into verb from private.status_transitions t
    where t.entity = tg_argv[0] and t.from_status = old_row ->> 'status' and t.to_status = new_row ->> 'status';
    reason := new_row ->> 'status_reason';
    before := before - 'status_reason' - 'deletion_id';
    after := after - 'status_reason' - 'deletion_id';
  elsif tg_op = 'INSERT' then
    reason := coalesce(new_row ->> 'reason', reason);
  end if;

  perform private.record_event(
    entity || '.' || coalesce(verb, case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end),
    coalesce(this_row ->> 'tenant_id', case when entity = 'tenant' then this_row ->> 'id' end)::uuid,
    entity, case when entity in ('member', 'super_admin', 'user') then this_row ->> 'user_id' else this_row ->> 'id' end,
    private.audit_label(entity, this_row), before, after, reason);
  return null;
end;
$$;
