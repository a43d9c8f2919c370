import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import {
  addExisting,
  addStaff,
  call,
  type Clinic,
  createClinic,
  createSuperAdmin,
  invite,
  newEmail,
  type Person,
} from '../../support/people.ts';

/**
 * Changes of status at the same moment: real parallel requests, each on a connection of its own. Whoever comes second is
 * refused or finds things as the first one left them; a deadlock or any other error of the server fails the test.
 */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();

type Outcome = 'done' | (string & {});

/** "done", or status and code of the refusal. */
async function outcome(person: Person, name: string, args: Record<string, unknown>): Promise<Outcome> {
  const { error, status } = await person.client.rpc(name, args);
  return error ? `${status} ${error.hint ?? error.code}` : 'done';
}

const reason = 'at the same moment';
const isRefusal = (answer: Outcome): boolean => /^4\d\d [a-z_]+$/.test(answer);

async function statusOf(clinic: Clinic, person: Person): Promise<string> {
  const [row] = await sql<{ status: string }[]>`
    select status from public.memberships where tenant_id = ${clinic.id} and user_id = ${person.userId}`;
  return row?.status ?? 'none';
}

/** Active owners whose account is active too. */
async function ownersOf(clinic: Clinic): Promise<number> {
  const rows = await sql`
    select from public.memberships m join public.profiles p using (user_id)
    where m.tenant_id = ${clinic.id} and m.role = 'owner' and m.status = 'active' and p.status = 'active'`;
  return rows.length;
}

async function seatsOf(clinic: Clinic): Promise<{ taken: number; max: number }> {
  const tenant = await call<{ active_members: number; open_invitations: number; max_seats: number }>(
    admin.client,
    'admin_get_tenant',
    { tenant_id: clinic.id },
  );
  return { taken: tenant.active_members + tenant.open_invitations, max: tenant.max_seats };
}

async function activeSuperAdmins(people: Person[]): Promise<number> {
  const rows = await sql`
    select from public.platform_admins a join public.profiles p using (user_id)
    where a.user_id in ${sql(people.map((person) => person.userId))} and a.status = 'active' and p.status = 'active'`;
  return rows.length;
}

describe('two super-admins at once', () => {
  for (const name of ['admin_revoke_super_admin', 'admin_suspend_user', 'admin_delete_user']) {
    for (const round of [1, 2, 3]) {
      it(`against each other: ${name} leaves one of them (round ${round})`, async () => {
        const [one, two] = [await createSuperAdmin(), await createSuperAdmin()];
        const answers = await Promise.all([
          outcome(one, name, { user_id: two.userId, reason }),
          outcome(two, name, { user_id: one.userId, reason }),
        ]);
        expect(answers.toSorted()).toEqual(['403 super_admin_required', 'done']);
        expect(await activeSuperAdmins([one, two])).toBe(1);
      });
    }
  }

  it('doing the same to the same person: one does it', async () => {
    const second = await createSuperAdmin();
    const { owner } = await createClinic(admin);
    for (const [name, refused] of [
      ['admin_suspend_user', '409 user_not_active'],
      ['admin_resume_user', '409 user_not_suspended'],
      ['admin_delete_user', '409 user_already_deleted'],
      ['admin_restore_user', '409 user_not_deleted'],
      ['admin_grant_super_admin', '409 already_super_admin'],
      ['admin_revoke_super_admin', '409 not_super_admin'],
    ] as const) {
      const answers = await Promise.all(
        [admin, second, admin, second].map((who) => outcome(who, name, { user_id: owner.userId, reason })),
      );
      expect([name, ...answers.toSorted()]).toEqual([name, refused, refused, refused, 'done']);
    }
  });

  it('appointing somebody who is being suspended leaves no order in which that goes wrong', async () => {
    const { owner } = await createClinic(admin);
    const answers = await Promise.all([
      outcome(admin, 'admin_grant_super_admin', { user_id: owner.userId, reason }),
      outcome(admin, 'admin_suspend_user', { user_id: owner.userId, reason }),
    ]);
    expect(answers[1]).toBe('done');
    expect(['done', '409 user_not_active']).toContain(answers[0]);
    expect(await activeSuperAdmins([owner])).toBe(0);
  });
});

