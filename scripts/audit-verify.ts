/**
 * npm run audit:verify [-- --tenant <id or slug>] [--day 2026-11-21 --digest <hex>] [--json]
 *
 * Recomputes the hash chains of the audit log from its raw rows, without trusting the database's own functions, and
 * names the first event of each chain that is not as it was written.
 */
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { runningStack } from '../supabase/embedded/description.ts';
import type { KeptDigest } from './audit/anchors.ts';
import { platformChain } from './audit/canonical.ts';
import { formatReport } from './audit/report.ts';
import { verifyAudit } from './audit/verify-audit.ts';

const usage = `Usage: npm run audit:verify [-- --tenant <id or slug>] [--day <YYYY-MM-DD> --digest <hex>] [--json]

Checks every chain of the audit log, or with --tenant the chain of one clinic ("platform": the events of no clinic).
With --day and --digest, from an anchor mail, it also shows whether a chain was rewritten as a whole.

The database is the one named by SUPABASE_DB_URL, logged in as its owner, else that of the local stack.

Exit codes: 0 as it was written, 1 changed, 2 wrong usage, 3 could not be checked.`;

const exitCodes = { unchanged: 0, changed: 1, usage: 2, notChecked: 3 } as const;

class UsageError extends Error {}

interface Arguments {
  tenant: string | null;
  kept: KeptDigest | null;
  asJson: boolean;
}

function readArguments(args: string[]): Arguments | 'help' {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        tenant: { type: 'string' },
        day: { type: 'string' },
        digest: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return 'help';
  if ((values.day === undefined) !== (values.digest === undefined))
    throw new UsageError('--day and --digest belong together.');
  if (values.day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(values.day))
    throw new UsageError(`Not a day: ${values.day}`);
  const digest = values.digest?.replaceAll(/\s/g, '').toLowerCase();
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest))
    throw new UsageError('The digest has to have 64 hexadecimal digits.');
  return {
    tenant: values.tenant ?? null,
    kept: values.day !== undefined && digest !== undefined ? { day: values.day, digest } : null,
    asJson: values.json,
  };
}

/** The chain of a clinic, named by its id or slug. */
async function chainOf(sql: postgres.Sql, tenant: string): Promise<string> {
  if (tenant === 'platform' || tenant === platformChain) return platformChain;
  // Also the id of a clinic whose row is gone: its chain has to be there still.
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant)) return tenant.toLowerCase();
  const [clinic] = await sql<Array<{ id: string }>>`
    select id::text from public.tenants where slug = ${tenant}`;
  if (!clinic) throw new UsageError(`There is no clinic "${tenant}".`);
  return clinic.id;
}

async function run(args: string[]): Promise<number> {
  const wanted = readArguments(args);
  if (wanted === 'help') {
    console.log(usage);
    return exitCodes.unchanged;
  }
  const dbUrl = process.env['SUPABASE_DB_URL']?.trim() || runningStack()?.dbUrl;
  if (!dbUrl)
    throw new Error('No local stack is running. Start it with "npm start", or set SUPABASE_DB_URL.');
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
  try {
    const chain = wanted.tenant === null ? null : await chainOf(sql, wanted.tenant);
    const report = await verifyAudit(sql, { chain, kept: wanted.kept });
    console.log(wanted.asJson ? JSON.stringify(report, null, 2) : formatReport(report, wanted.kept));
    return report.findings.length === 0 ? exitCodes.unchanged : exitCodes.changed;
  } finally {
    await sql.end();
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  console.error(isUsage ? `${message}\n\n${usage}` : `The audit log could not be checked: ${message}`);
  process.exitCode = isUsage ? exitCodes.usage : exitCodes.notChecked;
}
