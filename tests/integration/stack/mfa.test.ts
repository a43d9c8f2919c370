import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack, type Stack } from '../../../supabase/embedded/stack.ts';
import { freePort, type TestStack } from '../../../supabase/embedded/test-stack.ts';
import { anonymous, fixtureProject, newPerson, password, raw, startFixture } from './fixture.ts';

/** Multi-factor authentication as supabase-js meets it. Source: supabase/auth, internal/api/mfa.go. */

let stack: TestStack;

beforeAll(async () => {
  stack = await startFixture();
});
afterAll(() => stack.stop());

const admin = () => stack.stack.database.admin;

interface Enrolled {
  id: string;
  secret: string;
}

async function enrol(client: SupabaseClient, friendlyName = 'Phone'): Promise<Enrolled> {
  const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName });
  if (error) throw error;
  return { id: data.id, secret: data.totp.secret };
}

/** The code an authenticator app shows; GoTrue allows one step of 30 s to either side. */
const codeOf = ({ secret }: Enrolled, shiftSeconds = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + shiftSeconds * 1000 });

async function pass(client: SupabaseClient, factor: Enrolled): Promise<void> {
  const { error } = await client.auth.mfa.challengeAndVerify({ factorId: factor.id, code: codeOf(factor) });
  if (error) throw error;
}

/** Somebody with a verified factor, signed in with it. */
async function withFactor() {
  const person = await newPerson(stack);
  const factor = await enrol(person.client);
  await pass(person.client, factor);
  return { ...person, factor };
}

async function signedInAgain(email: string): Promise<SupabaseClient> {
  const client = anonymous(stack);
  const { error } = await client.auth.signInWithPassword({ email, password });
  if (error) throw error;
  return client;
}

const levels = async (client: SupabaseClient) => {
  const { data } = await client.auth.mfa.getAuthenticatorAssuranceLevel();
  return [data?.currentLevel, data?.nextLevel];
};
const methods = async (client: SupabaseClient) => {
  const { data } = await client.auth.mfa.getAuthenticatorAssuranceLevel();
  return data?.currentAuthenticationMethods.map((entry) =>
    typeof entry === 'string' ? entry : entry.method,
  );
};
const tokenOf = async (client: SupabaseClient) =>
  (await client.auth.getSession()).data.session?.access_token ?? '';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('enrolment', () => {
  test('gives the secret as text, as an otpauth address and as a QR code', async () => {
    const { client, email } = await newPerson(stack);
    const { data, error } = await client.auth.mfa.enroll({
      ...{ factorType: 'totp', friendlyName: 'Phone', issuer: 'Clinic' },
    });
    expect(error).toBeNull();
    expect(data).toMatchObject({ type: 'totp', friendly_name: 'Phone' });
    expect(data?.totp.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(data?.totp.uri ?? '');
    expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(uri.pathname)).toBe(`/Clinic:${email}`);
    expect(uri.searchParams.get('secret')).toBe(data?.totp.secret);
    expect(data?.totp.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,/);
    expect(data?.totp.qr_code).toContain('<svg');
  });

  test('is unverified at first: listed among all, not among the usable ones, and changes no level', async () => {
    const { client } = await newPerson(stack);
    const { id } = await enrol(client);
    const { data } = await client.auth.mfa.listFactors();
    expect(data?.all).toMatchObject([
      { id, status: 'unverified', factor_type: 'totp', friendly_name: 'Phone' },
    ]);
    expect(data?.totp).toEqual([]);
    expect(await levels(client)).toEqual(['aal1', 'aal1']);
  });

  test('a name in use is 422 mfa_factor_name_conflict, one too many is too_many_enrolled_mfa_factors', async () => {
    const { client } = await newPerson(stack);
    await enrol(client, 'One');
    const again = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'One' });
    expect([again.error?.status, again.error?.code]).toEqual([422, 'mfa_factor_name_conflict']);
    await enrol(client, 'Two');
    await enrol(client, 'Three');
    const fourth = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'Four' });
    expect([fourth.error?.status, fourth.error?.code]).toEqual([422, 'too_many_enrolled_mfa_factors']);
  });

  test('an unverified factor that nobody came back to is forgotten after five minutes', async () => {
    const { client, id } = await newPerson(stack);
    await enrol(client);
    await admin()`update auth.mfa_factors set created_at = now() - interval '6 minutes' where user_id = ${id}`;
    await expect(enrol(client)).resolves.toBeTruthy();
  });

  test('needs a session; phone and unknown factors are refused', async () => {
    const post = (body: object, headers = {}) =>
      raw(stack, '/auth/v1/factors', { method: 'POST', body: JSON.stringify(body), headers });
    expect(await post({ factor_type: 'totp' })).toMatchObject({
      status: 401,
      body: { error_code: 'no_authorization' },
    });
    const { token } = await newPerson(stack);
    expect(await post({ factor_type: 'phone' }, bearer(token))).toMatchObject({
      status: 422,
      body: { error_code: 'mfa_phone_enroll_not_enabled' },
    });
    expect(await post({ factor_type: 'x' }, bearer(token))).toMatchObject({
      status: 400,
      body: { error_code: 'validation_failed' },
    });
  });
});

