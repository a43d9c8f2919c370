import { expect, it } from 'vitest';
import { readPrice, serviceFormSchema, toServiceForm, toServiceValues } from './form.ts';

it('reads prices as people type them', () => {
  expect(readPrice('250')).toBe('250');
  expect(readPrice('1 250,50')).toBe('1250.50');
  expect(readPrice('0.5')).toBe('0.5');
  for (const text of ['', '-1', '1.234', '1e3', '12,5,0', 'free', '123456789'])
    expect([text, readPrice(text)]).toEqual([text, null]);
});

it('refuses minutes out of bounds and keeps the rest', () => {
  const issues = (change: object) =>
    serviceFormSchema
      .safeParse({ ...toServiceForm(), name: 'Cleaning', ...change })
      .error?.issues.map(({ path }) => path[0]);
  expect(issues({})).toBeUndefined();
  expect(issues({ duration_minutes: '4' })).toEqual(['duration_minutes']);
  expect(issues({ duration_minutes: '721' })).toEqual(['duration_minutes']);
  expect(issues({ buffer_after_minutes: '1.5' })).toEqual(['buffer_after_minutes']);
  expect(issues({ name: ' ' })).toEqual(['name']);
  expect(issues({ currency: 'lei!' })).toEqual(['currency']);
});

it('sends numbers, and null for a price that is not fixed', () => {
  const form = { ...toServiceForm(), name: 'Cleaning', duration_minutes: '45' };
  expect(toServiceValues(form)).toMatchObject({ duration_minutes: 45, price: null });
  expect(toServiceValues({ ...form, price: '99,9' })).toMatchObject({ price: '99.9' });
});
