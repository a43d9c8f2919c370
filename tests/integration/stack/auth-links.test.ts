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
const signUp = (email: string) => anonymous(stack).auth.signUp({ email, password });

describe('links by mail (verifyOtp with token_hash, as for server-side apps)', () => {
  test('type email confirms a sign-up, once', async () => {
    await signUp('lia@example.test');
    const { tokenHash } = await newestMail(stack, 'lia@example.test');
    const { data } = await anonymous(stack).auth.verifyOtp({ type: 'email', token_hash: tokenHash });
    expect(data.user?.email).toBe('lia@example.test');
    const again = await anonymous(stack).auth.verifyOtp({ type: 'email', token_hash: tokenHash });
    expect([again.error?.status, again.error?.code]).toEqual([403, 'otp_expired']);
  });

  test('resend sends a fresh link and voids the old one; unknown addresses get the same answer', async () => {
    await signUp('mia@example.test');
    const old = await newestMail(stack, 'mia@example.test');
    const soon = await anonymous(stack).auth.resend({ type: 'signup', email: 'mia@example.test' });
    expect(soon.error?.code).toBe('over_email_send_rate_limit');
    await admin()`update auth.users set confirmation_sent_at = now() - interval '1 minute' where email = 'mia@example.test'`;
    expect(
      (await anonymous(stack).auth.resend({ type: 'signup', email: 'mia@example.test' })).error,
    ).toBeNull();
    const fresh = await newestMail(stack, 'mia@example.test');
    expect(fresh.tokenHash).not.toBe(old.tokenHash);
    expect(
      (await anonymous(stack).auth.verifyOtp({ type: 'email', token_hash: old.tokenHash })).error?.code,
    ).toBe('otp_expired');
    expect(
      (await anonymous(stack).auth.verifyOtp({ type: 'signup', token_hash: fresh.tokenHash })).error,
    ).toBeNull();
    expect(
      (await anonymous(stack).auth.resend({ type: 'signup', email: 'unknown@example.test' })).error,
    ).toBeNull();
  });

  test('recovery: a link, a session, a new password; unknown addresses get the same answer and no mail', async () => {
    const { email } = await newPerson(stack);
    const redirectTo = 'http://127.0.0.1:3000/auth/confirm';
    expect((await anonymous(stack).auth.resetPasswordForEmail(email, { redirectTo })).error).toBeNull();
    const { tokenHash, html } = await newestMail(stack, email);
    expect(html).toContain(encodeURIComponent(redirectTo));
    const client = anonymous(stack);
    expect((await client.auth.verifyOtp({ type: 'recovery', token_hash: tokenHash })).error).toBeNull();
    expect((await client.auth.updateUser({ password: 'chosen after recovery' })).error).toBeNull();
    expect(
      (await anonymous(stack).auth.signInWithPassword({ email, password: 'chosen after recovery' })).error,
    ).toBeNull();
    expect((await anonymous(stack).auth.resetPasswordForEmail('unknown@example.test')).error).toBeNull();
    await expect(newestMail(stack, 'unknown@example.test')).rejects.toThrow('No mail');
  });

  test('a redirect to a site that is not listed falls back to the app', async () => {
    const { email } = await newPerson(stack);
    await anonymous(stack).auth.resetPasswordForEmail(email, { redirectTo: 'https://evil.test/' });
    expect((await newestMail(stack, email)).html).not.toContain('evil.test');
  });

  test('an expired link is 403 otp_expired', async () => {
    const { email } = await newPerson(stack);
    await anonymous(stack).auth.resetPasswordForEmail(email);
    await admin()`update auth.users set recovery_sent_at = now() - interval '2 hours' where email = ${email}`;
    const { tokenHash } = await newestMail(stack, email);
    expect(
      (await anonymous(stack).auth.verifyOtp({ type: 'recovery', token_hash: tokenHash })).error?.code,
    ).toBe('otp_expired');
  });

  test('secure e-mail change: both mailboxes confirm, in either order, and only then the address changes', async () => {
    for (const order of [
      ['old', 'new'],
      ['new', 'old'],
    ] as const) {
      const { client, email, id } = await newPerson(stack);
      const next = `next-${id}@example.test`;
      expect((await client.auth.updateUser({ email: next })).data.user?.new_email).toBe(next);
      const hashes = {
        old: (await newestMail(stack, email)).tokenHash,
        new: (await newestMail(stack, next)).tokenHash,
      };
      expect(hashes.old).not.toBe(hashes.new);
      const first = await post('/verify', { type: 'email_change', token_hash: hashes[order[0]] });
      expect(first).toMatchObject({
        status: 200,
        body: { code: '200', msg: expect.stringContaining('other email') as string },
      });
      expect((await admin()`select email from auth.users where id = ${id}`)[0]?.email).toBe(email);
      const replay = await post('/verify', { type: 'email_change', token_hash: hashes[order[0]] });
      expect(replay.status).toBe(403);
      const second = await anonymous(stack).auth.verifyOtp({
        type: 'email_change',
        token_hash: hashes[order[1]],
      });
      expect(second.data.user?.email).toBe(next);
    }
  });

  test('a taken address is 422 email_exists', async () => {
    const [{ client }, other] = [await newPerson(stack), await newPerson(stack)];
    expect((await client.auth.updateUser({ email: other.email })).error?.code).toBe('email_exists');
  });
});
