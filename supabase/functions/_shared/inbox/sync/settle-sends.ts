import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { outgoingMail } from '../sending/outgoing.ts';
import { attachmentBucket } from './attachment-shelf.ts';
import type { CallDatabase, Claim } from './mail-store.ts';
import type { SyncRun } from './sync-folder.ts';

export interface SettleSends {
  run: SyncRun;
  call: CallDatabase;
  claim: Claim;
  storage: SupabaseClient['storage'];
  /** Null where the server has no Sent. */
  sentPath: string | null;
  /** Everything in Sent is stored, so what is not there did not get there. */
  isSentComplete: boolean;
}

/**
 * What follows for mails that were written here, now that Sent was looked through: whether they went out is settled, and those
 * that went out and are not there are put there. One that was put there just before a crash is found by the next run.
 */
export async function settleSends(options: SettleSends): Promise<void> {
  const { run, call, claim, storage, sentPath, isSentComplete } = options;
  const lease = { account_id: claim.account.id, lease_token: claim.lease_token };
  await call('settle_checked_sends', { ...lease, sent_synced: isSentComplete });
  if (sentPath === null || !isSentComplete) return;
  const missing = z.array(outgoingMail).parse(await call('sends_to_append', lease));
  if (missing.length === 0) return;
  // Only now: it takes time to load, and most runs have nothing to append.
  const { composeMessage } = await import('../sending/compose-message.ts');
  const readAttachment = async (objectName: string): Promise<Uint8Array> => {
    const { data, error } = await storage.from(attachmentBucket).download(objectName);
    if (error) throw error;
    return new Uint8Array(await data.arrayBuffer());
  };
  for (const outgoing of missing) {
    if (run.budget.isTimeUp) return;
    const mail = await composeMessage(outgoing, { readAttachment, withBcc: true });
    await run.server.append(sentPath, mail, new Date(outgoing.date));
    await call('mark_appended', { message_id: outgoing.message_id });
    run.counts.appended += 1;
  }
}
