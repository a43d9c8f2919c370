import { describe, expect, it } from 'vitest';
import { addressLine, claimedAddress, isSenderRefuted, nameOf } from './addresses.ts';

it('names people as they call themselves', () => {
  expect(nameOf({ name: ' Ana Pop ', address: 'ana@a.example' })).toBe('Ana Pop');
  expect(nameOf({ name: '', address: 'ana@a.example' })).toBe('ana@a.example');
  expect(addressLine({ name: 'Ana', address: 'ana@a.example' })).toBe('Ana <ana@a.example>');
  expect(addressLine({ name: ' ', address: 'ana@a.example' })).toBe('ana@a.example');
});

describe('a sender that is not who the address says', () => {
  it.each([
    [true, 'spf=pass dkim=pass dmarc=fail', 'inbound'],
    [false, 'spf=fail dkim=fail dmarc=pass', 'inbound'],
    [false, 'spf=fail dkim=none', 'inbound'],
    [false, '', 'inbound'],
    [false, 'dmarc=fail', 'outbound'],
  ] as const)('%s: %s %s', (isRefuted, authentication, direction) => {
    expect(isSenderRefuted({ authentication, direction })).toBe(isRefuted);
  });

  it('is seen when the name is another address', () => {
    const of = (from_name: string) => claimedAddress({ from_name, from_address: 'x@evil.example' });
    expect(of('"help@bank.example"')).toBe('help@bank.example');
    expect(of('X@Evil.example')).toBeNull();
    expect(of('Ana Pop')).toBeNull();
  });
});
