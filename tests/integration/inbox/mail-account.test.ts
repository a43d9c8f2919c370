import { createServer, type AddressInfo, type Server } from 'node:net';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailCertificate, startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { ownerConnection, stack } from '../../support/environment.ts';
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  type Clinic,
  type Person,
} from '../../support/people.ts';

/** Connecting a mailbox: tried out on real servers, kept only when it works, its password never seen again. */

const sql = ownerConnection();
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const other = await createClinic(admin);
const address = `office.${randomUUID().slice(0, 8)}@mail.test`;
let dovecot: TestMailServer;
let password = '';
let smtp: SmtpSink;

beforeAll(async () => {
  dovecot = await startDovecot();
  ({ password } = await dovecot.addMailbox(address));
  smtp = await startSmtpSink();
  smtp.addUser(address, password);
});
afterAll(async () => {
  await dovecot?.stop();
  await smtp?.stop();
  await sql.end();
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;

const settings = (change: Record<string, unknown> = {}) => ({
  ...{ address, preset: 'generic', username: address, display_name: 'Front desk' },
  ...{
    imap_host: 'localhost',
    imap_port: dovecot.imapPort,
    smtp_host: 'localhost',
    smtp_port: smtp.smtpPort,
  },
  ...change,
});

interface Answer {
  status: number;
  body: {
    ok?: boolean;
    code?: string;
    imap?: { ok: boolean; code: string };
    smtp?: { ok: boolean; code: string };
    account?: { id: string; status: string };
  };
}
async function ask(
  person: Person | null,
  body: Record<string, unknown>,
  of: Clinic = clinic,
): Promise<Answer> {
  const response = await fetch(`${stack.url}/functions/v1/mail-account`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      // The API refuses the functions' own key beside it, should they pass it on.
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36',
      apikey: stack.publishableKey,
      ...(person ? { authorization: `Bearer ${person.accessToken}` } : {}),
    },
    body: JSON.stringify({ action: 'test', tenant_id: of.id, settings: settings(), password, ...body }),
  });
  const text = await response.text();
  // Whatever is answered, it does not say the password.
  expect(text).not.toContain(password);
  return { status: response.status, body: JSON.parse(text) as Answer['body'] };
}
const accounts = () => sql`select * from public.mail_accounts where tenant_id = ${clinic.id}`;
const credentials = () => sql`select * from private.credentials where tenant_id = ${clinic.id}`;

describe('a test', () => {
  it('logs in to both servers and keeps nothing', async () => {
    expect(await ask(owner, {})).toMatchObject({
      status: 200,
      body: { ok: true, imap: { ok: true, code: 'ok' }, smtp: { ok: true, code: 'ok' } },
    });
    expect([await accounts(), await credentials()]).toEqual([[], []]);
  });

  it('takes a server that is named by its address, if its certificate is for that', async () => {
    const began = Date.now();
    const named = await ask(owner, {
      settings: settings({ imap_host: '127.0.0.1', smtp_host: '127.0.0.1' }),
    });
    expect(named.body).toMatchObject({ ok: true, imap: { code: 'ok' }, smtp: { code: 'ok' } });
    // The certificate of the stack's mail servers is for 127.0.0.1 alone.
    const files = mailCertificate();
    const stranger = createTlsServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) });
    await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.2', resolve));
    const change = { imap_host: '127.0.0.2', imap_port: portOf(stranger), send_via: 'resend' };
    const refused = await ask(owner, { settings: settings(change) });
    expect(refused.body).toMatchObject({ ok: false, imap: { code: 'certificate_invalid' } });
    // Neither is waited for.
    expect(Date.now() - began).toBeLessThan(8_000);
    stranger.close();
  });

  it('names the password when that is wrong', async () => {
    const { body } = await ask(owner, { password: 'not the password' });
    expect(body).toMatchObject({
      ok: false,
      imap: { code: 'password_refused' },
      smtp: { code: 'password_refused' },
    });
    expect(JSON.stringify(body)).not.toContain('not the password');
  });

  it('names what is wrong with the server, each in its own way', async () => {
    const plain = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('* OK no TLS here\r\n');
    });
    await new Promise<void>((resolve) => void plain.listen(0, '127.0.0.1', resolve));
    const code = async (change: Record<string, unknown>) =>
      (await ask(owner, { settings: settings({ send_via: 'resend', ...change }) })).body.imap?.code;
    expect(await code({ imap_port: 1 })).toBe('connection_refused');
    expect(await code({ imap_port: portOf(plain) })).toBe('tls_required');
    expect(await code({ imap_host: 'nowhere.invalid' })).toBe('host_not_found');
    for (const imap_host of ['10.0.0.1', '169.254.169.254', '0.0.0.0'])
      expect(await code({ imap_host })).toBe('host_not_allowed');
    const { body } = await ask(owner, { settings: settings({ smtp_port: portOf(plain) }) });
    expect([body.imap?.code, body.smtp?.code]).toEqual(['ok', 'tls_required']);
    plain.close();
  });

  it("is an owner's to make", async () => {
    expect(await ask(null, {})).toMatchObject({ status: 401 });
    expect(await ask(staff, {})).toMatchObject({ status: 403, body: { code: 'owner_required' } });
    expect(await ask(other.owner, {})).toMatchObject({ status: 404, body: { code: 'clinic_not_found' } });
    expect(await ask(owner, { settings: settings({ preset: 'outlook' }) })).toMatchObject({
      status: 422,
      body: { code: 'mail_provider_unknown' },
    });
  });
});

