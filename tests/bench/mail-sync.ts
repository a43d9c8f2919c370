/**
 * npm run bench -- mail-sync [messages]
 *
 * How fast the sync takes in a mailbox of 10,000 messages on a real Dovecot, as a share of what imapflow alone needs to fetch
 * the same data in the same runtime on this machine; and what the function's process uses meanwhile: memory at its highest, and
 * processor time of each run. The runs follow each other as the schedule lets them.
 * Ends with 1 when the share is below 60 %, the process had more than 256 MB, a run took more than 2 s of processor time, or
 * anything is missing or there twice.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Sql } from 'postgres';
import { startTestEnvironment } from '../../scripts/suites/test-environment.ts';
import { fillMailbox } from './mailbox-of-a-clinic.ts';
import { denoDirectory, denoProgram } from '../../supabase/embedded/functions/deno-host.ts';

const limits = { share: 0.6, megabytes: 256, cpuSeconds: 2 };
const size = Number(process.argv[2] ?? 10_000);

async function measure(): Promise<number> {
  // These read the environment when they are loaded.
  const { ownerConnection } = await import('../support/environment.ts');
  const { startDovecot, mailCertificate } = await import('../support/dovecot.ts');
  const { connectMailbox } = await import('../support/mailboxes.ts');
  const { createClinic, createSuperAdmin } = await import('../support/people.ts');
  const sql = ownerConnection();
  const server = await startDovecot();
  try {
    console.log(`Filling a mailbox with ${size} messages…`);
    const home = await createClinic(await createSuperAdmin());
    // The schedule would share the processor, and take runs that are measured here.
    await sql`select cron.unschedule(jobid) from cron.job`;
    const mailbox = await connectMailbox(home, server);
    await fillMailbox(await server.connect(mailbox.address), mailbox.address, size);
    const deno = functionProcess();
    // From here on, the highest is that of the sync.
    writeFileSync(`/proc/${deno}/clear_refs`, '5');
    const started = performance.now();
    await sql`select private.dispatch_mail_syncs()`;
    const runs = await follow(sql, mailbox.id, () => cpuSeconds(deno));
    const syncMs = performance.now() - started;
    const megabytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${deno}/status`, 'utf8'))?.[1]) / 1024;

    // Another password, as the sync's is known to nobody.
    const { password } = await server.addMailbox(mailbox.address);
    const bare = await bareFetch(server.imapPort, mailbox.address, password, mailCertificate().authority);
    const [kept] = await sql<{ messages: number; keys: number; files: number; bytes: number }[]>`
      select count(*)::integer as messages, count(distinct m.message_key)::integer as keys,
        (select count(*)::integer from public.message_attachments a where a.tenant_id = ${home.clinic.id} and a.state = 'stored') as files
      from public.messages m where m.account_id = ${mailbox.id}`;
    const share = bare.milliseconds / syncMs;
    const slowest = Math.max(...runs);
    const isWhole = kept?.messages === size && kept.keys === size && kept.files === Math.floor(size / 20);
    const lines: [kept: boolean, text: string][] = [
      [
        share >= limits.share,
        `${Math.round(share * 100)} % of the rate of a bare fetch: ${rate(syncMs)} to ${rate(bare.milliseconds)}`,
      ],
      [megabytes <= limits.megabytes, `${Math.round(megabytes)} MB at most in the process of the functions`],
      [
        slowest <= limits.cpuSeconds,
        `${slowest.toFixed(2)} s of processor time at most in one of ${runs.length} runs`,
      ],
      [
        isWhole,
        `${kept?.messages} messages with ${kept?.keys} ids and ${kept?.files} files stored of ${size}`,
      ],
    ];
    for (const [isKept, text] of lines) console.log(`${isKept ? '✓' : '✗'} ${text}`);
    return lines.every(([isKept]) => isKept) ? 0 : 1;
  } finally {
    await server.stop();
    await sql.end();
  }
}

/** Waits until the mailbox is done, and returns what `spent` says of each run. */
async function follow(sql: Sql, mailboxId: string, spent: () => number): Promise<number[]> {
  const runs: number[] = [];
  for (let before = spent(); ;) {
    const [state] = await sql<{ ended: number; outcome: string | null; code: string | null }[]>`
      select count(*) filter (where ended_at is not null)::integer as ended,
        (array_agg(outcome order by started_at desc))[1] as outcome, (array_agg(error_code order by started_at desc))[1] as code
      from public.mail_runs where account_id = ${mailboxId}`;
    if (state && state.ended > runs.length) {
      runs.push(spent() - before);
      before = spent();
      if (state.outcome === 'done') return runs;
      if (state.outcome && state.outcome !== 'more') throw new Error(`A run ${state.outcome}: ${state.code}`);
    }
    await sleep(20);
  }
}

const rate = (milliseconds: number): string =>
  `${Math.round(size / (milliseconds / 1000))} messages a second`;

/** The process of Deno that runs the functions of this stack, which is a descendant of this process. */
function functionProcess(): number {
  const parents = new Map<number, number>();
  const hosts: number[] = [];
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const status = readFileSync(join('/proc', name, 'status'), 'utf8');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
      const [program, ...rest] = readFileSync(join('/proc', name, 'cmdline'), 'utf8').split('\0');
      if (program === denoProgram() && rest.some((one) => one.endsWith('deno/host.ts')))
        hosts.push(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isOurs(parents.get(pid)));
  const found = hosts.find(isOurs);
  if (found === undefined) throw new Error('The functions do not run.');
  return found;
}

/** Processor time of all threads of a process: no less than what the function's own thread used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function bareFetch(port: number, address: string, password: string, authority: string) {
  const { stdout } = await promisify(execFile)(
    denoProgram(),
    [
      ...['run', '--quiet', '--no-check', '-A', '--config', 'supabase/functions/deno.json'],
      ...['tests/bench/bare-fetch.ts', String(port)],
    ],
    {
      env: {
        ...{ PATH: process.env.PATH, HOME: process.env.HOME, DENO_DIR: denoDirectory, DENO_CERT: authority },
        ...{ USERNAME: address, PASSWORD: password },
      },
    },
  );
  return JSON.parse(stdout) as { messages: number; bytes: number; milliseconds: number };
}

const environment = await startTestEnvironment();
Object.assign(process.env, environment.variables);
try {
  process.exitCode = await measure();
} finally {
  await environment.stop();
}
