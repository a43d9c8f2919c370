/** Work of the functions in a process of its own, which can be killed at any moment, as a machine or a platform does it. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { denoDirectory, denoProgram } from '../../supabase/embedded/functions/deno-host.ts';
import { encryptSecret, readKeyRing } from '../../supabase/functions/_shared/credentials/key-ring.ts';
import { mailCertificate } from './dovecot.ts';
import { stack } from './environment.ts';
import type { Mailbox } from './mailboxes.ts';

// Keys of its own: those of the stack are known to its functions alone.
const keys = `test:${randomBytes(32).toString('base64')}`;

export interface WorkerEnd {
  /** `killed`: the kill found it at work. `done`, `failed`: it had come to its end before, with an error or without. */
  how: 'killed' | 'done' | 'failed';
  /** For how long it worked, without the time that Deno takes to load it. */
  milliseconds: number;
}

/** Does the work of a script of this folder once; after so many milliseconds it is killed. */
export function runWorker(
  script: 'send-once' | 'sync-once',
  argument: string,
  killAfterMs?: number,
): Promise<WorkerEnd> {
  const child = spawn(
    // Not the script in node_modules/.bin: it would die, and leave the program at work.
    denoProgram(),
    [
      ...['run', '--quiet', '--no-check', '-A', '--config', 'supabase/functions/deno.json'],
      ...[`tests/support/${script}.ts`, argument],
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...{ SUPABASE_URL: stack.url, SUPABASE_SECRET_KEY: stack.secretKey, CREDENTIAL_KEYS: keys },
        ...{ ALLOW_LOOPBACK_HOSTS: 'true', DENO_CERT: mailCertificate().authority },
        DENO_DIR: denoDirectory,
      },
    },
  );
  let began = Date.now();
  child.stdout.once('data', () => {
    began = Date.now();
    if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const how = signal === 'SIGKILL' ? 'killed' : code === 0 ? 'done' : 'failed';
      resolve({ how, milliseconds: Date.now() - began });
    });
  });
}

/** Encrypts the password of a mailbox for the worker, which the stack's functions cannot read then. Returns how to undo it. */
export async function lendPassword(sql: postgres.Sql, mailbox: Mailbox): Promise<() => Promise<void>> {
  const place = {
    tenantId: mailbox.tenantId,
    ownerTable: 'mail_accounts',
    ownerId: mailbox.id,
    field: 'password',
  };
  const [kept] = await sql<{ kid: string; iv: string; ciphertext: string }[]>`
    select kid, iv, ciphertext from private.credentials where owner_id = ${mailbox.id}`;
  if (!kept) throw new Error('The mailbox has no password');
  const store = async (secret: { kid: string; iv: string; ciphertext: string }) =>
    void (await sql`update private.credentials set ${sql({ ...secret })} where owner_id = ${mailbox.id}`);
  await store(await encryptSecret(readKeyRing(keys), place, mailbox.password));
  return () => store(kept);
}
