import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { InviteForm } from '#lib/tenancy/schemas.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { createClinic, inviteToClinic, platformKeys, resumeClinic, suspendClinic } from './queries.ts';
import type { Clinic, ClinicForm } from './schemas.ts';

/** What a super-admin does with clinics. All of them throw what went wrong. */
export function clinicActions(queries: QueryClient) {
  const affected = [platformKeys.clinics];
  return {
    /** Creates a clinic with its first owner's invitation; the invitation's mail is a second step. */
    create: (values: ClinicForm) => perform(queries, affected, () => createClinic(values)),

    /** Invites a further owner or staff member. */
    invite: (clinicId: string, values: InviteForm) =>
      perform(queries, affected, () => inviteToClinic(clinicId, values)),

    /** Suspends an active clinic, or resumes a suspended one. */
    changeStatus: async (clinic: Clinic, reason: string): Promise<void> => {
      const isActive = clinic.status === 'active';
      await perform(queries, affected, () => (isActive ? suspendClinic : resumeClinic)(clinic.id, reason));
      confirmDone(
        isActive ? m.clinic_suspended({ name: clinic.name }) : m.clinic_resumed({ name: clinic.name }),
      );
    },
  };
}
