-- What: finding clients by a name spelled nearly so.
-- Who:  list_clients.
-- Relies on: client_words and listing_clients migrations.

create function private.is_anagram(a text, b text) returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- Nearly all words that are no anagrams have another letter, which is quicker to see.
  return length(a) = length(b) and translate(a, b, '') = '' and translate(b, a, '') = ''
    and array(select c from unnest(string_to_array(a, null)) c order by c) = array(select c from unnest(string_to_array(b, null)) c order by c);
end;
$$;
comment on function private.is_anagram(text, text) is 'Whether two words have the same letters: with two differences, that is two letters that have changed places.';

create function private.similar_name_words(tenant_id uuid, typed text) returns table (word text, score numeric)
language plpgsql
stable
set search_path = ''
as $$
declare
  -- A short word with two mistakes is another word.
  most integer := case when length(typed) < 5 then 1 when length(typed) < 8 then 2 else 3 end;
begin
  return query
    select s.word, 1 - s.mistakes / (length(typed) + 1) + extensions.similarity(s.word, typed)::numeric / 10
    from (
      select d.word, least(
        -- Letters that have changed places are one mistake, not two.
        case when d.whole = 2 and private.is_anagram(typed, d.word) then 1 else d.whole end,
        case when d.beginning = 2 and private.is_anagram(typed, left(d.word, length(typed))) then 1 else d.beginning end + 0.5) as mistakes
      from (
        select c.word, extensions.levenshtein_less_equal(typed, c.word, greatest(most, 2)) as whole,
          -- A longer name, of which the beginning is typed.
          case when length(typed) >= 4 and length(c.word) > length(typed)
            then extensions.levenshtein_less_equal(typed, left(c.word, length(typed)), 2) end as beginning
        from (
          select k.word from private.client_name_words k
          where k.tenant_id = similar_name_words.tenant_id and k.word operator(extensions.%) typed
          union
          select k.word from private.client_name_words k
          where k.tenant_id = similar_name_words.tenant_id and k.word >= left(typed, 1) and k.word < left(typed, 1) || chr(1114109)
        ) c
        where length(c.word) >= length(typed) - most
        -- Otherwise each distance would be computed once for every place where it is used.
        offset 0
      ) d
      where d.whole <= greatest(most, 2) or d.beginning <= 2
      offset 0
    ) s
    where s.mistakes <= most and s.word <> typed
    order by 2 desc, 1 limit 6;
end;
$$;
comment on function private.similar_name_words(uuid, text) is
  'Up to six words of the clinic''s names that may be meant, most similar first: with the same first letter or many letters in common, and few mistakes.';

create function private.misspelled_clients(
  tenant_id uuid, filters text, patterns text[], others text[], words text[], row_count integer)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  -- The first three words, each with what it may mean, itself included when somebody has it.
  meanings jsonb := '{}'::jsonb;
  known boolean;
  chosen record;
  these text[];
  best numeric;
  rarest text;
  rarest_clients bigint;
  kind text;
  is_whole boolean;
  page uuid[];
  ids uuid[] := '{}'::uuid[];
begin
  for n in 1 .. cardinality(words) loop
    continue when words[n] is null or (select count(*) from jsonb_object_keys(meanings)) >= 3;
    known := exists (
      select from private.client_name_words k
      where k.tenant_id = misspelled_clients.tenant_id and k.word like substr(private.like_pattern(words[n]), 2));
    meanings := meanings || jsonb_build_object(n::text, (
      select coalesce(jsonb_agg(jsonb_build_object('pattern', m.pattern, 'score', m.score)), '[]')
      from (
        select patterns[n] as pattern, 1.2 as score where known
        union all
        select '% ' || s.word || ' %', s.score from private.similar_name_words(misspelled_clients.tenant_id, words[n]) s
      ) m));
    -- No name at all: perhaps part of an e-mail address.
    if meanings -> n::text = '[]' then
      meanings := meanings || jsonb_build_object(n::text, jsonb_build_array(jsonb_build_object('pattern', patterns[n], 'score', 1)));
    end if;
  end loop;
  for chosen in
    with recursive combined as (
      select 0 as taken, '{}'::jsonb as patterns, 0::numeric as score
      union all
      select c.taken + 1, c.patterns || jsonb_build_object(k.n, m ->> 'pattern'), c.score + (m ->> 'score')::numeric
      from combined c
      join (select j.key as n, row_number() over (order by j.key::integer) as place from jsonb_each(meanings) j) k on k.place = c.taken + 1
      cross join lateral jsonb_array_elements(meanings -> k.n) m
    )
    select c.patterns, c.score from combined c where c.taken = (select count(*) from jsonb_object_keys(meanings)) order by c.score desc, c.patterns::text limit 6
  loop
    these := array(select coalesce(chosen.patterns ->> n::text, patterns[n]) from generate_subscripts(patterns, 1) n order by n);
    best := coalesce(best, chosen.score);
    -- Who has found the name that was meant does not want others that are hardly like it.
    exit when cardinality(ids) > 0 and chosen.score < best - 0.2;
    -- As written they have found nobody.
    continue when these = patterns;
    select o.word, o.clients into rarest, rarest_clients
    from (
      select w.word, (
        select count(*) from (
          select from private.client_words x where x.tenant_id = misspelled_clients.tenant_id and x.word = w.word limit 1001) x) as clients
      from (select substr(p, 3, length(p) - 4) as word from unnest(these) p where p ~ '^% .* %$') w) o
    order by o.clients, length(o.word) desc limit 1;
    -- Two common names together are rarer than each: their trigrams know who has both.
    foreach kind in array case
      when rarest_clients <= 1000 or (cardinality(array_positions(others, null)) = 1 and strpos(filters, 'archived_at is not') = 0) then array['words', 'far'] else array['far'] end
    loop
      execute private.client_query(kind, filters, private.word_conditions(these, others), 'sort_name', false)
      into page, is_whole using tenant_id, these, others, null::text, null::uuid, row_count, array[rarest], 1001;
      exit when is_whole;
    end loop;
    ids := ids || array(select p from unnest(page) with ordinality u (p, n) where p <> all (ids) order by n);
    exit when cardinality(ids) >= row_count;
  end loop;
  return ids[:row_count];
end;
$$;
comment on function private.misspelled_clients(uuid, text, text[], text[], text[], integer) is
  'Ids of clients whose names are spelled nearly as in the search, most similar first, then by name. Called when the search as written has found nobody.';
