import { describe, expect, it } from 'vitest';
import { AppError, internalError } from '../errors/app-error.ts';
import { createLog } from '../logging/log.ts';
import { MailNotSent } from './job-mail.ts';
import { FinalError, type JobContext, type JobHandler, RetryLater } from './job.ts';
import { type ClaimedJob, failureOf, type JobFailure, type JobPorts, runJobs } from './run-jobs.ts';

const job = (id: string, kind = 'good'): ClaimedJob => ({
  ...{ id, kind, tenant_id: 't', payload: { n: id }, attempts: 1, lease_token: `lease of ${id}` },
});

class FakeQueue implements JobPorts {
  due: ClaimedJob[];
  finished: string[] = [];
  failures: Array<JobFailure & { id: string }> = [];
  logged: string[] = [];
  constructor(...due: ClaimedJob[]) {
    this.due = due;
  }
  async claim(most: number) {
    return this.due.splice(0, most);
  }
  async finish({ id, lease_token }: ClaimedJob) {
    if (lease_token === 'stolen') throw new AppError(409, 'lease_lost', 'This job is no longer yours.');
    this.finished.push(id);
  }
  async fail({ id, lease_token }: ClaimedJob, failure: JobFailure) {
    if (lease_token === 'stolen') throw new AppError(409, 'lease_lost', 'This job is no longer yours.');
    this.failures.push({ id, ...failure });
    return failure.isFinal ? 'dead' : 'waiting';
  }
  context(_: unknown, signal: AbortSignal): JobContext {
    const log = createLog({}, () => {});
    return {
      rpc: async (name) => {
        signal.throwIfAborted();
        this.logged.push(`rpc ${name}`);
      },
      sendMail: async () => ({ providerId: null }),
      callExternal: async () => ({ kind: 'failed', reason: 'network', attempts: 1 }),
      readObject: async () => null,
      setting: () => undefined,
      ...{ signal },
      ...{ appUrl: 'http://app.example', log, now: () => new Date(0) },
    };
  }
  log(level: string, event: string, fields: Record<string, unknown>) {
    this.logged.push(`${level} ${event} ${String(fields['job_id'])}`);
  }
}

const seen: unknown[] = [];
const handlers: Record<string, JobHandler> = {
  good: async ({ id }) => void seen.push(id),
  bad: () => Promise.reject(new Error('out of paper')),
  hopeless: () => Promise.reject(new FinalError('no such client')),
  eternal: () => new Promise(() => {}),
  late: async (_, context) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    await context.rpc('after_the_end');
  },
};

