import { twoStepPath } from '#lib/auth/next-path.ts';
import type { Access, Membership } from './schemas.ts';

/** Why someone sees no clinic; the order is that of the reasons' weight. */
export type NoAccessReason =
  | { kind: 'account_suspended' }
  | { kind: 'clinics_closed'; clinics: string[] }
  | { kind: 'removed'; clinics: string[] }
  | { kind: 'no_clinic' };

/** The clinics a person may enter right now, in the order of their names. */
export function openClinics(access: Access): Membership[] {
  return access.memberships.filter((membership) => membership.has_access);
}

/** A person's membership of the clinic at `slug`, whatever its state; undefined where they never belonged. */
export function findMembership(access: Access, slug: string): Membership | undefined {
  return access.memberships.find((membership) => membership.slug === slug);
}

/** Where a person begins: the clinic used last, else their first one, else the platform, else the explanation. */
export function landingPath(access: Access, lastSlug?: string): string {
  const clinics = openClinics(access);
  const clinic = clinics.find(({ slug }) => slug === lastSlug) ?? clinics[0];
  if (clinic) return `/${clinic.slug}`;
  if (access.mfa_required) return twoStepPath('/admin');
  return access.is_super_admin && access.profile.status === 'active' ? '/admin' : '/no-access';
}

/**
 * Why nothing can be entered, or, given a slug, why that one clinic cannot.
 * Suspended clinics weigh more than removals: they may come back.
 */
export function noAccessReason(access: Access, slug?: string): NoAccessReason {
  if (access.profile.status !== 'active') return { kind: 'account_suspended' };
  const closed = access.memberships.filter((m) => !m.has_access && (!slug || m.slug === slug));
  const suspended = closed.filter((m) => m.tenant_status !== 'active' && m.status !== 'removed');
  if (suspended.length > 0) return { kind: 'clinics_closed', clinics: suspended.map((m) => m.name) };
  if (closed.length > 0) return { kind: 'removed', clinics: closed.map((m) => m.name) };
  return { kind: 'no_clinic' };
}
