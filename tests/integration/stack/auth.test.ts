import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestStack } from '../../../supabase/embedded/test-stack.ts';
import { anonymous, newestMail, newPerson, password, raw, startFixture } from './fixture.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startFixture();
});
afterAll(() => stack.stop());

const post = (path: string, body: object) =>
  raw(stack, `/auth/v1${path}`, { method: 'POST', body: JSON.stringify(body) });
const admin = () => stack.stack.database.admin;
const signUp = (email: string, data: object = {}) =>
  anonymous(stack).auth.signUp({ email, password, options: { data } });
const userCount = async (email: string) =>
  Number((await admin()`select count(*) from auth.users where email = ${email}`)[0]?.count);

describe('sign-up (supabase/auth, internal/api/signup.go)', () => {
  test('the user is reloaded after the triggers: confirmed by one, it comes with a session', async () => {
    const { data, error } = await signUp('ana@invited.test', {
      first_name: 'Ana',
      invitation_token: 'secret',
    });
    expect(error).toBeNull();
    expect(data.session?.access_token).toBeTruthy();
    expect(data.user?.email_confirmed_at).toBeTruthy();
    expect(data.user?.last_sign_in_at).toBeTruthy();
  });

  test('metadata arrives as an object, and what a trigger takes out stays out', async () => {
    const [row] = await admin()`
      select raw_user_meta_data as metadata, jsonb_typeof(raw_user_meta_data) as type, last_sign_in_at
      from auth.users where email = 'ana@invited.test'`;
    expect(row?.type).toBe('object');
    expect(row?.metadata).toMatchObject({ first_name: 'Ana', email: 'ana@invited.test' });
    expect(row?.metadata).not.toHaveProperty('invitation_token');
    expect(row?.last_sign_in_at).not.toBeNull();
  });

  test('the identity receives every key of options.data', async () => {
    const [row] = await admin()`select identity_data from auth.identities where email = 'ana@invited.test'`;
    expect(row?.identity_data).toMatchObject({ first_name: 'Ana', invitation_token: 'secret' });
  });

  test('a refusing trigger is 500 unexpected_failure, and no user row is left', async () => {
    const answer = await post('/signup', { email: 'who@refused.test', password });
    expect(answer).toMatchObject({
      status: 500,
      body: { code: 500, error_code: 'unexpected_failure', msg: 'Database error saving new user' },
    });
    expect(await userCount('who@refused.test')).toBe(0);
  });

  test('user and identity are one transaction: a refusal at the second leaves nothing of the first', async () => {
    expect((await post('/signup', { email: 'who@half.test', password })).status).toBe(500);
    expect(await userCount('who@half.test')).toBe(0);
  });

  test('two sign-ups at once with one address: one account, the other refused', async () => {
    const answers = await Promise.all(
      [1, 2].map(() => post('/signup', { email: 'twice@invited.test', password })),
    );
    expect(await userCount('twice@invited.test')).toBe(1);
    expect(answers.filter((answer) => 'access_token' in answer.body)).toHaveLength(1);
  });

  test('a known, confirmed address gets a made-up user without identities, and no mail', async () => {
    const { data, error } = await signUp('ana@invited.test', { other: true });
    expect(error).toBeNull();
    expect(data.session).toBeNull();
    expect(data.user?.identities).toEqual([]);
    expect(await admin()`select from auth.users where id = ${data.user?.id ?? ''}`).toHaveLength(0);
    await expect(newestMail(stack, 'ana@invited.test')).rejects.toThrow('No mail');
  });

  test('an unconfirmed account gets a mail; signing up again too soon is 429', async () => {
    const { data } = await signUp('eva@example.test');
    expect(data.session).toBeNull();
    expect(data.user?.identities).toHaveLength(1);
    expect((await newestMail(stack, 'eva@example.test')).tokenHash).toMatch(/^[0-9a-f]{64}$/);
    const again = await post('/signup', { email: 'eva@example.test', password });
    expect(again).toMatchObject({ status: 429, body: { error_code: 'over_email_send_rate_limit' } });
  });

  test('a short password is 422 weak_password with its reasons; a broken address 400', async () => {
    const weak = await post('/signup', { email: 'short@invited.test', password: 'short' });
    expect(weak).toMatchObject({
      status: 422,
      body: { error_code: 'weak_password', weak_password: { reasons: ['length'] } },
    });
    const broken = await post('/signup', { email: 'nobody', password });
    expect(broken).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } });
  });
});

describe('sign-in', () => {
  test('a wrong password is 400 invalid_credentials, for unknown and unconfirmed accounts alike', async () => {
    for (const email of ['ana@invited.test', 'unknown@example.test', 'eva@example.test']) {
      const answer = await post('/token?grant_type=password', { email, password: 'not the password' });
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' },
      });
    }
  });

  test('an unconfirmed account with the right password is 400 email_not_confirmed', async () => {
    const { error } = await anonymous(stack).auth.signInWithPassword({ email: 'eva@example.test', password });
    expect(error?.code).toBe('email_not_confirmed');
  });

  test('the token has the claims of a GoTrue token and names its key', async () => {
    const { token, id } = await newPerson(stack);
    const [header, claims] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);
    expect(header).toMatchObject({
      alg: 'HS256',
      typ: 'JWT',
      kid: expect.stringMatching(/^[0-9a-f]+$/) as string,
    });
    expect(claims).toMatchObject({
      ...{ sub: id, aud: 'authenticated', role: 'authenticated', aal: 'aal1', is_anonymous: false },
      ...{
        iss: `${stack.description.url}/auth/v1`,
        app_metadata: { provider: 'email', providers: ['email'] },
      },
      session_id: expect.any(String) as string,
    });
  });

  test('a banned account is refused at sign-in and refresh, also for ever (infinity)', async () => {
    const person = await newPerson(stack);
    for (const until of ['2999-01-01', 'infinity']) {
      await admin()`update auth.users set banned_until = ${until}::text::timestamptz where id = ${person.id}`;
      const signIn = await anonymous(stack).auth.signInWithPassword({ email: person.email, password });
      expect(signIn.error?.code).toBe('user_banned');
    }
    expect((await person.client.auth.refreshSession()).error?.code).toBe('user_banned');
  });
});

