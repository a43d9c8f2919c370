import type { ListFilter } from './queries.ts';
import { readStatusFilter } from './statuses.ts';

/** The filter of a list as its address names it. */
export function readListFilter(parameters: Pick<URLSearchParams, 'get'>): ListFilter {
  return { search: parameters.get('search') ?? '', status: readStatusFilter(parameters.get('status')) };
}

/** The address of a filter: "?search=dent&status=deleted", or nothing for the whole list. */
export function listFilterQuery(filter: ListFilter): string {
  const parameters = new URLSearchParams(Object.entries(filter).filter(([, text]) => text));
  return parameters.size > 0 ? `?${parameters}` : '';
}
