import { expect, it } from 'vitest';
import { obstacleSentences, readObstacles } from './obstacles.ts';

const busy = {
  kind: 'appointment',
  subject_id: 'p',
  subject: 'Dr. Pop',
  starts_at: '2026-11-24T08:00:00+00:00',
  ends_at: '2026-11-24T08:45:00+00:00',
  appointment_id: 'a',
  label: 'Ana Popescu',
};
const told = (...obstacles: object[]) =>
  obstacleSentences(readObstacles({ detail: JSON.stringify(obstacles) }), 'Europe/Bucharest');

it('says in words and on the clinic’s clock what is in the way', () => {
  expect(told(busy)).toEqual(['Dr. Pop is busy 10:00–10:45 (Ana Popescu)']);
  expect(told({ ...busy, kind: 'hold', label: null })).toEqual([
    'Somebody is booking Dr. Pop 10:00–10:45 right now',
  ]);
  expect(told({ ...busy, kind: 'closed', label: null })).toEqual(['Dr. Pop does not work 10:00–10:45']);
  expect(told({ ...busy, kind: 'blocked', label: 'Lunch' })).toEqual([
    'Dr. Pop: 10:00–10:45 is blocked (Lunch)',
  ]);
});

it('says everything once, and nothing of what it cannot read', () => {
  expect(told(busy, busy)).toHaveLength(1);
  for (const detail of [null, '', 'starts_at', '{"kind":"appointment"}', '[{"kind":"mood"}]'])
    expect(readObstacles({ detail })).toEqual([]);
});
