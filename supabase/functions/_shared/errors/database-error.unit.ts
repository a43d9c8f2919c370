import { describe, expect, it } from 'vitest';
import { fromDatabaseError } from './database-error.ts';

describe('an error of the database', () => {
  it('keeps status, code and sentence of a refusal', () => {
    const error = fromDatabaseError({
      code: 'PT404',
      hint: 'invitation_not_found',
      message: 'No such invitation.',
      details: '',
    });
    expect(error).toMatchObject({
      status: 404,
      code: 'invitation_not_found',
      message: 'No such invitation.',
    });
    expect(error.retryAfterSeconds).toBeUndefined();
  });

  it('reads the seconds of a pause', () => {
    const pause = { code: 'PT429', hint: 'resend_cooldown', message: 'Wait.' };
    expect(fromDatabaseError({ ...pause, details: '42' }).retryAfterSeconds).toBe(42);
    expect(fromDatabaseError({ ...pause, details: '42 second(s)' }).retryAfterSeconds).toBeUndefined();
  });

  it.each([
    { code: '42501', message: 'permission denied for table invitations' },
    { code: 'PT500', hint: 'broken', message: 'inner detail' },
    { code: 'PT409', message: 'no code of ours' },
    { code: '', message: 'TypeError: fetch failed' },
  ])('tells nothing about $code $message', (error) => {
    const answer = fromDatabaseError(error);
    expect(answer).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.message).not.toContain(error.message);
    expect(String((answer.cause as Error).message)).toContain(error.message);
  });
});
