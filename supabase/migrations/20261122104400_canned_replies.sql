-- What: keeping canned replies and signatures, and filling them in.
-- Who:  every member of the clinic; a mailbox's signature is for all, one's own for oneself.
-- Relies on: conversation_tools and appointments migrations.

create function private.save_canned_reply(tenant_id uuid, reply_id uuid, fields jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  reply public.canned_replies;
  strange text;
begin
  perform private.require_member(tenant_id);
  if jsonb_typeof(fields) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  select k into strange from jsonb_object_keys(fields) k where k not in ('title', 'body', 'shortcut') limit 1;
  if strange is not null then
    perform private.refuse(422, 'values_invalid', 'Nobody sets this.', left(strange, 60));
  elsif reply_id is not null then
    select * into reply from public.canned_replies r
    where r.tenant_id = save_canned_reply.tenant_id and r.id = reply_id for no key update;
    if reply.id is null then
      perform private.refuse(404, 'canned_reply_not_found', 'There is no such canned reply.');
    end if;
  end if;
  reply.title := case when fields ? 'title' then btrim(regexp_replace(coalesce(fields ->> 'title', ''), '\s+', ' ', 'g')) else coalesce(reply.title, '') end;
  reply.body := case when fields ? 'body' then coalesce(fields ->> 'body', '') else coalesce(reply.body, '') end;
  reply.shortcut := case when fields ? 'shortcut' then nullif(lower(btrim(fields ->> 'shortcut', ' /')), '') else reply.shortcut end;
  if reply.title = '' or reply.body !~ '\S' then
    perform private.refuse(422, 'canned_reply_empty', 'A canned reply needs a title and a text.', case when reply.title = '' then 'title' else 'body' end);
  elsif length(reply.title) > 100 or length(reply.body) > 10000 then
    perform private.refuse(422, 'field_too_long', 'This text is too long.', case when length(reply.title) > 100 then 'title' else 'body' end);
  elsif reply.shortcut !~ '^[a-z0-9_-]{1,30}$' then
    perform private.refuse(422, 'shortcut_invalid', 'A shortcut has up to 30 letters without accents, digits, - and _.', 'shortcut');
  end if;
  begin
    if reply_id is null then
      insert into public.canned_replies (tenant_id, title, body, shortcut)
      values (save_canned_reply.tenant_id, reply.title, reply.body, reply.shortcut) returning * into reply;
    else
      update public.canned_replies r
      set title = reply.title, body = reply.body, shortcut = reply.shortcut, updated_at = now(), updated_by = auth.uid()
      where r.tenant_id = save_canned_reply.tenant_id and r.id = reply_id returning * into reply;
    end if;
  exception when unique_violation then
    perform private.refuse(409, 'canned_reply_exists', 'Another canned reply has this title or this shortcut.');
  end;
  return to_jsonb(reply);
end;
$$;
create function public.save_canned_reply(tenant_id uuid, reply_id uuid, fields jsonb) returns jsonb language sql set search_path = ''
return private.save_canned_reply(tenant_id, reply_id, fields);
comment on function public.save_canned_reply(uuid, uuid, jsonb) is
  'Member: adds a canned reply (reply_id null) or changes those fields of one that are given: { title, body, shortcut }. The text may have {{client.first_name}}, {{client.last_name}}, {{clinic.name}}, {{me.first_name}}, {{me.last_name}}, {{appointment.next}}. Returns it. 404 clinic_not_found, canned_reply_not_found; 409 canned_reply_exists; 422 canned_reply_empty, field_too_long (detail: the field), shortcut_invalid, values_invalid.';

create function private.delete_canned_reply(tenant_id uuid, reply_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  deleted uuid;
begin
  perform private.require_member(tenant_id);
  delete from public.canned_replies r where r.tenant_id = delete_canned_reply.tenant_id and r.id = reply_id returning r.id into deleted;
  if deleted is null then
    perform private.refuse(404, 'canned_reply_not_found', 'There is no such canned reply.');
  end if;
  return jsonb_build_object('id', deleted);
end;
$$;
create function public.delete_canned_reply(tenant_id uuid, reply_id uuid) returns jsonb language sql set search_path = ''
return private.delete_canned_reply(tenant_id, reply_id);
comment on function public.delete_canned_reply(uuid, uuid) is
  'Member: deletes a canned reply: { id }. 404 clinic_not_found, canned_reply_not_found.';

create function private.fill_reply(tenant_id uuid, reply_id uuid, conversation_id uuid) returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  filled text;
  placeholder record;
begin
  perform private.require_member(tenant_id);
  select r.body into filled from public.canned_replies r where r.tenant_id = fill_reply.tenant_id and r.id = reply_id;
  if filled is null then
    perform private.refuse(404, 'canned_reply_not_found', 'There is no such canned reply.');
  end if;
  for placeholder in
    select v.name, v.value
    from public.tenants t
    left join public.profiles p on p.user_id = auth.uid()
    left join public.conversations c on c.tenant_id = t.id and c.id = fill_reply.conversation_id
    left join public.clients k on k.tenant_id = c.tenant_id and k.id = c.client_id
    -- Of somebody who is no client yet, the name is as the sender wrote it.
    cross join lateral (select case when c.counterpart_name !~ '[@,]' then btrim(c.counterpart_name) end) w (written)
    cross join lateral (values
      ('client.first_name', coalesce(k.first_name, split_part(w.written, ' ', 1))),
      ('client.last_name', case when k.id is not null then k.last_name when w.written like '% %' then regexp_replace(w.written, '^\S+\s+', '') end),
      ('clinic.name', t.name), ('me.first_name', p.first_name), ('me.last_name', p.last_name),
      ('appointment.next', (
        select to_char(a.starts_at at time zone t.time_zone, 'DD.MM.YYYY HH24:MI') from public.appointments a
        where a.tenant_id = k.tenant_id and a.client_id = k.id and a.status in ('booked', 'confirmed') and a.starts_at > now()
        order by a.starts_at, a.id limit 1))) v (name, value)
    where t.id = fill_reply.tenant_id
  loop
    -- What is not known stays in braces, where whoever sends it sees that something is missing.
    filled := replace(filled, '{{' || placeholder.name || '}}', coalesce(nullif(placeholder.value, ''), '{{' || placeholder.name || '}}'));
  end loop;
  return filled;
end;
$$;
create function public.fill_reply(tenant_id uuid, reply_id uuid, conversation_id uuid default null) returns text language sql stable set search_path = ''
return private.fill_reply(tenant_id, reply_id, conversation_id);
comment on function public.fill_reply(uuid, uuid, uuid) is
  'Member: the text of a canned reply for a conversation, or for a new mail, its placeholders filled in; one whose value is not known stays as it is, in braces. 404 clinic_not_found, canned_reply_not_found.';

-- signatures -------------------------------------------------------------------------------------------------------

create function private.save_signature(tenant_id uuid, account_id uuid, is_mine boolean, body text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person constant uuid := case when is_mine then auth.uid() end;
  signature public.mail_signatures;
begin
  perform private.require_member(tenant_id);
  if is_mine is null or (not is_mine and account_id is null) then
    perform private.refuse(422, 'values_invalid', 'A signature is one''s own or a mailbox''s.', 'is_mine');
  elsif length(body) > 5000 then
    perform private.refuse(422, 'field_too_long', 'A signature has 5,000 characters at most.', 'body');
  elsif account_id is not null and not exists (
    select from public.mail_accounts a where a.tenant_id = save_signature.tenant_id and a.id = save_signature.account_id and a.status <> 'removed')
  then
    perform private.refuse(404, 'mail_account_not_found', 'There is no such mailbox.');
  elsif body is null then
    delete from public.mail_signatures s
    where s.tenant_id = save_signature.tenant_id and s.account_id is not distinct from save_signature.account_id and s.user_id is not distinct from person;
    return null;
  end if;
  insert into public.mail_signatures as s (tenant_id, account_id, user_id, body)
  values (save_signature.tenant_id, save_signature.account_id, person, save_signature.body)
  on conflict on constraint mail_signatures_tenant_id_account_id_user_id_key do update
  set body = excluded.body, updated_at = now(), updated_by = auth.uid()
  returning * into signature;
  return to_jsonb(signature);
end;
$$;
create function public.save_signature(tenant_id uuid, account_id uuid, is_mine boolean, body text) returns jsonb language sql set search_path = ''
return private.save_signature(tenant_id, account_id, is_mine, body);
comment on function public.save_signature(uuid, uuid, boolean, text) is
  'Member: keeps what stands under mail: of a mailbox for everybody (is_mine false), of the caller in a mailbox, or of the caller everywhere (account_id null). An empty text: nothing stands there; null: the next one applies again. Returns the signature, or null. 404 clinic_not_found, mail_account_not_found; 422 values_invalid, field_too_long.';

create function private.get_signature(tenant_id uuid, account_id uuid) returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  return coalesce((
    select s.body from public.mail_signatures s
    where s.tenant_id = get_signature.tenant_id and (s.account_id = get_signature.account_id or s.account_id is null)
      and (s.user_id = auth.uid() or s.user_id is null)
    order by s.user_id is null, s.account_id is null limit 1), '');
end;
$$;
create function public.get_signature(tenant_id uuid, account_id uuid) returns text language sql stable set search_path = ''
return private.get_signature(tenant_id, account_id);
comment on function public.get_signature(uuid, uuid) is
  'Member: what stands under the caller''s mail from a mailbox: the caller''s for it, else the caller''s for all, else the mailbox''s; empty without any. 404 clinic_not_found.';

grant execute on function
  private.save_canned_reply(uuid, uuid, jsonb), public.save_canned_reply(uuid, uuid, jsonb),
  private.delete_canned_reply(uuid, uuid), public.delete_canned_reply(uuid, uuid),
  private.fill_reply(uuid, uuid, uuid), public.fill_reply(uuid, uuid, uuid),
  private.save_signature(uuid, uuid, boolean, text), public.save_signature(uuid, uuid, boolean, text),
  private.get_signature(uuid, uuid), public.get_signature(uuid, uuid)
  to authenticated;
