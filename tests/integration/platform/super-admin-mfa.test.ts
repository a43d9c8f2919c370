import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { afterAll, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection, serviceClient } from '../../support/environment.ts';
import {
  addExisting,
  call,
  createClinic,
  createSuperAdmin,
  hashToken,
  newEmail,
  newToken,
  type Person,
  refusal,
  signIn,
} from '../../support/people.ts';
import { type Invitation, inviteColleague, send } from '../functions/invitations.ts';
import { mailsTo } from '../functions/mail.ts';
import { readFunctions } from '../isolation/catalog.ts';

/** A super-admin who has enrolled a second factor reaches the platform only in a session that proved it. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const functions = await readFunctions(sql);
const [{ offered } = {}] = await sql`select to_regclass('auth.mfa_factors') is not null as offered`;

interface Access {
  is_super_admin: boolean;
  mfa_required: boolean;
  memberships: { has_access: boolean }[];
}
const accessOf = (person: Person): Promise<Access> => call<Access>(person.client, 'my_access');

/** Enters the code of an authenticator app; the person's session has proved the factor from then on. */
async function enterCode(person: Person, factorId: string, secret: string): Promise<Person> {
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const { data, error } = await person.client.auth.mfa.challengeAndVerify({ factorId, code });
  if (error) throw error;
  return { ...person, accessToken: data.access_token };
}

interface Enrolled {
  /** The session in which the factor was confirmed. */
  proved: Person;
  /** A later session that has given the password alone. */
  passwordOnly: Person;
  factorId: string;
  secret: string;
}

async function enrol(person: Person): Promise<Enrolled> {
  const { data, error } = await person.client.auth.mfa.enroll({ factorType: 'totp' });
  if (error) throw error;
  const { id: factorId, totp } = data;
  const proved = await enterCode(person, factorId, totp.secret);
  return { proved, passwordOnly: await signIn(person.email, person.password), factorId, secret: totp.secret };
}

/** Values the Data API accepts for the types; nothing they name exists. */
const samples: Record<string, unknown> = {
  uuid: randomUUID(),
  integer: 30,
  boolean: false,
  date: '2026-01-01',
  'timestamp with time zone': '2026-01-01T00:00:00Z',
  'text[]': [],
  jsonb: {},
};

describe('without a factor', () => {
  it('a super-admin works as before', async () => {
    expect(await accessOf(admin)).toMatchObject({ is_super_admin: true, mfa_required: false });
    await call(admin.client, 'admin_list_support_grants');
  });
});

