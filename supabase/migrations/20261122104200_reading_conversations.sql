-- What: the list of conversations, how many there are of each kind, and one conversation with everything in it.
-- Who:  every member of the clinic.
-- Relies on: conversation_tools and searching_mail migrations; at run time mail_drafts.

-- Each list has an index in its order, each count one that holds all it looks at.
create index conversations_unassigned_idx on public.conversations (tenant_id, last_message_at desc, id desc)
  where status = 'open' and assignee_id is null;
create index conversations_open_idx on public.conversations (tenant_id, assignee_id)
  include (unread_count, last_inbound_at, last_outbound_at) where status = 'open';
create index messages_failed_idx on public.messages (tenant_id, conversation_id) where delivery in ('failed', 'unknown');

create function private.person_json(user_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('user_id', p.user_id, 'first_name', p.first_name, 'last_name', p.last_name)
    from public.profiles p where p.user_id = person_json.user_id);
end;
$$;
comment on function private.person_json(uuid) is 'Who somebody of the clinic is: { user_id, first_name, last_name }, or null.';

-- Plans are made for each call: one that was made while a clinic had no mail would read all of it later.
create function private.conversation_rows(tenant_id uuid, ids uuid[]) returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(c) - 'base_subject' || jsonb_build_object(
      'client', case when k.id is not null then jsonb_build_object('id', k.id, 'first_name', k.first_name, 'last_name', k.last_name) end,
      'assignee', private.person_json(c.assignee_id),
      'tags', (
        select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'colour', t.colour) order by lower(t.name), t.id), '[]')
        from public.conversation_tags g join public.tags t on t.tenant_id = g.tenant_id and t.id = g.tag_id
        where g.tenant_id = c.tenant_id and g.conversation_id = c.id),
      'draft_count', (select count(*) from public.mail_drafts d where d.tenant_id = c.tenant_id and d.conversation_id = c.id),
      'last_direction', case when c.last_outbound_at > coalesce(c.last_inbound_at, '-infinity') then 'outbound' else 'inbound' end,
      'failed_count', (
        select count(*) from public.messages m
        where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.delivery in ('failed', 'unknown'))) order by u.n), '[]')
    from unnest(ids) with ordinality u (id, n)
    join public.conversations c on c.tenant_id = conversation_rows.tenant_id and c.id = u.id
    left join public.clients k on k.tenant_id = c.tenant_id and k.id = c.client_id);
end;
$$;
comment on function private.conversation_rows(uuid, uuid[]) is
  'Conversations as lists show them, in the order given: the row with client, assignee, tags, draft_count, last_direction (inbound, outbound) and failed_count.';

-- filters ----------------------------------------------------------------------------------------------------------

create function private.conversation_conditions(filters jsonb, after jsonb) returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  entry record;
  conditions text[];
  view text := coalesce(filters ->> 'view', 'open');
begin
  if jsonb_typeof(coalesce(filters, '{}')) <> 'object' then
    perform private.refuse(422, 'filter_invalid', 'A filter is an object.');
  end if;
  conditions := case view
    when 'open' then array['c.status = ''open''']
    when 'mine' then array['c.status = ''open''', format('c.assignee_id = %L', auth.uid())]
    when 'unassigned' then array['c.status = ''open''', 'c.assignee_id is null']
    when 'snoozed' then array['c.status = ''snoozed''']
    when 'closed' then array['c.status = ''closed''']
    when 'all' then array[]::text[]
  end;
  if conditions is null then
    perform private.refuse(422, 'filter_invalid', 'There is no such list of conversations.', 'view');
  end if;
  for entry in select e.key, e.value, e.value #>> '{}' as content from jsonb_each(jsonb_strip_nulls(coalesce(filters, '{}'))) e loop
    if entry.key in ('account_id', 'client_id', 'assignee_id', 'tag_id') then
      if entry.content !~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$' then
        perform private.refuse(422, 'filter_invalid', 'This is no id.', entry.key);
      end if;
      conditions := conditions || case entry.key
        when 'tag_id' then format(
          'exists (select from public.conversation_tags g where g.tenant_id = c.tenant_id and g.conversation_id = c.id and g.tag_id = %L)', entry.content)
        else format('c.%I = %L', entry.key, entry.content) end;
    elsif entry.key in ('is_unread', 'has_attachments') and jsonb_typeof(entry.value) = 'boolean' then
      conditions := conditions || format('c.%I %s 0', case entry.key when 'is_unread' then 'unread_count' else 'attachment_count' end,
        case entry.content when 'true' then '>' else '=' end);
    elsif entry.key not in ('view', 'search') or jsonb_typeof(entry.value) <> 'string' then
      perform private.refuse(422, 'filter_invalid', 'Conversations cannot be filtered by this.', left(entry.key, 60));
    end if;
  end loop;
  if after is not null and after <> 'null' then
    begin
      conditions := conditions || format('(c.last_message_at, c.id) < (%L::timestamptz, %L::uuid)',
        (after ->> 'last_message_at')::timestamptz, (after ->> 'id')::uuid);
    exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
      perform private.refuse(422, 'page_unknown', 'This is no place in the list.');
    end;
  end if;
  return conditions;
