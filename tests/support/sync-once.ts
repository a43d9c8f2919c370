// Run by Deno, as the functions are: does what mail-sync does with one mailbox once, and may be killed at any moment.
// Arguments: the mailbox's id. Environment: SUPABASE_URL, SUPABASE_SECRET_KEY, CREDENTIAL_KEYS, ALLOW_LOOPBACK_HOSTS.
import { createClient } from '@supabase/supabase-js';
import { fromDatabaseError } from '../../supabase/functions/_shared/errors/database-error.ts';
import { mayReachLoopback } from '../../supabase/functions/_shared/http/address-guard.ts';
import { claimed } from '../../supabase/functions/_shared/inbox/sync/mail-store.ts';
import { runClaim } from '../../supabase/functions/_shared/inbox/sync/run-claim.ts';
import { createLog } from '../../supabase/functions/_shared/logging/log.ts';

const { env, argv } = process;
const admin = createClient(env.SUPABASE_URL ?? '', env.SUPABASE_SECRET_KEY ?? '');
const call = async (name: string, values: Record<string, unknown>): Promise<unknown> => {
  const { data, error } = await admin.rpc(name, values);
  if (error) throw fromDatabaseError(error);
  return data;
};
process.stdout.write('ready\n');
const claim = claimed.parse(await call('claim_mail_account', { account_id: argv[2], cause: 'member' }));
if ('skipped' in claim) throw new Error(`The mailbox was not claimed: ${claim.skipped}`);
await runClaim(claim, {
  call,
  // The mail server of a test is on this machine.
  guard: {
    resolve: () => Promise.resolve(['127.0.0.1']),
    allowLoopback: mayReachLoopback((name) => env[name]),
  },
  log: createLog({}, () => undefined),
  storage: admin.storage,
  setting: (name) => env[name],
});
process.exit(0);
