import { describe, expect, it } from 'vitest';
import type { ExternalAnswer } from '../http/external-call.ts';
import { readMailConfiguration } from './mail-configuration.ts';
import { mailOutcome, resendRequest } from './resend.ts';

const environment = (values: Record<string, string>) => (name: string) => values[name];
const complete = { RESEND_API_KEY: 're_1234567890', MAIL_FROM: 'Chairside <no-reply@app.example>' };

function answered(status: number, body: unknown): ExternalAnswer {
  return { kind: 'answered', status, body, headers: new Headers(), attempts: 1 };
}

describe('the mail configuration', () => {
  it('is complete or says what is missing', () => {
    expect(readMailConfiguration(environment(complete))).toEqual({
      ready: true,
      apiKey: 're_1234567890',
      from: 'Chairside <no-reply@app.example>',
      baseUrl: 'https://api.resend.com',
    });
    expect(readMailConfiguration(environment({ ...complete, RESEND_API_KEY: ' ' }))).toMatchObject({
      reason: 'RESEND_API_KEY is not set.',
    });
    expect(readMailConfiguration(environment({ RESEND_API_KEY: 'x' }))).toMatchObject({
      reason: 'MAIL_FROM is not set.',
    });
    expect(readMailConfiguration(environment({ ...complete, RESEND_BASE_URL: 'nonsense' }))).toMatchObject({
      ready: false,
    });
  });
});

describe('a mail through Resend', () => {
  it('carries its idempotency key and goes to one person', () => {
    const configuration = readMailConfiguration(
      environment({ ...complete, RESEND_BASE_URL: 'http://127.0.0.1:9/' }),
    );
    if (!configuration.ready) throw new Error('not ready');
    const mail = {
      to: 'ana@x.example',
      subject: 's',
      html: '<p>',
      text: 't',
      idempotencyKey: 'invitation/1/2',
    };
    expect(resendRequest(configuration, mail)).toMatchObject({
      url: 'http://127.0.0.1:9/emails',
      headers: { authorization: 'Bearer re_1234567890', 'idempotency-key': 'invitation/1/2' },
      body: { from: complete.MAIL_FROM, to: ['ana@x.example'], subject: 's', html: '<p>', text: 't' },
      idempotent: true,
    });
  });

  it('is sent when Resend accepted it, with or without an id', () => {
    expect(mailOutcome(answered(200, { id: 'm-1' }), [])).toEqual({ outcome: 'sent', providerId: 'm-1' });
    expect(mailOutcome(answered(200, {}), [])).toEqual({ outcome: 'sent', providerId: null });
  });

  it.each<[ExternalAnswer, string]>([
    [
      answered(403, { name: 'validation_error', message: 'The app.example domain is not verified.' }),
      'Resend refused the e-mail (403 validation_error): The app.example domain is not verified.',
    ],
    [answered(404, null), 'Resend refused the e-mail (404).'],
    [
      answered(429, { name: 'daily_quota_exceeded', message: 'You have reached your daily quota.' }),
      'Resend accepts no more requests at the moment (429 daily_quota_exceeded). Try again later.',
    ],
    [answered(502, null), 'Resend has a problem (502). Try again later.'],
    [
      answered(409, { name: 'concurrent_idempotent_requests', message: '' }),
      'Resend is still working on this e-mail. It may still arrive.',
    ],
    [{ kind: 'failed', reason: 'network', attempts: 3 }, 'Resend could not be reached.'],
    [
      { kind: 'failed', reason: 'timeout', attempts: 3 },
      'Resend did not answer in time. The e-mail may still arrive.',
    ],
    [
      { kind: 'failed', reason: 'unreadable', attempts: 3 },
      'The answer of Resend was cut off. The e-mail may still arrive.',
    ],
  ])('gives a reason when it failed: %o', (answer, reason) => {
    expect(mailOutcome(answer, [])).toEqual({ outcome: 'failed', reason });
  });

  it('keeps secrets out of the reason, on one line of bounded length', () => {
    const message = `bad key re_1234567890\nlink http://app.example/invite/tokentokentoken secret-token-1 ${'x'.repeat(900)}`;
    const outcome = mailOutcome(answered(422, { name: 'validation_error', message }), [
      're_1234567890',
      'secret-token-1',
    ]);
    if (outcome.outcome !== 'failed') throw new Error('should have failed');
    expect(outcome.reason).not.toMatch(/re_123|tokentoken|secret-token|\n/);
    expect(outcome.reason.length).toBeLessThanOrEqual(400);
  });
});
