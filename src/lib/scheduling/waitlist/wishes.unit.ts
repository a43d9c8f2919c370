import { overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Slot } from './schemas.ts';
import { suits, wishTexts } from './wishes.ts';
import { weekdayName } from '#lib/scheduling/weekdays.ts';

beforeAll(() => overwriteGetLocale(() => 'en'));

const anything = {
  weekdays: [],
  day_parts: [],
  from_time: null,
  to_time: null,
  earliest_day: null,
  latest_day: null,
  providers: [],
};
const zone = 'Europe/Bucharest';
const slot = (start: string, minutes = 60): Slot => ({
  starts_at: start,
  ends_at: new Date(Date.parse(start) + minutes * 60_000).toISOString(),
  provider_id: 'one',
  resource_ids: [],
});
/** A Tuesday, 10:00 in Bucharest. */
const tuesday = slot('2027-03-30T07:00:00Z');

describe('what somebody waits for', () => {
  it('is told in a few words', () => {
    expect(wishTexts(anything)).toEqual([]);
    expect(
      wishTexts({
        ...anything,
        weekdays: [2, 4],
        day_parts: ['morning'],
        from_time: '17:30:00',
        to_time: '19:00:00',
        latest_day: '2027-04-02',
        providers: [{ id: 'one', name: 'Dr. Pop', title: '' }],
      }),
    ).toEqual(['with Dr. Pop', 'Tue or Thu', 'mornings or 17:30–19:00', 'until Apr 2']);
  });

  it('names the days from Monday on', () => {
    expect([1, 7].map((day) => weekdayName(day))).toEqual(['Monday', 'Sunday']);
  });

  it.each([
    [true, {}],
    [true, { weekdays: [2] }],
    [false, { weekdays: [1, 3] }],
    [true, { day_parts: ['morning' as const] }],
    [false, { day_parts: ['afternoon' as const, 'evening' as const] }],
    [true, { from_time: '10:00:00', to_time: '11:00:00' }],
    [false, { from_time: '10:00:00', to_time: '10:45:00' }],
    [false, { from_time: '10:15:00', to_time: '12:00:00' }],
    [true, { day_parts: ['evening' as const], from_time: '09:00:00', to_time: '24:00:00' }],
    [true, { earliest_day: '2027-03-30', latest_day: '2027-03-30' }],
    [false, { earliest_day: '2027-03-31' }],
    [false, { latest_day: '2027-03-29' }],
    [true, { providers: [{ id: 'one', name: '', title: '' }] }],
    [false, { providers: [{ id: 'two', name: '', title: '' }] }],
  ])('suits a Tuesday at ten: %s for %o', (fits, wishes) => {
    expect(suits({ ...anything, ...wishes }, tuesday, zone)).toBe(fits);
  });

  it('goes by the clinic’s day and clock, also when the visit ends on the next', () => {
    const late = slot('2027-03-29T20:30:00Z');
    expect(suits({ ...anything, weekdays: [1], day_parts: ['evening'] }, late, zone)).toBe(true);
    expect(suits({ ...anything, from_time: '23:00:00', to_time: '23:59:00' }, late, zone)).toBe(false);
  });
});
