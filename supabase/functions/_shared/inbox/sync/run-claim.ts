import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { decryptSecret, readKeyRing } from '../../credentials/key-ring.ts';
import { AppError } from '../../errors/app-error.ts';
import { type AddressGuard, resolvePublicHost } from '../../http/address-guard.ts';
import type { Log } from '../../logging/log.ts';
import { attachmentShelf } from './attachment-shelf.ts';
import { runLimits } from './budget.ts';
import { connectImap } from './imap-server.ts';
import { type CallDatabase, type Claim, MailStore, type RunCounts } from './mail-store.ts';
import { settleSends } from './settle-sends.ts';
import { syncMailbox } from './sync-mailbox.ts';

export const mailSyncInput = z.object({ account_id: z.uuid(), wait: z.boolean().default(false) });

export interface ClaimSurroundings {
  call: CallDatabase;
  guard: AddressGuard;
  log: Log;
  storage: SupabaseClient['storage'];
  /** A secret of the functions: CREDENTIAL_KEYS. */
  setting(name: string): string | undefined;
}

/** What the caller learns about a run. */
export interface RunAnswer {
  run_id: string;
  outcome: string;
  run: RunCounts;
  error_code?: string | undefined;
}

/** Syncs the mailbox whose lease was taken. Throws only when the run could not be brought to its end in the database. */
export async function runClaim(claim: Claim, surroundings: ClaimSurroundings): Promise<RunAnswer> {
  const { call, guard, log, storage, setting } = surroundings;
  const { account, credential } = claim;
  const started = Date.now();
  const outcome = await syncMailbox({
    claim,
    store: new MailStore(call, claim),
    shelf: attachmentShelf(storage),
    limits: runLimits,
    now: () => new Date(),
    connect: async () => {
      if (!credential) throw new AppError(409, 'password_missing', 'There is no password.');
      const ring = readKeyRing(setting('CREDENTIAL_KEYS'));
      const place = {
        tenantId: account.tenant_id,
        ownerTable: 'mail_accounts',
        ownerId: account.id,
        field: 'password',
      };
      const password = await decryptSecret(ring, place, credential);
      const host = await resolvePublicHost(account.imap_host, guard);
      return connectImap({ host, port: account.imap_port, username: account.username, password });
    },
    settleSends: (run, sentPath, isSentComplete) =>
      settleSends({ run, call, claim, storage, sentPath, isSentComplete }),
    report: (event, fields) => log.warn(event, fields),
  });
  const error_code = 'error_code' in outcome ? outcome.error_code : undefined;
  log.info('mail_sync_run', { outcome: outcome.outcome, ...outcome.counts, ms: Date.now() - started });
  return {
    run_id: claim.run_id,
    outcome: outcome.outcome,
    run: outcome.counts,
    ...(error_code && { error_code }),
  };
}
