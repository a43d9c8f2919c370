-- What: what repeats: rules of RFC 5545 (RRULE) as far as a clinic needs them, expanded into days.
-- Who:  the functions of scheduling alone.
-- Relies on: nothing but private.refuse.
--
-- Understood: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY with INTERVAL, COUNT or UNTIL, BYDAY (2TU and -1FR in months and years),
-- BYMONTHDAY (-1 is the last), BYMONTH, WKST, and BYSETPOS in months and years. All in the wall time of the clinic ("floating" in
-- the RFC): ten o'clock stays ten o'clock when the clocks change. So nothing happens twice a day.

create type private.recurrence as (
  frequency text, step integer, occurrences integer, until_at timestamp, weekdays text[], numbered_weekdays text[],
  month_days integer[], months integer[], positions integer[], week_start integer);
comment on type private.recurrence is
  'A rule, read. numbered_weekdays as 2TU, -1FR; week_start from 0 (Monday); a list that the rule does not have is null.';

create function private.rule_numbers(part text, content text, greatest_number integer) returns integer[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if content !~ '^[+-]?\d{1,3}(,[+-]?\d{1,3})*$' or exists (
    select from unnest(string_to_array(content, ',')::integer[]) n where n = 0 or abs(n) > greatest_number)
  then
    perform private.refuse(422, 'rule_invalid', 'This rule of repetition cannot be read.', part);
  end if;
  return string_to_array(content, ',')::integer[];
end;
$$;
comment on function private.rule_numbers(text, text, integer) is 'A list of numbers but 0, up to the greatest either side; 422 rule_invalid (detail: the part).';

create function private.read_rule(rule text, time_zone text) returns private.recurrence
language plpgsql
stable
set search_path = ''
as $$
declare
  found private.recurrence;
  parts jsonb := '{}'::jsonb;
  pair text[];
  part text;
  content text;
  refused text;
begin
  if rule is null or length(rule) > 500 then
    perform private.refuse(422, 'rule_invalid', 'This rule of repetition cannot be read.', 'RRULE');
  end if;
  foreach part in array string_to_array(upper(rule), ';') loop
    pair := regexp_match(part, '^([A-Z]+)=([A-Z0-9,+-]+)$');
    if pair is null or parts ? pair[1] then
      perform private.refuse(422, 'rule_invalid', 'This rule of repetition cannot be read.', left(part, 60));
    end if;
    parts := parts || jsonb_build_object(pair[1], pair[2]);
  end loop;
  found.step := 1;
  found.week_start := 0;
  for part, content in select * from jsonb_each_text(parts) loop
    refused := null;
    case part
      when 'FREQ' then
        if content in ('SECONDLY', 'MINUTELY', 'HOURLY') then
          perform private.refuse(422, 'rule_not_supported', 'Visits cannot repeat like this.', part);
        elsif content not in ('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY') then
          refused := part;
        end if;
        found.frequency := content;
      when 'INTERVAL', 'COUNT' then
        if content !~ '^\d{1,4}$' or content::integer = 0 then
          refused := part;
        elsif part = 'INTERVAL' then
          found.step := content::integer;
        else
          found.occurrences := content::integer;
        end if;
      when 'UNTIL' then
        if not parts ? 'COUNT' and content ~ '^\d{8}$' then
          found.until_at := content::date + time '23:59:59';
        elsif not parts ? 'COUNT' and content ~ '^\d{8}T\d{6}Z$' and to_char(content::timestamp, 'YYYYMMDD"T"HH24MISS"Z"') = content then
          found.until_at := (content::timestamp at time zone 'UTC') at time zone time_zone;
        else
          refused := part;
        end if;
      when 'BYDAY' then
        if content !~ '^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU))*$' then
          refused := part;
        else
          found.weekdays := array(select d from unnest(string_to_array(content, ',')) d where d ~ '^[A-Z]');
          found.numbered_weekdays := array(
            select substr(d, 1, length(d) - 2)::integer || right(d, 2) from unnest(string_to_array(content, ',')) d where d !~ '^[A-Z]');
          if exists (select from unnest(found.numbered_weekdays) d where abs(substr(d, 1, length(d) - 2)::integer) not between 1 and 53)
            or (found.numbered_weekdays <> '{}' and parts ->> 'FREQ' in ('DAILY', 'WEEKLY'))
          then
            refused := part;
          end if;
        end if;
      when 'BYMONTHDAY' then
        found.month_days := private.rule_numbers(part, content, 31);
        refused := case when parts ->> 'FREQ' = 'WEEKLY' then part end;
      when 'BYMONTH' then
        found.months := private.rule_numbers(part, content, 12);
        refused := case when 0 > any (found.months) then part end;
      when 'BYSETPOS' then
        found.positions := private.rule_numbers(part, content, 366);
        if parts ->> 'FREQ' in ('DAILY', 'WEEKLY') then
          perform private.refuse(422, 'rule_not_supported', 'Visits cannot repeat like this.', part);
        elsif not parts ?| array['BYDAY', 'BYMONTHDAY', 'BYMONTH'] then
          refused := part;
        end if;
      when 'WKST' then
        found.week_start := array_position(array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], content) - 1;
        refused := case when found.week_start is null then part end;
      when 'BYSECOND', 'BYMINUTE', 'BYHOUR', 'BYYEARDAY', 'BYWEEKNO' then
        perform private.refuse(422, 'rule_not_supported', 'Visits cannot repeat like this.', part);
      else
        refused := left(part, 60);
    end case;
    if refused is not null then
      perform private.refuse(422, 'rule_invalid', 'This rule of repetition cannot be read.', refused);
    end if;
  end loop;
  if found.frequency is null then
    perform private.refuse(422, 'rule_invalid', 'This rule of repetition cannot be read.', 'FREQ');
  end if;
  return found;
