import { ownerConnection, stack } from './environment.ts';
import { newestLink } from './mail.ts';

async function readSecret(): Promise<string> {
  const sql = ownerConnection();
  const [row] = await sql<{ secret: string }[]>`
    select decrypted_secret as secret from vault.decrypted_secrets where name = 'cron_secret'`;
  await sql.end();
  return row?.secret ?? '';
}
let secret: Promise<string> | undefined;
/** What the schedule shows. */
export const cronSecret = (): Promise<string> => (secret ??= readSecret());

/** Runs the jobs that are due, as pg_cron does every minute. */
export async function runJobs(): Promise<void> {
  const response = await fetch(`${stack.url}/functions/v1/run-jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cron-secret': await cronSecret() },
    body: '{"wait":true}',
  });
  if (response.status !== 200) throw new Error(`run-jobs answered ${response.status}`);
}

/**
 * A link in a mail that jobs are to send. They are run until it is there: another test may have claimed one of them, and
 * what it does then leads to the next.
 */
export const linkFromJobs = (email: string, pattern: RegExp): Promise<string> =>
  newestLink(email, pattern, runJobs);

export const OFFER_LINK = /https?:\/\/[^\s"'<]+\/offer\/[\w-]{43}/;
export const VISIT_LINK = /https?:\/\/[^\s"'<]+\/visit\/[\w-]{43}/;