describe('two owners at once', () => {
  async function withTwoOwners() {
    const { clinic, owner } = await createClinic(admin);
    const second = await addStaff(owner, clinic);
    await call(admin.client, 'admin_set_member_role', {
      ...{ tenant_id: clinic.id, user_id: second.userId, role: 'owner', reason },
    });
    return { clinic, owner, second };
  }

  for (const round of [1, 2, 3]) {
    it(`demoted at the same moment: one stays (round ${round})`, async () => {
      const { clinic, owner, second } = await withTwoOwners();
      const answers = await Promise.all(
        [owner, second].map((person) =>
          outcome(admin, 'admin_set_member_role', {
            ...{ tenant_id: clinic.id, user_id: person.userId, role: 'staff', reason },
          }),
        ),
      );
      expect(answers.toSorted()).toEqual(['409 last_owner', 'done']);
      expect(await ownersOf(clinic)).toBe(1);
    });
  }

  it('one removed, one demoted at the same moment: one stays', async () => {
    const { clinic, owner, second } = await withTwoOwners();
    const tenant_id = clinic.id;
    const answers = await Promise.all([
      outcome(admin, 'admin_remove_member', { tenant_id, user_id: owner.userId, reason }),
      outcome(admin, 'admin_set_member_role', { tenant_id, user_id: second.userId, role: 'staff', reason }),
    ]);
    expect(answers.toSorted()).toEqual(['409 last_owner', 'done']);
    expect(await ownersOf(clinic)).toBe(1);
  });

  it('ownership transferred to two people at the same moment goes to one', async () => {
    const { clinic, owner } = await createClinic(admin);
    const heirs = [await addStaff(owner, clinic), await addStaff(owner, clinic)];
    const answers = await Promise.all(
      heirs.map((heir) =>
        outcome(admin, 'admin_transfer_ownership', {
          ...{ tenant_id: clinic.id, from_user_id: owner.userId, to_user_id: heir.userId, reason },
        }),
      ),
    );
    expect(answers.toSorted()).toEqual(['409 not_an_owner', 'done']);
    expect(await ownersOf(clinic)).toBe(1);
  });
});

describe('deletion and restore at once', () => {
  it('of one clinic, again and again: it ends up as its last change says, with all its members or none', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    const step = (name: string) => outcome(admin, name, { tenant_id: clinic.id, reason });
    for (let round = 0; round < 4; round += 1) {
      const answers = await Promise.all(
        ['admin_delete_tenant', 'admin_restore_tenant', 'admin_delete_tenant', 'admin_restore_tenant'].map(
          step,
        ),
      );
      expect(answers.filter((answer) => answer !== 'done').every(isRefusal)).toBe(true);
      const [row] = await sql`select status from public.tenants where id = ${clinic.id}`;
      const expected = row?.['status'] === 'deleted' ? 'disabled' : 'active';
      expect([await statusOf(clinic, owner), await statusOf(clinic, staff)]).toEqual([expected, expected]);
    }
  });

  for (const round of [1, 2, 3]) {
    it(`of a clinic and one of its people: both restored, the membership is active again (round ${round})`, async () => {
      const { clinic, owner } = await createClinic(admin);
      const staff = await addStaff(owner, clinic);
      const both = (what: 'delete' | 'restore') =>
        Promise.all([
          outcome(admin, `admin_${what}_tenant`, { tenant_id: clinic.id, reason }),
          outcome(admin, `admin_${what}_user`, { user_id: staff.userId, reason }),
        ]);
      expect(await both('delete')).toEqual(['done', 'done']);
      expect(['disabled', 'revoked']).toContain(await statusOf(clinic, staff));
      expect(await both('restore')).toEqual(['done', 'done']);
      expect(await statusOf(clinic, staff)).toBe('active');
      // Crosswise: one comes back while the other goes.
      await call(admin.client, 'admin_delete_tenant', { tenant_id: clinic.id, reason });
      const crossed = await Promise.all([
        outcome(admin, 'admin_restore_tenant', { tenant_id: clinic.id, reason }),
        outcome(admin, 'admin_delete_user', { user_id: staff.userId, reason }),
      ]);
      expect(crossed).toEqual(['done', 'done']);
      expect(await statusOf(clinic, staff)).toBe('revoked');
      await call(admin.client, 'admin_restore_user', { user_id: staff.userId, reason });
      expect(await statusOf(clinic, staff)).toBe('active');
    });
  }

  it('a person deleted while accepting an invitation is left with no active membership', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { owner: guest } = await createClinic(admin);
      const { clinic, owner } = await createClinic(admin);
      const token = await invite(owner, clinic, guest.email);
      const answers = await Promise.all([
        outcome(guest, 'accept_invitation', { token }),
        outcome(admin, 'admin_delete_user', { user_id: guest.userId, reason }),
      ]);
      expect(answers[1]).toBe('done');
      expect(['done', '403 account_inactive']).toContain(answers[0]);
      expect(await statusOf(clinic, guest)).toBe(answers[0] === 'done' ? 'revoked' : 'none');
    }
  });
});