describe('the hook of a password check (supabase/auth, internal/hooks and internal/api/token.go)', () => {
  const signInAs = (email: string, word = password) =>
    post('/token?grant_type=password', { email, password: word });
  const attempts = async (id: string) => {
    const rows = await admin()`
      select event from private.password_attempts where event ->> 'user_id' = ${id} order by event -> 'metadata' ->> 'time'`;
    return rows.map((row) => row.event as Record<string, unknown>);
  };

  test('hears of every check of a known account, right or wrong, also when the sign-in is refused', async () => {
    const { id, email } = await newPerson(stack);
    expect((await signInAs(email, 'not the password')).status).toBe(400);
    expect((await signInAs(email)).status).toBe(200);
    expect(await attempts(id)).toMatchObject([
      { valid: false, metadata: { name: 'password-verification', ip_address: '127.0.0.1' } },
      { valid: true },
    ]);
  });

  test('hears nothing of unknown addresses and banned accounts', async () => {
    const { id, email } = await newPerson(stack);
    await admin()`update auth.users set banned_until = '2999-01-01' where id = ${id}`;
    const total = async () => (await admin()`select from private.password_attempts`).length;
    const before = await total();
    expect((await signInAs('unknown@example.test')).status).toBe(400);
    expect((await signInAs(email)).status).toBe(400);
    expect(await total()).toBe(before);
  });

  test('rejects with its own message, and ends the sessions of that person when it says so', async () => {
    const { email, client } = await newPerson(stack, 'locked');
    expect(await signInAs(email)).toMatchObject({
      status: 400,
      body: { error_code: 'invalid_credentials', msg: 'Locked.' },
    });
    expect((await client.auth.getUser()).error?.name).toBe('AuthSessionMissingError');
  });

  test('an error it returns has the status it names; one it raises is 500, and nobody gets in', async () => {
    const full = await newPerson(stack, 'full');
    expect(await signInAs(full.email)).toMatchObject({ status: 429, body: { msg: 'Too many.' } });
    const broken = await newPerson(stack, 'broken');
    expect(await signInAs(broken.email)).toMatchObject({
      status: 500,
      body: {
        error_code: 'unexpected_failure',
        msg: 'Error running hook URI: pg-functions://postgres/public/record_password_attempt',
      },
    });
  });
});

describe('sessions', () => {
  test('a refresh gives a new, usable token; an unknown refresh token is 400', async () => {
    const { client, id } = await newPerson(stack);
    const { data } = await client.auth.refreshSession();
    expect(data.user?.id).toBe(id);
    expect((await client.auth.getUser()).data.user?.id).toBe(id);
    expect((await post('/token?grant_type=refresh_token', { refresh_token: 'unknown' })).status).toBe(400);
  });

  test('sign-out scopes: local ends this one, others ends the rest, global all; none means global', async () => {
    const { email } = await newPerson(stack);
    const session = async () => {
      const client = anonymous(stack);
      const { data } = await client.auth.signInWithPassword({ email, password });
      return {
        client,
        isAlive: async () =>
          (await raw(stack, '/auth/v1/user', { headers: bearer(data.session?.access_token) })).status === 200,
        token: data.session?.access_token,
      };
    };
    const [first, second, third] = [await session(), await session(), await session()];
    await first.client.auth.signOut({ scope: 'local' });
    expect([await first.isAlive(), await second.isAlive(), await third.isAlive()]).toEqual([
      false,
      true,
      true,
    ]);
    await second.client.auth.signOut({ scope: 'others' });
    expect([await second.isAlive(), await third.isAlive()]).toEqual([true, false]);
    const fourth = await session();
    await raw(stack, '/auth/v1/logout', { method: 'POST', headers: bearer(second.token) });
    expect([await second.isAlive(), await fourth.isAlive()]).toEqual([false, false]);
  });

  test('a new password ends every other session', async () => {
    const { client, email } = await newPerson(stack);
    const other = anonymous(stack);
    const { data } = await other.auth.signInWithPassword({ email, password });
    expect((await client.auth.updateUser({ password: 'another long password' })).error).toBeNull();
    expect((await client.auth.getUser()).error).toBeNull();
    expect((await raw(stack, '/auth/v1/user', { headers: bearer(data.session?.access_token) })).status).toBe(
      403,
    );
  });

  test('the same password again is 422 same_password', async () => {
    const { client } = await newPerson(stack);
    expect((await client.auth.updateUser({ password })).error?.code).toBe('same_password');
  });
});

describe('the service around it', () => {
  test('without a key 401, except for links that a browser opens', async () => {
    const none = { headers: { apikey: '' } };
    expect((await raw(stack, '/auth/v1/user', none)).status).toBe(401);
    const link = await raw(
      stack,
      `/auth/v1/verify?type=recovery&token=${createHash('sha256').update('x').digest('hex')}`,
      none,
    );
    expect(link.status).toBe(303);
    expect(link.headers.get('location')).toContain('error_code=otp_expired');
  });

  test('admin settings of the project are what /settings tells', async () => {
    expect((await raw(stack, '/auth/v1/settings')).body).toMatchObject({
      disable_signup: false,
      mailer_autoconfirm: false,
    });
  });
});

function bearer(token: string | undefined): Record<string, string> {
  return { authorization: `Bearer ${token ?? ''}` };
}
