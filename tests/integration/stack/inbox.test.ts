import { request } from 'node:http';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, type TestStack } from '../../../supabase/embedded/test-stack.ts';
import { anonymous, password, startFixture } from './fixture.ts';

let stack: TestStack;
let smtpPort: number;
let messages: string;

beforeAll(async () => {
  smtpPort = await freePort();
  stack = await startFixture({ smtpPort });
  messages = `${stack.description.inboxUrl}/messages`;
});
afterAll(() => stack.stop());

const post = (body: object, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(messages, { method: 'POST', headers, body: JSON.stringify(body) });
const list = async (query = '') =>
  (await (await fetch(`${messages}${query}`)).json()) as { id: string; subject: string; source: string }[];

test('mail of Auth, of the mail provider and over SMTP is listed, newest first, and filtered by address', async () => {
  await anonymous(stack).auth.signUp({ email: 'ana@example.test', password });
  await post({
    from: 'Clinic <clinic@example.test>',
    to: ['Ben <ben@example.test>'],
    subject: 'Invitation',
    html: '<p>Hello</p>',
  });
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort });
  await transport.sendMail({
    from: 'a@example.test',
    to: 'Cora <cora@example.test>',
    subject: 'Über SMTP',
    text: 'Grüße',
  });
  expect((await list()).map(({ source }) => source)).toEqual(['smtp', 'resend', 'auth']);
  expect((await list('?to=BEN@example.test')).map(({ subject }) => subject)).toEqual(['Invitation']);
  const [smtp] = await list('?to=cora@example.test');
  const full = (await (await fetch(`${messages}/${smtp?.id}`)).json()) as object;
  expect(full).toMatchObject({
    subject: 'Über SMTP',
    text: expect.stringContaining('Grüße') as string,
    to: ['cora@example.test'],
  });
});

test('the page lists mail and shows a message in a frame that runs no scripts and loads nothing', async () => {
  const html = '<script>alert(1)</script><a href="https://example.test">link</a>';
  const { id } = (await (
    await post({ from: 'a', to: ['b@example.test'], subject: '<b>bold</b>', html })
  ).json()) as { id: string };
  const page = await fetch(stack.description.inboxUrl);
  expect(await page.text()).toContain('&lt;b&gt;bold&lt;/b&gt;');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const shown = await (await fetch(`${stack.description.inboxUrl}/${id}`)).text();
  expect(shown).toMatch(/<iframe[^>]+sandbox="allow-popups allow-popups-to-escape-sandbox"/);
  expect(shown).not.toContain('<script>alert');
  const body = await fetch(`${messages}/${id}/body`);
  expect(body.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
});

test('other sites can neither read nor write it', async () => {
  const read = await fetch(messages, { headers: { origin: 'https://evil.test' } });
  expect(read.headers.get('access-control-allow-origin')).toBeNull();
  expect((await post({ from: 'a', to: ['b'] }, { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await fetch(messages, { method: 'OPTIONS' })).status).toBe(405);
  expect(await statusWithHost('evil.test')).toBe(403);
});

test('incomplete messages and unknown ids are refused', async () => {
  expect((await post({ subject: 'nobody' })).status).toBe(422);
  expect((await fetch(`${messages}/unknown`)).status).toBe(404);
});

test('DELETE empties it', async () => {
  expect((await fetch(messages, { method: 'DELETE' })).status).toBe(204);
  expect(await list()).toEqual([]);
});

/** fetch does not let a caller choose the Host header. */
function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(messages, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