describe('the code', () => {
  test('raises this session to aal2, and the database sees it', async () => {
    const { client, factor } = await withFactor();
    expect(await levels(client)).toEqual(['aal2', 'aal2']);
    expect(await methods(client)).toEqual(['totp', 'password']);
    const { data } = await client.rpc('request_context');
    expect(data).toMatchObject({ claim: 'aal2' });
    const listed = await client.auth.mfa.listFactors();
    expect(listed.data?.totp).toMatchObject([{ id: factor.id, status: 'verified' }]);
  });

  test('aal2 lasts through a refresh; the refresh token from before the code is used up', async () => {
    const { client } = await newPerson(stack);
    const before = (await client.auth.getSession()).data.session?.refresh_token ?? '';
    await pass(client, await enrol(client));
    await client.auth.refreshSession();
    expect(await levels(client)).toEqual(['aal2', 'aal2']);
    const old = await raw(stack, '/auth/v1/token?grant_type=refresh_token', {
      method: 'POST',
      body: JSON.stringify({ refresh_token: before }),
    });
    expect(old.status).toBe(400);
  });

  test('a wrong one is 422 mfa_verification_failed and leaves the challenge open', async () => {
    const { client } = await newPerson(stack);
    const factor = await enrol(client);
    const { data: challenge } = await client.auth.mfa.challenge({ factorId: factor.id });
    const attempt = { factorId: factor.id, challengeId: challenge?.id ?? '' };
    const wrong = await client.auth.mfa.verify({ ...attempt, code: codeOf(factor, 600) });
    expect([wrong.error?.status, wrong.error?.code]).toEqual([422, 'mfa_verification_failed']);
    expect(await levels(client)).toEqual(['aal1', 'aal1']);
    expect((await client.auth.mfa.verify({ ...attempt, code: codeOf(factor) })).error).toBeNull();
  });

  test('of the step before or after is accepted', async () => {
    for (const shift of [-30, 30]) {
      // At the very end of a step the one before would be two steps away when it arrives.
      const left = 30_000 - (Date.now() % 30_000);
      if (left < 3_000) await new Promise((resolve) => setTimeout(resolve, left));
      const { client } = await newPerson(stack);
      const factor = await enrol(client);
      const code = codeOf(factor, shift);
      const { error } = await client.auth.mfa.challengeAndVerify({ factorId: factor.id, code });
      expect(error).toBeNull();
    }
  });

  test('a challenge serves once, for five minutes, and only its own factor', async () => {
    const { client, factor } = await withFactor();
    const { data: used } = await client.auth.mfa.challenge({ factorId: factor.id });
    const attempt = (challengeId: string) =>
      client.auth.mfa.verify({ factorId: factor.id, challengeId, code: codeOf(factor) });
    expect(used?.expires_at).toBeGreaterThan(Date.now() / 1000 + 290);
    expect((await attempt(used?.id ?? '')).error).toBeNull();
    expect((await attempt(used?.id ?? '')).error?.code).toBe('mfa_ip_address_mismatch');
    const { data: late } = await client.auth.mfa.challenge({ factorId: factor.id });
    await admin()`update auth.mfa_challenges set created_at = now() - interval '6 minutes' where id = ${late?.id ?? ''}`;
    const expired = await attempt(late?.id ?? '');
    expect([expired.error?.status, expired.error?.code]).toEqual([422, 'mfa_challenge_expired']);
    expect((await attempt(factor.id)).error?.code).toBe('mfa_factor_not_found');
  });

  test("another person's factor is 404 mfa_factor_not_found", async () => {
    const { factor } = await withFactor();
    const stranger = await newPerson(stack);
    const { error } = await stranger.client.auth.mfa.challenge({ factorId: factor.id });
    expect([error?.status, error?.code]).toEqual([404, 'mfa_factor_not_found']);
    const removal = await stranger.client.auth.mfa.unenroll({ factorId: factor.id });
    expect(removal.error?.code).toBe('mfa_factor_not_found');
  });

  test('ends the sessions that have not given one, and clears up other half-made factors', async () => {
    const { client, email, id } = await newPerson(stack);
    const other = await signedInAgain(email);
    await enrol(client, 'Half-made');
    await pass(client, await enrol(client, 'Phone'));
    expect((await other.auth.getUser()).error?.name).toBe('AuthSessionMissingError');
    const rows = await admin()`select friendly_name from auth.mfa_factors where user_id = ${id}`;
    expect(rows.map((row) => row.friendly_name as string)).toEqual(['Phone']);
  });
});

