// Run by Deno, as the functions are: does the job send-mail of one message once, and may be killed at any moment.
// Arguments: the message's id. Environment: SUPABASE_URL, SUPABASE_SECRET_KEY, CREDENTIAL_KEYS, ALLOW_LOOPBACK_HOSTS.
import { createClient } from '@supabase/supabase-js';
import { fromDatabaseError } from '../../supabase/functions/_shared/errors/database-error.ts';
import { readObject } from '../../supabase/functions/_shared/files/read-object.ts';
import { sendMessage } from '../../supabase/functions/_shared/inbox/sending/send-message.ts';
import { createLog } from '../../supabase/functions/_shared/logging/log.ts';

const { env, argv } = process;
const admin = createClient(env.SUPABASE_URL ?? '', env.SUPABASE_SECRET_KEY ?? '');
process.stdout.write('ready\n');
await sendMessage(
  { id: 'test', kind: 'send-mail', tenant_id: null, payload: { message_id: argv[2] }, attempts: 1 },
  {
    rpc: async (name, args) => {
      const { data, error } = await admin.rpc(name, args);
      if (error) throw fromDatabaseError(error);
      return data;
    },
    sendMail: () => Promise.reject(new Error('not in this test')),
    callExternal: () => Promise.reject(new Error('not in this test')),
    readObject: (bucket, name) => readObject(admin.storage, bucket, name),
    setting: (name) => env[name],
    appUrl: '',
    log: createLog({}, () => undefined),
    now: () => new Date(),
    signal: AbortSignal.timeout(30_000),
  },
);
process.exit(0);
