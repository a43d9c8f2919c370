import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { redactText } from './redact.ts';

function logged(fields: Record<string, unknown>): Record<string, unknown> {
  const lines: string[] = [];
  createLog({ function: 'test', request_id: 'r-1' }, (line) => lines.push(line)).warn('event', fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\n');
  return JSON.parse(lines[0] ?? '');
}

describe('the log', () => {
  it('writes one JSON line with its context', () => {
    expect(logged({ status: 200 })).toMatchObject({
      level: 'warn',
      event: 'event',
      function: 'test',
      request_id: 'r-1',
      status: 200,
    });
  });

  it('hides secret and personal fields by their name, at any depth', () => {
    const entry = logged({
      apiKey: 'a',
      'API-Key': 'b',
      invitation_token: 'c',
      nested: [{ Authorization: 'd', password: 'e', email: 'f@g.example', token_hash: 'h' }],
      link: 'i',
      attempts: 2,
    });
    expect(entry).toMatchObject({
      apiKey: '[redacted]',
      'API-Key': '[redacted]',
      invitation_token: '[redacted]',
      link: '[redacted]',
      attempts: 2,
    });
    expect(entry['nested']).toEqual([
      { Authorization: '[redacted]', password: '[redacted]', email: '[redacted]', token_hash: '[redacted]' },
    ]);
  });

  it('hides secrets by their shape inside texts and errors', () => {
    const error = new Error('GET http://app.example/invite/abcDEF-123_x failed', {
      cause: new Error('Bearer abc.def'),
    });
    expect(logged({ error })['error']).toEqual({
      name: 'Error',
      message: 'GET http://app.example/invite/[redacted] failed',
      cause: { name: 'Error', message: '[redacted]' },
    });
    expect(redactText('GET /functions/v1/calendar-feed/0f9a.ics failed')).toBe(
      'GET /functions/v1/calendar-feed/[redacted].ics failed',
    );
    expect(redactText('see /offer/abc-DEF_1, /visit/ghi?x and /invited/you')).toBe(
      'see /offer/[redacted], /visit/[redacted]?x and /invited/you',
    );
    expect(redactText('key re_AbCdEf123_4567 and sb_secret_xyz and eyJhbGciOi.eyJzdWIi.sig')).toBe(
      'key [redacted] and [redacted] and [redacted]',
    );
  });

  it('hides given secrets, but no short words', () => {
    expect(redactText('the key hunter2hunter2 of a', ['hunter2hunter2', 'a'])).toBe(
      'the key [redacted] of a',
    );
  });

  it('survives cycles', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(JSON.stringify(logged({ loop }))).toContain('[too deep]');
  });
});
