-- What: statistics of tables that are being filled for the first time.
-- Who:  what brings many rows at once: the mail sync (service_role).
-- Relies on: storing_mail migration.
--
-- Of a table that nobody has analysed, Postgres takes any index that begins with the clinic for as good as the key; with every row,
-- the next one costs more. Autovacuum repairs that after a minute, when the first 10,000 messages of a new project are in already.

create function private.analyze_young_tables(variadic tables regclass[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  young regclass;
begin
  -- Autovacuum looks at large tables long before they have grown so much. In the order of their ids, so that no two wait for each other.
  for young in
    select c.oid from pg_catalog.pg_class c
    where c.oid = any (tables) and pg_catalog.pg_relation_size(c.oid) > 4::bigint * c.relpages * current_setting('block_size')::integer
    order by c.oid
  loop
    execute format('analyze %s', young);
  end loop;
end;
$$;
comment on function private.analyze_young_tables(regclass[]) is
  'Analyses those of the tables that have grown to the fourfold since they were analysed, so that the plans of the next statements fit what is in them.';

create or replace function private.store_messages(
  account_id uuid, lease_token uuid, folder_id uuid, messages jsonb, done_first bigint, done_last bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  account public.mail_accounts := private.require_mail_lease(account_id, lease_token);
  folder private.mail_folders;
  given jsonb;
  kept private.kept_message;
  here bigint[];
  new_ids uuid[] := '{}'::uuid[];
  known integer := 0;
  poisoned integer := 0;
begin
  select * into folder from private.mail_folders f where f.account_id = account.id and f.id = folder_id for no key update;
  if folder.id is null then
    perform private.refuse(404, 'mail_folder_not_found', 'There is no such folder.');
  elsif jsonb_typeof(messages) is distinct from 'array' or jsonb_array_length(messages) > 200 then
    perform private.refuse(422, 'values_invalid', 'A batch is a list of 200 messages at most.');
  end if;
  here := array(
    select l.uid from private.message_locations l
    where l.folder_id = store_messages.folder_id and l.uid = any (array(select (e ->> 'uid')::bigint from jsonb_array_elements(messages) e)));
  for given in select e from jsonb_array_elements(messages) e where (e ->> 'uid')::bigint <> all (here) loop
    kept := null;
    if given ? 'problem' then
      poisoned := poisoned + 1;
    else
      kept := private.keep_message(account, given, case folder.role when 'sent' then 'outbound' else 'inbound' end);
      if kept.is_new then
        new_ids := new_ids || (kept.message).id;
      elsif (kept.message).removed_at is not null then
        update public.messages m set removed_at = null where m.tenant_id = account.tenant_id and m.id = (kept.message).id;
      end if;
    end if;
    insert into private.message_locations (folder_id, tenant_id, uid, message_id, is_seen, is_flagged, problem)
    values (folder.id, account.tenant_id, (given ->> 'uid')::bigint, (kept.message).id,
      coalesce((given ->> 'is_seen')::boolean, false), coalesce((given ->> 'is_flagged')::boolean, false), left(given ->> 'problem', 500));
  end loop;
  perform private.after_messages(account.tenant_id, new_ids);
  perform private.analyze_young_tables('public.messages', 'public.conversations', 'private.message_locations', 'private.conversation_keys');
  known := jsonb_array_length(messages) - cardinality(new_ids) - poisoned;
  update private.mail_folders f
  set done = f.done + case when done_first is null then '{}'::int8multirange else int8multirange(int8range(done_first, done_last, '[]')) end,
      -- So many the folder should have, whether this run lives to compare or not.
      message_total = f.message_total + jsonb_array_length(messages) - cardinality(here),
      synced_at = now()
  where f.id = folder.id;
  return jsonb_build_object('stored', cardinality(new_ids), 'known', known, 'poisoned', poisoned, 'folders', private.mail_folders_json(account.id));
end;
$$;
