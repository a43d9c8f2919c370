import { createServer, type IncomingMessage, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection, stack } from '../../support/environment.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  type Clinic,
  type Person,
} from '../../support/people.ts';

/** Keys of AI providers: tried out before they are kept, and nowhere to be found afterwards. */

const sql = ownerConnection();
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const other = await createClinic(admin);
const secret = 'planted-secret-of-the-clinic-wxyz';

/** A server that speaks as OpenAI does. */
let provider: Server;
let visits: { url: string; key: string; body: unknown }[] = [];
let answer: { status: number; body: string } = { status: 200, body: '{"choices":[]}' };
beforeAll(async () => {
  provider = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    visits.push({ url: request.url ?? '', key: request.headers.authorization ?? '', body: JSON.parse(body) });
    const accepted = request.headers.authorization === `Bearer ${secret}`;
    response.writeHead(accepted ? answer.status : 401, { 'content-type': 'application/json' });
    response.end(accepted ? answer.body : `{"error":{"message":"no: ${request.headers.authorization}"}}`);
  });
  await new Promise<void>((resolve) => void provider.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  provider.close();
  await sql.end();
});
beforeEach(() => {
  visits = [];
  answer = { status: 200, body: '{"choices":[]}' };
});
const settings = (change: Record<string, string> = {}) => ({
  base_url: `http://localhost:${(provider.address() as AddressInfo).port}/v1`,
  model: 'small',
  ...change,
});

interface Answer {
  status: number;
  body: { ok?: boolean; code?: string; key?: Record<string, unknown> };
  text: string;
}
async function ask(
  person: Person | null,
  body: Record<string, unknown> = {},
  of: Clinic = clinic,
): Promise<Answer> {
  const response = await fetch(`${stack.url}/functions/v1/provider-keys`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      // The API refuses the functions' own key beside it, should they pass it on.
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36',
      apikey: stack.publishableKey,
      ...(person ? { authorization: `Bearer ${person.accessToken}` } : {}),
    },
    body: JSON.stringify({
      ...{ action: 'save', tenant_id: of.id, provider: 'custom', settings: settings(), api_key: secret },
      ...body,
    }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Answer['body'], text };
}
const keys = () => sql`select * from public.provider_keys where tenant_id = ${clinic.id}`;

describe('a provider key', () => {
  it("is an owner's to store", async () => {
    expect(await ask(null)).toMatchObject({ status: 401 });
    expect(await ask(staff)).toMatchObject({ status: 403, body: { code: 'owner_required' } });
    expect(await ask(other.owner)).toMatchObject({ status: 404, body: { code: 'clinic_not_found' } });
    expect([await keys(), visits]).toEqual([[], []]);
  });

  it('is not kept when the provider refuses it, and the refusal does not repeat it', async () => {
    const refused = await ask(owner, { api_key: 'another-secret-abcd' });
    expect(refused).toMatchObject({ status: 200, body: { ok: false, code: 'key_refused' } });
    expect(refused.text).not.toContain('another-secret');
    expect(await keys()).toEqual([]);
  });

  it.each(['http://10.0.0.1/v1', 'http://169.254.169.254/latest', 'https://[::ffff:10.0.0.1]/v1'])(
    'is not sent to a server that is not public: %s',
    async (base_url) => {
      const refused = await ask(owner, { settings: settings({ base_url }) });
      expect(refused.body).toMatchObject({ ok: false, code: 'host_not_allowed' });
      expect([await keys(), visits]).toEqual([[], []]);
    },
  );

  it('is tried once, kept, and shown by its last four characters', async () => {
    const stored = await ask(owner);
    expect(stored).toMatchObject({
      status: 200,
      body: { ok: true, key: { provider: 'custom', state: 'working', last_four: 'wxyz', is_used: true } },
    });
    expect(visits).toEqual([
      {
        ...{ url: '/v1/chat/completions', key: `Bearer ${secret}` },
        body: { model: 'small', max_tokens: 1, messages: expect.anything() },
      },
    ]);
    expect(await call(owner.client, 'list_provider_keys', { tenant_id: clinic.id })).toMatchObject([
      { provider: 'custom', last_four: 'wxyz', state: 'working' },
    ]);
  });

  it('is never sent to another server once it is stored', async () => {
    const elsewhere = settings({ base_url: settings().base_url.replace('localhost', '127.0.0.1') });
    for (const action of ['test', 'save'])
      expect(await ask(owner, { action, settings: elsewhere, api_key: null })).toMatchObject({
        status: 422,
        body: { code: 'provider_key_required' },
      });
    expect(visits).toEqual([]);
  });

  it('is tested as it is stored, and what came of it is kept', async () => {
    answer = { status: 404, body: '{}' };
    expect((await ask(owner, { action: 'test', api_key: null })).body).toMatchObject({
      code: 'model_unknown',
    });
    expect((await keys())[0]).toMatchObject({ state: 'failing', last_error_code: 'model_unknown' });
    answer = { status: 200, body: '{"choices":[]}' };
    expect((await ask(owner, { action: 'test', api_key: null })).body).toMatchObject({ ok: true });
    expect((await keys())[0]).toMatchObject({ state: 'working', last_error_code: null });
  });

  it('can be read nowhere by a browser: not in a table, not in an answer, not in the audit log', async () => {
    const paths = [
      'provider_keys',
      'mail_accounts',
      'mail_runs',
      'audit_events',
      'credentials',
      'memberships',
      'activities',
    ];
    const lists = ['list_provider_keys', 'list_inbox_accounts', 'list_audit_events'];
    for (const person of [owner, staff, admin]) {
      const { accessToken } = person;
      for (const path of paths)
        expect(JSON.stringify(await dataApi('GET', path, { accessToken }))).not.toContain(secret);
      for (const rpc of lists)
        expect(
          JSON.stringify(
            await dataApi('POST', `rpc/${rpc}`, { accessToken, body: { tenant_id: clinic.id } }),
          ),
        ).not.toContain(secret);
    }
    const everything = await sql`
      select (select jsonb_agg(to_jsonb(c)) from private.credentials c)::text
        || (select jsonb_agg(to_jsonb(e)) from public.audit_events e where e.tenant_id = ${clinic.id})::text as text`;
    expect(everything[0]?.text).not.toContain(secret);
    expect(everything[0]?.text).toContain('credential.stored');
  });

  it('stands in no line of any log', () => {
    // The log of the stack is beside the certificate of its mail servers.
    const log = readFileSync(join(process.env.MAIL_CERTIFICATES ?? '', '../stack.log'), 'utf8');
    expect(log).toContain('"event":"provider_key_tried"');
    for (const planted of [secret, 'another-secret-abcd', Buffer.from(secret).toString('base64')])
      expect(log).not.toContain(planted);
  });

  it('is erased for good', async () => {
    const [row] = await keys();
    await call(owner.client, 'delete_provider_key', { tenant_id: clinic.id, key_id: row?.id as string });
    expect(await keys()).toEqual([]);
    expect(await sql`select * from private.credentials where tenant_id = ${clinic.id}`).toEqual([]);
    expect(await ask(owner, { action: 'test', api_key: null })).toMatchObject({ status: 422 });
  });
});
