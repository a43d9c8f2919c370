import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { linkToken, tokenHash } from './link-token.ts';

const secret = 'a secret of the functions';

describe('the token of a link', () => {
  it('is the HMAC of what it is for', async () => {
    const expected = createHmac('sha256', secret).update('chairside link\noffer\n1').digest('base64url');
    expect(await linkToken(secret, 'offer', '1')).toBe(expected);
    expect(expected).toMatch(/^[\w-]{43}$/);
  });

  it('is another one for another purpose, thing or secret', async () => {
    const tokens = await Promise.all([
      linkToken(secret, 'offer', '1'),
      linkToken(secret, 'offer', '2'),
      linkToken(secret, 'visit', '1'),
      linkToken(`${secret}!`, 'offer', '1'),
    ]);
    expect(new Set(tokens).size).toBe(4);
  });

  it('is refused without a secret', async () => {
    await expect(linkToken('', 'offer', '1')).rejects.toThrow('secret');
  });

  it('is known by its SHA-256', async () => {
    expect(await tokenHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
