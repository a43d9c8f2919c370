-- What: changing and discarding drafts.
-- Who:  the author of a draft; an owner may discard what a colleague left behind.
-- Relies on: drafts migration.

create function private.lock_draft(tenant_id uuid, draft_id uuid) returns public.mail_drafts
language plpgsql
set search_path = ''
as $$
declare
  draft public.mail_drafts;
begin
  perform private.require_member(tenant_id);
  select * into draft from public.mail_drafts d where d.tenant_id = lock_draft.tenant_id and d.id = draft_id for no key update;
  if draft.id is null then
    perform private.refuse(404, 'draft_not_found', 'There is no such draft.');
  elsif draft.author_id <> auth.uid() then
    perform private.refuse(403, 'draft_of_colleague', 'This draft is a colleague''s: only its author changes it.');
  end if;
  return draft;
end;
$$;
comment on function private.lock_draft(uuid, uuid) is
  'The caller''s own draft, locked. 403 draft_of_colleague; 404 clinic_not_found, draft_not_found.';

create function private.plain_line(given text, most integer) returns text
language sql
immutable
set search_path = ''
-- What would break out of a header, hide in it or reverse it becomes a space.
return left(btrim(regexp_replace(coalesce(given, ''), '[\u0001-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+', ' ', 'g')), most);
comment on function private.plain_line(text, integer) is 'A text on one line without invisible characters, cut to a length.';

create function private.draft_recipients(given jsonb, field text) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(given) is distinct from 'array' or exists (
    select from jsonb_array_elements(case when jsonb_typeof(given) = 'array' then given else '[]' end) e
    where jsonb_typeof(e) is distinct from 'object' or jsonb_typeof(coalesce(e -> 'address', '""')) <> 'string'
      or jsonb_typeof(coalesce(nullif(e -> 'name', 'null'), '""')) <> 'string')
  then
    perform private.refuse(422, 'values_invalid', 'Recipients are a list of { name, address }.', field);
  elsif jsonb_array_length(given) > 500 then
    perform private.refuse(422, 'too_many_recipients', 'A message can go to 400 recipients at most.', '400');
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object('name', r.name, 'address', r.address) order by r.place)
    from (
      select private.plain_line(e ->> 'name', 200) as name, private.plain_line(e ->> 'address', 254) as address, place
      from jsonb_array_elements(given) with ordinality e (e, place)) r
    where r.address <> '' or r.name <> ''), '[]');
end;
$$;
comment on function private.draft_recipients(jsonb, text) is
  'Recipients of a draft in their form; an address may still be incomplete. 422 values_invalid, too_many_recipients.';

create function private.draft_text(fields jsonb, field text, current text, most integer) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if not fields ? field then
    return current;
  elsif jsonb_typeof(fields -> field) not in ('string', 'null') then
    perform private.refuse(422, 'values_invalid', 'The values are of another type than expected.', field);
  elsif octet_length(fields ->> field) > most then
    perform private.refuse(422, 'field_too_long', 'This text is too long.', field);
  end if;
  return fields ->> field;
end;
$$;
comment on function private.draft_text(jsonb, text, text, integer) is
  'A text of a draft: as given, or as it was. 422 values_invalid, field_too_long.';

create function private.require_mail_account(tenant_id uuid, account_id uuid) returns public.mail_accounts
language plpgsql
stable
set search_path = ''
as $$
declare
  account public.mail_accounts;
begin
  select * into account from public.mail_accounts a
  where a.tenant_id = require_mail_account.tenant_id and a.id = account_id and a.status <> 'removed';
  if account.id is null then
    perform private.refuse(404, 'mail_account_not_found', 'There is no such mailbox.');
  end if;
  return account;
end;
$$;
comment on function private.require_mail_account(uuid, uuid) is 'A mailbox of the clinic that is still connected. 404 mail_account_not_found.';

