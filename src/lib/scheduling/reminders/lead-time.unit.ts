import { describe, expect, it } from 'vitest';
import { formatLeadTime, fromLeadTime, toLeadTime } from './lead-time.ts';

describe('how long before a visit', () => {
  it.each([
    [15, 15, 'minutes'],
    [90, 90, 'minutes'],
    [120, 2, 'hours'],
    [1440, 24, 'hours'],
    [2160, 36, 'hours'],
    [2880, 2, 'days'],
    [20160, 14, 'days'],
  ] as const)('of %i minutes is said as %i %s, and back', (minutes, amount, unit) => {
    expect(toLeadTime(minutes)).toEqual({ amount, unit });
    expect(fromLeadTime(amount, unit)).toBe(minutes);
  });

  it('is written in the language of the page', () => {
    expect(formatLeadTime(2880, 'en')).toBe('2 days');
    expect(formatLeadTime(120, 'ro')).toBe('2 ore');
  });
});
