import { describe, expect, it } from 'vitest';
import type { MailConfiguration } from '../mail/mail-configuration.ts';
import type { MailOutcome, OutgoingMail } from '../mail/resend.ts';
import { anchorAudit, type AnchorDelivery, type AnchorPorts, claimedAnchor } from './anchor-audit.ts';

const ready: MailConfiguration = {
  ready: true,
  apiKey: 're_key_123456',
  from: 'a@b.example',
  baseUrl: 'http://x.example',
};
const absent: MailConfiguration = { ready: false, reason: 'RESEND_API_KEY is not set.' };

const claimed = (day: string, emails = ['ana@x.example', 'ion@x.example']) =>
  claimedAnchor.parse({
    day,
    digest: 'ab'.repeat(32),
    chains: 3,
    events: 40,
    previous_digest: null,
    recipients: emails.map((email) => ({
      email,
      language: email.startsWith('ion') ? 'ro' : 'en',
      first_name: null,
    })),
  });

class FakePorts implements AnchorPorts {
  readonly due: ReturnType<typeof claimed>[];
  readonly records: Array<Pick<AnchorDelivery, 'day' | 'outcome' | 'error'>> = [];
  readonly mails: OutgoingMail[] = [];
  readonly failing = new Map<string, string>();

  constructor(...due: ReturnType<typeof claimed>[]) {
    this.due = due;
  }
  async claim() {
    return this.due.shift() ?? null;
  }
  async recordDelivery(day: string, outcome: AnchorDelivery['outcome'], error: string | null) {
    this.records.push({ day, outcome, error });
  }
  async sendMail(_: unknown, mail: OutgoingMail): Promise<MailOutcome> {
    this.mails.push(mail);
    const reason = this.failing.get(mail.to);
    return reason === undefined ? { outcome: 'sent', providerId: null } : { outcome: 'failed', reason };
  }
}

describe('anchoring the audit log', () => {
  it('mails every super-admin in their language and records it as sent', async () => {
    const ports = new FakePorts(claimed('2026-11-21'));
    const deliveries = await anchorAudit(ready, ports);
    expect(deliveries).toEqual([{ day: '2026-11-21', outcome: 'sent', error: null, recipients: 2 }]);
    expect(ports.mails.map(({ to }) => to)).toEqual(['ana@x.example', 'ion@x.example']);
    expect(ports.mails[1]?.subject).toContain('amprenta');
    expect(ports.records).toEqual([{ day: '2026-11-21', outcome: 'sent', error: null }]);
  });

  it('does nothing when there is nothing to do', async () => {
    const ports = new FakePorts();
    expect(await anchorAudit(ready, ports)).toEqual([]);
    expect(ports.records).toEqual([]);
  });

  it('catches up with the days before, and goes on after one that failed', async () => {
    const ports = new FakePorts(claimed('2026-11-19', []), claimed('2026-11-20'), claimed('2026-11-21'));
    await anchorAudit(ready, ports);
    expect(ports.records.map(({ day, outcome }) => `${day} ${outcome}`)).toEqual([
      '2026-11-19 failed',
      '2026-11-20 sent',
      '2026-11-21 sent',
    ]);
    expect(ports.records[0]?.error).toBe('There is no active super-admin to send it to.');
  });

  it('records that mail is not set up, and sends nothing', async () => {
    const ports = new FakePorts(claimed('2026-11-21'));
    await anchorAudit(absent, ports);
    expect(ports.records).toEqual([
      { day: '2026-11-21', outcome: 'not_configured', error: 'RESEND_API_KEY is not set.' },
    ]);
    expect(ports.mails).toEqual([]);
  });

  it('counts as failed when only some mails went out, and says how many', async () => {
    const ports = new FakePorts(claimed('2026-11-21'));
    ports.failing.set('ana@x.example', 'Resend could not be reached.');
    await anchorAudit(ready, ports);
    expect(ports.records).toMatchObject([
      { outcome: 'failed', error: '1 of 2 mails did not go out. Resend could not be reached.' },
    ]);
    expect(ports.mails).toHaveLength(2);

    const nobody = new FakePorts(claimed('2026-11-21', ['ana@x.example']));
    nobody.failing.set('ana@x.example', 'Resend could not be reached.');
    await anchorAudit(ready, nobody);
    expect(nobody.records).toMatchObject([{ error: 'Resend could not be reached.' }]);
  });

  it('repeats a mail with the key it had, and never shares a key', async () => {
    const keys = async (...anchors: ReturnType<typeof claimed>[]) => {
      const ports = new FakePorts(...anchors);
      await anchorAudit(ready, ports);
      return ports.mails.map(({ idempotencyKey }) => idempotencyKey);
    };
    const first = await keys(claimed('2026-11-20'), claimed('2026-11-21'));
    expect(new Set(first).size).toBe(4);
    expect(await keys(claimed('2026-11-20'), claimed('2026-11-21'))).toEqual(first);
    expect(first.join()).not.toContain('@');
    expect(first.every((key) => key.length <= 256)).toBe(true);
  });

  it('stops when the result cannot be recorded', async () => {
    const ports = new FakePorts(claimed('2026-11-20'), claimed('2026-11-21'));
    ports.recordDelivery = () => Promise.reject(new Error('database gone'));
    await expect(anchorAudit(ready, ports)).rejects.toThrow('database gone');
    expect(ports.due).toHaveLength(1);
  });
});