describe('running jobs', () => {
  it('works through all batches and counts what became of the jobs', async () => {
    const due = Array.from({ length: 23 }, (_, n) => job(`g${n}`));
    const queue = new FakeQueue(...due, job('b', 'bad'), job('h', 'hopeless'));
    expect(await runJobs(handlers, queue)).toEqual({ done: 23, failed: 1, dead: 1, lost: 0 });
    expect(queue.finished).toHaveLength(23);
    expect(queue.failures).toEqual([
      { id: 'b', error: 'out of paper', retryAfterSeconds: null, isFinal: false },
      { id: 'h', error: 'no such client', retryAfterSeconds: null, isFinal: true },
    ]);
    expect(queue.logged).toContain('error job_dead h');
  });

  it('hands the handler the job, but not the lease', async () => {
    let given: unknown;
    await runJobs({ good: async (its) => void (given = its) }, new FakeQueue(job('a')));
    expect(given).toEqual({ id: 'a', kind: 'good', tenant_id: 't', payload: { n: 'a' }, attempts: 1 });
  });

  it.each(['unknown', 'constructor', '__proto__'])('sets a job of kind %s aside at once', async (kind) => {
    const queue = new FakeQueue(job('x', kind));
    expect(await runJobs(handlers, queue)).toMatchObject({ dead: 1 });
    expect(queue.failures[0]).toMatchObject({
      isFinal: true,
      error: `There is no handler for the kind ${kind}.`,
    });
  });

  it('gives a handler up that does not come to an end, without holding up the others', async () => {
    const queue = new FakeQueue(job('e', 'eternal'), job('g'));
    expect(await runJobs(handlers, queue, { handlerMs: 30 })).toMatchObject({ done: 1, failed: 1 });
    expect(queue.failures[0]).toMatchObject({ id: 'e', error: 'The handler took longer than 0.03 s.' });
  });

  it('lets a handler whose time is over do nothing more', async () => {
    const queue = new FakeQueue(job('l', 'late'));
    await runJobs(handlers, queue, { handlerMs: 20 });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(queue.logged).not.toContain('rpc after_the_end');
  });

  it('counts as lost what was taken away meanwhile, and goes on', async () => {
    const stolen = { ...job('s'), lease_token: 'stolen' };
    const failing = { ...job('f', 'bad'), lease_token: 'stolen' };
    const queue = new FakeQueue(stolen, failing, job('g'));
    expect(await runJobs(handlers, queue)).toEqual({ done: 1, failed: 0, dead: 0, lost: 2 });
    expect(queue.logged).toEqual(
      expect.arrayContaining(['info job_lease_lost s', 'info job_lease_lost f', 'info job_done g']),
    );
  });

  it('leaves a job to its lease when the database does not take the result', async () => {
    const queue = new FakeQueue(job('a'), job('b'));
    const finish = queue.finish.bind(queue);
    queue.finish = (its) => (its.id === 'a' ? Promise.reject(new Error('database gone')) : finish(its));
    expect(await runJobs(handlers, queue)).toEqual({ done: 1, failed: 0, dead: 0, lost: 1 });
    expect(queue.logged).toContain('error job_not_settled a');
  });

  it('begins no batch after its time', async () => {
    let time = 0;
    const queue = new FakeQueue(...Array.from({ length: 30 }, (_, n) => job(`g${n}`)));
    const claim = queue.claim.bind(queue);
    queue.claim = (most) => ((time += 60), claim(most));
    expect(await runJobs(handlers, queue, { runMs: 100, now: () => time })).toMatchObject({ done: 20 });
    expect(queue.due).toHaveLength(10);
  });

  it('stops when the queue cannot be read', async () => {
    const queue = new FakeQueue();
    queue.claim = () => Promise.reject(new Error('database gone'));
    await expect(runJobs(handlers, queue)).rejects.toThrow('database gone');
  });
});

describe('a failure', () => {
  it('is final or has its moment when the error says so', () => {
    expect(failureOf(new RetryLater('busy', 40))).toMatchObject({ retryAfterSeconds: 40, isFinal: false });
    expect(failureOf(new AppError(429, 'too_many', 'Wait.', { retryAfterSeconds: 9 }))).toMatchObject({
      ...{ retryAfterSeconds: 9, isFinal: false, error: 'too_many' },
    });
    expect(failureOf(new MailNotSent('unavailable', 'busy', 3))).toMatchObject({
      ...{ retryAfterSeconds: 3, isFinal: false },
    });
    expect(failureOf(new MailNotSent('refused', 'no'))).toMatchObject({ isFinal: true });
    expect(failureOf('just a text')).toMatchObject({ error: 'just a text', isFinal: false });
  });

  it('tells the cause of an internal error', () => {
    const error = internalError(new Error('database error 23505: duplicate key'));
    expect(failureOf(error).error).toBe('internal: database error 23505: duplicate key');
  });

  it('holds neither secrets nor people, on one line of bounded length', () => {
    const text = `no\nmail for "Ana Pop" <ana.pop@clinic-x.example>, ion@x.ro; call +40 721 234 567 or 0721234567,
      see http://app.example/visit/tokentoken with re_1234567890 ${'x'.repeat(900)}`;
    const { error } = failureOf(new Error(text));
    expect(error).not.toMatch(/ana\.pop|ion@|721|tokentoken|re_123|\n/);
    expect(error).toContain('[address]');
    expect(error).toContain('[number]');
    expect(error.length).toBe(500);
    expect(failureOf(new Error('status 503 after 3 attempts in 20261121')).error).toBe(
      'status 503 after 3 attempts in 20261121',
    );
  });
});
