-- What: what a clinic adds to its mail: tags, internal notes, the history of a conversation, who is looking at it, canned replies
--       and signatures.
-- Who:  members read; only functions write.
-- Relies on: conversations and client_details (tags) migrations.

create table public.conversation_tags (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  conversation_id uuid not null,
  tag_id uuid not null,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  unique (tenant_id, conversation_id, tag_id),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade,
  foreign key (tenant_id, tag_id) references public.tags (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.conversation_tags is 'Which conversations have which of the clinic''s tags.';
create index conversation_tags_tag_idx on public.conversation_tags (tenant_id, tag_id, conversation_id);
create index conversation_tags_created_by_idx on public.conversation_tags (tenant_id, created_by);

alter table public.conversation_tags enable row level security;
create policy "members read their conversations' tags" on public.conversation_tags for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.conversation_tags to authenticated;
grant select, insert, update, delete on public.conversation_tags to service_role;

create table public.conversation_notes (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  conversation_id uuid not null,
  body text not null check (length(body) <= 10000 and body ~ '\S'),
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  updated_by uuid default auth.uid(),
  unique (tenant_id, id),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, updated_by) references public.memberships (tenant_id, user_id)
);
comment on table public.conversation_notes is 'What colleagues tell each other about a conversation. It never leaves the clinic.';
create index conversation_notes_conversation_idx on public.conversation_notes (tenant_id, conversation_id, created_at, id);
create index conversation_notes_created_by_idx on public.conversation_notes (tenant_id, created_by);
create index conversation_notes_updated_by_idx on public.conversation_notes (tenant_id, updated_by);

alter table public.conversation_notes enable row level security;
create policy "members read their conversations' notes" on public.conversation_notes for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.conversation_notes to authenticated;
grant select, insert, update, delete on public.conversation_notes to service_role;

create table public.conversation_events (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  conversation_id uuid not null,
  kind text not null check (kind in ('opened', 'closed', 'snoozed', 'assigned', 'unassigned', 'tag_added', 'tag_removed', 'client_linked', 'client_unlinked')),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  actor_id uuid,
  occurred_at timestamptz not null default clock_timestamp(),
  unique (tenant_id, id),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade,
  foreign key (tenant_id, actor_id) references public.memberships (tenant_id, user_id)
);
comment on table public.conversation_events is
  'What was done with a conversation, shown between its messages. Kept by triggers, whoever does it.';
comment on column public.conversation_events.details is
  'Ids and times alone: snoozed_until, assignee_id, tag_id, client_id. Names are looked up when it is read.';
comment on column public.conversation_events.actor_id is 'Null for what happened by itself: an answer opens a conversation, a time comes, a client gets an address.';
create index conversation_events_conversation_idx on public.conversation_events (tenant_id, conversation_id, occurred_at, id);
create index conversation_events_actor_idx on public.conversation_events (tenant_id, actor_id);

alter table public.conversation_events enable row level security;
create policy "members read what was done with their conversations" on public.conversation_events for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.conversation_events to authenticated;
grant select, insert, update, delete on public.conversation_events to service_role;

create table private.conversation_viewers (
  tenant_id uuid not null,
  conversation_id uuid not null,
  user_id uuid not null,
  is_writing boolean not null,
  seen_at timestamptz not null default now(),
  primary key (tenant_id, conversation_id, user_id),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade,
  foreign key (tenant_id, user_id) references public.memberships (tenant_id, user_id)
);
comment on table private.conversation_viewers is 'Who has a conversation open, told every 15 seconds by the page. Whoever has not been heard of for 45 seconds is gone.';
create unique index conversation_viewers_old_idx on private.conversation_viewers (seen_at, tenant_id, conversation_id, user_id);
create index conversation_viewers_user_idx on private.conversation_viewers (tenant_id, user_id);

create table public.canned_replies (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  title text not null check (title = btrim(title) and length(title) between 1 and 100),
  body text not null check (length(body) <= 10000 and body ~ '\S'),
  shortcut text check (shortcut ~ '^[a-z0-9_-]{1,30}$'),
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  updated_by uuid default auth.uid(),
  unique (tenant_id, id),
  unique (tenant_id, shortcut),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, updated_by) references public.memberships (tenant_id, user_id)
);
comment on table public.canned_replies is 'Answers that a clinic gives often: plain text with placeholders such as {{client.first_name}}.';
comment on column public.canned_replies.shortcut is 'What is typed to insert it.';
create unique index canned_replies_title_idx on public.canned_replies (tenant_id, lower(title));
create index canned_replies_created_by_idx on public.canned_replies (tenant_id, created_by);
create index canned_replies_updated_by_idx on public.canned_replies (tenant_id, updated_by);

