import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerConnection, stack } from '../../support/environment.ts';
import { createSuperAdmin, type Person } from '../../support/people.ts';
import { breakMailTo, mailsTo, resendRequestsFor } from './mail.ts';

/** The daily anchor of the audit log: it reaches every super-admin, and nobody but the schedule sets it off. */

interface Anchor {
  day: string;
  digest: string;
  delivery: string;
  delivery_error: string | null;
}

const sql = ownerConnection();
afterAll(() => sql.end());
const [english, romanian] = await Promise.all([createSuperAdmin(), createSuperAdmin()]);
let secret = '';

beforeAll(async () => {
  const [row] = await sql<Array<{ secret: string }>>`
    select decrypted_secret as secret from vault.decrypted_secrets where name = 'cron_secret'`;
  secret = row?.secret ?? '';
  await romanian.client.from('profiles').update({ language: 'ro' }).eq('user_id', romanian.userId);
});

/** Today's anchor as the schedule makes it, waiting to be mailed; the call it causes is left to the stack. */
async function anchorOfToday(): Promise<Anchor> {
  const [row] = await sql<Array<{ anchor: Anchor }>>`select private.anchor_audit() as anchor`;
  if (!row) throw new Error('no anchor was made');
  return row.anchor;
}

async function storedAnchor({ day }: Anchor): Promise<Anchor | undefined> {
  const [row] = await sql<Array<{ anchor: Anchor }>>`
    select private.anchor_json(a) as anchor from private.audit_anchors a where a.day = ${day}::text::date`;
  return row?.anchor;
}

/** As if the anchor had never been mailed. */
async function makeDue({ day }: Anchor): Promise<void> {
  await sql`
    update private.audit_anchors set delivery = 'pending', delivery_error = null, delivered_at = null, leased_until = null
    where day = ${day}::text::date`;
}

async function callFunction(
  headers: Record<string, string>,
  body = '{}',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${stack.url}/functions/v1/anchor-audit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const anchorMails = async (person: Person, digest: string) =>
  (await mailsTo(person.email)).filter(({ text }) => text.includes(`--digest ${digest}`));

describe('a scheduled anchor', () => {
  it('is mailed to every super-admin in their language, and recorded as sent', async () => {
    const anchor = await anchorOfToday();
    await expect
      .poll(() => storedAnchor(anchor), { timeout: 20_000 })
      .toMatchObject({ delivery: 'sent', delivery_error: null });
    const [mail] = await anchorMails(english, anchor.digest);
    expect(mail?.subject).toMatch(/^Audit log of Chairside: digest of \d/);
    expect(mail?.text).toContain('Keep this e-mail outside the database');
    expect(mail?.html).toContain(anchor.digest.slice(0, 8));
    const [roman] = await anchorMails(romanian, anchor.digest);
    expect(roman?.subject).toMatch(/^Jurnalul de audit Chairside/);
  });

  it('does not reach anybody twice when it is repeated', async () => {
    const anchor = await anchorOfToday();
    await makeDue(anchor);
    const answer = await callFunction({ 'x-cron-secret': secret }, '{"wait":true}');
    expect(answer.status).toBe(200);
    expect(answer.body['anchors']).toMatchObject([{ day: anchor.day, outcome: 'sent', error: null }]);
    expect(await anchorMails(english, anchor.digest)).toHaveLength(1);
    const again = await callFunction({ 'x-cron-secret': secret }, '{"wait":true}');
    expect(again.body).toEqual({ anchors: [] });
  });

  it('is answered with 202 at once', async () => {
    const anchor = await anchorOfToday();
    await makeDue(anchor);
    expect(await callFunction({ 'x-cron-secret': secret })).toEqual({ status: 202, body: {} });
    await expect.poll(() => storedAnchor(anchor), { timeout: 20_000 }).toMatchObject({ delivery: 'sent' });
  });

  it('counts as failed, with the reason, when one super-admin could not be reached', async () => {
    const unlucky = await createSuperAdmin();
    const anchor = await anchorOfToday();
    await breakMailTo(unlucky.email, { status: 422, message: 'The address bounces.' });
    await makeDue(anchor);
    await callFunction({ 'x-cron-secret': secret }, '{"wait":true}');
    expect(await storedAnchor(anchor)).toMatchObject({
      delivery: 'failed',
      delivery_error: expect.stringMatching(/1 of \d+ mails did not go out\. .*The address bounces\./),
    });
    expect(await resendRequestsFor(unlucky.email)).toHaveLength(1);

    await makeDue(anchor);
    await callFunction({ 'x-cron-secret': secret }, '{"wait":true}');
    expect(await storedAnchor(anchor)).toMatchObject({ delivery: 'sent', delivery_error: null });
    expect(await anchorMails(unlucky, anchor.digest)).toHaveLength(1);
  });
});

describe('anybody else', () => {
  it('is refused before anything is read, whatever they bring', async () => {
    const anchor = await anchorOfToday();
    await makeDue(anchor);
    const bearer = { authorization: `Bearer ${english.accessToken}`, apikey: stack.publishableKey };
    const attempts: Record<string, string>[] = [
      {},
      bearer,
      { apikey: stack.secretKey },
      { 'x-cron-secret': '' },
      { 'x-cron-secret': `${secret}x` },
      { 'x-cron-secret': secret.slice(1) },
    ];
    for (const headers of attempts) {
      const { status, body } = await callFunction(headers, 'not json');
      expect([status, body['code']]).toEqual([401, 'cron_secret_required']);
    }
    expect(await storedAnchor(anchor)).toMatchObject({ delivery: 'pending' });
  });

  it('learns what is wrong with a call that may be made', async () => {
    const { status, body } = await callFunction({ 'x-cron-secret': secret }, '{"wait":"yes"}');
    expect([status, body['code']]).toEqual([400, 'invalid_input']);
  });
});
