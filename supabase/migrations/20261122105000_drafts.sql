-- What: mail that somebody at the clinic is writing, with its attachments.
-- Who:  members see what is being written, so that nobody answers twice; only its author changes it, through functions.
-- Relies on: conversations, threading and client_erasure migrations.
--
-- A row here is a draft and nothing else: what is sent becomes a message (sending migration), and what is taken back a draft again.

create table public.mail_drafts (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  account_id uuid not null,
  kind text not null check (kind in ('new', 'reply', 'reply_all', 'forward')),
  conversation_id uuid,
  message_id uuid,
  client_id uuid,
  author_id uuid not null,
  to_addresses jsonb not null default '[]' check (jsonb_typeof(to_addresses) = 'array'),
  cc_addresses jsonb not null default '[]' check (jsonb_typeof(cc_addresses) = 'array'),
  bcc_addresses jsonb not null default '[]' check (jsonb_typeof(bcc_addresses) = 'array'),
  subject text not null default '' check (length(subject) <= 500),
  text_body text not null default '' check (octet_length(text_body) <= 1000000),
  html_body text check (octet_length(html_body) <= 1000000),
  quoted_text text not null default '' check (octet_length(quoted_text) <= 1200000),
  quoted_html text check (octet_length(quoted_html) <= 1200000),
  seen_until timestamptz,
  restored_at timestamptz,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references public.mail_accounts (tenant_id, id),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade,
  foreign key (tenant_id, message_id) references public.messages (tenant_id, id) on delete set null (message_id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, author_id) references public.memberships (tenant_id, user_id)
);
comment on table public.mail_drafts is 'Mail that is being written. What has been sent is a message and no draft any more.';
comment on column public.mail_drafts.message_id is 'The message that is answered or forwarded.';
comment on column public.mail_drafts.client_id is 'For a new mail: the client it was begun for.';
comment on column public.mail_drafts.to_addresses is '[{ name, address }] as typed so far: an address may still be incomplete.';
comment on column public.mail_drafts.html_body is 'As the editor gave it; it is made safe when it is sent. Null: the text alone.';
comment on column public.mail_drafts.quoted_text is 'What is quoted below the text; empty when the author took it out.';
comment on column public.mail_drafts.seen_until is 'The newest message that its author can have known.';
comment on column public.mail_drafts.restored_at is 'When its sending was taken back. Its author may have begun another answer meanwhile: nothing written is lost.';
-- One answer of one person to one message.
create unique index mail_drafts_answer_idx on public.mail_drafts (tenant_id, author_id, message_id, kind)
  where message_id is not null and restored_at is null;
create index mail_drafts_author_idx on public.mail_drafts (tenant_id, author_id, updated_at desc, id);
create index mail_drafts_list_idx on public.mail_drafts (tenant_id, updated_at desc, id);
create index mail_drafts_conversation_idx on public.mail_drafts (tenant_id, conversation_id);
create index mail_drafts_message_idx on public.mail_drafts (tenant_id, message_id);
create index mail_drafts_client_idx on public.mail_drafts (tenant_id, client_id);
create index mail_drafts_account_idx on public.mail_drafts (tenant_id, account_id);

alter table public.mail_drafts enable row level security;
create policy "members read their clinic's drafts" on public.mail_drafts for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.mail_drafts to authenticated;
grant select, insert, update, delete on public.mail_drafts to service_role;

create table public.draft_attachments (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  draft_id uuid not null,
  name text not null check (length(name) between 1 and 255),
  content_type text not null default 'application/octet-stream' check (length(content_type) between 3 and 127),
  size bigint not null check (size >= 0),
  state text not null default 'uploading' check (state in ('uploading', 'stored')),
  object_name text check (starts_with(object_name, 'tenants/' || tenant_id || '/')),
  source_attachment_id uuid,
  content_id text check (length(content_id) <= 998),
  is_inline boolean not null default false,
  created_at timestamptz not null default now(),
  stored_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, draft_id) references public.mail_drafts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, source_attachment_id) references public.message_attachments (tenant_id, id) on delete cascade,
  check ((source_attachment_id is null) = (object_name is not null)),
  check ((state = 'stored') = (stored_at is not null))
);
comment on table public.draft_attachments is
  'What will be attached: objects of the bucket mail-attachments that were uploaded for it, or attachments of the message that is forwarded, by reference.';
comment on column public.draft_attachments.source_attachment_id is 'What is forwarded: it says itself whether its content is there.';
create index draft_attachments_draft_idx on public.draft_attachments (tenant_id, draft_id, created_at, id);
create index draft_attachments_source_idx on public.draft_attachments (tenant_id, source_attachment_id);

alter table public.draft_attachments enable row level security;
create policy "members read what is attached to their clinic's drafts" on public.draft_attachments for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.draft_attachments to authenticated;
grant select, insert, update, delete on public.draft_attachments to service_role;

insert into private.conversation_parts (source) values ('public.mail_drafts');
insert into private.client_erasure_rules (source, client_column, treatment) values ('public.mail_drafts', 'client_id', 'delete');
select private.guard_client_references();

-- reading ----------------------------------------------------------------------------------------------------------

