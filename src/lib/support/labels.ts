import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import { m } from '#lib/paraglide/messages.js';
import { errorMessage, toAppError } from '#lib/supabase/errors.ts';
import type { SupportGrant } from './schemas.ts';

/** What a grant's state is called. */
export function grantStateLabel({ state }: SupportGrant): { text: string; variant: BadgeVariant } {
  if (state === 'active') return { text: m.support_state_active(), variant: 'warning' };
  if (state === 'ended') return { text: m.support_state_ended(), variant: 'neutral' };
  return { text: m.support_state_expired(), variant: 'neutral' };
}

/** How often records were looked at. */
export function readsLabel(count: number): string {
  return count === 0 ? m.support_reads_none() : m.support_reads({ count });
}

/** Why a look under a grant that is still open could not be shown. */
export function lookErrorMessage(error: unknown): string {
  return toAppError(error).code === 'support_access_required' ? m.support_look_late() : errorMessage(error);
}
