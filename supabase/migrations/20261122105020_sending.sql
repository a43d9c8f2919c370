-- What: sending a draft: it becomes a message that waits ten seconds, in which it can be taken back; and sending again what failed.
-- Who:  the author of a draft; every member sends again what failed.
-- Relies on: starting_drafts, threading, storing_mail, job_queue migrations.
--
-- A mail goes out at most once. Until the message is handing_over, nothing has left and a worker that died is replaced. From then on
-- nobody can know: the message is looked up in Sent, and when it is not there a person decides.

create table private.mail_sends (
  message_id uuid primary key,
  tenant_id uuid not null,
  draft_id uuid not null,
  draft jsonb,
  attachments jsonb not null default '[]',
  is_new_conversation boolean not null default false,
  reopened jsonb,
  attempt uuid,
  attempts integer not null default 0,
  checking_since timestamptz,
  queued_at timestamptz not null default now(),
  unique (tenant_id, draft_id),
  foreign key (tenant_id, message_id) references public.messages (tenant_id, id) on delete cascade
);
comment on table private.mail_sends is 'Mail that was written here on its way out, and what is needed to take it back.';
comment on column private.mail_sends.draft is 'The draft that it was; null once it is sent.';
comment on column private.mail_sends.reopened is 'How its conversation was before it was closed with it: { status, snoozed_until, closed_at }.';
comment on column private.mail_sends.attempt is 'Whoever sends it now. A worker that was thought dead settles nothing.';
-- How many a mailbox has sent today.
create index messages_written_idx on public.messages (tenant_id, account_id, created_at) where delivery is not null;

create function private.sending_json(message public.messages) returns jsonb
language sql
immutable
set search_path = ''
return jsonb_build_object(
  'id', message.id, 'conversation_id', message.conversation_id, 'account_id', message.account_id, 'subject', message.subject, 'delivery', message.delivery,
  'delivery_error', message.delivery_error, 'send_at', message.send_at, 'sent_at', message.sent_at, 'author_id', message.author_id);
comment on function private.sending_json(public.messages) is 'How far the sending of a message is.';

create function private.require_sending_account(tenant_id uuid, account_id uuid) returns public.mail_accounts
language plpgsql
set search_path = ''
as $$
declare
  account public.mail_accounts;
  most constant integer := 500;
begin
  select * into account from public.mail_accounts a
  where a.tenant_id = require_sending_account.tenant_id and a.id = account_id for no key update;
  if account.id is null or account.status = 'removed' then
    perform private.refuse(409, 'mail_account_removed', 'This mailbox is not connected any more: choose another one to send from.');
  elsif account.status <> 'active' then
    perform private.refuse(409, 'mail_account_not_active', 'Nothing is sent from this mailbox: it is paused, or its password is refused.', account.status);
  elsif account.send_via = 'resend' and not private.may_send_as(account.tenant_id, account.address) then
    perform private.refuse(409, 'mail_domain_not_allowed', 'This address cannot send yet: its domain has to be verified for the clinic first.');
  elsif (
    select count(*) from public.messages m
    where m.tenant_id = account.tenant_id and m.account_id = account.id and m.delivery is not null and m.delivery <> 'cancelled'
      and m.created_at > now() - interval '1 day') >= most
  then
    perform private.refuse(429, 'daily_limit_reached', 'This mailbox has sent 500 messages within a day. Mail services close mailboxes that send more.', most::text);
  end if;
  return account;
end;
$$;
comment on function private.require_sending_account(uuid, uuid) is
  'A mailbox from which mail may be sent now, locked. 409 mail_account_removed, mail_account_not_active (detail: its status), mail_domain_not_allowed; 429 daily_limit_reached.';

create function private.require_recipients(draft public.mail_drafts) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  recipients jsonb;
  wrong text;
  total integer;
begin
  with given as (
    select 1 as field, place, e ->> 'name' as name, lower(e ->> 'address') as address from jsonb_array_elements(draft.to_addresses) with ordinality t (e, place)
    union all
    select 2, place, e ->> 'name', lower(e ->> 'address') from jsonb_array_elements(draft.cc_addresses) with ordinality c (e, place)
    union all
    select 3, place, e ->> 'name', lower(e ->> 'address') from jsonb_array_elements(draft.bcc_addresses) with ordinality b (e, place)),
  -- Nobody gets it twice.
  once as (select distinct on (g.address) g.* from given g order by g.address, g.field, g.place),
  listed as (select o.*, jsonb_build_object('name', o.name, 'address', o.address) as entry from once o)
  select count(*), min(l.address) filter (where not private.is_mail_address(l.address)), jsonb_build_object(
    'to', coalesce(jsonb_agg(l.entry order by l.place) filter (where l.field = 1), '[]'),
    'cc', coalesce(jsonb_agg(l.entry order by l.place) filter (where l.field = 2), '[]'),
    'bcc', coalesce(jsonb_agg(l.entry order by l.place) filter (where l.field = 3), '[]'))
  into total, wrong, recipients from listed l;
  if total = 0 then
    perform private.refuse(422, 'no_recipients', 'Nobody is named to whom it goes.');
  elsif wrong is not null then
    perform private.refuse(422, 'recipient_invalid', 'An address is not complete.', wrong);
  elsif total > 400 then
    perform private.refuse(422, 'too_many_recipients', 'A message can go to 400 recipients at most.', '400');
  end if;
  return recipients;
