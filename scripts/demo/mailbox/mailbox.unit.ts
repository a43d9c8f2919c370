import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { brightSmileClients } from '../clinic-life/bright-smile-clients.ts';
import { clinicMailbox, mailboxEntries } from './correspondence.ts';
import { otherMail } from './others.ts';
import { patientMail } from './patients.ts';

const all = [...patientMail, ...otherMail];
const now = new Date('2026-05-06T09:00:00Z');

describe('the mail of the demo', () => {
  it('is enough to look like a clinic, from addresses nobody can own', () => {
    expect(all.flatMap(({ mails }) => mails).length).toBeGreaterThanOrEqual(60);
    for (const { who } of all) expect(who.address).toMatch(/^[a-z.-]+@[a-z.]+\.example$/);
    const clients = new Set(brightSmileClients.map(({ email }) => email));
    expect(all.filter(({ who }) => clients.has(who.address)).length).toBeGreaterThanOrEqual(10);
  });

  it('lies in the past, in the order in which it was written', async () => {
    for (const correspondence of all) {
      const entries = await mailboxEntries(correspondence, now);
      const dates = entries.map(({ date }) => Number(date));
      expect(dates).toEqual(dates.toSorted((a, b) => a - b));
      expect(Math.max(...dates)).toBeLessThanOrEqual(Number(now));
    }
  });

  it('answers what came before, and lies where a mail program keeps it', async () => {
    const [pain] = patientMail;
    if (!pain) throw new Error('There is no mail');
    const entries = await mailboxEntries(pain, now);
    expect(entries.map(({ folder }) => folder)).toEqual(['INBOX', 'Sent', 'INBOX', 'INBOX']);
    const mails = await Promise.all(entries.map(({ raw }) => PostalMime.parse(raw)));
    expect(mails.map(({ subject }) => subject)).toEqual([
      pain.subject,
      ...Array.from({ length: 3 }, () => `Re: ${pain.subject}`),
    ]);
    expect(mails[3]?.inReplyTo).toBe(mails[2]?.messageId);
    expect(mails[3]?.references?.split(' ')).toEqual(mails.slice(0, 3).map(({ messageId }) => messageId));
    expect(mails[1]?.from?.address).toBe(clinicMailbox.address);
    expect(mails[1]?.text).toContain('> De ieri seară mă doare tare o măsea');
  });

  it('has the same numbers every time, so that a second filling would be noticed', async () => {
    const ids = async () =>
      Promise.all(
        (await Promise.all(all.map((each) => mailboxEntries(each, now))))
          .flat()
          .map(async ({ raw }) => (await PostalMime.parse(raw)).messageId),
      );
    const once = await ids();
    expect(new Set(once).size).toBe(once.length);
    expect(await ids()).toEqual(once);
  });
});
