import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { mailAccount, type MailAccountInput, type MailAccountSteps, type Server } from './mail-account.ts';
import type { MailProtocol } from './connection-problem.ts';

const id = '22222222-2222-4222-8222-222222222222';
const settings = {
  ...{ address: 'office@clinic.example', preset: 'generic', username: 'office', send_via: 'smtp' },
  ...{ imap_host: 'imap.example', imap_port: 993, smtp_host: 'smtp.example', smtp_port: 465 },
};
type Settings = typeof settings;

function world(options: { stored?: Settings; failing?: Partial<Record<MailProtocol, unknown>> } = {}) {
  const logins: (Server & { protocol: MailProtocol })[] = [];
  const kept: unknown[][] = [];
  const steps: MailAccountSteps = {
    check: async (wanted) => ({
      ...{ account_id: options.stored ? id : null, has_password: Boolean(options.stored) },
      settings: { smtp_host: '', smtp_port: 465, ...wanted } as Settings & { send_via: 'smtp' },
    }),
    stored: async () => options.stored ?? null,
    readPassword: async () => 'stored password',
    newId: () => 'new-id',
    login: async (protocol, server) => {
      logins.push({ protocol, ...server });
      if (options.failing?.[protocol]) throw options.failing[protocol];
    },
    store: async (...given) => {
      kept.push(given);
      return { id: given[0] };
    },
  };
  const run = (change: Partial<MailAccountInput> = {}) =>
    mailAccount({ action: 'save', tenant_id: 'tenant', settings, password: 'pass word', ...change }, steps);
  return { run, logins, kept };
}

describe('connecting a mailbox', () => {
  it('tries both servers, then keeps settings and password under a new id', async () => {
    const { run, logins, kept } = world();
    expect(await run()).toMatchObject({ ok: true, imap: { code: 'ok' }, account: { id: 'new-id' } });
    expect(logins.map(({ protocol, host, port, password }) => [protocol, host, port, password])).toEqual([
      ['imap', 'imap.example', 993, 'pass word'],
      ['smtp', 'smtp.example', 465, 'pass word'],
    ]);
    expect(kept).toEqual([['new-id', expect.objectContaining({ username: 'office' }), 'pass word']]);
  });

  it('keeps nothing on a test', async () => {
    const { run, kept } = world();
    const answer = await run({ action: 'test' });
    expect([answer.ok, 'account' in answer, kept]).toEqual([true, false, []]);
  });

  it.each(['imap', 'smtp'] as const)(
    'keeps nothing when %s refuses, and says which it was',
    async (protocol) => {
      const error = { message: 'office: pass word is wrong', authenticationFailed: true };
      const { run, kept } = world({ failing: { [protocol]: error } });
      const answer = await run();
      expect(answer).toMatchObject({ ok: false, [protocol]: { ok: false, code: 'password_refused' } });
      expect(JSON.stringify(answer)).not.toContain('pass word');
      expect(kept).toEqual([]);
    },
  );

  it('says that a server is not on the public internet', async () => {
    const { run } = world({ failing: { imap: new AppError(422, 'host_not_allowed', 'x') } });
    expect(await run()).toMatchObject({
      ok: false,
      imap: { code: 'host_not_allowed' },
      smtp: { code: 'ok' },
    });
  });

  it.each([25, 587])(
    'does not try to send through port %i, which functions cannot reach',
    async (smtp_port) => {
      const { run, logins } = world();
      expect(await run({ settings: { ...settings, smtp_port } })).toMatchObject({
        ok: false,
        smtp: { code: 'port_blocked' },
      });
      expect(logins.map(({ protocol }) => protocol)).toEqual(['imap']);
    },
  );

  it('does not log in to send where Resend sends', async () => {
    const { run, logins } = world();
    expect(await run({ settings: { ...settings, send_via: 'resend' } })).toMatchObject({
      ok: true,
      smtp: { code: 'not_used' },
    });
    expect(logins).toHaveLength(1);
  });

  it("takes a provider's own servers, whatever others are named, and an app password without its spaces", async () => {
    const { run, logins } = world();
    await run({ settings: { ...settings, preset: 'yahoo' }, password: ' abcd efgh ijkl mnop ' });
    expect(logins.map(({ host, password }) => [host, password])).toEqual([
      ['imap.mail.yahoo.com', 'abcdefghijklmnop'],
      ['smtp.mail.yahoo.com', 'abcdefghijklmnop'],
    ]);
  });

  it('names the app password when such a provider refuses', async () => {
    const { run } = world({ failing: { imap: { authenticationFailed: true } } });
    const answer = await run({ settings: { ...settings, preset: 'gmail' } });
    expect(answer.imap.code).toBe('app_password_needed');
  });

  it.each(['outlook', 'webhook', 'toString', undefined])('refuses the provider %s', async (preset) => {
    await expect(world().run({ settings: { ...settings, preset } })).rejects.toMatchObject({
      status: 422,
      code: 'mail_provider_unknown',
    });
  });
});

describe('changing a mailbox', () => {
  it('without a password tries the stored one and leaves it as it is', async () => {
    const { run, logins, kept } = world({ stored: settings });
    expect(await run({ password: null, account_id: id })).toMatchObject({ ok: true, account: { id } });
    expect(logins[0]?.password).toBe('stored password');
    expect(kept).toEqual([[id, expect.anything(), null]]);
  });

  it.each([
    { imap_host: 'elsewhere.example' },
    { imap_port: 1993 },
    { smtp_host: 'elsewhere.example' },
    { smtp_port: 1465 },
    { username: 'somebody' },
  ])('never sends the stored password anywhere else: %j', async (change) => {
    for (const action of ['test', 'save'] as const) {
      const { run, logins, kept } = world({ stored: settings });
      await expect(
        run({ action, settings: { ...settings, ...change }, password: '', account_id: id }),
      ).rejects.toMatchObject({ status: 422, code: 'password_needed_again' });
      expect([logins, kept]).toEqual([[], []]);
    }
  });

  it('needs a password where none is stored', async () => {
    await expect(world().run({ password: undefined })).rejects.toMatchObject({ code: 'password_required' });
    await expect(
      world().run({ settings: { ...settings, preset: 'yahoo' }, password: '  ' }),
    ).rejects.toMatchObject({ code: 'password_required' });
  });
});
