/** Mails whose headers are missing, doubled or too much. */
import { expecting, mail, textPart, type AwkwardMail } from './building.ts';

const manyRecipients = 5_000;
const shared = { 'Message-ID': '<shared.number@patient.example>' };

/** Header lines that nobody needs, of this many bytes together. */
function ballast(bytes: number): Record<string, string> {
  const line = 'x'.repeat(900);
  return Object.fromEntries(
    Array.from({ length: Math.ceil(bytes / 920) }, (_, n) => [`X-Ballast-${n}`, line]),
  );
}

export const headers: AwkwardMail[] = [
  {
    name: '5,000 recipients',
    raw: () => {
      const people = Array.from(
        { length: manyRecipients },
        (_, n) => `"Person ${n}" <person${n}@list.example>`,
      );
      return mail(textPart('To everybody.\r\n'), {
        subject: 'Everybody',
        headers: { To: people.join(',\r\n ') },
      });
    },
    expected: expecting('Everybody', ['To everybody.'], { recipients: manyRecipients }),
  },
  {
    name: 'a header of 200 kB',
    raw: () => mail(textPart('Heavy head.\r\n'), { subject: 'Ballast', headers: ballast(200_000) }),
    expected: expecting('Ballast', ['Heavy head.']),
  },
  {
    name: 'a subject of 20,000 letters',
    raw: () => mail(textPart('Long subject.\r\n'), { subject: `Long ${'word '.repeat(4_000)}`.trim() }),
    expected: expecting(`Long ${'word '.repeat(4_000)}`.slice(0, 500).trim(), ['Long subject.']),
  },
  {
    name: 'no Message-ID',
    raw: () => mail(textPart('Nameless.\r\n'), { subject: 'No number', headers: { 'Message-ID': null } }),
    expected: expecting('No number', ['Nameless.']),
  },
  {
    name: 'no Message-ID, another one at the same second',
    raw: () => mail(textPart('Nameless too.\r\n'), { subject: 'No number', headers: { 'Message-ID': null } }),
    expected: expecting('No number', ['Nameless too.']),
  },
  {
    name: 'a Message-ID that another mail has as well (first)',
    raw: () => mail(textPart('The first of two.\r\n'), { subject: 'One number', headers: shared }),
    expected: expecting('One number', ['The first of two.']),
  },
  {
    name: 'a Message-ID that another mail has as well (second)',
    raw: () =>
      mail(textPart('The second of two.\r\n'), { subject: 'One number, other words', headers: shared }),
    expected: expecting('One number, other words', ['The second of two.']),
  },
  {
    name: 'no Date',
    raw: () => mail(textPart('Timeless.\r\n'), { subject: 'No date', headers: { Date: null } }),
    expected: expecting('No date', ['Timeless.']),
  },
  {
    name: 'a Date in 2099',
    raw: () =>
      mail(textPart('From the future.\r\n'), {
        subject: 'Future',
        headers: { Date: 'Thu, 1 Jan 2099 00:00:00 +0000' },
      }),
    expected: expecting('Future', ['From the future.']),
  },
  {
    name: 'a Date that is none',
    raw: () =>
      mail(textPart('Some day.\r\n'), { subject: 'Odd date', headers: { Date: 'yesterday, about noon' } }),
    expected: expecting('Odd date', ['Some day.']),
  },
  {
    name: 'nothing but a line',
    raw: () => Buffer.from('Subject: Bare\r\n\r\nBare text.\r\n'),
    expected: expecting('Bare', ['Bare text.'], { from: { name: '', address: '' }, recipients: 0 }),
  },
  {
    name: 'a group of recipients with nobody in it',
    raw: () =>
      mail(textPart('Undisclosed.\r\n'), { subject: 'Group', headers: { To: 'undisclosed-recipients:;' } }),
    expected: expecting('Group', ['Undisclosed.'], { recipients: 0 }),
  },
  {
    name: 'from several people and a sender',
    raw: () =>
      mail(textPart('All of us.\r\n'), {
        subject: 'Several',
        from: 'Ana Popescu <ana.popescu@patient.example>, ion@patient.example',
        headers: { Sender: 'ion@patient.example', 'Reply-To': '"Popescu, Ana" <home@patient.example>' },
      }),
    expected: expecting('Several', ['All of us.']),
  },
];
