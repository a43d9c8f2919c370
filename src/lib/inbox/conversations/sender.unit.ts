import { expect, test } from 'vitest';
import { nameParts, senderAsClient } from './sender.ts';

test("a sender's name becomes first and last name", () => {
  const parts = (name: string) => Object.values(nameParts(name)).join('|');
  expect(parts('Ana Pop')).toBe('Ana|Pop');
  expect(parts('Ana Maria Pop')).toBe('Ana Maria|Pop');
  expect(parts('"Pop, Ana"')).toBe('Ana|Pop');
  expect(parts('Ana')).toBe('Ana|');
  expect(parts('ana@example.test')).toBe('|');
  expect(parts('')).toBe('|');
});

test('the address is the first one of the new client', () => {
  const { emails } = senderAsClient({ counterpart_name: '', counterpart_address: 'ana@example.test' });
  expect(emails).toEqual([
    { id: '', raw: 'ana@example.test', label: '', is_primary: true, is_shared: false },
  ]);
});