end;
$$;
comment on function private.require_recipients(public.mail_drafts) is
  'Whom a draft goes to, each once: { to, cc, bcc }. 422 no_recipients, recipient_invalid (detail: the address), too_many_recipients.';

create function private.answered_ids(parent public.messages) returns text[]
language sql
immutable
set search_path = ''
-- A digest in the place of an id means nothing to others; one that is not its message's alone carries a digest at its end.
return (
  select array_agg(distinct_ids.id order by distinct_ids.place)
  from (
    select r.id, min(r.place) as place
    from unnest(coalesce(nullif(parent.reference_ids, '{}'), array_remove(array[parent.in_reply_to], null))
      || case when starts_with(parent.message_key, 'sha256:') then '{}'::text[] else array[regexp_replace(parent.message_key, '#[0-9a-f]{64}$', '')] end)
      with ordinality r (id, place)
    where r.id ~ '^[^\s<>]+$' group by r.id) distinct_ids);
comment on function private.answered_ids(public.messages) is
  'The References of an answer (RFC 5322 3.6.4): those of the message that is answered, then its own id.';

create function private.shortened_ids(ids text[]) returns text[]
language sql
immutable
set search_path = ''
return case when cardinality(ids) > 20 then ids[1:1] || ids[cardinality(ids) - 18:] else coalesce(ids, '{}') end;
comment on function private.shortened_ids(text[]) is 'At most 20 ids: the first, which began it, and the last ones.';

create function private.written_html(draft public.mail_drafts) returns text
language sql
immutable
set search_path = ''
return case when draft.html_body is not null or draft.quoted_html is not null then
  coalesce(draft.html_body, '<p>' || replace(private.escape_html(draft.text_body), E'\n', '<br>') || '</p>') || coalesce(draft.quoted_html, '') end;
comment on function private.written_html(public.mail_drafts) is 'What was written with what is quoted, as HTML; null when there is text alone.';

create function private.message_of_draft(draft public.mail_drafts, account public.mail_accounts, recipients jsonb) returns public.messages
language plpgsql
set search_path = ''
as $$
declare
  parent public.messages;
  message public.messages;
begin
  select * into parent from public.messages m where m.tenant_id = draft.tenant_id and m.id = draft.message_id;
  message.id := gen_random_uuid();
  message.tenant_id := draft.tenant_id;
  message.account_id := account.id;
  message.direction := 'outbound';
  message.message_key := message.id || '@' || split_part(account.address, '@', 2);
  if draft.kind in ('reply', 'reply_all') then
    message.in_reply_to := (private.answered_ids(parent))[cardinality(private.answered_ids(parent))];
  end if;
  message.reference_ids := private.shortened_ids(private.answered_ids(parent));
  message.from_address := account.address;
  message.from_name := coalesce(nullif(account.display_name, ''), (select private.plain_line(t.name, 200) from public.tenants t where t.id = draft.tenant_id));
  message.to_addresses := recipients -> 'to';
  message.cc_addresses := recipients -> 'cc';
  message.bcc_addresses := recipients -> 'bcc';
  message.reply_to := '[]';
  message.recipient_count := jsonb_array_length(message.to_addresses) + jsonb_array_length(message.cc_addresses);
  message.subject := draft.subject;
  -- The Date of the mail, also when it is sent again.
  message.sent_at := date_trunc('second', now());
  message.snippet := left(btrim(regexp_replace(left(draft.text_body, 2000), '\s+', ' ', 'g')), 300);
  message.text_body := draft.text_body || case when draft.quoted_text = '' then '' else E'\n\n' || draft.quoted_text end;
  message.html_body := private.written_html(draft);
  message.body_state := 'whole';
  message.kind := 'mail';
  message.authentication := '';
  message.is_read := true;
  message.is_flagged := false;
  message.size := octet_length(message.text_body) + coalesce(octet_length(message.html_body), 0) + private.draft_size(draft.tenant_id, draft.id);
  message.attachment_count := (
    select count(*) from public.draft_attachments a where a.tenant_id = draft.tenant_id and a.draft_id = draft.id and not a.is_inline);
  message.author_id := draft.author_id;
  message.delivery := 'queued';
  message.send_at := now() + interval '10 seconds';
  message.created_at := now();
  if octet_length(message.text_body) > 1000000 or octet_length(message.html_body) > 1000000 then
    perform private.refuse(422, 'field_too_long', 'This text is too long.', 'text_body');
  end if;
  return message;
end;
$$;
comment on function private.message_of_draft(public.mail_drafts, public.mail_accounts, jsonb) is
  'The message that a draft becomes, its Message-ID and Date fixed. 422 field_too_long.';
