-- What: beginning a mail: whom it goes to, its subject, the quoted message, the signature, what is forwarded with it.
-- Who:  every member.
-- Relies on: draft_attachments, signatures migrations.

create function private.marked_subject(subject text, mark text) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  base text := btrim(regexp_replace(coalesce(subject, ''), '\s+', ' ', 'g'));
  -- As mail programs of many languages write the same mark, also numbered: it is set once.
  marks constant text := case mark when 'Re' then 're|aw|antw|sv|vs|odp|răsp|rasp' else 'fw|fwd|wg|tr|rv|enc' end;
begin
  for round in 1..10 loop
    exit when base !~* ('^(' || marks || ')(\[[0-9]+\]|\([0-9]+\))?\s*:');
    base := btrim(regexp_replace(base, '^(' || marks || ')(\[[0-9]+\]|\([0-9]+\))?\s*:', '', 'i'));
  end loop;
  return left(btrim(mark || ': ' || base), 500);
end;
$$;
comment on function private.marked_subject(text, text) is 'A subject with Re: or Fwd: before it, once.';

create function private.is_mail_address(address text) returns boolean
language sql
immutable
set search_path = ''
-- As require_email takes them.
return coalesce(length(address) <= 254 and not private.has_hidden_characters(address)
  and lower(address) ~ '^[^\s@<>",;:()\\]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$', false);
comment on function private.is_mail_address(text) is 'Whether a mail can be addressed to it.';

create function private.answer_recipients(message public.messages, is_all boolean) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  own text[] := array(select a.address from public.mail_accounts a where a.tenant_id = message.tenant_id);
  main jsonb := case
    -- Whoever answers what the clinic wrote itself goes on writing to the same people.
    when message.direction = 'outbound' then message.to_addresses
    when message.reply_to <> '[]' then message.reply_to
    else jsonb_build_array(jsonb_build_object('name', message.from_name, 'address', message.from_address)) end;
  others jsonb := case
    when not is_all then '[]'
    when message.direction = 'outbound' then message.cc_addresses
    else message.to_addresses || message.cc_addresses end;
begin
  return (
    with given as (
      select 'to' as field, place, private.plain_line(e ->> 'name', 200) as name, lower(private.plain_line(e ->> 'address', 254)) as address
      from jsonb_array_elements(main) with ordinality m (e, place)
      union all
      select 'cc', 1000 + place, private.plain_line(e ->> 'name', 200), lower(private.plain_line(e ->> 'address', 254))
      from jsonb_array_elements(others) with ordinality o (e, place)),
    wanted as (
      select distinct on (g.address) g.* from given g
      where private.is_mail_address(g.address) and (g.field = 'to' or g.address <> all (own)) order by g.address, g.place)
    select jsonb_build_object(
      'to', coalesce(jsonb_agg(jsonb_build_object('name', w.name, 'address', w.address) order by w.place) filter (where w.field = 'to'), '[]'),
      'cc', coalesce(jsonb_agg(jsonb_build_object('name', w.name, 'address', w.address) order by w.place) filter (where w.field = 'cc'), '[]'))
    from wanted w);
end;
$$;
comment on function private.answer_recipients(public.messages, boolean) is
  'Whom an answer goes to: { to, cc }: Reply-To or From; for an answer to all everybody else too, without the clinic''s own addresses.';

