import { expect, it } from 'vitest';
import { actionChoices, actionLabel, eventSentence } from './labels.ts';
import type { AuditEvent } from './schemas.ts';

const event = (part: Partial<AuditEvent>): AuditEvent => ({
  id: 'e1',
  occurred_at: '2026-11-21T11:07:02Z',
  action: 'tenant.suspended',
  tenant_id: 't1',
  actor_id: 'u1',
  actor_email: 'root@example.test',
  actor_role: 'super_admin',
  target_type: 'tenant',
  target_id: 't1',
  target_label: 'Bright Smile',
  succeeded: true,
  erased: false,
  withheld: false,
  ...part,
});

it('says who did what to whom', () => {
  expect(eventSentence(event({}))).toBe('root@example.test suspended the clinic Bright Smile');
});

it('names what changed where it was one thing', () => {
  const seats = { action: 'tenant.updated', before: { max_seats: 3 }, after: { max_seats: 5 } };
  expect(eventSentence(event(seats))).toContain('changed the seats of Bright Smile');
  expect(eventSentence(event({ ...seats, after: { name: 'x' } }))).toContain('changed the clinic');
});

it('says what a change of a record amounts to', () => {
  const note = { action: 'note.updated', target_label: null };
  expect(eventSentence(event({ ...note, after: { body: 'Allergic to latex.', revision: 2 } }))).toMatch(
    /changed a note$/,
  );
  expect(eventSentence(event({ ...note, before: { is_pinned: false }, after: { is_pinned: true } }))).toMatch(
    /pinned a note$/,
  );
  expect(eventSentence(event({ ...note, before: { deleted_at: 'x', deleted_by: 'y' } }))).toMatch(
    /brought back a note$/,
  );
  const service = { action: 'service.updated', target_label: 'Crown', before: { archived_at: '2026-11-21' } };
  expect(eventSentence(event(service))).toMatch(/brought back the service Crown$/);
});

it('names both sides of a merge', () => {
  const merge = { action: 'client.merged', target_label: 'Ion Pop' };
  expect(eventSentence(event({ ...merge, details: { into: 'Ioan Pop' } }))).toMatch(
    /merged the client Ion Pop → Ioan Pop$/,
  );
  expect(eventSentence(event({ ...merge, details: null }))).toMatch(/merged the client Ion Pop$/);
});

it('does not name twice who did something with themselves', () => {
  const self = { target_type: 'member', target_id: 'u1', target_label: 'root@example.test' };
  expect(eventSentence(event({ action: 'member.joined', ...self }))).toBe(
    'root@example.test joined the clinic',
  );
});

it('shows an action it does not know by its own name', () => {
  expect(eventSentence(event({ action: 'robot.danced' }))).toContain('robot.danced');
  expect(actionLabel('robot.danced')).toBe('robot.danced');
});

it('names what acted where it was no person, and nobody who was erased', () => {
  const nobody = { actor_id: null, actor_email: null, actor_role: 'service_role' };
  expect(eventSentence(event(nobody))).toMatch(/^Chairside suspended/);
  expect(eventSentence(event({ actor_email: null, erased: true }))).toMatch(/^Erased person/);
});

it('offers a clinic no actions that only the platform knows', () => {
  const prefixes = actionChoices(true).map(({ prefix }) => prefix);
  expect(prefixes).toContain('support.');
  expect(prefixes).not.toContain('super_admin.');
});
