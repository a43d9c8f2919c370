/**
 * Free times found the slow way: a table of minutes, and a look at every one of them.
 *
 * Shares nothing with the database's search: zones are those of Intl, and there are no ranges.
 */

export type Kind = 'provider' | 'chair' | 'room';
export interface Subject {
  key: string;
  kind: Kind;
}
/** In the order in which the clinic lists them. */
export const subjects: Subject[] = [
  { key: 'provider 1', kind: 'provider' },
  { key: 'provider 2', kind: 'provider' },
  { key: 'chair 1', kind: 'chair' },
  { key: 'chair 2', kind: 'chair' },
  { key: 'room 1', kind: 'room' },
];
export const CLINIC = 'clinic';

/** Minutes are those of the day; days are counted from the first one asked for. */
export interface Hours {
  owner: string;
  day: number;
  opens: number;
  closes: number;
  isBreak: boolean;
}
export interface Exception {
  owner: string;
  first: number;
  last: number;
  hours: { opens: number; closes: number } | null;
}
/** Minutes from the first midnight on, whatever the clocks show. */
export interface Span {
  owner: string;
  from: number;
  to: number;
}
export interface Taken extends Span {
  by: 'appointment' | 'hold' | 'expired hold' | 'overbooked' | 'given up';
}
export interface Step {
  kind: Kind;
  offset: number;
  duration: number;
}
export interface Scenario {
  slotMinutes: number;
  days: number;
  /** How many of the days the clinic's horizon leaves. */
  daysOffered: number;
  service: { duration: number; before: number; after: number };
  steps: Step[];
  hours: Hours[];
  exceptions: Exception[];
  blocked: Span[];
  taken: Taken[];
  archived: string[];
  /** What the service can be done with. */
  serviceResources: string[];
  providers: string[] | null;
  resources: string[] | null;
  minutes: number | null;
}
export interface Slot {
  minute: number;
  provider: string;
  resources: string[];
}

const DAY = 1440;
const MARGIN = 3 * DAY;

/** What the clocks of a zone show in each minute around some days. */
export class Timeline {
  readonly length: number;
  /** Day times 1440 plus minute of the day, as the clocks show it, by minute of the table. */
  readonly #shown: number[];
  readonly #last = new Map<number, number>();
  readonly #start: number;
  readonly #firstDay: number;

