import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readKeyRing } from '../functions/_shared/credentials/key-ring.ts';
import { loadKeys } from './keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'chairside-keys-'));
const path = join(directory, 'keys.json');
afterAll(() => rmSync(directory, { recursive: true }));

test('keys are made once', async () => {
  const keys = await loadKeys(path);
  expect(keys.publishableKey).toMatch(/^sb_publishable_/);
  expect(await loadKeys(path)).toEqual(keys);
});

test('a key that an older stack lacks is added, and the others stay as they are', async () => {
  const { cronSecret, credentialKeys, ...older } = await loadKeys(path);
  writeFileSync(path, JSON.stringify(older));
  const keys = await loadKeys(path);
  expect(keys).toMatchObject(older);
  expect(keys.cronSecret).toMatch(/^[0-9a-f]{48}$/);
  expect(keys.cronSecret).not.toBe(cronSecret);
  expect(readKeyRing(keys.credentialKeys).currentKid).toBe('local');
  expect(keys.credentialKeys).not.toBe(credentialKeys);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(keys);
});
