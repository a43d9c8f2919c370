import { beforeEach, describe, expect, it } from 'vitest';
import { createTwilioSimulator, type TwilioSimulator } from '../../../../tests/simulators/twilio.ts';
import { callExternal } from '../http/external-call.ts';
import { type JobMail, MailNotSent } from '../jobs/job-mail.ts';
import type { JobContext } from '../jobs/job.ts';
import { createLog } from '../logging/log.ts';
import { tokenHash } from './link-token.ts';
import { sendReminder } from './send-reminder.ts';

const delivery_id = '7f0c8a52-91c3-4d36-9e1c-1c6f3f0b6a11';
const begun = {
  ...{ action: 'send', channel: 'email', attempt: 1, to: 'ana@client.example', first_name: 'Ana' },
  ...{ language: 'en', clinic_name: 'Bright Smile', clinic_phone: '', clinic_address: '', extra_text: '' },
  ...{ time_zone: 'Europe/Bucharest', starts_at: '2027-06-10T07:00:00+00:00' },
  ...{ service: 'Check-up', provider: null, is_confirmed: false },
};

/** A world in which one reminder is due. */
function world(begins: Record<string, unknown>, settings: Record<string, string> = {}) {
  const calls: Array<{ name: string; args: Record<string, unknown> }> = [];
  const mails: Array<{ mail: JobMail; key: string }> = [];
  const sending = { trouble: null as Error | null };
  const log = createLog({}, () => {});
  const context: JobContext = {
    rpc: async (name, args = {}) => {
      calls.push({ name, args });
      return name === 'begin_reminder' ? begins : { state: 'sent', reason: null };
    },
    sendMail: async (mail, key) => {
      if (sending.trouble) throw sending.trouble;
      mails.push({ mail, key });
      return { providerId: 'm-1' };
    },
    callExternal: (request) =>
      callExternal(request, { log, requestId: 'r-1', sleep: async () => {}, maxAttempts: 1 }),
    readObject: async () => null,
    signal: AbortSignal.timeout(10_000),
    setting: (name) => ({ CRON_SECRET: 'a secret of enough letters', ...settings })[name],
    ...{ appUrl: 'https://app.example', log, now: () => new Date() },
  };
  const run = (attempts = 1) =>
    sendReminder(
      { id: 'j', kind: 'send-reminder', tenant_id: 't', payload: { delivery_id }, attempts },
      context,
    );
  const recorded = () => calls.filter(({ name }) => name === 'record_reminder').map(({ args }) => args);
  return { run, calls, mails, sending, recorded };
}

describe('a reminder by e-mail', () => {
  it('carries a link whose hash was stored before, and is recorded as sent', async () => {
    const { run, calls, mails, recorded } = world(begun);
    await run();
    const token = /https:\/\/app\.example\/visit\/([\w-]{43})/.exec(mails[0]?.mail.text ?? '')?.[1] ?? '';
    expect(calls[0]).toEqual({
      name: 'begin_reminder',
      args: { delivery_id, token_hash: await tokenHash(token) },
    });
    expect(mails[0]?.mail.to).toBe('ana@client.example');
    expect(recorded()).toEqual([{ delivery_id, outcome: 'sent', provider_id: 'm-1' }]);
  });

  it('is the same mail with the same key when a second worker sends it again', async () => {
    const [first, second] = [world(begun), world({ ...begun, attempt: 2 })];
    await first.run();
    await second.run(2);
    expect(second.mails).toEqual(first.mails);
  });

  it('does not leave when there is nothing to send any more', async () => {
    const { run, mails, recorded } = world({ action: 'stop', state: 'cancelled', reason: 'moved' });
    await run();
    expect([mails, recorded()]).toEqual([[], []]);
  });

  it.each([
    [new MailNotSent('not_configured', 'RESEND_API_KEY is not set.'), 'ended', 'mail_not_configured'],
    [new MailNotSent('refused', 'No such address.'), 'ended', 'refused'],
    [new MailNotSent('already_sent', 'Another text.'), 'sent', undefined],
  ])('is over when the provider says so: %o', async (trouble, outcome, reason) => {
    const { run, sending, recorded } = world(begun);
    sending.trouble = trouble;
    await run();
    expect(recorded()).toMatchObject([{ outcome, ...(reason ? { reason, error: trouble.message } : {}) }]);
  });

  it('is tried again when the provider is not there, and given up in the end', async () => {
    const trouble = new MailNotSent('unavailable', 'Resend has a problem (502). Try again later.');
    const early = world(begun);
    early.sending.trouble = trouble;
    await expect(early.run()).rejects.toBe(trouble);
    expect(early.recorded()).toMatchObject([{ outcome: 'failed', error: trouble.message }]);
    const late = world({ ...begun, attempt: 6 });
    late.sending.trouble = trouble;
    await late.run(6);
    expect(late.recorded()).toMatchObject([{ outcome: 'ended', reason: 'unavailable' }]);
  });

  it('has no link without a secret', async () => {
    const { run, mails } = world(begun, { CRON_SECRET: '' });
    await expect(run()).rejects.toThrow('CRON_SECRET or APP_URL');
    expect(mails).toEqual([]);
  });
});

