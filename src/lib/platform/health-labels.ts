import { filterQuery } from '#lib/audit/filter.ts';
import { formatDay, formatRelative } from '#lib/dates.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Health } from './overview-schemas.ts';

/** A line of health in words, with the page that helps to look into it. */
export type HealthLabel = { title: string; text: string; href?: string };

type Detail = Record<string, unknown>;

// What a line carries besides its state is only there to be read: whatever is missing counts as none.
const countOf = (detail: Detail, key: string) => (typeof detail[key] === 'number' ? detail[key] : 0);
const textOf = (detail: Detail, key: string) => (typeof detail[key] === 'string' ? detail[key] : null);

/** What a line of health means; one that this version does not know is named by its key. */
export function healthLabel({ key, state, detail }: Health): HealthLabel {
  const line = LINES[key];
  const general = {
    ok: m.platform_health_works,
    warning: m.platform_health_look,
    problem: m.platform_health_broken,
    not_available: m.platform_health_not_set_up,
  };
  return {
    title: line?.title() ?? key,
    text: line?.text?.(state, detail ?? {}) ?? general[state](),
    ...(line?.href && state !== 'not_available' ? { href: line.href } : {}),
  };
}

type Line = {
  title: () => string;
  /** The sentence, where the numbers say more than the state alone. */
  text?: (state: Health['state'], detail: Detail) => string | undefined;
  href?: string;
};

const LINES: Record<string, Line> = {
  invitation_mail: {
    title: m.platform_health_mail,
    href: `/admin/audit${filterQuery({ action: 'invitation.delivered' })}`,
    text: (_, detail) => {
      const failed = countOf(detail, 'failed');
      const unsent = countOf(detail, 'not_configured');
      if (failed > 0) return m.platform_health_mail_failed({ count: failed });
      return unsent > 0 ? m.platform_health_mail_unsent({ count: unsent }) : m.platform_health_mail_ok();
    },
  },
  scheduled_jobs: {
    title: m.platform_health_jobs,
    text: (state, detail) => {
      if (state === 'not_available') return m.platform_health_jobs_none();
      const [runs, failed] = [countOf(detail, 'runs'), countOf(detail, 'failed')];
      const failing = Array.isArray(detail.failing) ? detail.failing : [];
      if (failing.length > 0) return m.platform_health_jobs_failing({ names: failing.join(', ') });
      return failed > 0
        ? m.platform_health_jobs_failed({ failed, runs })
        : m.platform_health_jobs_ok({ runs });
    },
  },
  job_queue: {
    title: m.platform_health_queue,
    text: (_, detail) => {
      const [oldest, overdue] = [textOf(detail, 'oldest_due_at'), countOf(detail, 'overdue')];
      if (overdue > 0 && oldest)
        return m.platform_health_queue_late({ count: overdue, when: formatRelative(oldest) });
      const dead = countOf(detail, 'dead');
      return dead > 0 ? m.platform_health_queue_dead({ count: dead }) : m.platform_health_queue_ok();
    },
  },
  audit_chain: {
    title: m.platform_health_chain,
    href: '/admin/audit',
    text: (state, detail) => {
      const oldest = textOf(detail, 'oldest_unsealed_at');
      if (state === 'ok' || !oldest) return m.platform_health_chain_ok();
      return m.platform_health_chain_waiting({
        count: countOf(detail, 'unsealed'),
        when: formatRelative(oldest),
      });
    },
  },
  audit_anchor: {
    title: m.platform_health_anchor,
    href: '/admin/audit',
    text: (state, detail) => {
      const [day, delivery] = [textOf(detail, 'day'), textOf(detail, 'delivery')];
      if (!day) return m.platform_health_anchor_first();
      const named = { day: formatDay(day, 'UTC') };
      if (delivery === 'failed') return m.platform_health_anchor_failed(named);
      if (delivery === 'not_configured') return m.platform_health_anchor_unsent(named);
      return state === 'problem' ? m.platform_health_anchor_late(named) : m.platform_health_anchor_ok(named);
    },
  },
  mail_sync: {
    title: m.platform_health_mail_sync,
    text: (state, detail) => {
      const [oldest, overdue] = [textOf(detail, 'oldest_due_at'), countOf(detail, 'overdue')];
      if (overdue > 0 && oldest)
        return m.platform_health_mail_sync_late({ count: overdue, when: formatRelative(oldest) });
      const stopped = countOf(detail, 'stopped');
      if (stopped > 0) return m.platform_health_mail_sync_stopped({ count: stopped });
      return state === 'not_available'
        ? undefined
        : m.platform_health_mail_sync_ok({ count: countOf(detail, 'accounts') });
    },
  },
  record_sync: { title: m.platform_health_record_sync },
};
