export const CLIENT_TABS = [
  'overview',
  'appointments',
  'conversations',
  'timeline',
  'notes',
  'files',
  'tasks',
] as const;
export type ClientTab = (typeof CLIENT_TABS)[number];

/** The part of a client's page that an address asks for. */
export function readClientTab(parameters: Pick<URLSearchParams, 'get'>): ClientTab {
  return CLIENT_TABS.find((tab) => tab === parameters.get('tab')) ?? 'overview';
}

/** The address of a part of a client's page. */
export function clientTabHref(clientHref: string, tab: ClientTab): string {
  return tab === 'overview' ? clientHref : `${clientHref}?tab=${tab}`;
}
