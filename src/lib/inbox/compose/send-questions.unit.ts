import { describe, expect, it } from 'vitest';
import { sendQuestions } from './send-questions.ts';

const none = { attached: 0, failed: [] };
const asked = (text_body: string, subject = 'Plan', files: { attached: number; failed: string[] } = none) =>
  sendQuestions({ subject, text_body }, files).map(({ kind }) => kind);

it('nothing is asked about an ordinary mail', () => {
  expect(asked('See you on Monday.')).toEqual([]);
});

it.each(['', ' \t'])('a mail whose subject is %j may have lost it', (subject) => {
  expect(asked('See you on Monday.', subject)).toEqual(['subject']);
});

describe('a mail that speaks of something attached', () => {
  it.each([
    'The plan is attached.',
    'ATTACHMENT: the plan',
    'Please find enclosed our offer.',
    'Planul este atașat.',
    'Aveți atasate radiografiile',
    'Vă trimit atașamentul.',
    'Anexez planul de tratament.',
    'Găsiți planul în anexă.',
  ])('has to have it: %j', (text) => {
    expect(asked(text)).toEqual(['attachment']);
    expect(asked(text, 'Plan', { attached: 1, failed: [] })).toEqual([]);
  });

  it.each([
    'She detached the crown.',
    'Atac de panică',
    'See you.\n-- \nThe attached text is for its recipient alone.',
  ])('is not taken for one: %j', (text) => {
    expect(asked(text)).toEqual([]);
  });
});

it('a file that could not be attached is named', () => {
  expect(
    sendQuestions({ subject: 'Plan', text_body: 'Attached.' }, { attached: 0, failed: ['plan.pdf'] }),
  ).toEqual([{ kind: 'failed_file', name: 'plan.pdf' }]);
});
