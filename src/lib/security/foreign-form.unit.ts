import { describe, expect, it } from 'vitest';
import { isForeign } from './foreign-form.ts';

const sent = (method: string, origin?: string) => ({
  method,
  headers: new Headers(origin === undefined ? {} : { origin }),
});

describe('a request that changes something', () => {
  it.each([
    [false, 'http://127.0.0.1:3000', '127.0.0.1:3000', undefined],
    [false, 'https://app.example', 'app.example', 'https://app.example'],
    // Behind a proxy that asks under another name.
    [false, 'https://app.example', 'internal:3000', 'https://app.example'],
    [true, 'https://evil.example', 'app.example', 'https://app.example'],
    [true, 'https://app.example.evil.example', 'app.example', 'https://app.example'],
    [true, 'https://app.example:8443', 'app.example', 'https://app.example'],
    [true, 'http://app.example', 'internal:3000', 'https://app.example'],
    [true, 'null', 'app.example', 'https://app.example'],
    [true, '', 'app.example', undefined],
    [true, undefined, 'app.example', undefined],
  ])('is foreign: %s from %s to %s, which is %s', (foreign, from, host, origin) => {
    expect(isForeign(sent('POST', from), host, origin)).toBe(foreign);
  });

  it('is not one that only reads', () => {
    expect(isForeign(sent('GET', 'https://evil.example'), 'app.example', undefined)).toBe(false);
  });
});
