import { describe, expect, it } from 'vitest';
import { MailNotSent } from '../jobs/job-mail.ts';
import { FinalError, type JobContext } from '../jobs/job.ts';
import { mailOffer, type OfferMail, renderOfferMail } from './waitlist-offer.ts';

const offer: OfferMail = {
  to: 'ana@x.example',
  first_name: 'Ana',
  clinic_name: 'Zâmbet',
  time_zone: 'Europe/Bucharest',
  language: 'en',
  service: 'Filling',
  provider: 'Dr. Pop',
  starts_at: '2027-03-30T07:00:00Z',
  ends_at: '2027-03-30T08:00:00Z',
  expires_at: '2027-03-30T05:30:00Z',
};
const link = 'https://app.example/offer/abc';

describe('the mail of an offer', () => {
  it('says what, when in the clinic’s zone, and until when', () => {
    const { subject, text } = renderOfferMail(offer, link);
    expect(subject).toBe('An earlier appointment at Zâmbet');
    expect(text).toContain('Filling with Dr. Pop');
    expect(text).toMatch(/Tuesday,? 30 March 2027, 10:00–11:00 \(Eastern European Summer Time\)/);
    expect(text).toContain('until 08:30.');
    expect(text).toContain(link);
  });

  it('speaks Romanian, and names the day when the offer ends on another', () => {
    const { subject, text } = renderOfferMail(
      { ...offer, language: 'ro', expires_at: '2027-03-29T15:00:00Z', provider: null },
      link,
    );
    expect(subject).toBe('O programare mai devreme la Zâmbet');
    expect(text).toContain('marți, 30 martie 2027, 10:00–11:00');
    expect(text).toMatch(/până la luni, 29 martie.* 18:00/);
    expect(text).not.toContain(' cu ');
  });

  it('gives names no power', () => {
    const { subject, html } = renderOfferMail(
      { ...offer, first_name: '<b>x</b>', clinic_name: 'Win\r\nBcc: a@b.c https://evil.example' },
      link,
    );
    expect(subject).not.toMatch(/[\r\n]|evil\.example/);
    expect(html).not.toContain('<b>');
  });
});

describe('writing it', () => {
  const id = '6f1c7f0e-0000-4000-8000-000000000001';
  const job = { id: 'j', kind: 'waitlist-mail', tenant_id: 't', payload: { offer_id: id }, attempts: 1 };

  function stage(prepared: unknown, trouble?: MailNotSent['trouble'], appUrl = 'https://app.example') {
    const calls: [string, Record<string, unknown> | undefined][] = [];
    const mails: { text: string; key: string }[] = [];
    const context = {
      rpc: async (name: string, args?: Record<string, unknown>) => {
        calls.push([name, args]);
        return name === 'prepare_offer_mail' ? prepared : null;
      },
      sendMail: async (mail: { text: string }, key: string) => {
        if (trouble) throw new MailNotSent(trouble, 'because');
        mails.push({ text: mail.text, key });
        return { providerId: null };
      },
      setting: () => 'a secret of the functions',
      appUrl,
    } as unknown as JobContext;
    return { context, calls, mails };
  }
  const outcomeOf = (calls: [string, Record<string, unknown> | undefined][]) =>
    calls.filter(([name]) => name === 'record_offer_mail').map(([, args]) => args?.outcome);

  it('sends the same mail under the same key, however often', async () => {
    const { context, calls, mails } = stage(offer);
    await mailOffer(job, context);
    await mailOffer(job, context);
    expect(mails).toHaveLength(2);
    expect(mails[0]).toEqual(mails[1]);
    expect(outcomeOf(calls)).toEqual(['sent', 'sent']);
    // The database gets the hash; the token is in the mail alone.
    const token = /offer\/([\w-]{43})/.exec(mails[0]?.text ?? '')?.[1] ?? 'none';
    expect(JSON.stringify(calls)).not.toContain(token);
  });

  it('writes nothing when the offer has ended', async () => {
    const { context, calls, mails } = stage(null);
    await mailOffer(job, context);
    expect(mails).toEqual([]);
    expect(outcomeOf(calls)).toEqual([]);
  });

  it.each(['not_configured', 'refused'] as const)(
    'records that it cannot go out, and does not try again: %s',
    async (trouble) => {
      const { context, calls } = stage(offer, trouble);
      await mailOffer(job, context);
      expect(outcomeOf(calls)).toEqual([trouble]);
    },
  );

  it('tries again where the provider cannot be reached', async () => {
    const { context, calls } = stage(offer, 'unavailable');
    await expect(mailOffer(job, context)).rejects.toThrow('because');
    expect(outcomeOf(calls)).toEqual(['failed']);
  });

  it('ends the offer where no link can be made', async () => {
    const { context, calls, mails } = stage(offer, undefined, '');
    await expect(mailOffer(job, context)).rejects.toThrow(FinalError);
    expect(outcomeOf(calls)).toEqual(['not_configured']);
    expect(mails).toEqual([]);
  });

  it('takes a mail that went out before for sent', async () => {
    const { context, calls } = stage(offer, 'already_sent');
    await mailOffer(job, context);
    expect(outcomeOf(calls)).toEqual(['sent']);
  });
});
