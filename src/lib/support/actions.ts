import { auditKeys } from '#lib/audit/queries.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import { toAppError } from '#lib/supabase/errors.ts';
import type { QueryClient, QueryKey } from '@tanstack/svelte-query';
import { endClinicGrant, endGrant, openGrant, supportKeys } from './queries.ts';
import type { SupportForm, SupportGrant } from './schemas.ts';

/** Everything a super-admin's pages know about clinics and grants changes with a grant. */
const ON_PLATFORM = [['platform']] as const;

/** Opens support access to a clinic. Throws what went wrong. */
export async function openSupport(
  queries: QueryClient,
  clinic: { id: string; name: string },
  values: SupportForm,
): Promise<SupportGrant> {
  const grant = await change(queries, ON_PLATFORM, () =>
    openGrant({ tenantId: clinic.id, reason: values.reason, minutes: Number(values.minutes) }),
  );
  confirmDone(m.support_opened({ clinic: clinic.name }));
  return grant;
}

/** Ends a super-admin's support access; true when it is over. */
export function endSupport(queries: QueryClient, grantId: string): Promise<boolean> {
  return end(() => change(queries, ON_PLATFORM, () => endGrant(grantId)));
}

/** Ends support access to an owner's clinic; true when it is over. */
export function endSupportAsOwner(queries: QueryClient, tenantId: string, grantId: string): Promise<boolean> {
  const affected = [supportKeys.ofClinic(tenantId), auditKeys.of({ kind: 'clinic', tenantId })];
  return end(() => change(queries, affected, () => endClinicGrant(tenantId, grantId)));
}

/**
 * Does something to a grant and forgets what the cache knew under `affects`; also after a refusal because of the
 * present state (409), which means that what the page shows is out of date.
 */
async function change<T>(
  queries: QueryClient,
  affects: readonly QueryKey[],
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await perform(queries, affects, act);
  } catch (error) {
    if (toAppError(error).status === 409)
      await Promise.all(affects.map((queryKey) => queries.invalidateQueries({ queryKey })));
    throw error;
  }
}

async function end(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    confirmDone(m.support_ended());
    return true;
  } catch (error) {
    // Somebody else was faster, or its time ran out: it is over all the same.
    if (handleError(error, { retry: () => void end(act) }).code === 'support_grant_over') return true;
    return false;
  }
}
