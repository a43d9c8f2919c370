/**
 * npm run bench -- mailboxes [interval in minutes] [minutes]
 *
 * 200 mailboxes of 50 clinics under the real schedule, on real mail servers; one clinic has 53 of them, on servers that hang,
 * crawl or break off. Ends with 1 when a healthy mailbox was not looked at within its interval and the minute of the schedule,
 * when one was looked at twice at once, or when mail is missing.
 */
import { observeCrowd } from '../support/mail-crowd.ts';

const intervalMinutes = Number(process.argv[2] ?? 2);
const minutes = Number(process.argv[3] ?? 5);

const crowd = await observeCrowd(
  { clinics: 50, mailboxesEach: 3, mailboxesInTrouble: 53, intervalMinutes, minutes },
  (text) => console.log(text),
);
const limit = (intervalMinutes + 1) * 60;
const lines: [isKept: boolean, text: string][] = [
  [
    crowd.longestGap <= limit,
    `${crowd.longestGap.toFixed(0)} s at most without a look at one of ${crowd.healthy} healthy mailboxes (limit ${limit} s); each had ${crowd.fewestRuns} looks or more`,
  ],
  [crowd.overlaps === 0, `${crowd.overlaps} of ${crowd.runs} runs while another was at the same mailbox`],
  [
    crowd.outcomes.join() === 'done',
    `runs of healthy mailboxes: ${crowd.outcomes.join(', ')}; half within ${crowd.runSeconds.half.toFixed(2)} s, nine of ten within ${crowd.runSeconds.most.toFixed(2)} s`,
  ],
  [crowd.missing === 0, `${crowd.missing} mails missing`],
  [
    (crowd.troubles['failed'] ?? 0) > 0,
    `mailboxes in trouble had workers for ${crowd.troubledSeconds.toFixed(0)} s: ${JSON.stringify(crowd.troubles)}`,
  ],
];
for (const [isKept, text] of lines) console.log(`${isKept ? '✓' : '✗'} ${text}`);
process.exitCode = lines.every(([isKept]) => isKept) ? 0 : 1;
