import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import type { MailConfiguration } from '../mail/mail-configuration.ts';
import type { MailOutcome, OutgoingMail } from '../mail/resend.ts';
import { hashInvitationToken } from './invitation-token.ts';
import {
  type DeliveryRecord,
  type InvitationPorts,
  issuedInvitation,
  sendInvitation,
  sendInvitationInput,
} from './send-invitation.ts';

const invitation_id = '7f0c8a52-91c3-4d36-9e1c-1c6f3f0b6a11';
const ready: MailConfiguration = {
  ready: true,
  apiKey: 're_key_123456',
  from: 'a@b.example',
  baseUrl: 'http://x.example',
};
const absent: MailConfiguration = { ready: false, reason: 'RESEND_API_KEY is not set.' };
const appUrl = 'https://app.example';

class FakePorts implements InvitationPorts {
  readonly issued: Array<{ tokenHash: string; revealed: boolean }> = [];
  readonly records: Array<DeliveryRecord & { tokenHash: string }> = [];
  readonly mails: OutgoingMail[] = [];
  readonly secrets: string[][] = [];
  result: MailOutcome = { outcome: 'sent', providerId: 'm-1' };
  refusal: AppError | null = null;

  async issueToken(tokenHash: string, revealed: boolean) {
    if (this.refusal) throw this.refusal;
    this.issued.push({ tokenHash, revealed });
    return issuedInvitation.parse({
      email: 'ana@clinic.example',
      role: 'staff',
      clinic_name: 'Bright Smile',
      inviter_name: null,
      language: 'ro',
      expires_at: '2026-11-28T07:50:00+00:00',
    });
  }
  async recordDelivery(tokenHash: string, record: DeliveryRecord) {
    this.records.push({ tokenHash, ...record });
    return { id: invitation_id, delivery: this.issued.at(-1)?.revealed ? 'revealed' : record.outcome };
  }
  async sendMail(_: unknown, mail: OutgoingMail, secrets: readonly string[]) {
    this.mails.push(mail);
    this.secrets.push([...secrets]);
    return this.result;
  }
}

function tokenIn(text: string): string {
  return /https:\/\/app\.example\/invite\/([\w-]{43})/.exec(text)?.[1] ?? '';
}

describe('sending an invitation', () => {
  it('mails a link whose hash was stored before, and records that it was sent', async () => {
    const ports = new FakePorts();
    const result = await sendInvitation({ invitation_id, action: 'send' }, { appUrl, mail: ready }, ports);
    expect(result).toEqual({ invitation: { id: invitation_id, delivery: 'sent' } });
    const [mail] = ports.mails;
    expect(mail?.to).toBe('ana@clinic.example');
    expect(mail?.subject).toBe('Invitație la Bright Smile în Chairside');
    const token = tokenIn(mail?.text ?? '');
    const tokenHash = await hashInvitationToken(token);
    expect(ports.issued).toEqual([{ tokenHash, revealed: false }]);
    expect(ports.records).toEqual([{ tokenHash, outcome: 'sent', providerId: 'm-1', error: null }]);
    expect(ports.secrets).toEqual([['re_key_123456', token]]);
    expect(JSON.stringify(result)).not.toContain(token);
  });

  it('makes a new token, and so a new idempotency key, every time', async () => {
    const ports = new FakePorts();
    await sendInvitation({ invitation_id, action: 'send' }, { appUrl, mail: ready }, ports);
    await sendInvitation({ invitation_id, action: 'send' }, { appUrl, mail: ready }, ports);
    expect(new Set(ports.mails.map((mail) => mail.idempotencyKey)).size).toBe(2);
    expect(
      ports.mails.every(
        (mail) => mail.idempotencyKey.length <= 256 && !mail.idempotencyKey.includes(tokenIn(mail.text)),
      ),
    ).toBe(true);
  });

  it('records a failure with its reason', async () => {
    const ports = new FakePorts();
    ports.result = { outcome: 'failed', reason: 'Resend could not be reached.' };
    const { invitation } = await sendInvitation(
      { invitation_id, action: 'send' },
      { appUrl, mail: ready },
      ports,
    );
    expect(invitation.delivery).toBe('failed');
    expect(ports.records).toMatchObject([
      { outcome: 'failed', error: 'Resend could not be reached.', providerId: null },
    ]);
  });

  it('records that mail is not set up, and sends nothing', async () => {
    const ports = new FakePorts();
    const result = await sendInvitation({ invitation_id, action: 'send' }, { appUrl, mail: absent }, ports);
    expect(result).toEqual({ invitation: { id: invitation_id, delivery: 'not_configured' } });
    expect(ports.records).toMatchObject([{ outcome: 'not_configured', error: 'RESEND_API_KEY is not set.' }]);
    expect(ports.mails).toEqual([]);
  });

  it('reveals the link only where mail is not set up', async () => {
    const ports = new FakePorts();
    const { invitation, link } = await sendInvitation(
      { invitation_id, action: 'reveal' },
      { appUrl, mail: absent },
      ports,
    );
    expect(invitation.delivery).toBe('revealed');
    expect(ports.issued).toEqual([
      { tokenHash: await hashInvitationToken(tokenIn(link ?? '')), revealed: true },
    ]);

    const refused = new FakePorts();
    const attempt = sendInvitation({ invitation_id, action: 'reveal' }, { appUrl, mail: ready }, refused);
    await expect(attempt).rejects.toMatchObject({ status: 409, code: 'mail_configured' });
    expect(refused.issued).toEqual([]);
  });

  it('makes no token when the app has no address', async () => {
    const ports = new FakePorts();
    const attempt = sendInvitation(
      { invitation_id, action: 'send' },
      { appUrl: undefined, mail: ready },
      ports,
    );
    await expect(attempt).rejects.toMatchObject({ status: 500, code: 'app_url_missing' });
    expect(ports.issued).toEqual([]);
  });

  it('passes a refusal of the database on and sends nothing', async () => {
    const ports = new FakePorts();
    ports.refusal = new AppError(409, 'invitation_used', 'Used.');
    await expect(
      sendInvitation({ invitation_id, action: 'send' }, { appUrl, mail: ready }, ports),
    ).rejects.toBe(ports.refusal);
    expect(ports.mails).toEqual([]);
  });

  it('falls back to English for a language it does not know', () => {
    const row = {
      email: 'a@b.example',
      role: 'owner',
      clinic_name: null,
      inviter_name: null,
      expires_at: '2026-01-01T00:00:00Z',
    };
    expect(issuedInvitation.parse({ ...row, language: 'fr' }).language).toBeNull();
  });

  it.each([
    {},
    { invitation_id: 'x', action: 'send' },
    { invitation_id, action: 'delete' },
    { invitation_id },
  ])('refuses the input %o', (input) => {
    expect(sendInvitationInput.safeParse(input).success).toBe(false);
  });
});
