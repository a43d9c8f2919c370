-- What: full-text search of mail: the words of every message, and finding the newest conversations that have some of them.
-- Who:  triggers write; list_conversations reads for members. No API role reaches the table.
-- Relies on: conversations and platform_search (unaccent) migrations.
--
-- Each word stands in the index together with a short key of its clinic. So the beginning of a word is looked up among one
-- clinic's words, and neither the size of other clinics nor what they write about costs anything.

create table private.message_search (
  tenant_id uuid not null,
  message_id uuid not null,
  conversation_id uuid not null,
  words tsvector not null,
  primary key (tenant_id, message_id),
  foreign key (tenant_id, message_id) references public.messages (tenant_id, id) on delete cascade
);
comment on table private.message_search is
  'The words of each message: subject, names, addresses and the first 20,000 characters of text. Apart from the message, whose flags change often.';
-- Out of the way, because most searches look at ids alone; and not compressed, because the others look at many.
alter table private.message_search alter column words set storage external;
create index message_search_conversation_idx on private.message_search (tenant_id, conversation_id);
-- New words wait in a list that every search reads, so it is kept short.
create index message_search_words_idx on private.message_search using gin (words) with (fastupdate = on, gin_pending_list_limit = 512);

create function private.mail_word_key(tenant_id uuid) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return translate(left(md5(tenant_id::text), 6), '0123456789', 'ghijklmnop');
end;
$$;
comment on function private.mail_word_key(uuid) is
  'Six letters that stand before the words of a clinic in the index. Two clinics may have the same ones: the rows say whose they are.';

create function private.words_of_mail(written text) returns text[]
language plpgsql
immutable
security definer
set search_path = ''
as $$
declare
  folded text := written;
begin
  if octet_length(folded) = length(folded) then
    folded := lower(folded collate "C");
  else
    if folded is not nfkc normalized then
      folded := normalize(folded, nfkc);
    end if;
    folded := lower(extensions.unaccent('extensions.unaccent'::regdictionary, folded) collate "und-x-icu");
  end if;
  -- Most mail has no letters that are not on every keyboard once its accents are off, and is split faster so.
  if octet_length(folded) = length(folded) then
    return string_to_array(regexp_replace(folded collate "C", '[^[:alnum:]]+', ' ', 'g'), ' ');
  end if;
  return string_to_array(regexp_replace(folded collate "und-x-icu", '[^[:alnum:]]+', ' ', 'g'), ' ');
end;
$$;
comment on function private.words_of_mail(text) is
  'A text as words for the search: lower case, without accents, letters and digits alone. Some may be empty.';

create function private.mail_vector(tenant_id uuid, written text) returns tsvector
language plpgsql
immutable
set search_path = ''
as $$
declare
  key constant text := private.mail_word_key(tenant_id);
begin
  return array_to_tsvector(array(
    select key || left(w, 40) from unnest(private.words_of_mail(written)) w where w <> '' limit 4000));
end;
$$;
comment on function private.mail_vector(uuid, text) is 'The words of a text as the index has them: each once, with the key of the clinic.';

create function private.mail_query(tenant_id uuid, search text) returns tsquery
language plpgsql
immutable
set search_path = ''
as $$
declare
  key constant text := private.mail_word_key(tenant_id);
begin
  return (
    select string_agg(format('%L:*', key || left(w.word, 40)), ' & ')::tsquery
    from (
      select u.word from unnest(private.words_of_mail(left(search, 200))) with ordinality u (word, n)
      where u.word <> '' group by u.word order by min(u.n) limit 8) w);
end;
$$;
comment on function private.mail_query(uuid, text) is
  'What a search looks for: messages that have words beginning with each of its words, eight at most; null when it has none.';

create function private.message_vector(message public.messages) returns tsvector
language plpgsql
immutable
set search_path = ''
as $$
begin
  return private.mail_vector(message.tenant_id, concat_ws(' ', message.subject, message.from_name, message.from_address,
    (select string_agg(concat_ws(' ', a ->> 'name', a ->> 'address'), ' ')
     from jsonb_array_elements(message.to_addresses || message.cc_addresses || message.bcc_addresses) a),
    case
      when message.text_body <> '' or message.html_body is null then left(message.text_body, 20000)
      else regexp_replace(regexp_replace(left(message.html_body, 60000), '<(style|script)\M.*?</\1>', ' ', 'gi'), '<[^>]*>|&[a-z#0-9]{2,8};', ' ', 'gi')
    end));
