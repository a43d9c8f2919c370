import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, dataApi } from '../../support/environment.ts';
import { call, createClinic, createSuperAdmin, type Person, refusal } from '../../support/people.ts';
import { createSupportScene, type Grant, listClients, recordLook, refusedLook } from './support-grants.ts';

/** Support access: a super-admin sees a clinic's clients only through an open grant of their own, and the clinic is told. */

const scene = await createSupportScene();
const { sql, admin, clinic, owner, staff, otherClinic, stranger, ash, birch } = scene;
const { open, openAsNewAdmin, looksOf, expire } = scene;
afterAll(() => sql.end());

describe('table access of a super-admin', () => {
  const attempts = async (person: Person): Promise<Answer[]> => {
    const { accessToken } = person;
    return [
      await dataApi('GET', `clients?tenant_id=eq.${clinic.id}&select=id`, { accessToken }),
      await dataApi('GET', `clients?id=eq.${ash}&select=id`, { accessToken }),
      await dataApi('GET', `tenants?id=eq.${clinic.id}&select=id`, { accessToken }),
      await dataApi('POST', 'clients', {
        accessToken,
        body: { tenant_id: clinic.id, last_name: 'Intruder' },
      }),
      await dataApi('PATCH', `clients?id=eq.${ash}`, { accessToken, body: { last_name: 'Changed' } }),
      await dataApi('DELETE', `clients?id=eq.${ash}`, { accessToken }),
      await dataApi('GET', 'memberships?select=id', { accessToken }),
      await dataApi('GET', 'support_grants?select=id', { accessToken }),
      await dataApi('GET', 'audit_events?select=id', { accessToken }),
    ];
  };
  const rows = () => sql`select * from public.clients where tenant_id = ${clinic.id} order by id`;

  it('is empty, and the same with a grant, during looks and after it', async () => {
    const supporter = await createSuperAdmin();
    const before = await rows();
    const without = await attempts(supporter);
    expect(without.map((answer) => answer.status)).toEqual([200, 200, 200, 403, 204, 403, 403, 403, 403]);
    expect(without.slice(0, 3).map((answer) => answer.body)).toEqual([[], [], []]);
    const grant = await open(supporter);
    expect(await attempts(supporter)).toEqual(without);
    await recordLook(supporter, grant);
    expect(await attempts(supporter)).toEqual(without);
    await listClients(supporter, grant);
    expect(await attempts(supporter)).toEqual(without);
    await call(supporter.client, 'admin_end_support_access', { support_grant_id: grant.id });
    expect(await attempts(supporter)).toEqual(without);
    expect(await rows()).toEqual(before);
  });

  it('is not opened by membership functions either', async () => {
    const { supporter } = await openAsNewAdmin();
    for (const name of ['list_team', 'get_clinic_settings', 'list_support_grants', 'active_support']) {
      expect(await refusal(supporter.client, name, { tenant_id: clinic.id })).toBe('404 clinic_not_found');
    }
    const access = await call<{ memberships: unknown[] }>(supporter.client, 'my_access');
    expect(access.memberships).toEqual([]);
  });
});

describe('whose grant it is', () => {
  it('another super-admin cannot use it', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const { supporter: colleague } = await openAsNewAdmin();
    expect(await refusedLook(colleague, grant)).toBe('403 support_access_required');
    expect((await listClients(supporter, grant)).clients).toHaveLength(2);
    expect((await looksOf(grant)).map((event) => event.actor_id)).toEqual([supporter.userId]);
  });
});

