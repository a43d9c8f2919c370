import { describe, expect, it } from 'vitest';
import type { ExternalAnswer, ExternalRequest } from '../http/external-call.ts';
import type { MailConfiguration } from '../mail/mail-configuration.ts';
import { createMailer, MailNotSent } from './job-mail.ts';

const ready: MailConfiguration = {
  ...{ ready: true, apiKey: 're_key_123456', from: 'a@b.example', baseUrl: 'http://x.example' },
};
const mail = { to: 'ana@x.example', subject: 's', html: '<p>', text: 't' };

const answered = (status: number, body: unknown, headers = {}): ExternalAnswer => ({
  ...{ kind: 'answered', status, body, headers: new Headers(headers), attempts: 1 },
});

function mailerAnswering(answer: ExternalAnswer, configuration: MailConfiguration = ready) {
  const requests: ExternalRequest[] = [];
  const call = async (request: ExternalRequest) => {
    requests.push(request);
    return answer;
  };
  return { requests, send: createMailer({ configuration, call, now: () => 0 }) };
}

const troubleWith = (answer: ExternalAnswer, configuration?: MailConfiguration): Promise<MailNotSent> =>
  mailerAnswering(answer, configuration)
    .send(mail, 'k')
    .then(
      () => Promise.reject(new Error('it was sent')),
      (error: MailNotSent) => error,
    );

describe('mail of a job', () => {
  it('goes out with its key', async () => {
    const { send, requests } = mailerAnswering(answered(200, { id: 'm-1' }));
    expect(await send(mail, 'reminder/1')).toEqual({ providerId: 'm-1' });
    expect(requests).toMatchObject([
      { headers: { 'idempotency-key': 'reminder/1' }, body: { to: ['ana@x.example'] }, idempotent: true },
    ]);
  });

  it.each<[ExternalAnswer, Partial<MailNotSent>]>([
    [answered(422, { name: 'validation_error', message: 'm' }), { trouble: 'refused', isFinal: true }],
    [answered(400, { name: 'invalid_idempotency_key', message: 'm' }), { trouble: 'refused', isFinal: true }],
    [
      answered(409, { name: 'invalid_idempotent_request', message: 'm' }),
      { trouble: 'already_sent', isFinal: true },
    ],
    [
      answered(409, { name: 'concurrent_idempotent_requests', message: 'm' }),
      { trouble: 'unavailable', isFinal: false },
    ],
    [
      answered(403, { name: 'validation_error', message: 'm' }),
      { trouble: 'unavailable', isFinal: false, retryAfterSeconds: null },
    ],
    [
      answered(429, { name: 'rate_limit_exceeded', message: 'm' }, { 'retry-after': '7' }),
      { trouble: 'unavailable', isFinal: false, retryAfterSeconds: 7 },
    ],
    [
      { kind: 'failed', reason: 'network', attempts: 3 },
      { trouble: 'unavailable', isFinal: false },
    ],
  ])('that did not go out says why, and whether to try again: %o', async (answer, expected) => {
    const error = await troubleWith(answer);
    expect(error).toBeInstanceOf(MailNotSent);
    expect(error).toMatchObject(expected);
  });

  it('is not sent where mail is not set up', async () => {
    const error = await troubleWith(answered(200, {}), { ready: false, reason: 'MAIL_FROM is not set.' });
    expect(error).toMatchObject({
      trouble: 'not_configured',
      message: 'MAIL_FROM is not set.',
      isFinal: false,
    });
  });

  it('goes out one after the other, also after one that failed', async () => {
    let running = 0;
    let most = 0;
    let count = 0;
    const call = async (): Promise<ExternalAnswer> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      count += 1;
      return answered(count === 1 ? 422 : 200, null);
    };
    const send = createMailer({ configuration: ready, call, now: () => 0 });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((key) => send(mail, key)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(most).toBe(1);
  });

  it('stays here when it has waited for too long', async () => {
    const { send, requests } = mailerAnswering(answered(200, {}));
    const tooLate = () => {
      throw new Error('too late');
    };
    await expect(send(mail, 'k', tooLate)).rejects.toThrow('too late');
    expect(requests).toEqual([]);
  });
});