end;
$$;
comment on function private.message_vector(public.messages) is 'What of a message can be searched.';

create function private.keep_message_words() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into private.message_search (tenant_id, message_id, conversation_id, words)
    values (new.tenant_id, new.id, new.conversation_id, private.message_vector(new));
  elsif new.delivery = 'cancelled' then
    delete from private.message_search s where s.tenant_id = new.tenant_id and s.message_id = new.id;
  else
    update private.message_search s
    set conversation_id = new.conversation_id,
        words = case
          when (new.subject, new.text_body, new.html_body, new.from_name, new.from_address, new.to_addresses, new.cc_addresses, new.bcc_addresses)
            is distinct from (old.subject, old.text_body, old.html_body, old.from_name, old.from_address, old.to_addresses, old.cc_addresses, old.bcc_addresses)
          then private.message_vector(new) else s.words end
    where s.tenant_id = new.tenant_id and s.message_id = new.id;
  end if;
  return null;
end;
$$;
comment on function private.keep_message_words() is 'Trigger: the search knows the words of every message that was not taken back, and which conversation it is in.';
create trigger keep_words after insert on public.messages for each row execute function private.keep_message_words();
create trigger keep_words_of_changed
  after update of conversation_id, subject, text_body, html_body, from_name, from_address, to_addresses, cc_addresses, bcc_addresses, delivery
  on public.messages for each row
  when (new.conversation_id <> old.conversation_id or new.subject <> old.subject or new.text_body <> old.text_body
    or new.html_body is distinct from old.html_body or new.from_name <> old.from_name or new.from_address <> old.from_address
    or new.to_addresses <> old.to_addresses or new.cc_addresses <> old.cc_addresses or new.bcc_addresses <> old.bcc_addresses
    or (new.delivery = 'cancelled' and old.delivery is distinct from 'cancelled'))
  execute function private.keep_message_words();

-- finding ----------------------------------------------------------------------------------------------------------
-- A word that is in every tenth conversation has its first page among the newest few hundred; a rare one has few hits to sort. What
-- it is shows in the newest 200.

create function private.find_mail(tenant_id uuid, conditions text[], search text, most integer) returns uuid[]
language plpgsql
stable
set search_path = ''
-- The index of words knows what is rare, the planner's numbers do not.
set enable_seqscan = off
as $$
declare
  query tsquery := private.mail_query(tenant_id, search);
  condition constant text := array_to_string(array['c.tenant_id = $1'] || conditions, ' and ');
  sample constant integer := 200;
  looked_at integer;
  found uuid[];
begin
  if query is null then
    return private.newest_conversations(tenant_id, conditions, most);
  end if;
  -- "is true" keeps the index of words out of it: a few messages are read for each conversation.
  execute format(
    'with newest as materialized (select c.id, c.last_message_at from public.conversations c where %s order by c.last_message_at desc, c.id desc limit %s)
     select (select count(*) from newest), array(
       select n.id from newest n
       where (select true from private.message_search s where s.tenant_id = $1 and s.conversation_id = n.id and (s.words @@ $2) is true limit 1)
       order by n.last_message_at desc, n.id desc limit %s)', condition, sample, most)
  into looked_at, found using tenant_id, query;
  if looked_at < sample or cardinality(found) >= most then
    return found;
  elsif cardinality(found) >= sample / 20 then
    execute format(
      'select array(
         select c.id from public.conversations c
         where %s and (select true from private.message_search s where s.tenant_id = $1 and s.conversation_id = c.id and (s.words @@ $2) is true limit 1)
         order by c.last_message_at desc, c.id desc limit %s)', condition, most)
    into found using tenant_id, query;
  else
    execute format(
      'with hits as materialized (select distinct s.conversation_id from private.message_search s where s.words @@ $2 and (s.tenant_id = $1) is true)
       select array(
         select c.id from hits h join public.conversations c on c.id = h.conversation_id
         where %s order by c.last_message_at desc, c.id desc limit %s)', condition, most)
    into found using tenant_id, query;
  end if;
  return found;
end;
$$;
comment on function private.find_mail(uuid, text[], text, integer) is
  'The newest conversations that meet conditions and have a message with all the words of a search.';
