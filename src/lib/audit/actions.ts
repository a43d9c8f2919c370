import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { monthsLabel } from './chain.ts';
import { auditKeys, setRetention } from './queries.ts';
import type { RetentionForm } from './schemas.ts';

/** Changes how many months events are kept. Throws what went wrong. */
export async function changeRetention(queries: QueryClient, values: RetentionForm): Promise<void> {
  await perform(queries, [auditKeys.status, auditKeys.all], () => setRetention(values));
  confirmDone(m.audit_retention_saved({ span: monthsLabel(values.months) }));
}