create function private.escape_html(given text) returns text
language sql
immutable
set search_path = ''
return replace(replace(replace(replace(coalesce(given, ''), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;');
comment on function private.escape_html(text) is 'A text as it is written in HTML.';

create function private.address_line(addresses jsonb) returns text
language sql
immutable
set search_path = ''
return (
  select coalesce(string_agg(case when coalesce(e ->> 'name', '') = '' then e ->> 'address' else (e ->> 'name') || ' <' || (e ->> 'address') || '>' end, ', ' order by place), '')
  from jsonb_array_elements(addresses) with ordinality a (e, place) where place <= 50);
comment on function private.address_line(jsonb) is 'Addresses as a mail program writes them, 50 at most.';

create function private.quote_message(message public.messages, kind text) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  is_romanian boolean := private.clinic_language(message.tenant_id) = 'ro';
  moment text := to_char(message.sent_at at time zone (select t.time_zone from public.tenants t where t.id = message.tenant_id), 'DD.MM.YYYY, HH24:MI');
  sender text := private.address_line(jsonb_build_array(jsonb_build_object('name', private.plain_line(message.from_name, 200), 'address', message.from_address)));
  -- A newsletter of a megabyte is not quoted whole.
  body text := regexp_replace(left(replace(message.text_body, E'\r', ''), 100000), '\s+$', '');
  html text := case when octet_length(message.html_body) <= 300000 then message.html_body else replace(private.escape_html(body), E'\n', '<br>') end;
  head text;
begin
  -- Whoever gets it reads it in the clinic's language.
  if kind = 'forward' then
    head := concat_ws(E'\n',
      case when is_romanian then '---------- Mesaj redirecționat ----------' else '---------- Forwarded message ----------' end,
      case when is_romanian then 'De la: ' else 'From: ' end || sender,
      case when is_romanian then 'Data: ' else 'Date: ' end || moment,
      case when is_romanian then 'Subiect: ' else 'Subject: ' end || message.subject,
      case when is_romanian then 'Către: ' else 'To: ' end || private.address_line(message.to_addresses));
    return jsonb_build_object('text', head || E'\n\n' || body, 'html', '<p>' || replace(private.escape_html(head), E'\n', '<br>') || '</p>' || html);
  end if;
  head := case when is_romanian then format('La %s, %s a scris:', moment, sender) else format('On %s, %s wrote:', moment, sender) end;
  return jsonb_build_object(
    'text', head || E'\n' || regexp_replace(regexp_replace(body, '^', '> ', 'gn'), '^> $', '>', 'gn'),
    'html', '<p>' || private.escape_html(head) || '</p><blockquote>' || html || '</blockquote>');
end;
$$;
comment on function private.quote_message(public.messages, text) is 'What stands below an answer or in a forward: { text, html }. The HTML is the sender''s: it is made safe where it is shown and sent.';

create function private.start_draft(tenant_id uuid, kind text, account_id uuid, message_id uuid, client_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  draft public.mail_drafts;
  message public.messages;
  recipients jsonb := '{"to": [], "cc": []}'::jsonb;
  quote jsonb;
  signature text;
begin
  perform private.require_member(tenant_id);
  if start_draft.kind is null or start_draft.kind not in ('new', 'reply', 'reply_all', 'forward') then
    perform private.refuse(422, 'values_invalid', 'A mail is new, a reply, a reply to all or a forward.', 'kind');
  elsif (start_draft.kind = 'new') <> (start_draft.message_id is null) then
    perform private.refuse(422, 'values_invalid', 'An answer names its message, a new mail names none.', 'message_id');
  end if;
  if start_draft.message_id is not null then
    select * into message from public.messages m where m.tenant_id = start_draft.tenant_id and m.id = start_draft.message_id;
    if message.id is null then
      perform private.refuse(404, 'message_not_found', 'There is no such message.');
    end if;
    select * into draft from public.mail_drafts d
    where d.tenant_id = start_draft.tenant_id and d.author_id = auth.uid() and d.message_id = start_draft.message_id and d.kind = start_draft.kind
    order by d.restored_at desc nulls last limit 1;
    if draft.id is not null then
      return private.draft_json(draft);
    end if;
    recipients := case when start_draft.kind = 'forward' then recipients else private.answer_recipients(message, start_draft.kind = 'reply_all') end;
    quote := private.quote_message(message, start_draft.kind);
    draft.conversation_id := message.conversation_id;
    -- What somebody else of the clinic is about to send counts as well.
    draft.seen_until := (
      select max(m.sent_at) from public.messages m
      where m.tenant_id = message.tenant_id and m.conversation_id = message.conversation_id and coalesce(m.delivery, 'sent') <> 'cancelled');
  elsif start_draft.client_id is not null then
    perform private.require_client(tenant_id, client_id);
    recipients := recipients || jsonb_build_object('to', coalesce((
      select jsonb_build_array(jsonb_build_object('name', private.plain_line(concat_ws(' ', c.first_name, c.last_name), 200), 'address', i.normalised))
      from public.client_identifiers i join public.clients c on c.tenant_id = i.tenant_id and c.id = i.client_id
      where i.tenant_id = start_draft.tenant_id and i.client_id = start_draft.client_id and i.kind = 'email' and private.is_mail_address(i.normalised)
      order by i.is_primary desc, i.created_at, i.id limit 1), '[]'));
  end if;
  draft.account_id := (private.require_mail_account(tenant_id, coalesce(account_id,
    (select a.id from public.mail_accounts a where a.tenant_id = start_draft.tenant_id and a.id = message.account_id and a.status <> 'removed'),
    (select a.id from public.mail_accounts a where a.tenant_id = start_draft.tenant_id and a.status <> 'removed'
      order by a.status <> 'active', a.created_at, a.id limit 1)))).id;
  signature := private.get_signature(tenant_id, draft.account_id);
  insert into public.mail_drafts as d (
    tenant_id, account_id, kind, conversation_id, message_id, client_id, author_id, to_addresses, cc_addresses, subject, text_body, quoted_text, quoted_html, seen_until)
  values (
    start_draft.tenant_id, draft.account_id, start_draft.kind, draft.conversation_id, start_draft.message_id,
    case when start_draft.kind = 'new' then start_draft.client_id end, auth.uid(), recipients -> 'to', recipients -> 'cc',
    case start_draft.kind when 'new' then '' when 'forward' then private.marked_subject(message.subject, 'Fwd') else private.marked_subject(message.subject, 'Re') end,
    case when coalesce(signature, '') = '' then '' else E'\n\n-- \n' || signature end,
    coalesce(quote ->> 'text', ''), quote ->> 'html', draft.seen_until)
  -- Pressed twice: the other one is as good.
  on conflict (tenant_id, author_id, message_id, kind) where message_id is not null and restored_at is null do update set updated_at = d.updated_at
  returning * into draft;
  if start_draft.kind = 'forward' and not exists (select from public.draft_attachments a where a.tenant_id = draft.tenant_id and a.draft_id = draft.id) then
    insert into public.draft_attachments (tenant_id, draft_id, name, content_type, size, state, source_attachment_id, content_id, is_inline, stored_at, created_at)
    select draft.tenant_id, draft.id, coalesce(nullif(t.name, ''), 'attachment'), t.content_type, t.size, 'stored', t.id, t.content_id, t.is_inline, now(),
      now() + row_number() over (order by t.part, t.id) * interval '1 microsecond'
    from public.message_attachments t where t.tenant_id = draft.tenant_id and t.message_id = message.id;
    -- What is to go out has to be here first.
    perform private.want_attachment(t.tenant_id, t.id) from public.message_attachments t
    where t.tenant_id = draft.tenant_id and t.message_id = message.id and t.state in ('waiting', 'failed');
  end if;
  return private.draft_json(draft);
end;
$$;
create function public.start_draft(tenant_id uuid, kind text, account_id uuid default null, message_id uuid default null, client_id uuid default null)
returns jsonb language sql set search_path = ''
return private.start_draft(tenant_id, kind, account_id, message_id, client_id);
comment on function public.start_draft(uuid, text, uuid, uuid, uuid) is
  'Member: begins a mail (kind new, for a client or for nobody yet; reply, reply_all or forward of a message) with recipients, subject, signature and quoted message filled in, and what is forwarded attached. The caller''s earlier draft for the same message and kind is returned instead. Without an account it is the message''s, else the clinic''s first. Returns the draft as get_draft does. 404 clinic_not_found, message_not_found, client_not_found, mail_account_not_found; 422 values_invalid.';
grant execute on function private.start_draft(uuid, text, uuid, uuid, uuid), public.start_draft(uuid, text, uuid, uuid, uuid) to authenticated;
