-- What: the shared inbox: conversations, their messages and attachments.
-- Who:  members read; only functions write. Deleting is done by removing a mailbox, by the mail server and by erasing a client.
-- Relies on: mail_accounts, client_details, client_erasure and files migrations.

create table public.conversations (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  account_id uuid not null,
  subject text not null default '' check (length(subject) <= 500),
  -- Without Re:, Fwd: and the like, lower case: for replies that name no message.
  base_subject text not null default '' check (length(base_subject) <= 500),
  counterpart_address text not null default '' check (length(counterpart_address) <= 254),
  counterpart_name text not null default '' check (length(counterpart_name) <= 200),
  snippet text not null default '' check (length(snippet) <= 300),
  client_id uuid,
  client_link text not null default 'auto' check (client_link in ('auto', 'manual')),
  status text not null default 'open' check (status in ('open', 'snoozed', 'closed')),
  snoozed_until timestamptz,
  assignee_id uuid,
  unread_count integer not null default 0 check (unread_count >= 0),
  message_count integer not null default 0 check (message_count >= 0),
  attachment_count integer not null default 0 check (attachment_count >= 0),
  first_message_at timestamptz not null default now(),
  last_message_at timestamptz not null default now(),
  last_inbound_at timestamptz,
  last_outbound_at timestamptz,
  closed_at timestamptz,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, account_id) references public.mail_accounts (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, assignee_id) references public.memberships (tenant_id, user_id),
  check ((status = 'snoozed') = (snoozed_until is not null))
);
comment on table public.conversations is 'Exchanges of mail with somebody, each in one mailbox.';
comment on column public.conversations.counterpart_address is 'Who it is with: the sender of the first message that came in, else whom the first one went to.';
comment on column public.conversations.client_link is 'auto: the client follows whose address it is; manual: somebody said whom it is about.';
comment on column public.conversations.unread_count is 'Messages nobody at the clinic has read, neither here nor in the mailbox.';
create index conversations_list_idx on public.conversations (tenant_id, status, last_message_at desc, id desc);
create index conversations_all_idx on public.conversations (tenant_id, last_message_at desc, id desc);
create index conversations_assignee_idx on public.conversations (tenant_id, assignee_id, status, last_message_at desc, id desc);
create index conversations_client_idx on public.conversations (tenant_id, client_id, last_message_at desc, id desc);
create index conversations_account_idx on public.conversations (tenant_id, account_id, status, last_message_at desc, id desc);
create index conversations_unread_idx on public.conversations (tenant_id, last_message_at desc, id desc) where unread_count > 0;
create index conversations_counterpart_idx on public.conversations (tenant_id, counterpart_address, last_message_at desc);
create unique index conversations_snoozed_idx on public.conversations (snoozed_until, id) where status = 'snoozed';

alter table public.conversations enable row level security;
create policy "members read their clinic's conversations" on public.conversations for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.conversations to authenticated;
grant select, insert, update, delete on public.conversations to service_role;