end;
$$;
comment on function private.conversation_conditions(jsonb, jsonb) is
  'What is asked of conversations c, as SQL: view open (without one), mine, unassigned, snoozed, closed, all; account_id, client_id, assignee_id, tag_id, is_unread, has_attachments; and what follows a place in the list. 422 filter_invalid (detail: which), page_unknown.';

create function private.newest_conversations(tenant_id uuid, conditions text[], most integer) returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  page uuid[];
  one constant text := 'select c.id, c.last_message_at from public.conversations c where %s order by c.last_message_at desc, c.id desc limit %s';
begin
  conditions := array['c.tenant_id = $1'] || conditions;
  -- The indexes of mailboxes and of people have the status before the time: three short lists are merged instead of one long one sorted.
  execute case
    when conditions::text like '%c.status = %' or conditions::text !~ 'c\.(account|assignee)_id = ' then
      'select array(select p.id from (' || format(one, array_to_string(conditions, ' and '), most) || ') p order by p.last_message_at desc, p.id desc)'
    else (
      select format('select array(select p.id from (%s) p order by p.last_message_at desc, p.id desc limit %s)',
        string_agg('(' || format(one, array_to_string(conditions || format('c.status = %L', s), ' and '), most) || ')', ' union all '), most)
      from unnest(array['open', 'snoozed', 'closed']) s)
    end
  into page using tenant_id;
  return page;
end;
$$;
comment on function private.newest_conversations(uuid, text[], integer) is 'The newest conversations that meet conditions, newest first.';

create function private.list_conversations(tenant_id uuid, filters jsonb, after jsonb, page_size integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  size integer := least(greatest(coalesce(page_size, 50), 1), 100);
  conditions text[];
  page uuid[];
  last public.conversations;
begin
  perform private.require_member(tenant_id);
  conditions := private.conversation_conditions(filters, after);
  -- One row more than asked for tells whether there is a next page.
  page := case when filters ->> 'search' ~ '\S' then private.find_mail(tenant_id, conditions, filters ->> 'search', size + 1)
    else private.newest_conversations(tenant_id, conditions, size + 1) end;
  select * into last from public.conversations c where c.tenant_id = list_conversations.tenant_id and c.id = page[size] and cardinality(page) > size;
  return jsonb_build_object(
    'conversations', private.conversation_rows(tenant_id, page[:size]),
    'next', case when last.id is not null then jsonb_build_object('last_message_at', last.last_message_at, 'id', last.id) end);
end;
$$;
create function public.list_conversations(tenant_id uuid, filters jsonb default '{}', after jsonb default null, page_size integer default 50)
returns jsonb language sql stable set search_path = ''
return private.list_conversations(tenant_id, filters, after, page_size);
comment on function public.list_conversations(uuid, jsonb, jsonb, integer) is
  'Member: conversations, that with the newest message first, 100 a page at most. Filters { view: open|mine|unassigned|snoozed|closed|all, account_id, client_id, tag_id, assignee_id, is_unread, has_attachments, search }, all of which must hold; without a view the open ones. Search finds whole messages by beginnings of words in subject, names, addresses and text. Returns { conversations: [conversation with client, assignee, tags, draft_count, last_direction, failed_count], next: { last_message_at, id } | null }; next is given as after to get the next page. 404 clinic_not_found; 422 filter_invalid (detail: which), page_unknown.';

create function private.inbox_counts(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  self_id constant uuid := auth.uid();
begin
  perform private.require_member(tenant_id);
  return (
    select jsonb_build_object(
      'open', count(*), 'open_unread', count(*) filter (where c.unread_count > 0),
      'mine', count(*) filter (where c.assignee_id = self_id), 'mine_unread', count(*) filter (where c.assignee_id = self_id and c.unread_count > 0),
      'unassigned', count(*) filter (where c.assignee_id is null))
    from public.conversations c where c.tenant_id = inbox_counts.tenant_id and c.status = 'open')
    || jsonb_build_object(
      'snoozed', (select count(*) from public.conversations c where c.tenant_id = inbox_counts.tenant_id and c.status = 'snoozed'),
      'drafts', (select count(*) from public.mail_drafts d where d.tenant_id = inbox_counts.tenant_id),
      'failed', (select count(*) from public.messages m where m.tenant_id = inbox_counts.tenant_id and m.delivery in ('failed', 'unknown')));
end;
$$;
create function public.inbox_counts(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.inbox_counts(tenant_id);
comment on function public.inbox_counts(uuid) is
  'Member: how many conversations there are: { open, open_unread, mine, mine_unread, unassigned, snoozed }, drafts, and failed: messages that were not sent, or nobody knows. Mine and unassigned are open ones. 404 clinic_not_found.';

grant execute on function
  private.list_conversations(uuid, jsonb, jsonb, integer), public.list_conversations(uuid, jsonb, jsonb, integer),
  private.inbox_counts(uuid), public.inbox_counts(uuid)
  to authenticated;
