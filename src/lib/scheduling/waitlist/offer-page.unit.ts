import { overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { beforeAll, expect, it } from 'vitest';
import { keptUntil } from './offer-page.ts';

beforeAll(() => overwriteGetLocale(() => 'en'));

it('tells the day until when an offer is kept, unless it is today', () => {
  const offer = { expires_at: '2026-11-24T08:30:00Z', time_zone: 'Europe/Bucharest' };
  expect(keptUntil(offer, new Date('2026-11-23T22:30:00Z'))).toBe('10:30');
  expect(keptUntil(offer, new Date('2026-11-23T12:00:00Z'))).toBe('Nov 24, 10:30');
});
