import { afterAll, describe, expect, it } from 'vitest';
import { anonymousClient, ownerConnection } from '../../support/environment.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  invite,
  newEmail,
  type Person,
} from '../../support/people.ts';

/** Two people, or two tabs, at the same moment: real parallel requests, each on a connection of its own. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();

const signUpOnce = (email: string, token: string) =>
  anonymousClient().auth.signUp({
    email,
    password: 'a long enough password',
    options: { data: { invitation_token: token } },
  });

describe('two sign-ups with one invitation', () => {
  for (const round of [1, 2, 3]) {
    it(`make one account with one membership (round ${round})`, async () => {
      const { clinic, owner } = await createClinic(admin);
      const email = newEmail('twice');
      const token = await invite(owner, clinic, email);
      const answers = await Promise.all([
        signUpOnce(email, token),
        signUpOnce(email, token),
        signUpOnce(email, token),
      ]);
      // The loser gets an error, or the made-up user without identities with which the Auth service hides known addresses.
      const winners = answers.filter(({ data, error }) => !error && (data.user?.identities?.length ?? 0) > 0);
      expect(winners).toHaveLength(1);
      const rows =
        await sql`select m.id from public.memberships m join auth.users u on u.id = m.user_id where u.email = ${email}`;
      expect(rows).toHaveLength(1);
      const { data: preview } = await anonymousClient().rpc('preview_invitation', { token });
      expect(preview).toMatchObject({ state: 'used' });
    });
  }
});

describe('two acceptances of one invitation', () => {
  it('give one success and one 409', async () => {
    const { owner: guest } = await createClinic(admin);
    const { clinic, owner } = await createClinic(admin);
    const token = await invite(owner, clinic, guest.email);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => guest.client.rpc('accept_invitation', { token })),
    );
    expect(answers.filter((answer) => !answer.error)).toHaveLength(1);
    for (const { error, status } of answers.filter((answer) => answer.error)) {
      expect({ status, hint: error?.hint }).toEqual({ status: 409, hint: 'invitation_used' });
    }
  });
});

describe('invitations for the last seat', () => {
  it('one gets it, whoever asks', async () => {
    const { clinic, owner } = await createClinic(admin, 2);
    const addresses = Array.from({ length: 8 }, (_, n) => newEmail(`seat${n}`));
    const answers = await Promise.all(
      addresses.map((email) => owner.client.rpc('invite_member', { tenant_id: clinic.id, email })),
    );
    expect(answers.filter((answer) => !answer.error)).toHaveLength(1);
    expect(
      new Set(answers.flatMap(({ error, status }) => (error ? [`${status} ${error.hint}`] : []))),
    ).toEqual(new Set(['409 no_seats_left']));
  });

  it('the same address twice (a double click) makes one invitation', async () => {
    const { clinic, owner } = await createClinic(admin);
    const email = newEmail('double');
    const answers = await Promise.all(
      [1, 2].map(() => owner.client.rpc('invite_member', { tenant_id: clinic.id, email })),
    );
    expect(answers.filter((answer) => !answer.error)).toHaveLength(1);
    expect(answers.find((answer) => answer.error)?.error?.hint).toBe('invitation_open');
  });

  it('seats lowered under open invitations are not exceeded by accepting them at once', async () => {
    const { clinic, owner } = await createClinic(admin, 10);
    const guests: Person[] = await Promise.all(
      Array.from({ length: 4 }, async () => (await createClinic(admin)).owner),
    );
    const tokens: string[] = [];
    for (const guest of guests) tokens.push(await invite(owner, clinic, guest.email));
    await sql`update public.tenants set max_seats = 3 where id = ${clinic.id}`;
    const answers = await Promise.all(
      guests.map((guest, n) => guest.client.rpc('accept_invitation', { token: tokens[n] })),
    );
    expect(answers.filter((answer) => !answer.error)).toHaveLength(2);
    const team = await call<{ seats: { active: number } }>(owner.client, 'list_team', {
      tenant_id: clinic.id,
    });
    expect(team.seats.active).toBe(3);
  });
});

describe('two removals of one member', () => {
  it('give one success and one 404', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    const [removal, again] = await Promise.all([
      owner.client.rpc('remove_member', { tenant_id: clinic.id, user_id: staff.userId }),
      owner.client.rpc('remove_member', { tenant_id: clinic.id, user_id: staff.userId }),
    ]);
    expect([removal, again].filter((answer) => !answer.error)).toHaveLength(1);
    expect([removal, again].find((answer) => answer.error)?.error?.hint).toBe('member_not_found');
  });
});