alter table public.canned_replies enable row level security;
create policy "members read their clinic's canned replies" on public.canned_replies for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.canned_replies to authenticated;
grant select, insert, update, delete on public.canned_replies to service_role;
create trigger audit_change after insert or delete or update of title, body, shortcut on public.canned_replies
  for each row execute function private.audit_row_change('canned_reply');

create table public.mail_signatures (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  account_id uuid,
  user_id uuid,
  body text not null check (length(body) <= 5000),
  updated_at timestamptz not null default now(),
  updated_by uuid default auth.uid(),
  unique (tenant_id, id),
  unique nulls not distinct (tenant_id, account_id, user_id),
  foreign key (tenant_id, account_id) references public.mail_accounts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, user_id) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, updated_by) references public.memberships (tenant_id, user_id),
  check (account_id is not null or user_id is not null)
);
comment on table public.mail_signatures is
  'What stands under mail that goes out. That of a person in a mailbox comes before that of the person, and this before that of the mailbox.';
comment on column public.mail_signatures.user_id is 'Whose it is; null: the mailbox''s, for all who have none of their own.';
create index mail_signatures_user_idx on public.mail_signatures (tenant_id, user_id);
create index mail_signatures_updated_by_idx on public.mail_signatures (tenant_id, updated_by);

alter table public.mail_signatures enable row level security;
create policy "members read their clinic's signatures" on public.mail_signatures for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.mail_signatures to authenticated;
grant select, insert, update, delete on public.mail_signatures to service_role;
create trigger audit_change after insert or delete or update of body on public.mail_signatures
  for each row execute function private.audit_row_change('mail_signature');

insert into private.conversation_parts (source, unique_column) values
  ('public.conversation_tags', 'tag_id'), ('public.conversation_notes', null), ('public.conversation_events', null),
  ('private.conversation_viewers', 'user_id');

-- the history writes itself ----------------------------------------------------------------------------------------

create function private.record_conversation_change() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  who constant uuid := (select m.user_id from public.memberships m where m.tenant_id = new.tenant_id and m.user_id = auth.uid());
begin
  if coalesce(current_setting('chairside.keep_times', true), '') = 'on' then
    return null;
  end if;
  insert into public.conversation_events (tenant_id, conversation_id, kind, details, actor_id)
  select new.tenant_id, new.id, e.kind, e.details, who
  from (values
    (1, new.status <> old.status or new.snoozed_until <> old.snoozed_until,
      case new.status when 'open' then 'opened' else new.status end,
      case new.status when 'snoozed' then jsonb_build_object('snoozed_until', new.snoozed_until) else '{}' end),
    (2, new.assignee_id is distinct from old.assignee_id,
      case when new.assignee_id is null then 'unassigned' else 'assigned' end,
      jsonb_strip_nulls(jsonb_build_object('assignee_id', new.assignee_id))),
    (3, new.client_id is distinct from old.client_id,
      case when new.client_id is null then 'client_unlinked' else 'client_linked' end,
      jsonb_build_object('client_id', coalesce(new.client_id, old.client_id)))
  ) e (n, is_so, kind, details)
  where e.is_so order by e.n;
  return null;
end;
$$;
comment on function private.record_conversation_change() is 'Trigger: notes a change of status, assignee or client in a conversation''s history.';
create trigger record_change after update on public.conversations for each row
  when (new.status is distinct from old.status or new.snoozed_until is distinct from old.snoozed_until
    or new.assignee_id is distinct from old.assignee_id or new.client_id is distinct from old.client_id)
  execute function private.record_conversation_change();

create function private.record_conversation_tag() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  tagging constant public.conversation_tags := case tg_op when 'DELETE' then old else new end;
begin
  -- A conversation that is deleted, and a tag that is, take their rows along and have no history.
  if exists (select from public.conversations c where c.tenant_id = tagging.tenant_id and c.id = tagging.conversation_id)
    and exists (select from public.tags t where t.tenant_id = tagging.tenant_id and t.id = tagging.tag_id)
  then
    insert into public.conversation_events (tenant_id, conversation_id, kind, details, actor_id)
    values (tagging.tenant_id, tagging.conversation_id, case tg_op when 'DELETE' then 'tag_removed' else 'tag_added' end,
      jsonb_build_object('tag_id', tagging.tag_id),
      (select m.user_id from public.memberships m where m.tenant_id = tagging.tenant_id and m.user_id = auth.uid()));
  end if;
  return null;
end;
$$;
comment on function private.record_conversation_tag() is 'Trigger: notes in a conversation''s history that a tag was added or removed.';
create trigger record_change after insert or delete on public.conversation_tags
  for each row execute function private.record_conversation_tag();