describe('a reminder by text message', () => {
  let twilio: TwilioSimulator;
  let settings: Record<string, string>;
  const sms = { ...begun, channel: 'sms', to: '+40721000111' };

  beforeEach(async () => {
    twilio = await createTwilioSimulator();
    settings = {
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_FROM: '+15005550006',
      TWILIO_BASE_URL: twilio.url,
    };
    return () => twilio.close();
  });

  it('goes to Twilio and is recorded with its id', async () => {
    const { run, recorded } = world(sms, settings);
    await run();
    expect(twilio.messages).toMatchObject([
      { to: '+40721000111', from: '+15005550006', body: expect.stringContaining('/visit/') },
    ]);
    expect(recorded()).toMatchObject([{ outcome: 'sent', provider_id: twilio.messages[0]?.sid }]);
  });

  it('goes through a messaging service when that is what is set up', async () => {
    await world(sms, { ...settings, TWILIO_FROM: 'MG0123' }).run();
    expect(twilio.messages).toMatchObject([{ from: null, messaging_service_sid: 'MG0123' }]);
  });

  it('is skipped where text messages are not set up', async () => {
    const { run, recorded } = world(sms);
    await run();
    expect(recorded()).toMatchObject([{ outcome: 'ended', reason: 'sms_not_configured' }]);
  });

  it('is sent once although the worker never heard that it was', async () => {
    twilio.fail({ hangUp: true });
    const first = world(sms, settings);
    await expect(first.run()).rejects.toThrow('could not be reached');
    expect(first.recorded()).toMatchObject([{ outcome: 'failed' }]);
    const second = world({ ...sms, attempt: 2 }, settings);
    await second.run(2);
    expect(twilio.messages).toHaveLength(1);
    expect(second.recorded()).toMatchObject([{ outcome: 'sent', provider_id: twilio.messages[0]?.sid }]);
  });

  it('waits as long as Twilio asks for, and tries again after its bad moments', async () => {
    twilio.fail({ status: 429, headers: { 'retry-after': '90' } });
    await expect(world(sms, settings).run()).rejects.toMatchObject({ retryAfterSeconds: 90 });
    twilio.fail({ status: 503 });
    const { run, recorded } = world({ ...sms, attempt: 2 }, settings);
    await expect(run(2)).rejects.toThrow('503');
    expect(recorded()).toMatchObject([{ outcome: 'failed' }]);
    expect(twilio.messages).toEqual([]);
  });

  it('is over when the number is none, or its owner said STOP', async () => {
    const wrong = world({ ...sms, to: '0721' }, settings);
    await wrong.run();
    expect(wrong.recorded()).toMatchObject([
      { outcome: 'ended', reason: 'refused', error: expect.stringContaining('21211') },
    ]);
    twilio.stopped.add(sms.to);
    const stopped = world(sms, settings);
    await stopped.run();
    expect(stopped.recorded()).toMatchObject([
      { reason: 'refused', error: expect.stringContaining('21610') },
    ]);
  });

  it('shows no secret when the account is wrong', async () => {
    const { run, recorded } = world(sms, { ...settings, TWILIO_AUTH_TOKEN: 'another-token-000' });
    await expect(run()).rejects.toThrow('401');
    expect(JSON.stringify(recorded())).not.toContain('another-token-000');
  });
});