exception when datetime_field_overflow or invalid_datetime_format then
  perform private.refuse(422, 'rule_invalid', 'This rule of repetition cannot be read.', 'UNTIL');
  return null;
end;
$$;
comment on function private.read_rule(text, text) is
  'Reads the value of an RRULE; UNTIL in UTC becomes the zone''s wall time, as a day it means the whole of it. 422 rule_invalid for what is no rule, rule_not_supported for what is more than a clinic needs (detail: the part).';

create function private.expand_rrule(rule text, first_at timestamp, until_at timestamp, max integer, time_zone text default 'UTC') returns setof timestamp
language plpgsql
stable
set search_path = ''
as $$
declare
  r constant private.recurrence := private.read_rule(rule, time_zone);
  first_day constant date := first_at::date;
  -- Years are gone through day by day; fifty of them take some 50 ms.
  last_at constant timestamp := least(until_at, r.until_at, first_at + interval '50 years');
  unit constant text := case r.frequency when 'MONTHLY' then 'month' when 'YEARLY' then 'year' else 'day' end;
  months integer[] := r.months;
  month_days integer[] := r.month_days;
  weekdays text[] := r.weekdays;
  first_weekday constant integer := extract(isodow from first_at)::integer - 1;
  names constant text[] := array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
begin
  -- What the rule leaves open, the first time says.
  if r.month_days is null and r.weekdays is null then
    if r.frequency = 'WEEKLY' then
      weekdays := array[names[first_weekday + 1]];
    elsif r.frequency in ('MONTHLY', 'YEARLY') then
      month_days := array[extract(day from first_at)::integer];
      months := case when r.frequency = 'YEARLY' and months is null then array[extract(month from first_at)::integer] else months end;
    end if;
  end if;
  return query
    with days as (
      -- Whole months and years, since positions are counted in them.
      select d::date as day, extract(year from d)::integer as year, extract(month from d)::integer as month, extract(day from d)::integer as n,
        extract(day from date_trunc('month', d) + interval '1 month' - interval '1 day')::integer as month_length,
        extract(doy from d)::integer as year_day, extract(doy from date_trunc('year', d) + interval '1 year' - interval '1 day')::integer as year_length,
        names[extract(isodow from d)::integer] as weekday
      from generate_series(
        date_trunc(unit, first_at), date_trunc(unit, last_at) + ('1 ' || unit)::interval - interval '1 day', interval '1 day') d
    ), periods as (
      select d.*, case r.frequency
          when 'DAILY' then d.day - first_day
          when 'WEEKLY' then (d.day - first_day + (first_weekday - r.week_start + 7) % 7) / 7
          when 'MONTHLY' then (d.year - extract(year from first_day)::integer) * 12 + d.month - extract(month from first_day)::integer
          else d.year - extract(year from first_day)::integer
        end as period
      from days d
      where (months is null or d.month = any (months))
        and (month_days is null or d.n = any (month_days) or d.n - d.month_length - 1 = any (month_days))
        and (weekdays is null or d.weekday = any (weekdays) or case
          when r.frequency = 'YEARLY' and months is null
            then array[(d.year_day + 6) / 7 || d.weekday, (d.year_day - d.year_length - 7) / 7 || d.weekday] && r.numbered_weekdays
          else array[(d.n + 6) / 7 || d.weekday, (d.n - d.month_length - 7) / 7 || d.weekday] && r.numbered_weekdays
        end)
    ), numbered as (
      select p.day, row_number() over w as from_start, row_number() over w - count(*) over (partition by p.period) - 1 as from_end
      from periods p where p.period % r.step = 0
      window w as (partition by p.period order by p.day)
    )
    select n.day + first_at::time from numbered n
    where (r.positions is null or n.from_start = any (r.positions) or n.from_end = any (r.positions))
      and n.day + first_at::time between first_at and last_at
    order by n.day
    limit least(max, r.occurrences);
