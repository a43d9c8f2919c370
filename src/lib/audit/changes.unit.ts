import { expect, it } from 'vitest';
import { formatValue, listChanges } from './changes.ts';

it('tells added, removed and changed fields apart', () => {
  expect(listChanges({ name: 'Old', phone: '1' }, { name: 'New', email: 'a@b.c' })).toEqual([
    { field: 'email', kind: 'added', before: null, after: 'a@b.c', isRedacted: false },
    { field: 'name', kind: 'changed', before: 'Old', after: 'New', isRedacted: false },
    { field: 'phone', kind: 'removed', before: '1', after: null, isRedacted: false },
  ]);
});

it('marks what is recorded without its value', () => {
  const [change] = listChanges({ api_key: '[redacted]' }, { api_key: '[redacted]' });
  expect(change).toMatchObject({ kind: 'changed', isRedacted: true });
});

it('has nothing to show for an event without fields', () => {
  expect(listChanges(null, undefined)).toEqual([]);
});

it('keeps false and zero, which are values', () => {
  expect(listChanges({ seats: 0 }, { seats: 5 })[0]).toMatchObject({ kind: 'changed', before: '0' });
  expect(listChanges({}, { active: false })[0]).toMatchObject({ kind: 'added', after: 'no' });
});

it('shows lists as people write them and deeper values as JSON', () => {
  expect(formatValue(['exports', 'catalogue'])).toBe('exports, catalogue');
  expect(formatValue({ day: 1 })).toBe('{"day":1}');
});
