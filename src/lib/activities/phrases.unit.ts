import { expect, it } from 'vitest';
import { kindLabel } from './kinds.ts';
import { activityPhrase, isByClient } from './phrases.ts';

const zone = 'Europe/Bucharest';

it('says what was changed', () => {
  expect(activityPhrase({ kind: 'client_changed', details: { fields: ['city', 'phone'] } }, zone)).toMatch(
    /^changed .+ and .+$/,
  );
  expect(activityPhrase({ kind: 'client_changed', details: null }, zone)).toBe('changed the details');
});

it('names the tags given and taken', () => {
  expect(activityPhrase({ kind: 'tags_changed', details: { added: ['VIP', 'Braces'] } }, zone)).toBe(
    'added the tags VIP and Braces',
  );
  expect(activityPhrase({ kind: 'tags_changed', details: { removed: ['VIP'] } }, zone)).toBe(
    'removed the tags VIP',
  );
  expect(activityPhrase({ kind: 'tags_changed', details: { added: 'odd' } }, zone)).toBe(
    'changed the details',
  );
});

it('names a kind that this version does not know', () => {
  expect(activityPhrase({ kind: 'robot_danced', details: null }, zone)).toBe('· Robot danced');
  expect(kindLabel('robot_danced')).toBe('Robot danced');
});

it('says when an appointment is, where the clinic is', () => {
  const at = { starts_at: '2026-11-24T08:00:00+00:00' };
  expect(activityPhrase({ kind: 'appointment_confirmed', details: at }, zone)).toMatch(
    /^confirmed the appointment of .*24.* 10:00$/,
  );
  expect(
    activityPhrase(
      { kind: 'appointment_moved', details: { ...at, from: '2026-11-23T09:30:00+00:00' } },
      zone,
    ),
  ).toMatch(/^moved the appointment from .*23.* 11:30 to .*24.* 10:00$/);
});

it('does not name the same time twice when it only went to somebody else', () => {
  const at = '2026-11-24T08:00:00+00:00';
  expect(activityPhrase({ kind: 'appointment_moved', details: { starts_at: at, from: at } }, zone)).toMatch(
    /^moved the appointment of .*10:00$/,
  );
});

it('says no time where it has been erased', () => {
  expect(activityPhrase({ kind: 'appointment_cancelled', details: null }, zone)).toBe(
    'cancelled the appointment',
  );
});

it('knows a reminder, and of which appointment', () => {
  const details = { starts_at: '2026-11-24T08:00:00+00:00', channel: 'email' };
  expect(activityPhrase({ kind: 'reminder_sent', details }, zone)).toMatch(
    /^sent a reminder of the appointment of .*24.* 10:00$/,
  );
  expect(kindLabel('reminder_sent')).toBe('Reminder sent');
});

it('tells what a client did by the link in a message from what a program did', () => {
  expect(isByClient({ details: { by: 'client' } })).toBe(true);
  expect(isByClient({ details: { starts_at: '2026-11-24T08:00:00+00:00' } })).toBe(false);
  expect(isByClient({ details: null })).toBe(false);
});
