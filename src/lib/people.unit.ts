import { expect, it } from 'vitest';
import { displayName, initials } from './people.ts';

it('names a person by name, else by address', () => {
  expect(displayName({ first_name: 'Ana', last_name: '', email: 'a@b.test' })).toBe('Ana');
  expect(displayName({ first_name: '', last_name: '', email: 'a@b.test' })).toBe('a@b.test');
});

it('takes whole characters as initials', () => {
  expect(initials({ first_name: 'Ștefan', last_name: 'Émile', email: null })).toBe('ȘÉ');
  expect(initials({ first_name: '𝒜da', last_name: '', email: null })).toBe('𝒜');
  expect(initials({ first_name: '', last_name: '', email: 'zoe@b.test' })).toBe('z');
});