describe.skipIf(!offered)(
  'where the Auth service offers second factors (others have no auth.mfa_factors)',
  () => {
    it('starting to enrol asks for nothing yet', async () => {
      const person = await createSuperAdmin();
      expect((await person.client.auth.mfa.enroll({ factorType: 'totp' })).error).toBeNull();
      expect(await accessOf(person)).toMatchObject({ is_super_admin: true, mfa_required: false });
      await call(person.client, 'admin_list_support_grants');
    });

    it('every platform function is closed to a session with the password alone', async () => {
      const { passwordOnly } = await enrol(await createSuperAdmin());
      const platform = functions.filter((fn) => fn.forSignedIn && fn.name.startsWith('admin_'));
      expect(platform.length).toBeGreaterThan(10);
      for (const fn of platform) {
        const body = Object.fromEntries(
          fn.argumentTypes.map((type, n) => [fn.argumentNames[n], type in samples ? samples[type] : 'x']),
        );
        const answer = await dataApi('POST', `rpc/${fn.name}`, {
          accessToken: passwordOnly.accessToken,
          body,
        });
        expect({ name: fn.name, ...answer }).toMatchObject({
          ...{ name: fn.name, status: 403 },
          body: { hint: 'mfa_required' },
        });
      }
    });

    it('the code opens the platform for this session, and the app is told all along', async () => {
      const { proved, passwordOnly, factorId, secret } = await enrol(await createSuperAdmin());
      await call(proved.client, 'admin_list_support_grants');
      expect(await accessOf(proved)).toMatchObject({ is_super_admin: true, mfa_required: false });
      expect(await accessOf(passwordOnly)).toMatchObject({ is_super_admin: false, mfa_required: true });
      const confirmed = await enterCode(passwordOnly, factorId, secret);
      expect(await accessOf(confirmed)).toMatchObject({ is_super_admin: true, mfa_required: false });
      expect((await confirmed.client.auth.refreshSession()).error).toBeNull();
      await call(confirmed.client, 'admin_list_support_grants');
    });

    it('an open support grant is of no use without it', async () => {
      const { proved, passwordOnly } = await enrol(await createSuperAdmin());
      const grant = await call<{ id: string }>(proved.client, 'admin_open_support_access', {
        ...{ tenant_id: clinic.id, reason: 'second factor', minutes: 15 },
      });
      const args = { support_grant_id: grant.id };
      expect(await refusal(passwordOnly.client, 'admin_support_list_clients', args)).toBe('403 mfa_required');
      expect(await refusal(passwordOnly.client, 'admin_end_support_access', args)).toBe('403 mfa_required');
      const [row] = await sql`select reads, ended_at from public.support_grants where id = ${grant.id}`;
      expect(row).toEqual({ reads: 0, ended_at: null });
    });

    it('what the person owns stays open to them', async () => {
      const person = await createSuperAdmin();
      await addExisting(owner, clinic, person);
      await sql`update public.memberships set role = 'owner' where user_id = ${person.userId}`;
      const { passwordOnly } = await enrol(person);
      expect((await accessOf(passwordOnly)).memberships).toMatchObject([{ has_access: true }]);
      await call(passwordOnly.client, 'list_team', { tenant_id: clinic.id });
      const invitation = await inviteColleague(passwordOnly, clinic);
      expect((await send(passwordOnly, invitation)).status).toBe(200);
      expect(await mailsTo(invitation.email)).toHaveLength(1);
    });

    it('a factor of somebody else is not asked for', async () => {
      const { passwordOnly } = await enrol((await createClinic(admin)).owner);
      expect(await accessOf(passwordOnly)).toMatchObject({ is_super_admin: false, mfa_required: false });
      expect(await refusal(passwordOnly.client, 'admin_list_support_grants')).toBe(
        '403 super_admin_required',
      );
    });

    it('removing the factor, by the person or by the owner of the database, ends it', async () => {
      const { proved, passwordOnly, factorId } = await enrol(await createSuperAdmin());
      expect((await proved.client.auth.mfa.unenroll({ factorId })).error).toBeNull();
      await call(passwordOnly.client, 'admin_list_support_grants');
      const lost = await enrol(await createSuperAdmin());
      await sql`delete from auth.mfa_factors where user_id = ${lost.proved.userId}`;
      await call(lost.passwordOnly.client, 'admin_list_support_grants');
    });

    describe('invitations, which the Edge Function sends in the name of the super-admin', () => {
      const inviteOwner = (proved: Person): Promise<Invitation> =>
        call<Invitation>(proved.client, 'admin_invite', {
          ...{ tenant_id: clinic.id, email: newEmail('second-owner'), role: 'owner' },
        });

      it('are not sent or withdrawn from a session with the password alone', async () => {
        const { proved, passwordOnly } = await enrol(await createSuperAdmin());
        const invitation = await inviteOwner(proved);
        expect(await send(passwordOnly, invitation)).toMatchObject({
          ...{ status: 403, body: { code: 'mfa_required' } },
        });
        const args = { invitation_id: invitation.id };
        expect(await refusal(passwordOnly.client, 'revoke_invitation', args)).toBe('403 mfa_required');
        const [row] =
          await sql`select token_hash, revoked_at from public.invitations where id = ${invitation.id}`;
        expect(row).toEqual({ token_hash: null, revoked_at: null });
        expect(await mailsTo(invitation.email)).toHaveLength(0);
      });

      it('are sent once the code was entered', async () => {
        const { proved } = await enrol(await createSuperAdmin());
        const invitation = await inviteOwner(proved);
        expect((await send(proved, invitation)).status).toBe(200);
        expect(await mailsTo(invitation.email)).toHaveLength(1);
      });

      it('are refused to a function that does not state the level of the session', async () => {
        const { proved } = await enrol(await createSuperAdmin());
        const invitation = await inviteOwner(proved);
        const args = {
          ...{ invitation_id: invitation.id, actor_id: proved.userId, token_hash: hashToken(newToken()) },
        };
        for (const stated of [{}, { actor_assurance: null }, { actor_assurance: 'aal1' }]) {
          const answer = await refusal(serviceClient(), 'issue_invitation_token', { ...args, ...stated });
          expect(answer).toBe('403 mfa_required');
        }
        await call(serviceClient(), 'issue_invitation_token', { ...args, actor_assurance: 'aal2' });
      });
    });
  },
);
