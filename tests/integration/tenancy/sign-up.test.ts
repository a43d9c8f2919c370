import { afterAll, describe, expect, it } from 'vitest';
import { anonymousClient, ownerConnection } from '../../support/environment.ts';
import { call, createClinic, createSuperAdmin, invite, newEmail, signUp } from '../../support/people.ts';

/** An account can only be created with a valid invitation for its address, whoever calls the Auth service and however. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const password = 'a long enough password';

const usersWith = async (email: string): Promise<number> =>
  Number((await sql`select count(*) from auth.users where lower(email) = ${email.toLowerCase()}`)[0]?.count);

async function expectNoAccount(email: string, data: Record<string, unknown>): Promise<void> {
  const { data: answer, error } = await anonymousClient().auth.signUp({ email, password, options: { data } });
  expect(error).not.toBeNull();
  expect(answer.session).toBeNull();
  expect(await usersWith(email)).toBe(0);
}

describe('a direct sign-up is refused and leaves no user', () => {
  it('without a token', () => expectNoAccount(newEmail('nobody'), {}));
  it('with a made-up token', () => expectNoAccount(newEmail('nobody'), { invitation_token: 'made up' }));
  it('with a token that is not text', () =>
    expectNoAccount(newEmail('nobody'), { invitation_token: { $ne: null } }));

  it('with an expired token', async () => {
    const email = newEmail('late');
    const token = await invite(owner, clinic, email);
    await sql`update public.invitations set expires_at = now() where email = ${email}`;
    await expectNoAccount(email, { invitation_token: token });
  });

  it('with a revoked token', async () => {
    const email = newEmail('revoked');
    const token = await invite(owner, clinic, email);
    const [row] = await sql`select id from public.invitations where email = ${email}`;
    await call(owner.client, 'revoke_invitation', { invitation_id: row?.id });
    await expectNoAccount(email, { invitation_token: token });
  });

  it('with the token of somebody else', async () => {
    const token = await invite(owner, clinic, newEmail('invited'));
    await expectNoAccount(newEmail('thief'), { invitation_token: token });
  });

  it('with a used token', async () => {
    const email = newEmail('used');
    const token = await invite(owner, clinic, email);
    await signUp(email, token);
    await expectNoAccount(newEmail('second'), { invitation_token: token });
  });

  it('by a one-time code', async () => {
    const email = newEmail('otp');
    await anonymousClient().auth.signInWithOtp({ email, options: { shouldCreateUser: true } });
    expect(await usersWith(email)).toBe(0);
  });

  it('anonymously', async () => {
    const { data } = await anonymousClient().auth.signInAnonymously();
    expect(data.user).toBeNull();
  });
});

describe('a sign-up with its invitation', () => {
  it('works whatever the case of the address, and keeps the token nowhere', async () => {
    const email = newEmail('mixed');
    const token = await invite(owner, clinic, email.toUpperCase());
    const { error } = await anonymousClient().auth.signUp({
      email: email.replace('mixed', 'MiXed'),
      password,
      options: { data: { invitation_token: token, first_name: 'Mia', last_name: 'Xu', language: 'ro' } },
    });
    expect(error).toBeNull();
    const client = anonymousClient();
    expect((await client.auth.signInWithPassword({ email, password })).error).toBeNull();
    expect((await client.from('profiles').select('email, first_name, last_name, language')).data).toEqual([
      { email, first_name: 'Mia', last_name: 'Xu', language: 'ro' },
    ]);
    const traces = await sql`
      select from auth.users where raw_user_meta_data::text || raw_app_meta_data::text like ${`%${token}%`} or raw_user_meta_data::text like '%invitation_token%'
      union all select from auth.identities where identity_data::text like ${`%${token}%`} or identity_data::text like '%invitation_token%'`;
    expect(traces.length).toBe(0);
  });

  it('does not let a person write their own role, status or clinic into the account', async () => {
    const email = newEmail('sly');
    const token = await invite(owner, clinic, email);
    const { error } = await anonymousClient().auth.signUp({
      email,
      password,
      options: {
        data: {
          invitation_token: token,
          role: 'owner',
          status: 'active',
          is_super_admin: true,
          email_verified: true,
        },
      },
    });
    expect(error).toBeNull();
    const [row] =
      await sql`select m.role from public.memberships m join public.profiles p using (user_id) where p.email = ${email}`;
    expect(row?.role).toBe('staff');
  });
});
