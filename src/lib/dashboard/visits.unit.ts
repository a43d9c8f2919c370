import { expect, it } from 'vitest';
import { countToday, missedShare } from './visits.ts';

it('counts who comes today, and who is still to come', () => {
  expect(countToday({ booked: 2, confirmed: 3, arrived: 1, completed: 4, cancelled: 5, no_show: 6 })).toEqual(
    {
      ...{ all: 10, left: 5 },
    },
  );
  expect(countToday({})).toEqual({ all: 0, left: 0 });
});

it('shares what was missed by what was due', () => {
  expect(missedShare({ due: 20, no_shows: 1, late_cancels: 2 })).toBe(0.15);
  expect(missedShare({ due: 0, no_shows: 0, late_cancels: 0 })).toBeNull();
});
