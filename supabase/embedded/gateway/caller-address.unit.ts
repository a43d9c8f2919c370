import { expect, test } from 'vitest';
import { callerAddress } from './caller-address.ts';

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['203.0.113.7, 127.0.0.1', '203.0.113.7'],
  ['unknown, 2001:db8::1, 127.0.0.1', '2001:db8::1'],
  ['', '127.0.0.1'],
])('%j comes from %s', (forwarded, expected) =>
  expect(callerAddress(new Headers({ 'x-forwarded-for': forwarded }))).toBe(expected),
);

test('without the header it is this machine', () => expect(callerAddress(new Headers())).toBe('127.0.0.1'));