create table public.messages (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  account_id uuid not null,
  conversation_id uuid not null,
  direction text not null check (direction in ('inbound', 'outbound')),
  -- Message-ID without its angle brackets, or a digest in its place: one row for each message of a mailbox, in however many folders.
  message_key text not null check (length(message_key) between 1 and 998),
  in_reply_to text check (length(in_reply_to) <= 998),
  -- In the order in which they were written, the message that is answered last.
  reference_ids text[] not null default '{}' check (cardinality(reference_ids) <= 64),
  from_address text not null default '' check (length(from_address) <= 254),
  from_name text not null default '' check (length(from_name) <= 200),
  to_addresses jsonb not null default '[]' check (jsonb_typeof(to_addresses) = 'array'),
  cc_addresses jsonb not null default '[]' check (jsonb_typeof(cc_addresses) = 'array'),
  bcc_addresses jsonb not null default '[]' check (jsonb_typeof(bcc_addresses) = 'array'),
  reply_to jsonb not null default '[]' check (jsonb_typeof(reply_to) = 'array'),
  recipient_count integer not null default 0 check (recipient_count >= 0),
  subject text not null default '' check (length(subject) <= 500),
  sent_at timestamptz not null default now(),
  snippet text not null default '' check (length(snippet) <= 300),
  text_body text not null default '' check (octet_length(text_body) <= 1100000),
  html_body text check (octet_length(html_body) <= 1100000),
  body_state text not null default 'whole' check (body_state in ('whole', 'cut', 'unreadable')),
  size bigint not null default 0 check (size >= 0),
  kind text not null default 'mail' check (kind in ('mail', 'auto_reply', 'bounce', 'list')),
  authentication text not null default '' check (length(authentication) <= 500),
  is_read boolean not null default false,
  is_flagged boolean not null default false,
  attachment_count integer not null default 0 check (attachment_count >= 0),
  -- Gone from the mail server, which we remember and do not undo.
  removed_at timestamptz,
  -- what was written here
  author_id uuid,
  delivery text check (delivery in ('queued', 'sending', 'handing_over', 'sent', 'checking', 'unknown', 'failed', 'cancelled')),
  delivery_error text check (length(delivery_error) <= 500),
  send_at timestamptz,
  delivered_at timestamptz,
  appended_at timestamptz,
  created_at timestamptz not null default now(),
  unique (tenant_id, id),
  unique (tenant_id, account_id, message_key),
  foreign key (tenant_id, account_id) references public.mail_accounts (tenant_id, id),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade,
  foreign key (tenant_id, author_id) references public.memberships (tenant_id, user_id)
);
comment on table public.messages is 'Mail that came in or went out. Bodies are as they came: they are made safe where they are shown.';
comment on column public.messages.sent_at is 'When the server took it in, or when it was sent from here; the sender''s own clock is not trusted.';
comment on column public.messages.to_addresses is '[{ name, address }], the first 50; recipient_count has how many there were in To and Cc.';
comment on column public.messages.body_state is 'whole; cut: it was too long; unreadable: the server or the mail was broken.';
comment on column public.messages.kind is 'What answers itself is no conversation: auto_reply, bounce and list are shown as such, and nothing answers them by itself.';
comment on column public.messages.authentication is 'What the mailbox''s provider found out about the sender: spf, dkim and dmarc.';
comment on column public.messages.delivery is
  'Of what was written here: queued until send_at, when it can still be taken back; sending; handing_over: the server has it or not; sent; checking: whether it went out is looked up in Sent; unknown: it cannot be said; failed; cancelled. Null for what came from the mailbox.';
create index messages_conversation_idx on public.messages (tenant_id, conversation_id, sent_at, id);
create index messages_author_idx on public.messages (tenant_id, author_id);
create index messages_undelivered_idx on public.messages (tenant_id, account_id, delivery) where delivery in ('queued', 'sending', 'handing_over', 'checking', 'sent') and appended_at is null;

alter table public.messages enable row level security;
create policy "members read their clinic's messages" on public.messages for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.messages to authenticated;
grant select, insert, update, delete on public.messages to service_role;

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('mail-attachments', 'mail-attachments', false, 50 * 1024 * 1024, null)
on conflict (id) do update set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;
-- Only what somebody writes comes from a browser: tenants/{tenant_id}/drafts/…
create policy "members upload attachments of their clinic's drafts" on storage.objects for insert to authenticated
  with check (bucket_id = 'mail-attachments' and split_part(name, '/', 1) = 'tenants'
    and split_part(name, '/', 2) = any ((select private.tenant_ids())::text[]));

