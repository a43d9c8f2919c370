-- What: what repeats: rules of RFC 5545 (RRULE) as far as a clinic needs them, expanded into days.
-- Who:  the functions of scheduling alone.
-- Relies on: nothing but private.refuse.
--
-- Understood: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY with INTERVAL, COUNT or UNTIL, BYDAY (2TU and -1FR in months and years),
-- BYMONTHDAY (-1 is the last), BYMONTH, WKST, and BYSETPOS in months and years. All in the wall time of the clinic ("floating" in
-- the RFC): ten o'clock stays ten o'clock when the clocks change. So nothing happens twice a day.

create or replace function private.shift_rule(rule text, days integer) returns text
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
    return null;
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
  'The rule whose times are so many days later; null where days of months are counted, which do not shift.';
