import { error } from '@sveltejs/kit';
import type { Membership } from './schemas.ts';

/** Answers 403 to a member who is no owner. The database refuses the data as well; this is for the page. */
export function ownersOnly({ role }: Membership): void {
  if (role !== 'owner') error(403, 'Owners only');
}
