import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import type { InviteForm } from '#lib/tenancy/schemas.ts';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { QueryClient } from '@tanstack/svelte-query';
import {
  createClinic,
  deleteClinic,
  inviteToClinic,
  restoreClinic,
  resumeClinic,
  setSeats,
  suspendClinic,
  updateClinic,
} from './clinic-commands.ts';
import { performOnPlatform, type ActOutcome, type ReasonedAct } from './reasoned-act.ts';
import type { Clinic, ClinicEdit, ClinicForm, RestoredClinic } from './schemas.ts';

/** What a super-admin does with clinics and what needs no reason. Unless told otherwise they throw what went wrong. */
export function clinicActions(queries: QueryClient) {
  return {
    /** Creates a clinic with its first owner's invitation; the invitation's mail is a second step. */
    create: (values: ClinicForm) => performOnPlatform(queries, () => createClinic(values)),

    /** Invites a further owner or staff member. */
    invite: (clinicId: string, values: InviteForm) =>
      performOnPlatform(queries, () => inviteToClinic(clinicId, values)),

    /** Saves name and time zone, unless somebody else did since `clinic` was read. */
    update: async (clinic: Clinic, values: ClinicEdit): Promise<void> => {
      await performOnPlatform(queries, () => updateClinic(clinic.id, values, clinic.updated_at));
      confirmDone(m.platform_clinic_saved({ name: values.name }));
    },

    /** Sets the number of seats. */
    setSeats: async (clinic: Clinic, maxSeats: number): Promise<void> => {
      await performOnPlatform(queries, () => setSeats(clinic.id, maxSeats));
      confirmDone(m.platform_seats_saved({ name: clinic.name, seats: maxSeats }));
    },
  };
}

/** What can be done with this clinic in its present state, in the order of a menu. */
export function clinicActs(queries: QueryClient, clinic: Clinic): ReasonedAct[] {
  const { id, name } = clinic;
  const run = async (act: () => Promise<void>, done: string) => {
    await performOnPlatform(queries, act);
    confirmDone(done);
  };
  const suspend: ReasonedAct = {
    label: m.clinic_suspend(),
    icon: Pause,
    isDestructive: true,
    title: m.clinic_suspend_title({ name }),
    text: m.clinic_suspend_text(),
    act: ({ reason }) => run(() => suspendClinic(id, reason), m.clinic_suspended({ name })),
  };
  const resume: ReasonedAct = {
    label: m.clinic_resume(),
    icon: Play,
    isDestructive: false,
    title: m.clinic_resume_title({ name }),
    text: m.clinic_resume_text(),
    act: ({ reason }) => run(() => resumeClinic(id, reason), m.clinic_resumed({ name })),
  };
  const remove: ReasonedAct = {
    label: m.platform_clinic_delete(),
    icon: Trash2,
    isDestructive: true,
    title: m.platform_clinic_delete_title({ name }),
    text: m.platform_clinic_delete_text(),
    act: ({ reason }) => run(() => deleteClinic(id, reason), m.platform_clinic_deleted({ name })),
  };
  const restore: ReasonedAct = {
    label: m.platform_clinic_restore(),
    icon: ArchiveRestore,
    isDestructive: false,
    title: m.platform_clinic_restore_title({ name }),
    text: m.platform_clinic_restore_text(),
    act: async ({ reason }) => {
      const restored = await performOnPlatform(queries, () => restoreClinic(id, reason));
      confirmDone(m.platform_clinic_restored({ name }));
      return restoreOutcome(restored);
    },
  };
  return { active: [suspend, remove], suspended: [resume, remove], deleted: [restore] }[clinic.status];
}

function restoreOutcome({ left_disabled }: RestoredClinic): ActOutcome | undefined {
  if (left_disabled.length === 0) return undefined;
  const notes = { no_seats_left: m.platform_left_no_seats, user_deleted: m.platform_left_user_deleted };
  return {
    title: m.platform_clinic_left_title(),
    text: m.platform_clinic_left_text(),
    items: left_disabled.map(({ user_id, email, why }) => ({
      name: email,
      note: notes[why](),
      href: `/admin/users/${user_id}`,
    })),
  };
}