describe('opening', () => {
  const request = (id: string) => ({ tenant_id: id, reason: 'look', minutes: 60 });

  it('is refused for a clinic that is suspended or deleted, whose people could neither see nor end it', async () => {
    const { clinic: closed } = await createClinic(admin);
    const supporter = await createSuperAdmin();
    const reason = 'unpaid';
    for (const change of ['admin_suspend_tenant', 'admin_delete_tenant']) {
      await call(admin.client, change, { tenant_id: closed.id, reason });
      expect(await refusal(supporter.client, 'admin_open_support_access', request(closed.id))).toBe(
        '409 tenant_not_active',
      );
    }
    await call(admin.client, 'admin_restore_tenant', { tenant_id: closed.id, reason });
    expect((await open(supporter, closed)).state).toBe('active');
  });

  it('leaves no open grant when the clinic is being suspended meanwhile', async () => {
    for (const minutes of [15, 16, 17]) {
      const { clinic: closing } = await createClinic(admin);
      const supporter = await createSuperAdmin();
      const [opened, suspended] = await Promise.all([
        supporter.client.rpc('admin_open_support_access', { ...request(closing.id), minutes }),
        admin.client.rpc('admin_suspend_tenant', { tenant_id: closing.id, reason: 'unpaid' }),
      ]);
      expect(suspended.error).toBeNull();
      const grants = await sql`select ended_at from public.support_grants where tenant_id = ${closing.id}`;
      expect(grants).toHaveLength(opened.error ? 0 : 1);
      for (const grant of grants) expect(grant.ended_at).not.toBeNull();
    }
  });

  it('gives one super-admin one grant for a clinic, also when requests race', async () => {
    for (const round of [1, 2, 3]) {
      const supporter = await createSuperAdmin();
      const answers = await Promise.all(
        Array.from({ length: 6 }, () =>
          supporter.client.rpc('admin_open_support_access', {
            ...{ tenant_id: clinic.id, reason: `round ${round}`, minutes: 60 },
          }),
        ),
      );
      expect(answers.filter((answer) => !answer.error)).toHaveLength(1);
      for (const { error, status } of answers.filter((answer) => answer.error)) {
        expect({ status, hint: error?.hint }).toEqual({ status: 409, hint: 'support_already_open' });
      }
      const [{ count } = {}] =
        await sql`select count(*)::integer from public.support_grants where admin_id = ${supporter.userId}`;
      expect(count).toBe(1);
    }
  });

  it('is possible again once a grant has expired', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await expire(grant);
    expect((await open(supporter)).state).toBe('active');
  });
});

describe('the clinic', () => {
  it("'s owner sees grants and the events of their use", async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await listClients(supporter, grant, { search: 'birch' });
    const { grants } = await call<{ grants: Grant[] }>(owner.client, 'list_support_grants', {
      tenant_id: clinic.id,
    });
    expect(grants.find((each) => each.id === grant.id)).toMatchObject({
      ...{ state: 'active', admin_email: supporter.email, reason: 'cannot find a patient', reads: 1 },
    });
    await call(owner.client, 'end_support_access', { tenant_id: clinic.id, support_grant_id: grant.id });
    const { events } = await call<{ events: { action: string; target_id: string; details: unknown }[] }>(
      owner.client,
      'list_audit_events',
      { tenant_id: clinic.id, action: 'support.' },
    );
    const own = events.filter((event) => event.target_id === grant.id);
    expect(own.map((event) => event.action)).toEqual([
      'support.ended',
      'support.clients_listed',
      'support.opened',
    ]);
    expect(own[1]?.details).toMatchObject({ search: 'birch', client_ids: [birch] });
  });

  it("'s staff see that somebody can look, and can do nothing about it", async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const { grants } = await call<{ grants: { id: string }[] }>(staff.client, 'active_support', {
      tenant_id: clinic.id,
    });
    expect(grants.find((each) => each.id === grant.id)).toEqual({
      ...{ id: grant.id, reason: 'cannot find a patient', expires_at: expect.any(String) },
      admin_name: expect.any(String),
    });
    const args = { tenant_id: clinic.id, support_grant_id: grant.id };
    expect(await refusal(staff.client, 'end_support_access', args)).toBe('403 owner_required');
    const { tenant_id } = args;
    expect(await refusal(staff.client, 'list_support_grants', { tenant_id })).toBe('403 owner_required');
    expect((await listClients(supporter, grant)).clients).toHaveLength(2);
  });

  it('of somebody else is a clinic that does not exist', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const args = { tenant_id: clinic.id, support_grant_id: grant.id };
    const { tenant_id } = args;
    expect(await refusal(stranger.client, 'end_support_access', args)).toBe('404 clinic_not_found');
    expect(await refusal(stranger.client, 'list_support_grants', { tenant_id })).toBe('404 clinic_not_found');
    expect(await refusal(stranger.client, 'active_support', { tenant_id })).toBe('404 clinic_not_found');
    const through = { ...args, tenant_id: otherClinic.id };
    expect(await refusal(stranger.client, 'end_support_access', through)).toBe('404 support_grant_not_found');
    expect((await listClients(supporter, grant)).clients).toHaveLength(2);
  });
});