describe('the last seat', () => {
  for (const round of [1, 2, 3]) {
    it(`goes to the restored member or to an invitation, never to both (round ${round})`, async () => {
      const { clinic, owner } = await createClinic(admin, 2);
      const staff = await addStaff(owner, clinic);
      await call(owner.client, 'remove_member', { tenant_id: clinic.id, user_id: staff.userId });
      const answers = await Promise.all([
        outcome(admin, 'admin_restore_member', { tenant_id: clinic.id, user_id: staff.userId, reason }),
        outcome(owner, 'invite_member', { tenant_id: clinic.id, email: newEmail('seat') }),
      ]);
      expect(answers.toSorted()).toEqual(['409 no_seats_left', 'done']);
      expect(await seatsOf(clinic)).toEqual({ taken: 2, max: 2 });
    });
  }

  it('is not exceeded by invitations while the clinic comes back', async () => {
    const { clinic, owner } = await createClinic(admin, 3);
    const staff = [await addStaff(owner, clinic), await addStaff(owner, clinic)];
    await call(admin.client, 'admin_delete_tenant', { tenant_id: clinic.id, reason });
    const answers = await Promise.all([
      ...['a', 'b', 'c', 'd'].map((name) =>
        outcome(admin, 'admin_invite', { tenant_id: clinic.id, email: newEmail(name), role: 'staff' }),
      ),
      outcome(admin, 'admin_restore_tenant', { tenant_id: clinic.id, reason }),
    ]);
    expect(answers.at(-1)).toBe('done');
    expect(answers.filter((answer) => answer !== 'done').every(isRefusal)).toBe(true);
    expect(await seatsOf(clinic)).toEqual({ taken: 3, max: 3 });
    expect(await Promise.all(staff.map((person) => statusOf(clinic, person)))).toEqual(['active', 'active']);
  });

  it('is not lowered away under an acceptance', async () => {
    const { clinic, owner } = await createClinic(admin, 2);
    const { owner: guest } = await createClinic(admin);
    const token = await invite(owner, clinic, guest.email);
    const answers = await Promise.all([
      outcome(guest, 'accept_invitation', { token }),
      outcome(admin, 'admin_set_seats', { tenant_id: clinic.id, max_seats: 1 }),
    ]);
    expect(answers).toEqual(['done', '409 seats_in_use']);
  });
});

it('everything at once ends in answers, not in errors', async () => {
  const { clinic, owner } = await createClinic(admin);
  const { clinic: other, owner: otherOwner } = await createClinic(admin);
  const people = [await addStaff(owner, clinic), await addStaff(owner, clinic)];
  for (const person of people) await addExisting(otherOwner, other, person);
  const work: [string, Record<string, unknown>][] = [clinic, other].flatMap(({ id: tenant_id }) =>
    people.flatMap(({ userId: user_id }): [string, Record<string, unknown>][] => [
      ['admin_delete_tenant', { tenant_id, reason }],
      ['admin_delete_user', { user_id, reason }],
      ['admin_set_member_role', { tenant_id, user_id, role: 'owner', reason }],
      ['admin_remove_member', { tenant_id, user_id, reason }],
      ['admin_restore_tenant', { tenant_id, reason }],
      ['admin_restore_user', { user_id, reason }],
      ['admin_grant_super_admin', { user_id, reason }],
      ['admin_restore_member', { tenant_id, user_id, reason }],
      ['admin_revoke_super_admin', { user_id, reason }],
      ['admin_suspend_user', { user_id, reason }],
      ['admin_suspend_tenant', { tenant_id, reason }],
      ['admin_resume_user', { user_id, reason }],
      ['admin_resume_tenant', { tenant_id, reason }],
    ]),
  );
  const answers = await Promise.all(work.map(([name, args]) => outcome(admin, name, args)));
  expect(answers.filter((answer) => answer !== 'done' && !isRefusal(answer))).toEqual([]);
});
