import { expect, it } from 'vitest';
import { blockFormSchema, blockValues } from './form.ts';

const form = { who: 'clinic', title: 'Meeting', day: '2026-11-24', opens: '13:00', closes: '14:00' };

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

it('ends after it begins', () => {
  const issues = (change: object) =>
    blockFormSchema.safeParse({ ...form, ...change }).error?.issues.map(({ path }) => path[0]);
  expect(issues({})).toBeUndefined();
  expect(issues({ closes: '13:00' })).toEqual(['closes']);
  expect(issues({ opens: '' })).toEqual(['opens']);
});
