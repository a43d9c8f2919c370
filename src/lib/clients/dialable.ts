import type { Client } from './schemas.ts';

/** The client's main number as a telephone takes it; null where there is none. */
export function dialable({ identifiers }: Pick<Client, 'identifiers'>): string | null {
  const main = identifiers.find(({ kind, is_primary }) => kind === 'phone' && is_primary);
  return main ? toDial(main) : null;
}

/** A number as a telephone takes it: in its international form where that is known. */
export function toDial({ raw, normalised }: { raw: string; normalised: string | null }): string {
  return normalised ?? raw.replace(/[^+0-9]/g, '');
}
