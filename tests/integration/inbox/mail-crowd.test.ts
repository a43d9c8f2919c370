import { expect, it } from 'vitest';
import { observeCrowd } from '../../support/mail-crowd.ts';

/**
 * Forty mailboxes of ten clinics, one of which has thirteen on servers that hang or break off, under the real schedule.
 * `npm run bench -- mailboxes` does the same with two hundred of fifty.
 */
it(
  'looks at every healthy mailbox within its interval, and never twice at once',
  { timeout: 300_000 },
  async () => {
    const intervalMinutes = 1;
    const crowd = await observeCrowd({
      ...{ clinics: 10, mailboxesEach: 3, mailboxesInTrouble: 13 },
      ...{ intervalMinutes, minutes: 2.5 },
    });
    expect(crowd).toMatchObject({ healthy: 27, overlaps: 0, outcomes: ['done'], missing: 0 });
    // The schedule looks once a minute.
    expect(crowd.longestGap).toBeLessThanOrEqual((intervalMinutes + 1) * 60);
    expect(crowd.fewestRuns).toBeGreaterThanOrEqual(2);
    // The others were in trouble indeed, and kept workers busy.
    expect(crowd.troubles['failed']).toBeGreaterThanOrEqual(5);
    expect(crowd.troubledSeconds).toBeGreaterThan(60);
  },
);
