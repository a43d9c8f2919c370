-- What: mail that leaves through Resend: how many may get it, and under which Message-ID it went out.
-- Who:  service_role: the jobs send-mail and learn-sent-id.
-- Relies on: sending, delivering_mail, threading migrations.
--
-- The mail service beneath Resend replaces the Message-ID of what it takes; answers name the new one. Unless it is known here, an
-- answer from a mail program that repeats no references would begin a conversation of its own.

create or replace function private.require_recipients(draft public.mail_drafts) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  recipients jsonb;
  wrong text;
  total integer;
  -- What each of the two ways out takes at once.
  most constant integer := case when exists (
    select from public.mail_accounts a where a.tenant_id = draft.tenant_id and a.id = draft.account_id and a.send_via = 'resend') then 50 else 400 end;
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
  elsif total > most then
    perform private.refuse(422, 'too_many_recipients', format('A message from this mailbox can go to %s recipients at most.', most), most::text);
  end if;
  return recipients;
end;
$$;

create function private.expect_sent_id(message_id uuid, resend_id text) returns uuid
language sql
security definer
set search_path = ''
begin atomic
  -- Resend hands it on within seconds.
  select private.enqueue_job(
    'learn-sent-id', jsonb_build_object('message_id', m.id, 'resend_id', left(expect_sent_id.resend_id, 100)), m.tenant_id,
    now() + interval '30 seconds', 'learn-sent-id:' || m.id)
  from public.messages m where m.id = expect_sent_id.message_id and m.delivery = 'sent';
end;
create function public.expect_sent_id(message_id uuid, resend_id text) returns uuid language sql set search_path = ''
return private.expect_sent_id(message_id, resend_id);
comment on function public.expect_sent_id(uuid, text) is
  'Service role: has the Message-ID looked up under which Resend sends a message that it has taken as `resend_id`. Returns the job, null when the message is not sent.';

create function private.learn_sent_id(message_id uuid, sent_id text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  message public.messages;
  wanted constant text := btrim(sent_id, E' \t\r\n<>');
  owner uuid;
begin
  select m.* into message from public.messages m where m.id = learn_sent_id.message_id and m.delivery = 'sent';
  if message.id is null or wanted is null or wanted !~ '^[^\s<>]+$' or length(wanted) > 998 then
    return jsonb_build_object('conversation_id', null);
  end if;
  -- Whoever stores mail of this mailbox at this moment comes before or after.
  perform from public.mail_accounts a where a.tenant_id = message.tenant_id and a.id = message.account_id for no key update;
  select m.* into message from public.messages m where m.tenant_id = message.tenant_id and m.id = message.id for no key update;
  insert into private.conversation_keys (account_id, key, tenant_id, conversation_id)
  select message.account_id, wanted, message.tenant_id, message.conversation_id where message.id is not null
  on conflict on constraint conversation_keys_pkey do nothing;
  select k.conversation_id into owner from private.conversation_keys k where k.account_id = message.account_id and k.key = wanted;
  -- An answer was here first.
  if owner <> message.conversation_id then
    owner := private.join_conversations(message.tenant_id, array[owner, message.conversation_id]);
    perform private.sum_conversations(message.tenant_id, array[owner]);
  end if;
  return jsonb_build_object('conversation_id', owner);
end;
$$;
create function public.learn_sent_id(message_id uuid, sent_id text) returns jsonb language sql set search_path = ''
return private.learn_sent_id(message_id, sent_id);
comment on function public.learn_sent_id(uuid, text) is
  'Service role: answers that name this Message-ID belong to the conversation of a sent message, also one that has come already: { conversation_id }, null when there is no such message.';

grant execute on function
  private.expect_sent_id(uuid, text), public.expect_sent_id(uuid, text),
  private.learn_sent_id(uuid, text), public.learn_sent_id(uuid, text)
  to service_role;
