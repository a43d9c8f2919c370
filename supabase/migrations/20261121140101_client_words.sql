-- What: the words of clients' names and e-mail addresses, each with its clients in the order of the list.
-- Who:  triggers, list_clients and the night.
-- Relies on: client_search and jobs migrations.
--
-- A family name has thousands of clients who lie together far down the list: by the trigrams of client_search they would all have to
-- be read and sorted to show the first fifty. Here they are in order. And two hundred thousand clients have some ten thousand
-- different words: comparing a misspelled one with these is what makes that quick.

create extension if not exists fuzzystrmatch with schema extensions;

create table private.client_words (
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  word text collate "C" not null,
  sort_name text collate "und-x-icu" not null,
  primary key (tenant_id, client_id, word)
);
comment on table private.client_words is
  'The words of which names and e-mail addresses of clients are made, each with its clients in the order of the list. No key to the client: merging and erasing change the client, and this follows.';
create index client_words_list_idx on private.client_words (tenant_id, word, sort_name, client_id);

create table private.client_name_words (
  tenant_id uuid not null references public.tenants (id),
  word text collate "C" not null,
  primary key (tenant_id, word)
);
comment on table private.client_name_words is 'The words of client_words, each once. One whose last client has lost it goes the night after.';
create index client_name_words_idx on private.client_name_words using gin (tenant_id, word extensions.gin_trgm_ops) with (fastupdate = off);

create function private.words_of_everybody() returns text[]
language sql
immutable
set search_path = ''
return array['gmail', 'yahoo', 'hotmail', 'outlook', 'icloud', 'com', 'ro'];
comment on function private.words_of_everybody() is 'Words of so many e-mail addresses that keeping their clients would be of no use.';

create function private.words_in(search_text text) returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- Whatever of ASCII is no small letter ends a word: a part without such signs lies within one.
  return array(
    select distinct w.word from regexp_split_to_table(search_text, '[\u0001-\u0060\u007B-\u007F]+') w (word)
    where w.word <> '' and w.word <> all (private.words_of_everybody()));
end;
$$;
comment on function private.words_in(text) is 'The words of a client''s search text, numbers aside.';

create function private.keep_client_words() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  words text[] := private.words_in(new.search_text);
begin
  if tg_op = 'UPDATE' then
    delete from private.client_words w where w.tenant_id = new.tenant_id and w.client_id = new.id and w.word <> all (words);
    update private.client_words w set sort_name = new.sort_name
    where w.tenant_id = new.tenant_id and w.client_id = new.id and w.sort_name <> new.sort_name;
  end if;
  insert into private.client_words (tenant_id, client_id, word, sort_name)
  select new.tenant_id, new.id, w, new.sort_name from unnest(words) w
  on conflict do nothing;
  -- After client_words: forget_client_words waits for whoever has written there, and so never takes a word that is about to be used.
  insert into private.client_name_words (tenant_id, word)
  select new.tenant_id, w from unnest(words) w
  where not exists (select from private.client_name_words k where k.tenant_id = new.tenant_id and k.word = w)
  order by w
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.keep_client_words() is 'Trigger: a client is found by the words of their names and addresses.';
create trigger keep_words_of_new after insert on public.clients for each row execute function private.keep_client_words();
create trigger keep_words_of_changed after update of first_name, last_name, search_text on public.clients for each row
  when (new.search_text <> old.search_text or new.sort_name <> old.sort_name) execute function private.keep_client_words();

create function private.drop_client_words() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.client_words w where w.tenant_id = old.tenant_id and w.client_id = old.id;
  return null;
end;
$$;
comment on function private.drop_client_words() is 'Trigger: the words of a client who is deleted go with them.';
create trigger drop_words after delete on public.clients for each row execute function private.drop_client_words();

insert into private.client_words (tenant_id, client_id, word, sort_name)
select c.tenant_id, c.id, unnest(private.words_in(c.search_text)), c.sort_name from public.clients c;
insert into private.client_name_words (tenant_id, word) select distinct w.tenant_id, w.word from private.client_words w;

create function private.forget_client_words(tenant_id uuid default null) returns bigint
language plpgsql
security definer
set search_path = ''
set lock_timeout = '10s'
as $$
declare
  forgotten bigint;
begin
  lock table private.client_words in share mode;
  delete from private.client_name_words k
  where (forget_client_words.tenant_id is null or k.tenant_id = forget_client_words.tenant_id) and not exists (select from private.client_words w where w.tenant_id = k.tenant_id and w.word = k.word);
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;
comment on function private.forget_client_words(uuid) is
  'Nightly, and when a client is erased: forgets the words no client (of the clinic) has any more, and says how many. They may have been somebody''s name.';
select private.schedule_job('forget-client-words', '50 0 * * *', 'select private.forget_client_words()');

create function private.words_like(tenant_id uuid, patterns text[], others text[]) returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  part text;
  found text[];
begin
  -- The longest is the rarest, as a rule.
  select w into part from (
    -- What will do another way as well need not have the word.
    select regexp_replace(p.pattern, '^%( ?)(.*)%$', '\2') as w from unnest(patterns, others) p (pattern, other) where p.other is null) parts
  where w <> '' and w !~ '[\u0001-\u0060\u007B-\u007F]'
    and not exists (select from unnest(private.words_of_everybody()) e where strpos(e, w) > 0)
  order by length(w) desc limit 1;
  if part is null then
    return null;
  elsif length(part) < 3 then
    found := array(
      select k.word from private.client_name_words k where k.tenant_id = words_like.tenant_id and k.word >= part and k.word < part || chr(1114109) limit 1501);
  else
    found := array(
      select k.word from private.client_name_words k where k.tenant_id = words_like.tenant_id and k.word like private.like_pattern(part) limit 1501);
  end if;
  return case when cardinality(found) <= 1500 then found end;
end;
$$;
comment on function private.words_like(uuid, text[], text[]) is
  'The clinic''s words like the longest of a search''s conditions that lies within one word; null when there is none, or too many to look at each.';