end;
$$;
comment on function private.expand_rrule(text, timestamp, timestamp, integer, text) is
  'The times of a rule from its first on, in the wall time of the zone, until a time (or for 50 years) and not more than max. The first is among them when it fits the rule. 422 rule_invalid, rule_not_supported (detail: the part).';

create function private.end_rule(rule text, last_day date) returns text
language sql
immutable
set search_path = ''
return regexp_replace(rule, ';(COUNT|UNTIL)=[^;]*|^(COUNT|UNTIL)=[^;]*;', '', 'gi') || coalesce(';UNTIL=' || to_char(last_day, 'YYYYMMDD'), '');
comment on function private.end_rule(text, date) is 'The rule without its end, or with this last day.';

create function private.shift_rule(rule text, days integer) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  r constant private.recurrence := private.read_rule(rule, 'UTC');
  names constant text[] := array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
  shifted text := rule;
begin
  if days = 0 then
    return rule;
  elsif r.months is not null or r.month_days is not null or r.positions is not null or r.numbered_weekdays <> '{}'
    or (r.weekdays is not null and r.frequency in ('MONTHLY', 'YEARLY'))
  then
    perform private.refuse(422, 'rule_required', 'The visits repeat on a certain day of the month. Please say how they are to repeat now.');
  end if;
  if r.weekdays is not null then
    shifted := regexp_replace(shifted, '(BYDAY=)[^;]*', '\1' || array_to_string(array(
      select names[(array_position(names, d) - 1 + days % 7 + 7) % 7 + 1] from unnest(r.weekdays) d), ','), 'i');
  end if;
  -- The week begins on another day as well, so that every second week stays every second week.
  if r.frequency = 'WEEKLY' and r.step > 1 then
    shifted := regexp_replace(shifted, ';WKST=[^;]*|^WKST=[^;]*;', '', 'i') || ';WKST=' || names[(r.week_start + days % 7 + 7) % 7 + 1];
  end if;
  return case when r.until_at is null then shifted else private.end_rule(shifted, r.until_at::date + days) end;
end;
$$;
comment on function private.shift_rule(text, integer) is
  'The rule whose times are so many days later. 422 rule_required where days of months are counted, which do not shift.';
