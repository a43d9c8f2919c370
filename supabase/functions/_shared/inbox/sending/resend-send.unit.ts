import { describe, expect, it } from 'vitest';
import type { ExternalAnswer } from '../../http/external-call.ts';
import type { OutgoingMessage } from './outgoing.ts';
import { clinicMailOutcome, clinicMailRequest } from './resend-send.ts';

const configuration = {
  ready: true,
  apiKey: 're_key',
  from: '',
  baseUrl: 'https://api.resend.test',
} as const;
const ana = { name: 'Ana "A" <Pop>', address: 'ana@patient.example' };
const ion = { name: '', address: 'ion@patient.example' };
const desk = { name: 'Bright Smile', address: 'desk@clinic.example' };
const outgoing: OutgoingMessage = {
  ...{ message_id: 'm-1', tenant_id: 't', account_id: 'a', message_key: 'm-1@clinic.example' },
  ...{ in_reply_to: 'second@x', references: ['first@x', 'second@x'], date: '2026-11-22T10:00:00Z' },
  ...{ from: desk, to: [ana], cc: [ion], bcc: [], subject: 'Re:\nControl', text: 'Da', html: null },
  attachments: [
    {
      ...{ id: '1', name: 'plan.txt', content_type: 'text/plain', size: 5, object_name: 'o/1' },
      ...{ content_id: null, is_inline: false },
    },
  ],
};
const bodyOf = async (change: Partial<OutgoingMessage> = {}) => {
  const readAttachment = async () => new TextEncoder().encode('hello');
  const request = await clinicMailRequest(configuration, { ...outgoing, ...change }, readAttachment);
  return { request, body: request.body as Record<string, unknown> };
};

describe('the request for a clinic’s mail', () => {
  it('carries its key, its ids and its attachments', async () => {
    const { request, body } = await bodyOf();
    expect(request).toMatchObject({ url: 'https://api.resend.test/emails', idempotent: true });
    expect(request.headers).toEqual({
      authorization: 'Bearer re_key',
      'idempotency-key': 'clinic-mail/m-1',
    });
    expect(body).toMatchObject({
      ...{ from: '"Bright Smile" <desk@clinic.example>', to: ['"Ana A Pop" <ana@patient.example>'] },
      ...{ cc: ['ion@patient.example'], bcc: [], subject: 'Re: Control', text: 'Da' },
      attachments: [{ filename: 'plan.txt', content: 'aGVsbG8=', content_type: 'text/plain' }],
    });
  });

  it('names itself among the references, because its Message-ID will be another', async () => {
    expect((await bodyOf()).body['headers']).toEqual({
      'Message-ID': '<m-1@clinic.example>',
      'In-Reply-To': '<second@x>',
      References: '<first@x> <second@x> <m-1@clinic.example>',
    });
    expect((await bodyOf({ in_reply_to: null, references: [] })).body['headers']).toEqual({
      'Message-ID': '<m-1@clinic.example>',
      References: '<m-1@clinic.example>',
    });
  });

  it('is the same each time it is made', async () => {
    expect((await bodyOf()).request).toEqual((await bodyOf()).request);
  });

  it('always has somebody to go to', async () => {
    expect((await bodyOf({ to: [], bcc: [ana] })).body).toMatchObject({
      ...{ to: ['ion@patient.example'], cc: [], bcc: ['"Ana A Pop" <ana@patient.example>'] },
    });
    expect((await bodyOf({ to: [], cc: [], bcc: [ion] })).body).toMatchObject({
      ...{ to: ['"Bright Smile" <desk@clinic.example>'], cc: [], bcc: ['ion@patient.example'] },
    });
  });
});

const answered = (status: number, name = '', headers: Record<string, string> = {}): ExternalAnswer => ({
  ...{ kind: 'answered', status, headers: new Headers(headers), attempts: 1 },
  body:
    status === 200 ? { id: 'r-1' } : name === '' ? null : { statusCode: status, name, message: 'Secret.' },
});
const silent: ExternalAnswer = { kind: 'failed', reason: 'timeout', attempts: 3 };

describe('what Resend’s answer means', () => {
  it.each([
    ['taken', answered(200), { outcome: 'sent', code: null, resendId: 'r-1' }],
    ['taken before', answered(409, 'invalid_idempotent_request'), { outcome: 'sent', code: null }],
    ['a domain', answered(403, 'validation_error'), { outcome: 'failed', code: 'domain_not_verified' }],
    [
      'the key, as documented',
      answered(403, 'invalid_api_key'),
      { outcome: 'failed', code: 'not_configured' },
    ],
    ['the key, as it is', answered(401, 'validation_error'), { outcome: 'failed', code: 'not_configured' }],
    ['another server', answered(404), { outcome: 'failed', code: 'not_configured' }],
    ['the size', answered(413), { outcome: 'failed', code: 'message_too_large' }],
    ['a field', answered(422, 'validation_error'), { outcome: 'failed', code: 'message_refused' }],
    ['the request', answered(400, 'validation_error'), { outcome: 'failed', code: 'message_refused' }],
    ['its safety', answered(451, 'security_error'), { outcome: 'failed', code: 'message_refused' }],
  ])('%s', (_what, answer, expected) => expect(clinicMailOutcome(answer)).toEqual(expected));

  it.each([
    [answered(429, 'rate_limit_exceeded', { 'retry-after': '7' }), 'throttled', 7],
    [answered(429, 'rate_limit_exceeded'), 'throttled', 60],
    [answered(429, 'rate_limit_exceeded', { 'retry-after': '86400' }), 'throttled', 3_600],
    [answered(429, 'daily_quota_exceeded', { 'retry-after': '1' }), 'quota_used_up', 3_600],
    [answered(429, 'monthly_quota_exceeded'), 'quota_used_up', 3_600],
    [answered(409, 'concurrent_idempotent_requests'), 'connection_lost', 60],
    [answered(503), 'connection_lost', 60],
    [silent, 'connection_lost', 60],
  ])('to come back later: %o', (answer, code, retryAfterSeconds) =>
    expect(clinicMailOutcome(answer, 5)).toEqual({ outcome: 'retry', code, retryAfterSeconds }),
  );

  it('nobody knows, when the last attempt was met with silence', () => {
    for (const answer of [silent, answered(503), answered(409, 'concurrent_idempotent_requests')])
      expect(clinicMailOutcome(answer, 6)).toEqual({ outcome: 'unknown', code: 'connection_lost' });
    expect(clinicMailOutcome(answered(429, 'daily_quota_exceeded'), 6)).toMatchObject({ outcome: 'retry' });
  });
});
