import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decryptSecret, encryptSecret, readKeyRing, type SecretNames } from './key-ring.ts';

const key = () => randomBytes(32).toString('base64');
const [oldKey, newKey] = [key(), key()];
const ring = readKeyRing(`k1:${oldKey}`);
const names: SecretNames = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  ownerTable: 'mail_accounts',
  ownerId: '22222222-2222-4222-8222-222222222222',
  field: 'password',
};
const other = '33333333-3333-4333-8333-333333333333';

describe('a key ring', () => {
  it('encrypts with its first key and knows the others', () => {
    const { currentKid, keys } = readKeyRing(` k2:${newKey} , k1:${oldKey},`);
    expect([currentKid, [...keys.keys()]]).toEqual(['k2', ['k2', 'k1']]);
  });

  it.each([
    undefined,
    '',
    ' , ',
    oldKey,
    `k1=${oldKey}`,
    'k1:c2hvcnQ=',
    `k1:${randomBytes(31).toString('base64')}`,
    `k1:${oldKey},k1:${newKey}`,
    `k1:${oldKey},broken`,
    `k|1:${oldKey}`,
  ])('is refused unless all of it is right: %s', (text) => {
    const refusal = thrown(() => readKeyRing(text));
    expect(refusal).toMatchObject({ status: 503, code: 'not_configured' });
    expect(String((refusal as Error).cause)).not.toContain(oldKey);
  });
});

describe('a secret', () => {
  it.each(['abcd efgh ijkl mnop', 'pässwörd 🦷', ' spaces stay ', 'x'.repeat(10_000)])(
    'comes back as it went in: %.30s',
    async (secret) => {
      const stored = await encryptSecret(ring, names, secret);
      expect(stored).toMatchObject({ kid: 'k1', iv: expect.stringMatching(/^[A-Za-z0-9+/]{16}$/) });
      expect(stored.ciphertext).not.toContain(btoa('abcd').replaceAll('=', ''));
      expect(await decryptSecret(ring, names, stored)).toBe(secret);
    },
  );

  it('is never encrypted the same way twice', async () => {
    const [one, two] = [await encryptSecret(ring, names, 'same'), await encryptSecret(ring, names, 'same')];
    expect(one.iv).not.toBe(two.iv);
    expect(one.ciphertext).not.toBe(two.ciphertext);
  });

  it('is readable whichever case its ids are written in', async () => {
    const shouted = { ...names, ownerId: 'ABCDEF00-2222-4222-8222-222222222222' };
    const stored = await encryptSecret(ring, shouted, 'secret');
    const quiet = { ...shouted, ownerId: shouted.ownerId.toLowerCase() };
    expect(await decryptSecret(ring, quiet, stored)).toBe('secret');
  });

  it.each([
    ['clinic', { tenantId: other }],
    ['row', { ownerId: other }],
    ['table', { ownerTable: 'provider_keys' }],
    ['field', { field: 'api_key' }],
  ])('cannot be read as one of another %s', async (_, change) => {
    const stored = await encryptSecret(ring, names, 'secret');
    await expect(decryptSecret(ring, { ...names, ...change }, stored)).rejects.toMatchObject({
      status: 500,
      code: 'credential_unreadable',
    });
  });

  it('cannot be read under another name of the same key', async () => {
    const stored = await encryptSecret(ring, names, 'secret');
    const renamed = readKeyRing(`k9:${oldKey}`);
    await expect(decryptSecret(renamed, names, { ...stored, kid: 'k9' })).rejects.toMatchObject({
      code: 'credential_unreadable',
    });
  });

  it('cannot be read with another key, or once any of it has changed', async () => {
    const stored = await encryptSecret(ring, names, 'secret');
    const flipped = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    const unreadable = { code: 'credential_unreadable' };
    await expect(decryptSecret(readKeyRing(`k1:${newKey}`), names, stored)).rejects.toMatchObject(unreadable);
    for (const changed of [
      { ...stored, iv: flipped(stored.iv) },
      { ...stored, ciphertext: flipped(stored.ciphertext) },
      { ...stored, ciphertext: '' },
      { ...stored, ciphertext: '&' },
    ])
      await expect(decryptSecret(ring, names, changed)).rejects.toMatchObject(unreadable);
  });

  it('of a key that is gone is a matter of configuration', async () => {
    const stored = await encryptSecret(ring, names, 'secret');
    await expect(decryptSecret(readKeyRing(`k2:${newKey}`), names, stored)).rejects.toMatchObject({
      status: 503,
      code: 'not_configured',
    });
  });

  it('survives a rotation: read with the old key, encrypted with the new one', async () => {
    const stored = await encryptSecret(ring, names, 'secret');
    const both = readKeyRing(`k2:${newKey},k1:${oldKey}`);
    const again = await encryptSecret(both, names, await decryptSecret(both, names, stored));
    expect(again.kid).toBe('k2');
    expect(await decryptSecret(readKeyRing(`k2:${newKey}`), names, again)).toBe('secret');
  });
});

function thrown(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
