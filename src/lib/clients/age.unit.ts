import { expect, it } from 'vitest';
import { ageOn, daysToBirthday } from './age.ts';

it('counts whole years only', () => {
  expect(ageOn('1985-04-03', '2026-04-02')).toBe(40);
  expect(ageOn('1985-04-03', '2026-04-03')).toBe(41);
  expect(ageOn('2026-04-03', '2026-04-03')).toBe(0);
  expect(ageOn('2026-04-04', '2026-04-03')).toBeNull();
});

it('counts the days to the next birthday', () => {
  expect(daysToBirthday('1985-04-03', '2026-04-03')).toBe(0);
  expect(daysToBirthday('1985-04-03', '2026-04-01')).toBe(2);
  expect(daysToBirthday('1985-01-01', '2026-12-31')).toBe(1);
  expect(daysToBirthday('2000-02-29', '2026-02-28')).toBe(1);
});
