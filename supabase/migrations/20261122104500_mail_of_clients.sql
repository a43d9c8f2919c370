-- What: mail on the dashboard, in a client's record, and when a client is erased.
-- Who:  every member of the clinic (dashboard); owners and members with the permission "exports" (record); the database's owner (erasing).
-- Relies on: reading_conversations, dashboard, export, erasing_clients migrations.

-- What was closed in a period is counted by the index alone.
create index conversations_closed_idx on public.conversations (tenant_id, closed_at) where closed_at is not null;

create function private.dashboard_inbox(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  -- Asked once and not for each of thousands of rows.
  self_id constant uuid := auth.uid();
  period record := private.dashboard_period(tenant_id, days);
begin
  return (
    select jsonb_build_object(
      'open', count(*), 'unread', count(*) filter (where c.unread_count > 0),
      'mine_unread', count(*) filter (where c.unread_count > 0 and c.assignee_id = self_id),
      'unassigned', count(*) filter (where c.assignee_id is null),
      'closed', (
        select count(*) from public.conversations d
        where d.tenant_id = dashboard_inbox.tenant_id and d.closed_at >= period.starts_at),
      'oldest_waiting_at', min(c.last_inbound_at) filter (where c.last_inbound_at > coalesce(c.last_outbound_at, '-infinity')))
    from public.conversations c
    where c.tenant_id = dashboard_inbox.tenant_id and c.status = 'open');
end;
$$;
comment on function private.dashboard_inbox(uuid, integer) is
  'Card: open conversations { open, unread, mine_unread, unassigned, closed: how many were closed in the period, oldest_waiting_at: since when somebody has been waiting longest for an answer }.';
insert into private.dashboard_cards (name, reader) values ('inbox', 'dashboard_inbox');
comment on function public.dashboard(uuid, integer) is
  'Member: the clinic at a glance over the last 7, 30 or 90 days where it is, days without anything included, oldest first: { period: { days, from, to }, clients: { total, archived, added, added_before, by_day: [{ day, added }] }, tasks: { open, overdue, due_today, mine_open, completed, completed_before, next }, activity: { by_day: [{ day, count }], recent }, files: { stored, bytes, added }, birthdays, today: { statuses, next }, visits: { due, no_shows, late_cancels, before, by_day: [{ day, due, no_shows, late_cancels }] }, utilisation: { open_minutes, booked_minutes, by_provider }, inbox: { open, unread, mine_unread, unassigned, oldest_waiting_at } }. …_before: in as many days before. 404 clinic_not_found; 422 period_invalid.';

create function private.client_record_conversations(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(c) - array['tenant_id', 'client_id', 'base_subject', 'revision', 'updated_at'] || jsonb_build_object(
      'mailbox', (select a.address from public.mail_accounts a where a.tenant_id = c.tenant_id and a.id = c.account_id),
      'messages', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', m.id, 'direction', m.direction, 'sent_at', m.sent_at, 'from_name', m.from_name, 'from_address', m.from_address,
          'to', m.to_addresses, 'cc', m.cc_addresses, 'bcc', m.bcc_addresses, 'subject', m.subject, 'author_id', m.author_id, 'delivery', m.delivery,
          'text', m.text_body, 'html', case when m.text_body = '' then m.html_body end,
          'attachments', (
            select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'content_type', t.content_type, 'size', t.size) order by t.part), '[]')
            from public.message_attachments t where t.tenant_id = m.tenant_id and t.message_id = m.id)) order by m.sent_at, m.id), '[]')
        from public.messages m where m.tenant_id = c.tenant_id and m.conversation_id = c.id),
      'notes', (
        select coalesce(jsonb_agg(to_jsonb(n) - array['tenant_id', 'conversation_id'] order by n.created_at, n.id), '[]')
        from public.conversation_notes n where n.tenant_id = c.tenant_id and n.conversation_id = c.id),
      'tags', (
        select coalesce(jsonb_agg(t.name order by lower(t.name)), '[]')
        from public.conversation_tags g join public.tags t on t.tenant_id = g.tenant_id and t.id = g.tag_id
        where g.tenant_id = c.tenant_id and g.conversation_id = c.id)) order by c.first_message_at, c.id), '[]')
    from public.conversations c
    where c.tenant_id = client_record_conversations.tenant_id and c.client_id = client_record_conversations.client_id);
end;
$$;
comment on function private.client_record_conversations(uuid, uuid) is
  'Part of a client''s record: conversations with their messages as text (as HTML where there is no text), the names of attachments, internal notes and tags.';
insert into private.client_record_parts (name, reader) values ('conversations', 'client_record_conversations');
comment on function public.client_record(uuid, uuid) is
  'Owner or member with "exports": everything about a client: { format, exported_at, client, identifiers, tags, notes with revisions, tasks, files (without contents), appointments, series, waitlist with offers, reminders, conversations with messages and notes, activities, people: { id: name } }. 403 export_not_permitted; 404 clinic_not_found, client_not_found.';

create function private.gather_mail_of_clients(tenant_id uuid, client_ids uuid[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- An address that others have as well, as in a family, does not say whose mail it is.
  update public.conversations c set client_id = client_ids[1]
  from public.client_identifiers i
  where i.tenant_id = gather_mail_of_clients.tenant_id and i.client_id = any (client_ids) and i.kind = 'email'
    and c.tenant_id = i.tenant_id and c.counterpart_address = i.normalised and c.client_id is null
    and not exists (
      select from public.client_identifiers o join public.clients k on k.tenant_id = o.tenant_id and k.id = o.client_id and k.merged_into is null
      where o.tenant_id = i.tenant_id and o.kind = 'email' and o.normalised = i.normalised and o.client_id <> all (client_ids));
end;
$$;
comment on function private.gather_mail_of_clients(uuid, uuid[]) is
  'Before clients are erased: conversations about nobody in particular, with an address that is theirs alone, are about them, and are deleted with the others. What somebody linked to another client stays with that client.';
insert into private.client_erasure_steps (name, worker) values ('mail', 'gather_mail_of_clients');
