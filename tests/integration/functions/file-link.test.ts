import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection, serviceClient, stack } from '../../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { addClient, begin, textFile, upload, type Content, type StoredFile } from '../records/uploads.ts';
import { callFileLink, follow } from './file-links.ts';

/** Links to files: for members, for a minute, recorded each time, and never a broken one. */

const sql = ownerConnection();
afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const clientId = await addClient(owner, clinic);

const link = (file: Pick<StoredFile, 'id'>, purpose: string, headers = {}) =>
  callFileLink(owner.accessToken, { tenant_id: clinic.id, file_id: file.id, purpose }, headers);

async function eventsOf(file: StoredFile) {
  return sql<Array<{ action: string; actor_email: string; user_agent: string; details: unknown }>>`
    select action, actor_email, user_agent, details from public.audit_events
    where target_id = ${file.id} and action in ('file.downloaded', 'file.previewed') order by occurred_at`;
}

const png: Content = {
  ...{ name: 'x.png', type: 'image/png', bytes: Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10]) },
};

describe('a download', () => {
  it.each(['Fișă – Țurcanu.txt', 'أشعة سينية.txt', '😀 a & b #1 100% "x" +;=.txt'])(
    'is saved under its own name: %s',
    async (name) => {
      const file = await upload(staff, clinic, clientId, textFile('content', name));
      const { status, body } = await link(file, 'download');
      expect([status, body]).toEqual([
        200,
        {
          ...{ url: expect.stringMatching(/^\/storage\/v1\/object\/sign\/client-files\//), expires_in: 60 },
          ...{ name, content_type: 'text/plain', size: 7 },
        },
      ]);
      const response = await follow(body['url']);
      expect(await response.text()).toBe('content');
      const disposition = response.headers.get('content-disposition') ?? '';
      expect(disposition).toMatch(/^attachment/);
      const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
      expect(decodeURIComponent(encoded ?? '')).toBe(name);
    },
  );

  it('is recorded with who it was and with what they used', async () => {
    const file = await upload(staff, clinic, clientId);
    await link(file, 'download', { 'user-agent': 'Surgery browser 1' });
    await link(file, 'preview', { 'user-agent': 'Surgery browser 1' });
    const recorded = {
      actor_email: owner.email,
      user_agent: 'Surgery browser 1',
      details: { client_id: clientId },
    };
    expect(await eventsOf(file)).toEqual([
      { action: 'file.downloaded', ...recorded },
      { action: 'file.previewed', ...recorded },
    ]);
  });
});

describe('a preview', () => {
  it('is shown in place', async () => {
    const file = await upload(staff, clinic, clientId, png);
    const { body } = await link(file, 'preview');
    const response = await follow(body['url']);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('content-disposition') ?? '').not.toContain('attachment');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is refused for what browsers do not show, and not recorded', async () => {
    const file = await upload(staff, clinic, clientId, {
      ...png,
      name: 'scan.dcm',
      type: 'application/dicom',
    });
    const { status, body } = await link(file, 'preview');
    expect([status, body['code']]).toEqual([422, 'preview_not_possible']);
    expect(await eventsOf(file)).toEqual([]);
    expect((await link(file, 'download')).status).toBe(200);
  });
});

describe('a link', () => {
  it('opens this object only, and nothing when it is changed', async () => {
    const file = await upload(staff, clinic, clientId, textFile('mine'));
    const another = await upload(staff, clinic, clientId, textFile('not meant'));
    const url = String((await link(file, 'preview')).body['url']);
    const token = new URL(url, stack.url).searchParams.get('token') ?? '';
    const [, claims = ''] = token.split('.');
    const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(exp - iat).toBe(60);
    expect((await follow(url.replace(file.id, another.id))).ok).toBe(false);
    expect((await follow(`${url.slice(0, -4)}AAAA`)).ok).toBe(false);
    expect((await follow(url.split('?')[0])).ok).toBe(false);
  });
});

describe('a file that cannot be opened', () => {
  it('is 410 when its object is gone, says so from then on, and is recorded once', async () => {
    const file = await upload(staff, clinic, clientId);
    await serviceClient().storage.from('client-files').remove([file.object_name]);
    for (const purpose of ['preview', 'download', 'preview']) {
      const { status, body } = await link(file, purpose);
      expect([status, body['code'], body['url']]).toEqual([410, 'file_missing', undefined]);
    }
    const [row] = await sql`select state from public.client_files where id = ${file.id}`;
    expect(row).toEqual({ state: 'missing' });
    const events = await sql`
      select action from public.audit_events where target_id = ${file.id} and action = 'file.missing'`;
    expect(events).toHaveLength(1);
  });

  it('is 409 while it is uploaded, 410 once it is deleted, 404 when it never was', async () => {
    const begun = await begin(staff, clinic, clientId, textFile());
    expect((await link({ id: begun.file_id }, 'download')).body['code']).toBe('upload_incomplete');
    const file = await upload(staff, clinic, clientId);
    await owner.client.rpc('delete_file', { tenant_id: clinic.id, file_id: file.id });
    const deleted = await link(file, 'download');
    expect([deleted.status, deleted.body['code']]).toEqual([410, 'file_deleted']);
    const unknown = await link({ id: randomUUID() }, 'download');
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'file_not_found']);
  });
});

describe('a call', () => {
  it('without a session is refused', async () => {
    const file = await upload(staff, clinic, clientId);
    const input = { tenant_id: clinic.id, file_id: file.id, purpose: 'download' };
    for (const token of [null, stack.publishableKey, stack.secretKey, `${owner.accessToken}x`])
      expect((await callFileLink(token, input)).status).toBe(401);
    expect(await eventsOf(file)).toEqual([]);
  });

  it.each(['', '[]', '{}', `{"tenant_id":"1","file_id":"2","purpose":"download"}`])(
    'with bad input gets 400: %s',
    async (body) => {
      const answer = await callFileLink(owner.accessToken, body);
      expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_input']);
    },
  );

  it('may be made by the app, and its errors read there', async () => {
    const origin = new URL(process.env['APP_URL'] ?? 'http://127.0.0.1:3000').origin;
    const refused = await callFileLink(owner.accessToken, '{', { origin });
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
  });
});
