import { m } from '#lib/paraglide/messages.js';
import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import type { Invitation, Permission } from './schemas.ts';

/** What a role is called. */
export function roleLabel(role: string): string {
  if (role === 'owner') return m.role_owner();
  return role === 'super_admin' ? m.role_super_admin() : m.role_staff();
}

/** What a single permission is called, and what it allows. */
export function permissionLabel(permission: Permission): { label: string; hint: string } {
  const labels = {
    overbooking: { label: m.permission_overbooking(), hint: m.permission_overbooking_hint() },
    catalogue: { label: m.permission_catalogue(), hint: m.permission_catalogue_hint() },
    exports: { label: m.permission_exports(), hint: m.permission_exports_hint() },
  };
  return labels[permission];
}

/** What became of an invitation's e-mail, in one or two words. */
export function deliveryLabel(invitation: Invitation): { text: string; variant: BadgeVariant } {
  if (invitation.state === 'expired') return { text: m.invitation_expired(), variant: 'warning' };
  const labels: Record<Invitation['delivery'], { text: string; variant: BadgeVariant }> = {
    pending: { text: m.delivery_pending(), variant: 'neutral' },
    sent: { text: m.delivery_sent(), variant: 'success' },
    not_configured: { text: m.delivery_not_configured(), variant: 'warning' },
    failed: { text: m.delivery_failed(), variant: 'destructive' },
    revealed: { text: m.delivery_revealed(), variant: 'primary' },
  };
  return labels[invitation.delivery];
}
