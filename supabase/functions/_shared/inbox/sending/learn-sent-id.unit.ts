import { describe, expect, it } from 'vitest';
import type { ExternalAnswer, ExternalRequest } from '../../http/external-call.ts';
import { type JobContext, RetryLater } from '../../jobs/job.ts';
import { createLog } from '../../logging/log.ts';
import { learnSentId } from './learn-sent-id.ts';

const payload = { message_id: 'm-1', resend_id: 'r/1' };
const complete: Record<string, string> = { RESEND_API_KEY: 're_key', MAIL_FROM: 'x <x@app.example>' };

async function learn(answer: Partial<ExternalAnswer>, attempts = 1, settings = complete) {
  const requests: ExternalRequest[] = [];
  const learned: Array<Record<string, unknown> | undefined> = [];
  const context = {
    rpc: async (name: string, args?: Record<string, unknown>) => {
      expect(name).toBe('learn_sent_id');
      learned.push(args);
    },
    callExternal: async (request: ExternalRequest) => {
      requests.push(request);
      return { kind: 'answered', headers: new Headers(), attempts: 1, ...answer } as ExternalAnswer;
    },
    setting: (name: string) => settings[name],
    log: createLog({}, () => {}),
  } as Partial<JobContext> as JobContext;
  const run = learnSentId({ id: 'j', kind: 'learn-sent-id', tenant_id: 't', payload, attempts }, context);
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { requests, learned, error };
}

describe('the Message-ID under which a mail went out', () => {
  it('is asked for and kept', async () => {
    const { requests, learned, error } = await learn({
      ...{ status: 200, body: { id: 'r/1', message_id: '<1@eu-west-1.amazonses.com>' } },
    });
    expect(requests).toMatchObject([
      {
        method: 'GET',
        url: 'https://api.resend.com/emails/r%2F1',
        headers: { authorization: 'Bearer re_key' },
      },
    ]);
    expect(learned).toEqual([{ message_id: 'm-1', sent_id: '<1@eu-west-1.amazonses.com>' }]);
    expect(error).toBeNull();
  });

  it.each([
    { status: 200, body: { id: 'r/1', message_id: null } },
    { status: 200, body: { id: 'r/1' } },
    { status: 429, body: null },
    { status: 503, body: null },
    { kind: 'failed', reason: 'timeout' } as const,
  ])('is asked for again when it is not known yet: %o, until it does not matter any more', async (answer) => {
    const { learned, error } = await learn(answer, 2);
    expect([learned, error instanceof RetryLater, (error as RetryLater).retryAfterSeconds]).toEqual([
      ...[[], true, 120],
    ]);
    expect(await learn(answer, 6)).toMatchObject({ learned: [], error: null });
  });

  it.each([401, 403, 404])('is given up where Resend does not show it: %i', async (status) => {
    expect(await learn({ status, body: null })).toMatchObject({ learned: [], error: null });
  });

  it('is not asked for without a key', async () => {
    expect(await learn({ status: 200, body: {} }, 1, {})).toEqual({ requests: [], learned: [], error: null });
  });
});