create function private.draft_attachments_json(tenant_id uuid, draft_id uuid) returns jsonb
language sql
stable
set search_path = ''
return (
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', d.id, 'name', d.name, 'content_type', d.content_type, 'size', coalesce(m.size, d.size), 'state', coalesce(m.state, d.state),
    'content_id', d.content_id, 'is_inline', d.is_inline, 'source_attachment_id', d.source_attachment_id) order by d.created_at, d.id), '[]')
  from public.draft_attachments d
  left join public.message_attachments m on m.tenant_id = d.tenant_id and m.id = d.source_attachment_id
  where d.tenant_id = draft_attachments_json.tenant_id and d.draft_id = draft_attachments_json.draft_id);
comment on function private.draft_attachments_json(uuid, uuid) is
  'What is attached to a draft: [{ id, name, content_type, size, state: uploading|stored|waiting|too_large|failed, content_id, is_inline, source_attachment_id }]. The last three states are those of what is forwarded.';

create function private.draft_json(draft public.mail_drafts) returns jsonb
language sql
stable
set search_path = ''
return (
  select jsonb_build_object(
    'id', draft.id, 'kind', draft.kind, 'account_id', draft.account_id, 'conversation_id', draft.conversation_id, 'message_id', draft.message_id,
    'client_id', draft.client_id, 'to', draft.to_addresses, 'cc', draft.cc_addresses, 'bcc', draft.bcc_addresses, 'subject', draft.subject,
    'text_body', draft.text_body, 'html_body', draft.html_body, 'quoted_text', draft.quoted_text, 'quoted_html', draft.quoted_html,
    'revision', draft.revision, 'created_at', draft.created_at, 'updated_at', draft.updated_at,
    'author', jsonb_build_object('user_id', p.user_id, 'first_name', p.first_name, 'last_name', p.last_name),
    'is_mine', draft.author_id = auth.uid(),
    'attachments', private.draft_attachments_json(draft.tenant_id, draft.id))
  from public.profiles p where p.user_id = draft.author_id);
comment on function private.draft_json(public.mail_drafts) is
  'A draft as the app shows it: { id, kind, account_id, conversation_id, message_id, client_id, to, cc, bcc, subject, text_body, html_body, quoted_text, quoted_html, revision, created_at, updated_at, author, is_mine, attachments }.';

create function private.get_draft(tenant_id uuid, draft_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  draft public.mail_drafts;
begin
  perform private.require_member(tenant_id);
  select * into draft from public.mail_drafts d where d.tenant_id = get_draft.tenant_id and d.id = draft_id;
  if draft.id is null then
    perform private.refuse(404, 'draft_not_found', 'There is no such draft.');
  end if;
  return private.draft_json(draft);
end;
$$;
create function public.get_draft(tenant_id uuid, draft_id uuid) returns jsonb language sql stable set search_path = ''
return private.get_draft(tenant_id, draft_id);
comment on function public.get_draft(uuid, uuid) is
  'Member: a draft of the clinic, one''s own (is_mine) or a colleague''s: { id, kind, account_id, conversation_id, message_id, client_id, to, cc, bcc: [{ name, address }], subject, text_body, html_body, quoted_text, quoted_html, revision, created_at, updated_at, author: { user_id, first_name, last_name }, is_mine, attachments: [{ id, name, content_type, size, state: uploading|stored|waiting|too_large|failed, content_id, is_inline, source_attachment_id }] }. 404 clinic_not_found, draft_not_found.';

create function private.list_drafts(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', d.id, 'kind', d.kind, 'account_id', d.account_id, 'conversation_id', d.conversation_id, 'message_id', d.message_id, 'client_id', d.client_id,
      'to', d.to_addresses, 'subject', d.subject, 'snippet', left(btrim(regexp_replace(left(d.text_body, 1000), '\s+', ' ', 'g')), 200),
      'revision', d.revision, 'created_at', d.created_at, 'updated_at', d.updated_at, 'is_mine', d.author_id = auth.uid(),
      'author', jsonb_build_object('user_id', p.user_id, 'first_name', p.first_name, 'last_name', p.last_name),
      'attachment_count', (select count(*) from public.draft_attachments a where a.tenant_id = d.tenant_id and a.draft_id = d.id))
      order by d.author_id = auth.uid() desc, d.updated_at desc, d.id)
    from (
      (select * from public.mail_drafts d where d.tenant_id = list_drafts.tenant_id and d.author_id = auth.uid() order by d.updated_at desc, d.id limit 200)
      union all
      (select * from public.mail_drafts d where d.tenant_id = list_drafts.tenant_id and d.author_id <> auth.uid() order by d.updated_at desc, d.id limit 200)
    ) d
    join public.profiles p on p.user_id = d.author_id), '[]');
end;
$$;
create function public.list_drafts(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_drafts(tenant_id);
comment on function public.list_drafts(uuid) is
  'Member: drafts of the clinic, one''s own first, the newest 200 of each: [{ id, kind, account_id, conversation_id, message_id, client_id, to, subject, snippet, revision, created_at, updated_at, is_mine, author, attachment_count }]. 404 clinic_not_found.';

grant execute on function
  private.get_draft(uuid, uuid), public.get_draft(uuid, uuid),
  private.list_drafts(uuid), public.list_drafts(uuid)
  to authenticated;
