import { readdirSync, readFileSync } from 'node:fs';
import type postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection, serviceClient } from '../../support/environment.ts';

/**
 * The snippets of Studio, each run as it is in the file, by the database's owner, in a transaction that is rolled back.
 * What they name as examples is what exists in that transaction: the clinic 'bright-smile' with the owner
 * ana@example.com and the staff member dan@example.com, and the super-admin root@example.com.
 */

const folder = new URL('../../../supabase/snippets/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.slice(0, -'.sql'.length));
const textOf = (name: string): string => readFileSync(new URL(`${name}.sql`, folder), 'utf8');

/** A snippet that changes something shows its effect and takes it back, until somebody writes commit. */
const trial = /^(?:--[^\n]*\n)+\nbegin;\n(?<body>[^;]+;)\nrollback; -- change to commit\n$/;
const reading = /^(?:--[^\n]*\n)+\n(?<body>(?:select|with)\s[^;]+;)\n$/;
const writes = names.filter((name) => trial.test(textOf(name)));
const reads = names.filter((name) => !writes.includes(name));

/** What has to be so before a snippet makes sense. */
const given: Record<string, string> = {
  'Resume a clinic': `select public.admin_suspend_tenant(private.clinic('bright-smile'), 'x')`,
  'Restore a clinic': `select public.admin_delete_tenant(private.clinic('bright-smile'), 'x')`,
  'Resume a person': `select public.admin_suspend_user(private.person('dan@example.com'), 'x')`,
  'Restore a person': `select public.admin_delete_user(private.person('dan@example.com'), 'x')`,
  'Erase a person': `select public.admin_delete_user(private.person('dan@example.com'), 'x')`,
  'Erase a client': `
    insert into public.clients (tenant_id, last_name, email) values (private.clinic('bright-smile'), 'Ash', 'maria@example.com')`,
  'Retry a job that failed': `
    insert into private.jobs (id, kind, state, attempts, last_error, finished_at)
    values ('00000000-0000-4000-8000-000000000000', 'queue-check', 'dead', 8, 'x', now())`,
  'Remove a lost second factor': `
    insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at)
    values (gen_random_uuid(), private.person('root@example.com'), 'phone', 'totp', 'verified', now(), now())`,
};

const sql = ownerConnection();
afterAll(() => sql.end());

class Undo extends Error {}

/** Runs something in a transaction with the examples in it, and takes all of it back. */
async function undone<T>(work: (transaction: postgres.TransactionSql) => Promise<T>): Promise<T> {
  let answer: { value: T } | undefined;
  await sql
    .begin(async (transaction) => {
      await layOutExamples(transaction);
      answer = { value: await work(transaction) };
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (!answer) throw new Error('The transaction ended early.');
  return answer.value;
}

async function layOutExamples(transaction: postgres.TransactionSql): Promise<void> {
  await transaction`insert into public.tenants (slug, name, max_seats) values ('bright-smile', 'Bright Smile', 10)`;
  const people = { 'ana@example.com': 'owner', 'dan@example.com': 'staff' };
  for (const [email, role] of Object.entries(people)) await join(transaction, email, role);
  // Two, because the last one cannot be revoked.
  for (const email of ['root@example.com', 'eva@example.com']) await join(transaction, email, 'super_admin');
  await transaction`
    insert into public.invitations (tenant_id, role, email, token_hash, token_issued_at, delivery, delivery_error)
    values (private.clinic('bright-smile'), 'staff', 'ion@example.com', repeat('a', 64), now(), 'failed', 'No such domain.')`;
  await transaction`
    insert into public.support_grants (tenant_id, admin_id, reason, expires_at)
    values (private.clinic('bright-smile'), private.person('root@example.com'), 'Import stopped', now() + interval '1 hour')`;
  await transaction`
    insert into private.jobs (kind, tenant_id, state, attempts, last_error, finished_at)
    values ('queue-check', private.clinic('bright-smile'), 'dead', 8, 'x', now())`;
  await transaction`
    select private.record_password_attempt(jsonb_build_object('user_id', private.person('dan@example.com'), 'valid', false))`;
}

/** Somebody comes in as everybody does: with an invitation, through the triggers on auth.users. */
async function join(transaction: postgres.TransactionSql, email: string, role: string): Promise<void> {
  await transaction`
    insert into public.invitations (tenant_id, role, email, token_hash)
    values (${role === 'super_admin' ? null : transaction`private.clinic('bright-smile')`}, ${role}, ${email}, private.hash_token(${email}))`;
  await transaction`
    insert into auth.users (id, email, raw_user_meta_data)
    values (gen_random_uuid(), ${email}, jsonb_build_object('invitation_token', ${email}::text, 'first_name', 'A', 'last_name', 'B'))`;
  // In life each sign-up is a transaction of its own.
  await transaction`select private.act_for(null)`;
}

async function hasJobs(): Promise<boolean> {
  const [found] = await sql<[{ yes: boolean }]>`select to_regclass('cron.job') is not null as yes`;
  return found.yes;
}

describe('the snippets', () => {
  it('are there, and each says what it does', () => {
    expect(writes.length).toBeGreaterThan(10);
    expect(reads.length).toBeGreaterThan(5);
    for (const name of names) expect(textOf(name)).toMatch(/^-- [A-Z]/);
    expect(Object.keys(given).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.for(reads)('%s: only reads, and finds something', async (name, { skip }) => {
    const body = reading.exec(textOf(name))?.groups?.['body'];
    if (!body) throw new Error(`"${name}" is neither one query nor a trial that ends in rollback.`);
    if (body.includes('cron.job')) skip(!(await hasJobs()), 'this stack has no pg_cron');
    const rows = await undone(async (transaction) => {
      await transaction`set transaction read only`;
      return transaction.unsafe(body);
    });
    expect(rows.length).toBeGreaterThan(0);
  });

  it.each(writes)('%s: does what it says, on the record', async (name) => {
    const body = trial.exec(textOf(name))?.groups?.['body'] ?? '';
    const attempt = () =>
      undone(async (transaction) => {
        if (given[name]) await transaction.unsafe(given[name]);
        const [{ began }] = await transaction<[{ began: Date }]>`select clock_timestamp() as began`;
        const rows = await transaction.unsafe(body);
        const events = await transaction<{ action: string; actor_role: string; actor_id: string | null }[]>`
          select e.action, e.actor_role, e.actor_id from public.audit_events e
          where e.occurred_at > ${began} and e.transaction_id = (pg_current_xact_id()::text)::bigint`;
        const [{ login }] = await transaction<[{ login: string }]>`select session_user::text as login`;
        return { rows: rows.length, events, login };
      });
    const { rows, events, login } = await untilSealed(attempt);
    expect(rows).toBeGreaterThan(0);
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) expect(event).toMatchObject({ actor_role: login, actor_id: null });
  });

  it('say clearly when a name is mistyped', async () => {
    await expect(sql`select private.clinic('bright-smyle')`).rejects.toThrow(
      'There is no clinic with the address "bright-smyle".',
    );
    await expect(sql`select private.person('anna@example.com')`).rejects.toThrow(
      'There is no account for "anna@example.com".',
    );
  });
});

/** Erasing waits for the transactions of other tests to be sealed. */
async function untilSealed<T>(attempt: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 20_000; ;) {
    try {
      return await attempt();
    } catch (error) {
      if ((error as { hint?: string }).hint !== 'audit_not_sealed' || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

describe('over the Data API', () => {
  it('neither the service role nor a visitor passes for the owner of the database', async () => {
    const { error, status } = await serviceClient().rpc('admin_list_tenants');
    expect([status, error?.code]).toEqual([403, '42501']);
    expect(await dataApi('POST', 'rpc/admin_list_tenants', { body: {} })).toMatchObject({
      status: 401,
      body: { code: '42501' },
    });
  });

  it('the look-ups of the editor do not exist', async () => {
    for (const [name, args] of Object.entries({ clinic: { slug: 'x' }, person: { email: 'x' } })) {
      const { status } = await serviceClient().rpc(name, args);
      expect(status).toBe(404);
    }
  });
});
