import { afterAll, describe, expect, it } from 'vitest';
import { anonymousClient, dataApi, ownerConnection } from '../../support/environment.ts';
import {
  addExisting,
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  invite,
  newEmail,
  refusal,
  signIn,
  signUp,
} from '../../support/people.ts';

/** Effective access: person, clinic and membership must all be active, and a change in any counts on the very next request. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();

const countClients = async (accessToken: string, clinicId: string): Promise<number> => {
  const answer = await dataApi('GET', `clients?select=id&tenant_id=eq.${clinicId}`, { accessToken });
  expect(answer.status).toBe(200);
  return (answer.body as unknown[]).length;
};

describe('an open session', () => {
  it('sees nothing once the clinic is suspended, and everything again once it is resumed', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    await staff.client.from('clients').insert({ tenant_id: clinic.id, last_name: 'Popescu' });
    expect(await countClients(staff.accessToken, clinic.id)).toBe(1);
    await call(admin.client, 'admin_suspend_tenant', { tenant_id: clinic.id, reason: 'unpaid' });
    expect(await countClients(staff.accessToken, clinic.id)).toBe(0);
    expect(await refusal(owner.client, 'list_team', { tenant_id: clinic.id })).toBe('404 clinic_not_found');
    expect(
      (
        await dataApi('POST', 'clients', {
          accessToken: staff.accessToken,
          body: { tenant_id: clinic.id, last_name: 'Ionescu' },
        })
      ).status,
    ).toBe(403);
    const access = await call<{ memberships: { tenant_status: string; has_access: boolean }[] }>(
      staff.client,
      'my_access',
    );
    expect(access.memberships).toMatchObject([{ tenant_status: 'suspended', has_access: false }]);
    await call(admin.client, 'admin_resume_tenant', { tenant_id: clinic.id, reason: 'paid' });
    expect(await countClients(staff.accessToken, clinic.id)).toBe(1);
  });

  it('sees nothing once the member is removed, until a newer invitation is accepted', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    await staff.client.from('clients').insert({ tenant_id: clinic.id, last_name: 'Popescu' });
    await call(owner.client, 'remove_member', { tenant_id: clinic.id, user_id: staff.userId });
    expect(await countClients(staff.accessToken, clinic.id)).toBe(0);
    await addExisting(owner, clinic, staff);
    expect(await countClients(staff.accessToken, clinic.id)).toBe(1);
  });

  it('sees nothing once the person is suspended', async () => {
    const { clinic, owner } = await createClinic(admin);
    await owner.client.from('clients').insert({ tenant_id: clinic.id, last_name: 'Popescu' });
    await sql`update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = now() where user_id = ${owner.userId}`;
    expect(await countClients(owner.accessToken, clinic.id)).toBe(0);
    expect(await refusal(owner.client, 'list_team', { tenant_id: clinic.id })).toBe('404 clinic_not_found');
  });

  it('loses the platform once the super-admin is revoked', async () => {
    const second = await createSuperAdmin();
    await call(second.client, 'admin_list_tenants');
    await sql`update public.platform_admins set status = 'revoked', status_reason = 'test', status_changed_at = now() where user_id = ${second.userId}`;
    expect(await refusal(second.client, 'admin_list_tenants')).toBe('403 super_admin_required');
  });

  it('a made-up token is no session', async () => {
    expect(
      (
        await dataApi('GET', 'clients?select=id', {
          accessToken: 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.x',
        })
      ).status,
    ).toBe(401);
  });
});

describe('a person in two clinics', () => {
  it('sees both, one at a time or together, and cannot move a row between them', async () => {
    const { clinic: first, owner } = await createClinic(admin);
    const { clinic: second, owner: secondOwner } = await createClinic(admin);
    await addExisting(secondOwner, second, owner);
    await owner.client.from('clients').insert([
      { tenant_id: first.id, last_name: 'Albu' },
      { tenant_id: second.id, last_name: 'Brown' },
    ]);
    expect(await countClients(owner.accessToken, first.id)).toBe(1);
    expect(await countClients(owner.accessToken, second.id)).toBe(1);
    const answer = await dataApi('PATCH', 'clients?last_name=eq.Albu', {
      accessToken: owner.accessToken,
      body: { tenant_id: second.id },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: '42501' } });
    expect(
      (await sql`select last_name from public.clients where tenant_id = ${second.id}`).map(
        (row) => row.last_name,
      ),
    ).toEqual(['Brown']);
    expect(await refusal(owner.client, 'list_team', { tenant_id: second.id })).toBe('403 owner_required');
  });
});

describe('an invitation', () => {
  it('tells whoever holds the link what it is for, in every state', async () => {
    const { clinic, owner } = await createClinic(admin);
    const visitor = anonymousClient();
    const email = newEmail('guest');
    const token = await invite(owner, clinic, email);
    const preview = async () =>
      call<{ state: string; clinic_name: string; has_account?: boolean }>(visitor, 'preview_invitation', {
        token,
      });
    expect(await preview()).toMatchObject({ state: 'valid', clinic_name: clinic.name, has_account: false });
    await sql`update public.invitations set expires_at = now() where email = ${email}`;
    expect(await preview()).toMatchObject({ state: 'expired' });
    await sql`update public.invitations set expires_at = default where email = ${email}`;
    await call(admin.client, 'admin_suspend_tenant', { tenant_id: clinic.id, reason: 'test' });
    expect(await preview()).toMatchObject({ state: 'unavailable' });
    await call(admin.client, 'admin_resume_tenant', { tenant_id: clinic.id, reason: 'test' });
    const guest = await signUp(email, token);
    expect(await preview()).toMatchObject({ state: 'used' });
    expect(await refusal(guest.client, 'accept_invitation', { token })).toBe('409 invitation_used');
  });

  it('written before a removal does not undo it', async () => {
    const { clinic, owner } = await createClinic(admin);
    const staff = await addStaff(owner, clinic);
    const other = newEmail('moved');
    const token = await invite(owner, clinic, other);
    await sql`update public.invitations set email = ${staff.email} where email = ${other}`;
    await call(owner.client, 'remove_member', { tenant_id: clinic.id, user_id: staff.userId });
    expect(await refusal(staff.client, 'accept_invitation', { token })).toBe('409 membership_removed');
    expect(await countClients(staff.accessToken, clinic.id)).toBe(0);
  });

  it('waits a minute before another mail, and says how long', async () => {
    const { clinic, owner } = await createClinic(admin);
    const email = newEmail('patience');
    await invite(owner, clinic, email);
    await sql`update public.invitations set delivered_at = now(), delivery = 'sent' where email = ${email}`;
    const { invitations } = await call<{ invitations: { resend_available_at: string | null }[] }>(
      owner.client,
      'list_team',
      { tenant_id: clinic.id },
    );
    expect(invitations[0]?.resend_available_at).toEqual(expect.any(String));
  });
});

describe('direct writes by an owner', () => {
  it('to memberships, invitations and platform_admins are refused and change nothing', async () => {
    const { clinic, owner } = await createClinic(admin);
    const snapshot = () => sql`
      select (select jsonb_agg(m order by id) from public.memberships m where tenant_id = ${clinic.id}) as memberships,
        (select jsonb_agg(i order by id) from public.invitations i where tenant_id = ${clinic.id}) as invitations,
        (select count(*) from public.platform_admins where user_id = ${owner.userId}) as admins`;
    const before = await snapshot();
    const again = await signIn(owner.email, owner.password);
    for (const [table, row] of Object.entries<Record<string, string>>({
      memberships: { tenant_id: clinic.id, user_id: owner.userId, role: 'owner' },
      invitations: { tenant_id: clinic.id, email: 'x@example.test', role: 'owner' },
      platform_admins: { user_id: owner.userId },
    })) {
      expect((await again.client.from(table).insert(row)).status).toBe(403);
      expect((await again.client.from(table).update(row).match(row)).status).toBe(403);
      expect((await again.client.from(table).delete().match(row)).status).toBe(403);
    }
    expect(await snapshot()).toEqual(before);
  });
});
