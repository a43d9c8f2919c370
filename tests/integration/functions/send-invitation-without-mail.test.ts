import { afterAll, expect, it } from 'vitest';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';

/**
 * Invitations on a stack without RESEND_API_KEY. The stack under test has mail, so this file starts one of
 * its own that has none; the modules that read the environment are loaded after it has been set.
 */

const appUrl = 'http://127.0.0.1:3000';
const withoutMail = await startTestStack({ appUrl, functionSecrets: { APP_URL: appUrl } });
afterAll(() => withoutMail.stop());
Object.assign(process.env, withoutMail.environment);
const { call, createClinic, createSuperAdmin } = await import('../../support/people.ts');
const { anonymousClient } = await import('../../support/environment.ts');
const { inviteColleague, send } = await import('./invitations.ts');
const { mailsTo } = await import('./mail.ts');

const { clinic, owner } = await createClinic(await createSuperAdmin());

it('says that no mail went out, and shows the link on request instead', async () => {
  const invitation = await inviteColleague(owner, clinic);
  const sent = await send(owner, invitation);
  expect(sent.status).toBe(200);
  expect(sent.body).not.toHaveProperty('link');
  expect(sent.body.invitation).toMatchObject({
    delivery: 'not_configured',
    delivery_error: 'RESEND_API_KEY is not set.',
    delivered_at: null,
  });
  expect(await mailsTo(invitation.email)).toEqual([]);

  const revealed = await send(owner, invitation, 'reveal');
  expect(revealed.body.invitation).toMatchObject({ delivery: 'revealed', state: 'open' });
  const [address, token = ''] = (revealed.body.link ?? '').split('/invite/');
  expect(address).toBe(appUrl);
  expect(await call(anonymousClient(), 'preview_invitation', { token })).toMatchObject({
    state: 'valid',
    needs_confirmation: true,
  });
  // Shown once: to see a link again somebody has to make a new one, and not at once.
  expect(await send(owner, invitation, 'reveal')).toMatchObject({ status: 429 });
});

it('an account from a revealed link has to confirm its address, and then gets a new password', async () => {
  const invitation = await inviteColleague(owner, clinic);
  const { body } = await send(owner, invitation, 'reveal');
  const client = anonymousClient();
  const account = { email: invitation.email, password: 'a long enough password' };
  const { data, error } = await client.auth.signUp({
    ...account,
    options: { data: { invitation_token: (body.link ?? '').split('/invite/')[1] } },
  });
  expect([error, data.session]).toEqual([null, null]);
  expect((await client.auth.signInWithPassword(account)).error?.code).toBe('email_not_confirmed');

  const [confirmation] = await mailsTo(invitation.email);
  const token_hash = /token_hash=(\w+)/.exec(confirmation?.html ?? '')?.[1] ?? '';
  expect((await client.auth.verifyOtp({ type: 'email', token_hash })).error).toBeNull();
  // Somebody else may have held the link and set that password: whoever reads the mailbox chooses a new one.
  expect((await anonymousClient().auth.signInWithPassword(account)).error?.code).toBe('invalid_credentials');
  const password = 'another long password';
  expect((await client.auth.updateUser({ password })).error).toBeNull();
  expect((await anonymousClient().auth.signInWithPassword({ ...account, password })).error).toBeNull();
});
