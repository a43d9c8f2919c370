import { describe, expect, it } from 'vitest';
import { AppError, errorMessage, toAppError } from './errors.ts';

describe('errors of the API become one sentence each', () => {
  it('reads the stable code from the hint of a PostgREST error', () => {
    const error = toAppError({
      code: 'PT409',
      hint: 'no_seats_left',
      message: 'x',
      details: null,
      status: 409,
    });
    expect(error).toMatchObject({ code: 'no_seats_left', status: 409 });
    expect(errorMessage(error)).toMatch(/seat/i);
  });

  it('reads the code of an Edge Function answer', () => {
    expect(toAppError({ code: 'invitation_used', message: 'x', status: 409 }).code).toBe('invitation_used');
  });

  it('translates codes of Postgres and of the Auth service', () => {
    expect(toAppError({ code: '42501', message: 'x', status: 403 }).code).toBe('forbidden');
    expect(toAppError({ code: 'otp_expired', message: 'x', status: 403 }).code).toBe('link_expired');
  });

  it('falls back to the status where the code says nothing', () => {
    expect(toAppError({ code: 'PGRST301', message: 'JWT expired', status: 401 }).code).toBe(
      'sign_in_required',
    );
    expect(toAppError({ message: 'x', status: 429 }).code).toBe('too_many_requests');
  });

  it('knows a request that never arrived', () => {
    expect(toAppError(new TypeError('Failed to fetch'))).toMatchObject({ code: 'network', status: 0 });
    expect(toAppError({ message: 'TypeError: fetch failed', status: 0 }).code).toBe('network');
    expect(toAppError({ name: 'AuthRetryableFetchError', message: 'x', status: 0 }).code).toBe('network');
    expect(toAppError({ name: 'AuthRetryableFetchError', message: 'x', status: 503 }).code).toBe('network');
  });

  it('does not call a refusal by the Auth service a lost connection', () => {
    expect(toAppError({ name: 'AuthRetryableFetchError', message: 'x', status: 500 }).code).toBe(
      'unexpected',
    );
  });

  it('never shows a sentence of the server as it came', () => {
    const secret = 'relation "private.invitations" does not exist';
    expect(toAppError({ code: '42P01', message: secret, status: 500 }).code).toBe('unexpected');
    expect(errorMessage({ code: '42P01', message: secret, status: 500 })).not.toContain('private');
    expect(errorMessage('boom')).toBe(errorMessage(new Error('boom')));
  });

  it('leaves an AppError as it is', () => {
    const error = new AppError('resend_cooldown', 429, { retryAfter: 42 });
    expect(toAppError(error)).toBe(error);
  });
});
