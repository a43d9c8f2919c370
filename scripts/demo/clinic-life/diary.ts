/** Which visits a demo clinic has: the same for the same days, so that a second run finds what the first one made. */
import type { ClinicLife, LifeHours } from './clinic-life.ts';

export interface DiaryVisit {
  /** YYYY-MM-DD where the clinic is. */
  day: string;
  /** Minutes since midnight. */
  starts: number;
  minutes: number;
  provider: string;
  place: string;
  service: string;
  /** From 0 to 1: what becomes of it. */
  fate: number;
}

/** How full a day is that lies so many days ahead; past ones are what they were. */
function fullness(daysAhead: number): number {
  if (daysAhead <= 0) return 0.8;
  if (daysAhead <= 7) return 0.45;
  return daysAhead <= 14 ? 0.2 : 0.1;
}

/**
 * The visits of some days, by provider in the order of time: each within the provider's hours, none over another.
 *
 * @param today YYYY-MM-DD where the clinic is; it always has visits, so that there is something to see
 */
export function planDiary(life: ClinicLife, today: string, firstDay: number, lastDay: number): DiaryVisit[] {
  return life.providers.flatMap(({ name }) => {
    const visits: DiaryVisit[] = [];
    for (let ahead = firstDay; ahead <= lastDay; ahead += 1) {
      const day = dayAfter(today, ahead);
      if (ahead === life.schedule.holiday.inDays) continue;
      visits.push(...planDay(life, name, day, ahead));
    }
    return visits;
  });
}

function planDay(life: ClinicLife, provider: string, day: string, ahead: number): DiaryVisit[] {
  const random = randomOf(`${provider} ${day}`);
  const services = life.services.filter(({ providers }) => providers.includes(provider));
  const place = life.schedule.places[provider];
  if (!place) throw new Error(`The demo has no place for ${provider}.`);
  const visits: DiaryVisit[] = [];
  for (const [opens, closes] of openSpans(life, provider, day, ahead === 0)) {
    for (let starts = opens; starts < closes;) {
      const service = services[Math.floor(random() * services.length)];
      if (!service) break;
      const { duration_minutes: minutes, buffer_after_minutes: rest = 0, name } = service;
      if (random() < fullness(ahead) && starts + minutes + rest <= closes) {
        visits.push({ day, starts, minutes, provider, place, service: name, fate: random() });
        starts = Math.ceil((starts + minutes + rest) / 15) * 15;
      } else starts += 30;
    }
  }
  return visits;
}

/**
 * Visits around this minute, one of each provider who has none then: under way, waiting, and soon. The demo is looked at in the
 * evening too.
 */
export function planAroundNow(
  life: ClinicLife,
  planned: DiaryVisit[],
  today: string,
  minutesNow: number,
): DiaryVisit[] {
  const sooner = [-15, 15, 60];
  return life.providers.flatMap(({ name: provider }, index) => {
    const starts = Math.floor((minutesNow + (sooner[index] ?? 60)) / 15) * 15;
    const service = life.services.find(
      ({ providers, duration_minutes }) => providers.includes(provider) && duration_minutes <= 45,
    );
    const place = life.schedule.places[provider];
    if (!service || !place) return [];
    const { duration_minutes: minutes, name } = service;
    // An hour more on both sides than any rest after a visit.
    const isNear = (visit: DiaryVisit) =>
      visit.provider === provider &&
      visit.day === today &&
      visit.starts < starts + minutes + 60 &&
      visit.starts + visit.minutes > starts - 60;
    const isThisDay = starts >= 0 && starts + minutes <= 24 * 60;
    if (!isThisDay || planned.some(isNear)) return [];
    return [{ day: today, starts, minutes, provider, place, service: name, fate: 0.5 }];
  });
}

/** When a provider is there, breaks taken out; on a day that must have visits like on a Monday. */
function openSpans(life: ClinicLife, provider: string, day: string, mustBeOpen: boolean): [number, number][] {
  const week = life.schedule.providerWeeks[provider] ?? life.schedule.week;
  const on = (weekday: number) => week.filter((hours) => hours.weekdays.includes(weekday));
  let hours = on(new Date(`${day}T00:00:00Z`).getUTCDay() || 7);
  if (hours.length === 0 && mustBeOpen) hours = on(week[0]?.weekdays[0] ?? 1);
  const pause = hours.find(({ isBreak }) => isBreak);
  return hours
    .filter(({ isBreak }) => !isBreak)
    .flatMap(({ opens, closes }): [number, number][] =>
      pause
        ? [
            [minutesOf(opens), minutesOf(pause.opens)],
            [minutesOf(pause.closes), minutesOf(closes)],
          ]
        : [[minutesOf(opens), minutesOf(closes)]],
    );
}

/** A week as `save_working_hours` takes it. */
export function toWeek(hours: LifeHours[]) {
  return hours.flatMap(({ weekdays, opens, closes, isBreak = false }) =>
    weekdays.map((weekday) => ({ weekday, opens, closes, is_break: isBreak })),
  );
}

export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Numbers from 0 to 1 that look random and are always the same for the same seed (mulberry32). */
export function randomOf(seed: string): () => number {
  let state = [...seed].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x0100_0193),
    0x811c_9dc5,
  );
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
