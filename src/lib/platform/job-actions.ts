import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { supabase } from '#lib/supabase/browser.ts';
import { unwrap } from '#lib/supabase/result.ts';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import type { QueryClient } from '@tanstack/svelte-query';
import type { DeadJob } from './overview-schemas.ts';
import { performOnPlatform, type ReasonedAct } from './reasoned-act.ts';

/** Lets a job that failed for good start over. */
export async function retryJob(jobId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_retry_job', { job_id: jobId, reason }));
}

export function retryAct(queries: QueryClient, { id, kind }: DeadJob): ReasonedAct {
  return {
    label: m.platform_job_retry(),
    icon: RotateCcw,
    isDestructive: false,
    title: m.platform_job_retry_title(),
    text: m.platform_job_retry_text({ kind }),
    act: async ({ reason }) => {
      await performOnPlatform(queries, () => retryJob(id, reason));
      confirmDone(m.platform_job_retried());
    },
  };
}