describe('saving', () => {
  let id = '';

  it('does not happen while a server refuses', async () => {
    expect(await ask(owner, { action: 'save', password: 'wrong' })).toMatchObject({ body: { ok: false } });
    expect([await accounts(), await credentials()]).toEqual([[], []]);
  });

  it('keeps the mailbox, and its password encrypted for it alone', async () => {
    const { body } = await ask(owner, { action: 'save' });
    expect(body).toMatchObject({ ok: true, account: { status: 'active' } });
    id = body.account?.id ?? '';
    const [row] = await credentials();
    expect(row).toMatchObject({
      owner_table: 'mail_accounts',
      owner_id: id,
      field: 'password',
      last_four: '',
    });
    expect(JSON.stringify([await accounts(), row])).not.toContain(password);
    const claimed =
      await sql`select private.read_credential(${clinic.id}, 'mail_accounts', ${id}, 'password') as secret`;
    expect(claimed[0]?.secret).toMatchObject({ kid: expect.any(String), ciphertext: row?.ciphertext });
  });

  it('happens once for an address', async () => {
    expect(await ask(owner, { action: 'save' })).toMatchObject({
      status: 409,
      body: { code: 'mail_account_exists' },
    });
  });

  it('without a password tries the stored one and keeps it', async () => {
    const [before] = await credentials();
    const changed = { action: 'save', account_id: id, password: null };
    const { body } = await ask(owner, {
      ...changed,
      settings: settings({ display_name: 'Reception', history_days: 30 }),
    });
    expect(body).toMatchObject({ ok: true, account: { id, display_name: 'Reception', history_days: 30 } });
    expect(await credentials()).toEqual([before]);
  });

  it('never sends the stored password to another server', async () => {
    let visits = 0;
    const trap = createServer(() => (visits += 1));
    await new Promise<void>((resolve) => void trap.listen(0, '127.0.0.1', resolve));
    for (const change of [
      { imap_port: portOf(trap) },
      { smtp_port: portOf(trap) },
      { imap_host: '127.0.0.1' },
    ])
      for (const action of ['test', 'save'])
        expect(
          await ask(owner, { action, account_id: id, password: null, settings: settings(change) }),
        ).toMatchObject({
          status: 422,
          body: { code: 'password_needed_again' },
        });
    expect(visits).toBe(0);
    expect((await accounts())[0]).toMatchObject({ imap_host: 'localhost', imap_port: dovecot.imapPort });
    trap.close();
  });

  it('after a removal needs the password again, and takes the mailbox up again', async () => {
    await call(owner.client, 'remove_mail_account', {
      tenant_id: clinic.id,
      account_id: id,
      keep_mail: true,
    });
    expect(await credentials()).toEqual([]);
    expect(await ask(owner, { action: 'save', password: null })).toMatchObject({
      status: 422,
      body: { code: 'password_required' },
    });
    expect((await ask(owner, { action: 'save' })).body).toMatchObject({
      ok: true,
      account: { id, status: 'active' },
    });
    expect(await credentials()).toHaveLength(1);
  });

  it('is on the record, by names', async () => {
    const events = await sql`
      select e.action, e.actor_id, e.target_label, to_jsonb(e)::text as everything from public.audit_events e
      where e.tenant_id = ${clinic.id} and e.action in ('mail_account.connected', 'credential.stored', 'credential.erased')`;
    expect(events.map(({ action }) => String(action)).toSorted()).toEqual([
      'credential.erased',
      'credential.stored',
      'credential.stored',
      // Once more, after it had been removed.
      'mail_account.connected',
      'mail_account.connected',
    ]);
    for (const event of events) {
      expect(event.actor_id).toBe(owner.userId);
      expect(event.everything).not.toContain(password);
    }
  });
});
