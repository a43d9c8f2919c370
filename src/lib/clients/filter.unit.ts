import { expect, it } from 'vitest';
import {
  clientQuestionQuery,
  EVERYBODY,
  isSameQuestion,
  readClientQuestion,
  toClientQuestion,
  withFilter,
  type ClientQuestion,
} from './filter.ts';

const read = (query: string) => readClientQuestion(new URLSearchParams(query));
const TAG = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

it('reads from an address what it wrote into it', () => {
  const question: ClientQuestion = {
    search: 'pop & ana',
    sort: '-last_activity',
    filter: {
      state: 'archived',
      tags: [TAG, TAG.replace('6', '7')],
      has_email: false,
      consent_reminders: true,
      channel: 'sms',
      birthday_month: 12,
      active_since: '2026-01-01',
      city: 'Cluj-Napoca',
    },
  };
  expect(read(clientQuestionQuery(question))).toEqual(question);
  expect(clientQuestionQuery(EVERYBODY)).toBe('');
  expect(read('')).toEqual(EVERYBODY);
});

it('leaves out what makes no sense', () => {
  const senseless =
    'tags=x&state=gone&has_email=perhaps&channel=fax&birthday_month=13&active_since=2026-02-30&sort=age&city=';
  expect(read(senseless)).toEqual(EVERYBODY);
  expect(toClientQuestion('nothing')).toEqual(EVERYBODY);
  expect(toClientQuestion({ filter: { tags: [], city: 4 }, search: 7 })).toEqual(EVERYBODY);
});

it('takes a field out of a filter', () => {
  expect(withFilter({ city: 'Iași', has_email: true }, { city: undefined })).toEqual({ has_email: true });
});

it('knows two questions that list the same', () => {
  expect(isSameQuestion(read('city=Iași&has_email=true'), read('has_email=true&city=Iași'))).toBe(true);
  expect(isSameQuestion(read('has_email=true'), EVERYBODY)).toBe(false);
});
