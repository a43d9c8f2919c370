import { describe, expect, it } from 'vitest';
import { sendProblem } from './send-problem.ts';

const error = (facts: Record<string, unknown>) => Object.assign(new Error('x'), facts);

describe('what an error means for a mail', () => {
  it.each([
    // Nothing was said about it yet.
    ['before', { code: 'EAUTH', responseCode: 535 }, { outcome: 'failed', code: 'password_refused' }],
    ['before', { code: 'EAUTH', responseCode: 454 }, { outcome: 'retry', code: 'throttled' }],
    ['before', { code: 'ETIMEDOUT' }, { outcome: 'retry', code: 'timeout' }],
    [
      'before',
      { message: 'invalid peer certificate: Expired' },
      { outcome: 'failed', code: 'certificate_invalid' },
    ],
    [
      'before',
      { code: 'ESOCKET', message: 'ECONNREFUSED' },
      { outcome: 'retry', code: 'connection_refused' },
    ],
    // The server has answered.
    [
      'envelope',
      { code: 'EENVELOPE', responseCode: 550, rejected: ['a@x.example'] },
      { outcome: 'failed', code: 'recipient_refused: a@x.example' },
    ],
    ['envelope', { code: 'EENVELOPE', responseCode: 421 }, { outcome: 'retry', code: 'throttled' }],
    ['envelope', { code: 'EENVELOPE' }, { outcome: 'failed', code: 'recipient_refused' }],
    ['content', { code: 'EMESSAGE', responseCode: 554 }, { outcome: 'failed', code: 'message_refused' }],
    ['content', { code: 'EMESSAGE', responseCode: 552 }, { outcome: 'failed', code: 'message_too_large' }],
    ['content', { code: 'EMESSAGE', responseCode: 451 }, { outcome: 'retry', code: 'throttled' }],
    // It has not.
    ['envelope', { code: 'ECONNECTION' }, { outcome: 'retry', code: 'connection_lost' }],
    ['content', { code: 'ECONNECTION' }, { outcome: 'unknown', code: 'connection_lost' }],
    ['content', { code: 'ETIMEDOUT' }, { outcome: 'unknown', code: 'connection_lost' }],
  ] as const)('%s %o', (stage, facts, expected) => {
    expect(sendProblem(error(facts), stage)).toMatchObject(expected);
  });

  it('never repeats what the server says', () => {
    const outcome = sendProblem(
      error({ responseCode: 554, response: '554 spam from ana@x.example' }),
      'content',
    );
    expect(JSON.stringify(outcome)).not.toContain('ana@');
  });
});
