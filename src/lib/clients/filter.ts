import { isDay } from '#lib/days.ts';
import * as z from 'zod/mini';
import { channelSchema } from './schemas.ts';

export const CLIENT_SORTS = [
  'name',
  '-name',
  'last_activity',
  '-last_activity',
  'created',
  '-created',
] as const;
export type ClientSort = (typeof CLIENT_SORTS)[number];

const uuid = z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
const day = z.string().check(z.refine(isDay));

const fields = {
  /** Clients at work are shown unless something else is asked for. */
  state: z.enum(['archived', 'all']),
  /** Clients that have all of these. */
  tags: z.array(uuid).check(z.minLength(1), z.maxLength(20)),
  has_email: z.boolean(),
  has_phone: z.boolean(),
  channel: channelSchema,
  consent_reminders: z.boolean(),
  consent_marketing: z.boolean(),
  created_since: day,
  created_until: day,
  /** Days between which the newest activity lies. */
  active_since: day,
  inactive_since: day,
  birthday_month: z.int().check(z.minimum(1), z.maximum(12)),
  city: z.string().check(z.minLength(1), z.maxLength(100)),
};

/** What the list is narrowed to, as `list_clients` understands it; what is not there narrows nothing. */
export type ClientFilter = { [Field in FilterField]?: z.output<(typeof fields)[Field]> };
export type FilterField = keyof typeof fields;
export const FILTER_FIELDS = Object.keys(fields) as FilterField[];

/** Everything that decides which clients are listed, and in which order. */
export type ClientQuestion = { search: string; filter: ClientFilter; sort: ClientSort };

export const EVERYBODY: ClientQuestion = { search: '', filter: {}, sort: 'name' };

/** A filter from anywhere: an address, a saved view. Whatever makes no sense in it is left out. */
export function toClientFilter(raw: unknown): ClientFilter {
  const given = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  const kept = FILTER_FIELDS.flatMap((field) => {
    const result = fields[field].safeParse(given[field]);
    return result.success ? [[field, result.data]] : [];
  });
  return Object.fromEntries(kept) as ClientFilter;
}

/** A question from anywhere, like `toClientFilter`. */
export function toClientQuestion(raw: unknown): ClientQuestion {
  const given = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  return {
    search: typeof given.search === 'string' ? given.search.trim().slice(0, 200) : '',
    filter: toClientFilter(given.filter),
    sort: CLIENT_SORTS.find((sort) => sort === given.sort) ?? EVERYBODY.sort,
  };
}

/** The question an address asks: "?q=pop&tags=…&has_email=true&sort=-created". */
export function readClientQuestion(parameters: Iterable<[string, string]>): ClientQuestion {
  const texts = Object.fromEntries(parameters);
  const filter = Object.entries(texts).map(([name, text]) => [name, readValue(name, text)]);
  return toClientQuestion({ search: texts.q, sort: texts.sort, filter: Object.fromEntries(filter) });
}

function readValue(name: string, text: string): unknown {
  if (name === 'tags') return text.split(',');
  if (name === 'birthday_month') return Number(text);
  return ({ true: true, false: false } as Record<string, boolean>)[text] ?? text;
}

/** The address of a question, or nothing for the whole list. */
export function clientQuestionQuery({ search, filter, sort }: Partial<ClientQuestion>): string {
  const parameters = new URLSearchParams();
  if (search) parameters.set('q', search);
  for (const field of FILTER_FIELDS) {
    const value = filter?.[field];
    if (value !== undefined) parameters.set(field, String(value));
  }
  if (sort && sort !== EVERYBODY.sort) parameters.set('sort', sort);
  const query = parameters.toString().replaceAll('%2C', ',');
  return query ? `?${query}` : '';
}

/** The filter with some fields changed; undefined takes a field out. */
export function withFilter(filter: ClientFilter, change: { [Field in FilterField]?: unknown }): ClientFilter {
  return toClientFilter({ ...filter, ...change });
}

/** Whether two questions list the same. */
export function isSameQuestion(a: ClientQuestion, b: ClientQuestion): boolean {
  return clientQuestionQuery(a) === clientQuestionQuery(b);
}
