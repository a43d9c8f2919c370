import { dayOf } from '#lib/days.ts';
import { formatMoment } from '#lib/audit/moments.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { weekdayName } from '#lib/scheduling/weekdays.ts';
import type { DayPart, Entry, Hindrance, Slot } from './schemas.ts';

type Wishes = Pick<
  Entry,
  'weekdays' | 'day_parts' | 'from_time' | 'to_time' | 'earliest_day' | 'latest_day' | 'providers'
>;

const DAY_PART_LABELS: Record<DayPart, () => string> = {
  morning: m.waitlist_morning,
  afternoon: m.waitlist_afternoon,
  evening: m.waitlist_evening,
};
export const dayPartLabel = (part: DayPart): string => DAY_PART_LABELS[part]();

/** What suits somebody, in a few words each: "Tue, Thu", "mornings", "with Dr. Pop". */
export function wishTexts(entry: Wishes): string[] {
  const list = (words: string[]) => new Intl.ListFormat(getLocale(), { type: 'disjunction' }).format(words);
  const shortDay = (day: string) =>
    new Intl.DateTimeFormat(getLocale(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    );
  const times = [
    ...entry.day_parts.map(dayPartLabel),
    ...(entry.from_time && entry.to_time
      ? [`${entry.from_time.slice(0, 5)}–${entry.to_time.slice(0, 5)}`]
      : []),
  ];
  const { earliest_day: first, latest_day: last } = entry;
  return [
    entry.providers.length > 0
      ? m.waitlist_with({ names: list(entry.providers.map(({ name }) => name)) })
      : '',
    entry.weekdays.length > 0 ? list(entry.weekdays.map((day) => weekdayName(day, 'short'))) : '',
    times.length > 0 ? list(times) : '',
    first && last
      ? m.waitlist_between({ first: shortDay(first), last: shortDay(last) })
      : first
        ? m.waitlist_from_day({ day: shortDay(first) })
        : last
          ? m.waitlist_until_day({ day: shortDay(last) })
          : '',
  ].filter(Boolean);
}

/** Whether a free time is one that somebody waits for, by the clinic's clock; the rule of `rank_waitlist`. */
export function suits(entry: Wishes, slot: Slot, timeZone: string): boolean {
  const day = dayOf(new Date(slot.starts_at), timeZone);
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  const clock = (moment: string) => formatMoment(moment, 'time', timeZone, 'en-GB');
  const begins = clock(slot.starts_at);
  const endsOnOtherDay = dayOf(new Date(slot.ends_at), timeZone) !== day;
  const part: DayPart = begins < '12:00' ? 'morning' : begins < '17:00' ? 'afternoon' : 'evening';
  const { from_time, to_time, day_parts, weekdays, earliest_day, latest_day, providers } = entry;
  const isTimely =
    (day_parts.length === 0 && from_time === null) ||
    day_parts.includes(part) ||
    (from_time !== null &&
      to_time !== null &&
      begins >= from_time.slice(0, 5) &&
      !endsOnOtherDay &&
      clock(slot.ends_at) <= to_time.slice(0, 5));
  return (
    isTimely &&
    (weekdays.length === 0 || weekdays.includes(weekday)) &&
    (earliest_day === null || day >= earliest_day) &&
    (latest_day === null || day <= latest_day) &&
    (providers.length === 0 || providers.some(({ id }) => id === slot.provider_id))
  );
}

/** Why nobody is written to; null when they are. */
export function hindranceOf({ client, want_offers, refused_email }: Entry): Hindrance | null {
  if (client.email === null) return 'no_email';
  if (client.email === refused_email) return 'email_refused';
  if (!client.consent_reminders) return 'no_consent';
  return want_offers ? null : 'offers_unwanted';
}

const HINDRANCES: Record<Hindrance, () => string> = {
  no_email: m.waitlist_no_email,
  email_refused: m.waitlist_email_refused,
  no_consent: m.waitlist_no_consent,
  offers_unwanted: m.waitlist_offers_unwanted,
  offered_lately: m.waitlist_offered_lately,
};
export const hindranceText = (hindrance: Hindrance): string => HINDRANCES[hindrance]();
