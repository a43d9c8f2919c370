import { describe, expect, it } from 'vitest';
import { requireCronCaller } from './cron-caller.ts';

const call = (secret?: string): Request =>
  new Request('https://project.example/functions/v1/worker', {
    method: 'POST',
    headers: secret === undefined ? {} : { 'x-cron-secret': secret },
  });

function refusal(request: Request, secret: string | undefined): unknown {
  try {
    requireCronCaller(request, secret);
  } catch (error) {
    return error;
  }
  return null;
}

describe('a scheduled call', () => {
  it('is let through with the secret', () => {
    expect(refusal(call('a-long-secret'), 'a-long-secret')).toBeNull();
  });

  it.each([undefined, '', 'a-long-secreT', 'a-long-secret-and-more', 'a-long'])(
    'is refused with another one: %s',
    (given) => {
      expect(refusal(call(given), 'a-long-secret')).toMatchObject({
        status: 401,
        code: 'cron_secret_required',
      });
    },
  );

  it.each([undefined, ''])('is refused where no secret is set, even with the same: %j', (secret) => {
    expect(refusal(call(secret), secret)).toMatchObject({ status: 503, code: 'not_configured' });
    expect(refusal(call('guess'), secret)).toMatchObject({ status: 503, code: 'not_configured' });
  });
});
