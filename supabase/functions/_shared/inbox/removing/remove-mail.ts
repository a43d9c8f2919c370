import { z } from 'zod';
import type { JobHandler } from '../../jobs/job.ts';

const payload = z.object({ account_id: z.uuid() });
const slice = z.object({ removed: z.number(), is_done: z.boolean() });

/** A job has half a minute; what is left then is the next job's. */
const longestMs = 20_000;

/** Removes the mail of a mailbox that was disconnected, slice by slice. */
export const removeMail: JobHandler = async (job, { rpc, now, log }) => {
  const { account_id } = payload.parse(job.payload);
  const end = now().getTime() + longestMs;
  let removed = 0;
  while (now().getTime() < end) {
    const done = slice.parse(await rpc('remove_mail_slice', { account_id }));
    removed += done.removed;
    if (done.is_done) {
      log.info('mail_removed', { account_id, messages: removed });
      return;
    }
  }
  await rpc('go_on_removing_mail', { account_id });
  log.info('mail_removed', { account_id, messages: removed, is_done: false });
};
