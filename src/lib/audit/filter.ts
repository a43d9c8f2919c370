import { addDays, dayOf, isDay, startOfDay } from '#lib/days.ts';

export const PERIODS = ['today', '7d', '30d', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

/** What a list is narrowed to. Empty texts and no period stand for "everything". */
export type AuditFilter = {
  /** A user id, part of an e-mail address, or a role. */
  actor: string;
  /** A whole action, or a group of them ending in a dot: "member." */
  action: string;
  clinic: string;
  period: Period | '';
  /** First and last day of a custom period, both included; either may be open. */
  from: string;
  to: string;
  search: string;
};

export const NO_FILTER: AuditFilter = {
  actor: '',
  action: '',
  clinic: '',
  period: '',
  from: '',
  to: '',
  search: '',
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The filter an address asks for. Whatever makes no sense there is left out. */
export function readFilter(parameters: Pick<URLSearchParams, 'get'>): AuditFilter {
  const text = (name: string) => (parameters.get(name) ?? '').trim().slice(0, 200);
  const day = (name: string) => (isDay(text(name)) ? text(name) : '');
  const [from, to, clinic] = [day('from'), day('to'), text('clinic')];
  const period = PERIODS.find((each) => each === text('period')) ?? (from || to ? 'custom' : '');
  const custom = period === 'custom';
  return {
    actor: text('actor'),
    action: /^[a-z_]+\.[a-z_]*$/.test(text('action')) ? text('action') : '',
    clinic: UUID.test(clinic) ? clinic : '',
    period,
    from: custom ? from : '',
    to: custom ? to : '',
    search: text('q'),
  };
}

/** The address of a filter: "?action=member.&period=7d", or nothing for no filter at all. */
export function filterQuery(filter: Partial<AuditFilter>): string {
  const parameters = new URLSearchParams();
  const { search, ...others } = filter;
  for (const [name, value] of Object.entries({ ...others, q: search }))
    if (value) parameters.set(name, value);
  const query = parameters.toString().replaceAll('%40', '@');
  return query ? `?${query}` : '';
}

/** How many things a list is narrowed by. */
export function countFilters({ actor, action, clinic, period, search }: AuditFilter): number {
  return [actor, action, clinic, period, search].filter(Boolean).length;
}

/** The days a filter covers in a zone, both included; open ends are null. */
export function filterDays(
  { period, from, to }: AuditFilter,
  timeZone: string | undefined,
  now = new Date(),
): { first: string | null; last: string | null } {
  if (period === '') return { first: null, last: null };
  if (period === 'custom') return { first: from || null, last: to || null };
  const days = { today: 1, '7d': 7, '30d': 30 }[period];
  return { first: addDays(dayOf(now, timeZone), 1 - days), last: null };
}

/** The same as moments in UTC: from `since` on, and before `until`. */
export function filterMoments(
  filter: AuditFilter,
  timeZone: string | undefined,
  now = new Date(),
): { since: string | undefined; until: string | undefined } {
  const { first, last } = filterDays(filter, timeZone, now);
  return {
    since: first ? startOfDay(first, timeZone) : undefined,
    until: last ? startOfDay(addDays(last, 1), timeZone) : undefined,
  };
}
