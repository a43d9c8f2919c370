-- What: what the clinic's own AI provider is shown for a suggested reply, and how often a member may ask.
-- Who:  every member of the clinic, through the Edge Function suggest-reply.
-- Relies on: conversations migration.
--
-- It is shown one conversation and what the clinic has written down about itself, nothing else: what is not in the request
-- cannot be talked out of it by a mail. Internal notes, addresses and other conversations are not in it.

create table private.reply_background_parts (
  name text primary key check (name ~ '^[a-z_]{1,40}$'),
  -- Text: see client_record_parts.
  reader text not null check (reader ~ '^[a-z_]{1,60}$')
);
comment on table private.reply_background_parts is
  'What a suggested reply may draw on besides the conversation: the answers of private.<reader>(tenant_id uuid) returns text, null when there is nothing. Knowledge and practice profile add themselves here.';

create function private.reply_background_clinic(tenant_id uuid) returns text
language sql
stable
set search_path = ''
return (select 'The clinic is called ' || t.name || '. Its time zone is ' || t.time_zone || '.' from public.tenants t where t.id = reply_background_clinic.tenant_id);
comment on function private.reply_background_clinic(uuid) is 'For suggested replies: name and time zone of the clinic.';
insert into private.reply_background_parts (name, reader) values ('clinic', 'reply_background_clinic');

create function private.read_for_reply(conversation_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  conversation public.conversations;
  part private.reply_background_parts;
  content text;
  background jsonb := '[]'::jsonb;
begin
  select * into conversation from public.conversations c
  where c.id = read_for_reply.conversation_id and c.tenant_id = any (private.tenant_ids());
  if conversation.id is null then
    perform private.refuse(404, 'conversation_not_found', 'There is no such conversation.');
  end if;
  for part in select * from private.reply_background_parts p order by p.name loop
    execute format('select private.%I($1)', part.reader) into content using conversation.tenant_id;
    if content is not null then
      background := background || jsonb_build_object('name', part.name, 'text', left(content, 20000));
    end if;
  end loop;
  return jsonb_build_object(
    'tenant_id', conversation.tenant_id, 'subject', conversation.subject, 'background', background,
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'direction', m.direction, 'from_name', m.from_name, 'sent_at', m.sent_at,
        'text', left(m.text_body, 20000), 'html', case when m.text_body = '' then left(m.html_body, 100000) end) order by m.sent_at, m.id), '[]')
      from (
        select * from public.messages m
        where m.tenant_id = conversation.tenant_id and m.conversation_id = conversation.id and coalesce(m.delivery, 'sent') = 'sent'
        order by m.sent_at desc, m.id desc limit 20) m));
end;
$$;
create function public.read_for_reply(conversation_id uuid) returns jsonb language sql stable set search_path = ''
return private.read_for_reply(conversation_id);
comment on function public.read_for_reply(uuid) is
  'Member, through the Edge Function suggest-reply: { tenant_id, subject, background: [{ name, text }], messages: [{ direction, from_name, sent_at, text, html }] }, the newest 20, oldest first. 404 conversation_not_found.';

-- how often --------------------------------------------------------------------------------------------------------

create table private.suggestion_uses (
  tenant_id uuid not null,
  user_id uuid not null,
  -- Of the last hour.
  used_at timestamptz[] not null default '{}' check (cardinality(used_at) <= 20),
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references public.memberships (tenant_id, user_id)
);
comment on table private.suggestion_uses is 'When each member last asked for suggested replies: they cost the clinic money.';

create function private.use_suggestion(conversation_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  tenant uuid;
  recent timestamptz[];
begin
  select c.tenant_id into tenant from public.conversations c
  where c.id = use_suggestion.conversation_id and c.tenant_id = any (private.tenant_ids());
  if tenant is null then
    perform private.refuse(404, 'conversation_not_found', 'There is no such conversation.');
  end if;
  insert into private.suggestion_uses (tenant_id, user_id) values (tenant, auth.uid()) on conflict do nothing;
  -- Locked, so that requests at the same moment are counted one after the other.
  select array(select t.at from unnest(u.used_at) t (at) where t.at > clock_timestamp() - interval '1 hour' order by t.at) into recent
  from private.suggestion_uses u where u.tenant_id = tenant and u.user_id = auth.uid() for no key update;
  if cardinality(recent) >= 20 then
    perform private.refuse(429, 'too_many_suggestions', 'That were 20 suggestions within an hour. Please wait.',
      ceil(extract(epoch from recent[1] + interval '1 hour' - clock_timestamp()))::integer::text);
  end if;
  update private.suggestion_uses u set used_at = recent || clock_timestamp() where u.tenant_id = tenant and u.user_id = auth.uid();
  perform private.record_event('conversation.shown_to_ai', tenant, 'conversation', conversation_id::text);
end;
$$;
create function public.use_suggestion(conversation_id uuid) returns void language sql set search_path = ''
return private.use_suggestion(conversation_id);
comment on function public.use_suggestion(uuid) is
  'Member, through the Edge Function suggest-reply: counts a suggested reply, 20 an hour for each member, and records that the conversation goes to the AI provider. 404 conversation_not_found; 429 too_many_suggestions (detail: seconds to wait).';

grant execute on function
  private.read_for_reply(uuid), public.read_for_reply(uuid),
  private.use_suggestion(uuid), public.use_suggestion(uuid)
  to authenticated;
