import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { Anchor, AuditStatus } from './schemas.ts';

/** Events are sealed every minute; older ones that are not mean that the job stands still. */
const BEHIND_AFTER_MILLISECONDS = 15 * 60_000;

type Label = { text: string; variant: BadgeVariant };

/** Whether sealing keeps up. Whether the chains are intact only `npm run audit:verify` can say. */
export function chainState(status: AuditStatus, now = Date.now()): Label {
  const oldest = status.oldest_unsealed_at;
  if (oldest && now - new Date(oldest).getTime() > BEHIND_AFTER_MILLISECONDS)
    return { text: m.audit_chain_behind(), variant: 'warning' };
  return { text: m.audit_chain_current(), variant: 'success' };
}

/** What became of an anchor's e-mail. */
export function anchorLabel({ delivery }: Anchor): Label {
  const labels: Record<Anchor['delivery'], Label> = {
    pending: { text: m.delivery_pending(), variant: 'neutral' },
    sent: { text: m.audit_anchor_sent(), variant: 'success' },
    not_configured: { text: m.delivery_not_configured(), variant: 'warning' },
    failed: { text: m.delivery_failed(), variant: 'destructive' },
  };
  return labels[delivery];
}

/** A number of months, as in "kept for 72 months". */
export function monthsLabel(count: number): string {
  return m.audit_retention_months({ count });
}

/** The day of an anchor (YYYY-MM-DD, in UTC) as people read it. */
export function formatAnchorDay(day: string, locale: string = getLocale()): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day));
}

/** The month of a partition (its first day) as people read it. */
export function formatMonth(day: string, locale: string = getLocale()): string {
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(day),
  );
}
