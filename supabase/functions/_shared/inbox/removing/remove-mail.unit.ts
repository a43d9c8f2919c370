import { describe, expect, it } from 'vitest';
import type { JobContext } from '../../jobs/job.ts';
import { createLog } from '../../logging/log.ts';
import { removeMail } from './remove-mail.ts';

const account_id = '7f0c8a52-91c3-4d36-9e1c-1c6f3f0b6a11';

/** A database in which so many slices are left, each of which takes so many seconds. */
async function run(slices: number, seconds: number) {
  const calls: string[] = [];
  let clock = 0;
  const context = {
    rpc: async (name: string, args: Record<string, unknown> = {}) => {
      expect(args).toEqual({ account_id });
      calls.push(name);
      clock += seconds * 1_000;
      slices -= 1;
      return { removed: 500, is_done: slices <= 0 };
    },
    now: () => new Date(clock),
    log: createLog({}, () => {}),
  } as Partial<JobContext> as JobContext;
  await removeMail(
    { id: 'j', kind: 'remove-mail', tenant_id: 't', payload: { account_id }, attempts: 1 },
    context,
  );
  return calls;
}

describe('removing the mail of a mailbox', () => {
  it('goes on until nothing is left', async () => {
    expect(await run(3, 1)).toEqual(['remove_mail_slice', 'remove_mail_slice', 'remove_mail_slice']);
  });

  it('leaves to another job what does not fit into its time', async () => {
    expect(await run(100, 9)).toEqual([
      ...['remove_mail_slice', 'remove_mail_slice', 'remove_mail_slice'],
      'go_on_removing_mail',
    ]);
  });
});
