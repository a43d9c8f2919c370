import { expect, it } from 'vitest';
import { kindLabel } from './kinds.ts';
import { activityPhrase } from './phrases.ts';

it('says what was changed', () => {
  expect(activityPhrase({ kind: 'client_changed', details: { fields: ['city', 'phone'] } })).toMatch(
    /^changed .+ and .+$/,
  );
  expect(activityPhrase({ kind: 'client_changed', details: null })).toBe('changed the details');
});

it('names the tags given and taken', () => {
  expect(activityPhrase({ kind: 'tags_changed', details: { added: ['VIP', 'Braces'] } })).toBe(
    'added the tags VIP and Braces',
  );
  expect(activityPhrase({ kind: 'tags_changed', details: { removed: ['VIP'] } })).toBe(
    'removed the tags VIP',
  );
  expect(activityPhrase({ kind: 'tags_changed', details: { added: 'odd' } })).toBe('changed the details');
});

it('names a kind that this version does not know', () => {
  expect(activityPhrase({ kind: 'appointment_booked', details: null })).toBe('· Appointment booked');
  expect(kindLabel('appointment_booked')).toBe('Appointment booked');
});