create function private.save_draft(tenant_id uuid, draft_id uuid, fields jsonb, revision integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  draft public.mail_drafts := private.lock_draft(tenant_id, draft_id);
  wanted public.mail_drafts := draft;
begin
  if jsonb_typeof(fields) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  if fields ? 'to' then wanted.to_addresses := private.draft_recipients(fields -> 'to', 'to'); end if;
  if fields ? 'cc' then wanted.cc_addresses := private.draft_recipients(fields -> 'cc', 'cc'); end if;
  if fields ? 'bcc' then wanted.bcc_addresses := private.draft_recipients(fields -> 'bcc', 'bcc'); end if;
  wanted.subject := private.plain_line(private.draft_text(fields, 'subject', draft.subject, 4000), 500);
  wanted.text_body := coalesce(private.draft_text(fields, 'text_body', draft.text_body, 1000000), '');
  wanted.html_body := private.draft_text(fields, 'html_body', draft.html_body, 1000000);
  wanted.quoted_text := coalesce(private.draft_text(fields, 'quoted_text', draft.quoted_text, 1200000), '');
  wanted.quoted_html := private.draft_text(fields, 'quoted_html', draft.quoted_html, 1200000);
  if fields ? 'account_id' then
    if coalesce(fields ->> 'account_id', '') !~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then
      perform private.refuse(404, 'mail_account_not_found', 'There is no such mailbox.');
    end if;
    wanted.account_id := (private.require_mail_account(tenant_id, (fields ->> 'account_id')::uuid)).id;
  end if;
  if wanted is distinct from draft then
    -- What is there already, because the answer to an earlier attempt got lost, is no quarrel.
    if draft.revision is distinct from save_draft.revision then
      perform private.refuse(409, 'draft_changed', 'This draft was changed in another window.', draft.revision::text);
    end if;
    update public.mail_drafts d
    set to_addresses = wanted.to_addresses, cc_addresses = wanted.cc_addresses, bcc_addresses = wanted.bcc_addresses, subject = wanted.subject,
        text_body = wanted.text_body, html_body = wanted.html_body, quoted_text = wanted.quoted_text, quoted_html = wanted.quoted_html,
        account_id = wanted.account_id, revision = d.revision + 1, updated_at = now()
    where d.id = draft.id returning * into draft;
  end if;
  return jsonb_build_object('id', draft.id, 'revision', draft.revision, 'updated_at', draft.updated_at);
end;
$$;
create function public.save_draft(tenant_id uuid, draft_id uuid, fields jsonb, revision integer) returns jsonb language sql set search_path = ''
return private.save_draft(tenant_id, draft_id, fields, revision);
comment on function public.save_draft(uuid, uuid, jsonb, integer) is
  'Author: changes those of { to, cc, bcc: [{ name, address }], subject, text_body, html_body, quoted_text, quoted_html, account_id } that are given, when the draft still has this revision: { id, revision, updated_at }. Saving the same again changes nothing. 403 draft_of_colleague; 404 clinic_not_found, draft_not_found, mail_account_not_found; 409 draft_changed (detail: its revision); 422 values_invalid, field_too_long, too_many_recipients.';

create function private.discard_draft(tenant_id uuid, draft_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  author uuid;
begin
  perform private.require_member(tenant_id);
  select d.author_id into author from public.mail_drafts d where d.tenant_id = discard_draft.tenant_id and d.id = draft_id for update;
  if author is null then
    perform private.refuse(404, 'draft_not_found', 'There is no such draft.');
  elsif author <> auth.uid() and discard_draft.tenant_id <> all (private.owned_tenant_ids()) then
    perform private.refuse(403, 'draft_of_colleague', 'This draft is a colleague''s: only its author changes it.');
  end if;
  delete from public.mail_drafts d where d.tenant_id = discard_draft.tenant_id and d.id = draft_id;
  return jsonb_build_object('id', draft_id, 'discarded', true);
end;
$$;
create function public.discard_draft(tenant_id uuid, draft_id uuid) returns jsonb language sql set search_path = ''
return private.discard_draft(tenant_id, draft_id);
comment on function public.discard_draft(uuid, uuid) is
  'Author, or an owner of the clinic: removes a draft with what was uploaded for it: { id, discarded }. 403 draft_of_colleague; 404 clinic_not_found, draft_not_found.';

grant execute on function
  private.save_draft(uuid, uuid, jsonb, integer), public.save_draft(uuid, uuid, jsonb, integer),
  private.discard_draft(uuid, uuid), public.discard_draft(uuid, uuid)
  to authenticated;