  constructor(zone: string, firstDay: string, days: number) {
    this.#firstDay = Date.parse(`${firstDay}T00:00Z`) / 60_000 / DAY;
    this.#start = this.#firstDay * DAY - MARGIN;
    this.length = days * DAY + 2 * MARGIN;
    const clock = new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit' },
    });
    this.#shown = Array.from({ length: this.length }, (_, minute) => {
      const text = clock.format((this.#start + minute) * 60_000).replace(' ', 'T');
      return Date.parse(`${text}Z`) / 60_000;
    });
    for (const [minute, shown] of this.#shown.entries()) this.#last.set(shown, minute);
  }

  /** The moment at which the clocks show it: the later one of two; where it is left out, as if they had not been changed. */
  at(day: number, minuteOfDay: number): number {
    const wanted = (this.#firstDay + day) * DAY + minuteOfDay;
    const shown = this.#last.get(wanted);
    if (shown !== undefined) return shown;
    const before = this.#shown.findLastIndex((each) => each < wanted);
    return before + wanted - (this.#shown[before] ?? Number.NaN);
  }

  dayOf(minute: number): number {
    return Math.floor((this.#shown[minute] ?? Number.NaN) / DAY) - this.#firstDay;
  }

  minuteOfHour(minute: number): number {
    return (this.#shown[minute] ?? Number.NaN) % 60;
  }

  instant(minute: number): Date {
    return new Date((this.#start + minute) * 60_000);
  }

  minuteOf(instant: string): number {
    return Date.parse(instant) / 60_000 - this.#start;
  }
}

export class Model {
  readonly #scenario: Scenario;
  readonly #clock: Timeline;
  readonly #open = new Map<string, boolean[]>();
  readonly #busy = new Map<string, boolean[]>();
  readonly minutes: number;

  constructor(scenario: Scenario, clock: Timeline) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.minutes = scenario.minutes ?? scenario.service.duration;
    for (const subject of subjects) {
      this.#open.set(subject.key, this.#minutesOpen(subject));
      this.#busy.set(subject.key, this.#minutesBusy(subject));
    }
  }

  /** All minutes on the grid of the days that are offered. */
  grid(): number[] {
    const found: number[] = [];
    for (let minute = 0; minute < this.#clock.length; minute += 1) {
      const day = this.#clock.dayOf(minute);
      const isOffered = day >= 0 && day < Math.min(this.#scenario.days, this.#scenario.daysOffered);
      if (isOffered && this.#clock.minuteOfHour(minute) % this.#scenario.slotMinutes === 0)
        found.push(minute);
    }
    return found;
  }

  slots(): Slot[] {
    const providers = this.#scenario.providers ?? ['provider 1', 'provider 2'];
    return this.grid().flatMap((minute) => {
      const places = this.placesToTry().find((some) => some.every((place) => this.isFree(place, minute)));
      return places === undefined
        ? []
        : providers
            .toSorted()
            .filter((provider) => this.isFree(provider, minute))
            .map((provider) => ({ minute, provider, resources: places }));
    });
  }

  /** With which places the visit could be, the one to be preferred first. */
  placesToTry(): string[][] {
    const { resources, serviceResources } = this.#scenario;
    if (resources !== null) return [resources.toSorted()];
    const ofKind = (kind: Kind) =>
      subjects
        .filter((each) => each.kind === kind && serviceResources.includes(each.key))
        .map(({ key }) => key);
    const chairs = ofKind('chair').map((key) => [key]);
    const rooms = ofKind('room').map((key) => [key]);
    return (chairs.length > 0 ? chairs : [[]]).flatMap((chair) =>
      (rooms.length > 0 ? rooms : [[]]).map((room) => [...chair, ...room]),
    );
  }

  isFree(key: string, start: number): boolean {
    if (this.#scenario.archived.includes(key)) return false;
    const { service, steps } = this.#scenario;
    const kind = subjects.find((each) => each.key === key)?.kind;
    const own = steps.filter((step) => step.kind === kind);
    const end = start + this.minutes;
    for (const { offset, duration } of own.length > 0 ? own : [{ offset: 0, duration: service.duration }]) {
      const reachesEnd = offset + duration >= service.duration;
      const from = offset === 0 ? start - service.before : start + offset;
      const to = reachesEnd ? end + service.after : Math.min(start + offset + duration, end);
      for (let minute = from; minute < to; minute += 1) {
        if (this.#busy.get(key)?.[minute]) return false;
        if (minute >= start && minute < end && !this.#open.get(key)?.[minute]) return false;
      }
    }
    return true;
  }

  #minutesOpen({ key, kind }: Subject): boolean[] {
    const open = Array.from({ length: this.#clock.length }, () => false);
    const fill = (day: number, opens: number, closes: number, value: boolean) => {
      const to = this.#clock.at(day, closes);
      for (let minute = this.#clock.at(day, opens); minute < to; minute += 1) open[minute] = value;
    };
    const { hours, exceptions } = this.#scenario;
    const hasWeek = hours.some(({ owner }) => owner === key);
    for (let day = -1; day <= this.#scenario.days + 1; day += 1) {
      const differing = (owner: string) =>
        exceptions.filter((each) => each.owner === owner && each.first <= day && day <= each.last);
      const exceptional =
        differing(key).length > 0 ? differing(key) : kind === 'provider' ? differing(CLINIC) : [];
      // Days of the scenario are fewer than a week, so that a weekday is one day.
      const week = hours.filter((each) => each.day === day && each.owner === (hasWeek ? key : CLINIC));
      if (exceptional.length > 0) {
        for (const each of exceptional) if (each.hours) fill(day, each.hours.opens, each.hours.closes, true);
      } else if (hasWeek || kind === 'provider') {
        for (const each of week) if (!each.isBreak) fill(day, each.opens, each.closes, true);
        for (const each of week) if (each.isBreak) fill(day, each.opens, each.closes, false);
      } else {
        fill(day, 0, DAY, true);
      }
    }
    return open;
  }

  #minutesBusy({ key }: Subject): boolean[] {
    const busy = Array.from({ length: this.#clock.length }, () => false);
    const midnight = this.#clock.at(0, 0);
    const { blocked, taken } = this.#scenario;
    const inTheWay = [
      ...blocked.filter(({ owner }) => owner === key || owner === CLINIC),
      ...taken.filter(({ owner, by }) => owner === key && by !== 'expired hold' && by !== 'given up'),
    ];
    for (const { from, to } of inTheWay)
      for (let minute = midnight + from; minute < midnight + to; minute += 1) busy[minute] = true;
    return busy;
  }
}

/** Days around which the clocks of a zone change next; where they never do, one like any other. */
export function changesOf(zone: string, from: Date): string[] {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const offset = (time: number) => Date.parse(`${clock.format(time).replace(' ', 'T')}Z`) - time;
  const noon = (n: number) => Math.floor(from.getTime() / 86_400_000 + n) * 86_400_000 + 43_200_000;
  const days = Array.from({ length: 380 }, (_, n) => noon(n + 10));
  const changing = days.filter((time, n) => n > 0 && offset(time) !== offset(days[n - 1] ?? time));
  return (changing.length > 0 ? changing : [noon(30)]).map((time) =>
    new Date(time).toISOString().slice(0, 10),
  );
}
