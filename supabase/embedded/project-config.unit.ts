import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bytes, readProjectConfig, seconds } from './project-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'chairside-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

test.each([
  ['1s', 1],
  ['1m0s', 60],
  ['1h30m', 5400],
  ['500ms', 0.5],
])('%s is %d seconds', (text, expected) => expect(seconds(text)).toBe(expected));

test.each([
  ['50MiB', 50 * 1024 ** 2],
  ['1KB', 1024],
  ['2GiB', 2 * 1024 ** 3],
  [1234, 1234],
  ['1234', 1234],
])('%s is %d bytes', (size, expected) => expect(bytes(size)).toBe(expected));

test("without a file the CLI's defaults hold", () => {
  expect(readProjectConfig(directory)).toMatchObject({
    api: { schemas: ['public'], maxRows: 1000 },
    auth: {
      siteUrl: 'http://127.0.0.1:3000',
      email: { enableConfirmations: false, otpExpiry: 3600 },
      mfa: { maxEnrolledFactors: 10, totp: { enrollEnabled: false, verifyEnabled: false } },
      passwordHook: null,
    },
    functions: {},
  });
});

test('what the file says wins; template paths are those of the project', () => {
  writeFileSync(
    join(directory, 'config.toml'),
    '[auth]\nsite_url = "http://app.test"\n[auth.email.template.recovery]\ncontent_path = "./supabase/templates/recovery.html"\n[functions.worker]\nverify_jwt = false\n',
  );
  const config = readProjectConfig(directory);
  expect(config.auth.siteUrl).toBe('http://app.test');
  expect(config.auth.email.templates.recovery?.content_path).toBe(
    join(directory, '../supabase/templates/recovery.html'),
  );
  expect(config.functions.worker).toEqual({ enabled: true, verifyJwt: false });
  expect(readProjectConfig(directory, 'http://other.test').auth.siteUrl).toBe('http://other.test');
});

function hookOf(uri: string, isEnabled = true) {
  const section = '[auth.hook.password_verification_attempt]';
  writeFileSync(join(directory, 'config.toml'), `${section}\nenabled = ${isEnabled}\nuri = "${uri}"\n`);
  return readProjectConfig(directory).auth.passwordHook;
}

test('an enabled hook names a database function', () => {
  const uri = 'pg-functions://postgres/public/record_attempt';
  expect(hookOf(uri)).toEqual({ uri, schema: 'public', function: 'record_attempt' });
  expect(hookOf(uri, false)).toBeNull();
});

test.each(['https://example.test/hook', 'pg-functions://postgres/public/drop table', ''])(
  'the hook %j is none that the stack can call',
  (uri) => expect(() => hookOf(uri)).toThrow('is no database function'),
);