create table public.message_attachments (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  message_id uuid not null,
  -- Where it is in the message (IMAP part number), or a number of its own for what was not fetched by IMAP.
  part text not null check (length(part) between 1 and 100),
  name text not null default '' check (length(name) <= 255),
  content_type text not null default 'application/octet-stream' check (length(content_type) between 3 and 127),
  encoding text not null default '' check (length(encoding) <= 40),
  size bigint not null default 0 check (size >= 0),
  content_id text check (length(content_id) <= 998),
  is_inline boolean not null default false,
  state text not null default 'waiting' check (state in ('waiting', 'stored', 'too_large', 'failed')),
  object_name text check (starts_with(object_name, 'tenants/' || tenant_id || '/')),
  attempts integer not null default 0 check (attempts >= 0),
  last_error text check (length(last_error) <= 500),
  wanted_at timestamptz,
  created_at timestamptz not null default now(),
  stored_at timestamptz,
  unique (tenant_id, id),
  unique (tenant_id, message_id, part),
  foreign key (tenant_id, message_id) references public.messages (tenant_id, id) on delete cascade,
  check ((state = 'stored') = (stored_at is not null)),
  check (state <> 'stored' or object_name is not null)
);
comment on table public.message_attachments is 'What is attached to messages. Listed at once; the contents follow and are objects of the bucket mail-attachments.';
comment on column public.message_attachments.name is 'As the sender called it, made harmless; the object''s own name is made of ids.';
comment on column public.message_attachments.size is 'Bytes: as announced until it is stored, then as they are.';
comment on column public.message_attachments.wanted_at is 'When somebody asked for it: such come first.';
create index message_attachments_waiting_idx on public.message_attachments (tenant_id, message_id) where state = 'waiting';

alter table public.message_attachments enable row level security;
create policy "members read their clinic's message attachments" on public.message_attachments for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.message_attachments to authenticated;
grant select, insert, update, delete on public.message_attachments to service_role;

create table private.conversation_keys (
  account_id uuid not null,
  key text not null check (length(key) between 1 and 998),
  tenant_id uuid not null,
  conversation_id uuid not null,
  primary key (account_id, key),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade
);
comment on table private.conversation_keys is
  'Which conversation an id belongs to: ids of messages, of those they answer, also when these were never seen, and of the provider''s threads. Each has one conversation in a mailbox.';
create index conversation_keys_conversation_idx on private.conversation_keys (tenant_id, conversation_id);

-- Where messages are on the mail server. Nobody's business but the sync's.
create table private.mail_folders (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  account_id uuid not null,
  path text not null check (length(path) between 1 and 1000),
  role text not null check (role in ('inbox', 'sent')),
  uid_validity numeric(20) not null,
  -- UIDs that have been dealt with, those in which there is nothing included. New mail comes first, so there may be holes.
  done int8multirange not null default '{}',
  floor_uid bigint not null default 1,
  highest_modseq numeric(20),
  message_total integer not null default 0,
  listed_at timestamptz,
  synced_at timestamptz,
  unique (tenant_id, id),
  unique (account_id, path),
  foreign key (tenant_id, account_id) references public.mail_accounts (tenant_id, id) on delete cascade
);
comment on table private.mail_folders is 'How far each folder of a mailbox is synced.';
comment on column private.mail_folders.floor_uid is 'Where the history that is fetched begins; older mail is left where it is.';
comment on column private.mail_folders.highest_modseq is 'State of the flags that have been taken over (RFC 7162); null where the server does not count.';
comment on column private.mail_folders.listed_at is 'When all its UIDs were last compared, which is how deletions are found.';
create index mail_folders_tenant_idx on private.mail_folders (tenant_id, account_id);

create table private.message_locations (
  folder_id uuid not null,
  tenant_id uuid not null references public.tenants (id),
  uid bigint not null check (uid > 0),
  message_id uuid,
  is_seen boolean not null default false,
  is_flagged boolean not null default false,
  -- What could not be fetched, however often it was tried.
  problem text check (length(problem) <= 500),
  primary key (folder_id, uid),
  foreign key (tenant_id, folder_id) references private.mail_folders (tenant_id, id) on delete cascade,
  foreign key (tenant_id, message_id) references public.messages (tenant_id, id) on delete set null (message_id),
  check (message_id is null or problem is null)
);
comment on table private.message_locations is
  'Where in a mailbox each message is. A row without a message stands for one that was erased here, or could not be read: it is not fetched again.';
create index message_locations_message_idx on private.message_locations (tenant_id, message_id);

insert into private.client_erasure_rules (source, client_column, treatment) values ('public.conversations', 'client_id', 'delete');
select private.guard_client_references();