describe('with a factor', () => {
  test('a new sign-in is aal1 and knows that aal2 is next', async () => {
    const { email } = await withFactor();
    const client = await signedInAgain(email);
    expect(await levels(client)).toEqual(['aal1', 'aal2']);
    expect(await methods(client)).toEqual(['password']);
  });

  test('aal1 may neither remove it, nor add another, nor change password or address', async () => {
    const { email, factor } = await withFactor();
    const client = await signedInAgain(email);
    const removal = await client.auth.mfa.unenroll({ factorId: factor.id });
    expect([removal.error?.status, removal.error?.code]).toEqual([422, 'insufficient_aal']);
    const second = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'Second' });
    expect([second.error?.status, second.error?.code]).toEqual([403, 'insufficient_aal']);
    for (const change of [{ password: 'another long password' }, { email: 'elsewhere@example.test' }]) {
      const { error } = await client.auth.updateUser(change);
      expect([error?.status, error?.code]).toEqual([401, 'insufficient_aal']);
    }
    await pass(client, factor);
    expect((await client.auth.updateUser({ password: 'another long password' })).error).toBeNull();
  });

  test('removing it takes the session back to aal1 with the next token', async () => {
    const { client, factor, email } = await withFactor();
    const { data, error } = await client.auth.mfa.unenroll({ factorId: factor.id });
    expect([data?.id, error]).toEqual([factor.id, null]);
    await client.auth.refreshSession();
    expect(await levels(client)).toEqual(['aal1', 'aal1']);
    expect(await levels(await signedInAgain(email))).toEqual(['aal1', 'aal1']);
  });

  test('the owner of the database can remove it for somebody who lost the device', async () => {
    const { id, email } = await withFactor();
    await admin().begin(async (transaction) => {
      await transaction`set local role postgres`;
      await transaction`delete from auth.mfa_factors where user_id = ${id}`;
    });
    expect(await levels(await signedInAgain(email))).toEqual(['aal1', 'aal1']);
  });

  test('a banned person cannot use it any more', async () => {
    const { client, id, factor } = await withFactor();
    await admin()`update auth.users set banned_until = '2999-01-01' where id = ${id}`;
    const { error } = await client.auth.mfa.challenge({ factorId: factor.id });
    expect([error?.status, error?.code]).toEqual([403, 'user_banned']);
  });
});

test('no API role reads the tables', async () => {
  for (const role of ['anon', 'authenticated', 'service_role']) {
    for (const table of ['mfa_factors', 'mfa_challenges', 'mfa_amr_claims']) {
      const [row] = await admin()`select has_table_privilege(${role}, ${`auth.${table}`}, 'select') as may`;
      expect(row?.may).toBe(false);
    }
  }
});

test('the token of a challenge is the same person: a forged one is 403 bad_jwt', async () => {
  const { client, factor } = await withFactor();
  const forged = `${(await tokenOf(client)).split('.').slice(0, 2).join('.')}.AAAA`;
  const answer = await raw(stack, `/auth/v1/factors/${factor.id}/challenge`, {
    method: 'POST',
    body: '{}',
    headers: bearer(forged),
  });
  expect(answer).toMatchObject({ status: 403, body: { error_code: 'bad_jwt' } });
});

test('a database from before it gets its tables, and keeps its people', async () => {
  const data = mkdtempSync(join(tmpdir(), 'chairside-older-'));
  // The database's own user must get through.
  chmodSync(data, 0o711);
  const options = { data, project: fixtureProject, durable: false };
  const startAgain = async () =>
    startStack({ ...options, port: await freePort(), databasePort: await freePort() });
  const older = await startAgain();
  const email = 'older@invited.test';
  const clientOf = ({ url, keys }: Stack) =>
    createClient(url, keys.publishableKey, { auth: { persistSession: false, autoRefreshToken: false } });
  await clientOf(older).auth.signUp({ email, password });
  await older.database.admin.unsafe(`
    drop table auth.mfa_challenges, auth.mfa_factors, auth.mfa_amr_claims;
    drop type auth.factor_type, auth.factor_status, auth.aal_level;
    comment on database postgres is '0123456789abcdef'`);
  await older.stop();
  const newer = await startAgain();
  try {
    const client = clientOf(newer);
    expect((await client.auth.signInWithPassword({ email, password })).error).toBeNull();
    await pass(client, await enrol(client));
    expect(await levels(client)).toEqual(['aal2', 'aal2']);
  } finally {
    await newer.stop();
    rmSync(data, { recursive: true });
  }
});

test('a project that has it switched off says so (config.toml, [auth.mfa.totp])', async () => {
  const project = mkdtempSync(join(tmpdir(), 'chairside-mfa-'));
  cpSync(fixtureProject, project, { recursive: true });
  const path = join(project, 'config.toml');
  const settings = readFileSync(path, 'utf8');
  writeFileSync(path, settings.replace('enroll_enabled = true\nverify_enabled = true', ''));
  const without = await startFixture({ project });
  try {
    const { client } = await newPerson(without);
    const { error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'Phone' });
    expect([error?.status, error?.code]).toEqual([422, 'mfa_totp_enroll_not_enabled']);
  } finally {
    await without.stop();
    rmSync(project, { recursive: true });
  }
});
