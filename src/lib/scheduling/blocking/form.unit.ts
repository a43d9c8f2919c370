import { expect, it } from 'vitest';
import { blockFormSchema, blockValues, withDay } from './form.ts';

const form = {
  who: 'clinic',
  title: 'Meeting',
  day: '2026-11-24',
  opens: '13:00',
  last_day: '2026-11-24',
  closes: '14:00',
};

it('blocks on the clinic’s clock, for the clinic, a provider or a chair', () => {
  expect(blockValues(form, 'Europe/Bucharest')).toEqual({
    provider_id: null,
    resource_id: null,
    title: 'Meeting',
    starts_at: '2026-11-24T11:00:00.000Z',
    ends_at: '2026-11-24T12:00:00.000Z',
  });
  expect(blockValues({ ...form, who: 'provider:p' }, 'UTC').provider_id).toBe('p');
  expect(blockValues({ ...form, who: 'resource:r' }, 'UTC').resource_id).toBe('r');
});

it('goes on until midnight and over many days', () => {
  const times = (change: object) => {
    const { starts_at, ends_at } = blockValues({ ...form, ...change }, 'Europe/Bucharest');
    return `${starts_at}/${ends_at}`;
  };
  expect(times({ closes: '00:00' })).toBe('2026-11-24T11:00:00.000Z/2026-11-24T22:00:00.000Z');
  expect(times({ last_day: '2026-11-27' })).toBe('2026-11-24T11:00:00.000Z/2026-11-27T12:00:00.000Z');
});

it('a block of one day stays one when the day changes', () => {
  expect(withDay(form, '2026-11-25')).toMatchObject({ day: '2026-11-25', last_day: '2026-11-25' });
  const week = { ...form, last_day: '2026-11-27' };
  expect(withDay(week, '2026-11-25').last_day).toBe('2026-11-27');
  expect(withDay(week, '2026-12-01').last_day).toBe('2026-12-01');
});

it('ends after it begins', () => {
  const issues = (change: object) =>
    blockFormSchema.safeParse({ ...form, ...change }).error?.issues.map(({ path }) => path[0]);
  expect(issues({})).toBeUndefined();
  expect(issues({ closes: '13:00' })).toEqual(['closes']);
  expect(issues({ closes: '00:00' })).toBeUndefined();
  expect(issues({ closes: '09:00', last_day: '2026-11-25' })).toBeUndefined();
  expect(issues({ last_day: '2026-11-23' })).toEqual(['closes']);
  expect(issues({ opens: '' })).toEqual(['opens']);
});
