import { afterAll, describe, expect, it } from 'vitest';
import { call, createClinic, createSuperAdmin, type Person } from '../../support/people.ts';
import {
  type ClientPage,
  createSupportScene,
  type Grant,
  listClients,
  type Look,
  recordLook,
  refusedLook,
  refusedShow,
} from './support-grants.ts';

/** What ends a grant: its time, a hand, or the end of what it rests on. The very next request is refused. */

const scene = await createSupportScene();
const { sql, admin, clinic, owner, openAsNewAdmin, looksOf, readsOf } = scene;
afterAll(() => sql.end());

const REQUIRED = '403 support_access_required';

async function expectOver(supporter: Person, grant: Grant, pending: Look, code = REQUIRED): Promise<void> {
  const before = (await looksOf(grant)).length;
  expect(await refusedLook(supporter, grant)).toBe(code);
  expect(await refusedShow(supporter, pending)).toBe(code);
  expect(await looksOf(grant)).toHaveLength(before);
}

const grantSeenBy = async (person: Person, id: string): Promise<Grant | undefined> => {
  const { grants } = await call<{ grants: Grant[] }>(person.client, 'admin_list_support_grants');
  return grants.find((grant) => grant.id === id);
};
const endings = (grant: Grant) => sql`
  select tenant_id, actor_id from public.audit_events where action = 'support.ended' and target_id = ${grant.id}`;

describe('a grant ends', () => {
  it('by itself', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const pending = await recordLook(supporter, grant);
    await scene.expire(grant);
    await expectOver(supporter, grant, pending);
  });

  it('with the owner, for the very next look', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const pending = await recordLook(supporter, grant);
    const ended = await call<Grant>(owner.client, 'end_support_access', {
      ...{ tenant_id: clinic.id, support_grant_id: grant.id },
    });
    expect(ended).toMatchObject({ state: 'ended', ended_by: 'owner', reads: 1 });
    await expectOver(supporter, grant, pending);
  });

  it('with the role of its super-admin, for good', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const { supporter: colleague, grant: another } = await openAsNewAdmin();
    const pending = await recordLook(supporter, grant);
    const change = { user_id: supporter.userId, reason: 'left us' };
    await call(admin.client, 'admin_revoke_super_admin', change);
    await expectOver(supporter, grant, pending, '403 super_admin_required');
    expect(await grantSeenBy(admin, grant.id)).toMatchObject({ state: 'ended', ended_by: 'super_admin' });
    expect(await endings(grant)).toEqual([{ tenant_id: clinic.id, actor_id: admin.userId }]);
    await call(admin.client, 'admin_grant_super_admin', { ...change, reason: 'is back' });
    await expectOver(supporter, grant, pending);
    expect((await listClients(colleague, another)).clients).toHaveLength(2);
  });

  it('with the account of its super-admin, for good', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    await recordLook(supporter, grant);
    const change = { user_id: supporter.userId, reason: 'laptop lost' };
    await call(admin.client, 'admin_suspend_user', change);
    await call(admin.client, 'admin_resume_user', change);
    expect(await grantSeenBy(admin, grant.id)).toMatchObject({ state: 'ended', ended_by: 'super_admin' });
    expect(await endings(grant)).toHaveLength(1);
  });

  it('with the clinic, for good', async () => {
    for (const [close, reopen] of [
      ['admin_suspend_tenant', 'admin_resume_tenant'],
      ['admin_delete_tenant', 'admin_restore_tenant'],
    ] as const) {
      const { clinic: closing } = await createClinic(admin);
      const { supporter, grant } = await openAsNewAdmin(closing);
      const pending = await recordLook(supporter, grant);
      const change = { tenant_id: closing.id, reason: 'unpaid' };
      await call(admin.client, close, change);
      await expectOver(supporter, grant, pending);
      expect(await endings(grant)).toEqual([{ tenant_id: closing.id, actor_id: admin.userId }]);
      await call(admin.client, reopen, change);
      await expectOver(supporter, grant, pending);
      expect((await scene.open(supporter, closing)).state).toBe('active');
    }
  });

  it('when the database’s owner takes the role away, in nobody’s name', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const pending = await recordLook(supporter, grant);
    await sql`
      update public.platform_admins set status = 'revoked', status_reason = 'left', status_changed_at = now()
      where user_id = ${supporter.userId}`;
    await expectOver(supporter, grant, pending, '403 super_admin_required');
    expect(await grantSeenBy(admin, grant.id)).toMatchObject({ state: 'ended' });
    expect((await endings(grant)).map((event) => event.actor_id)).toEqual([null]);
  });
});

describe('looks that race with the end', () => {
  it('are recorded or refused, and none is shown afterwards', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const looks = Array.from({ length: 6 }, () =>
      supporter.client.rpc('admin_support_list_clients', { support_grant_id: grant.id }),
    );
    const end = owner.client.rpc('end_support_access', {
      ...{ tenant_id: clinic.id, support_grant_id: grant.id },
    });
    const recorded = (await Promise.all(looks)).filter((answer) => !answer.error);
    expect((await end).error).toBeNull();
    expect(await looksOf(grant)).toHaveLength(recorded.length);
    expect(await readsOf(grant)).toBe(recorded.length);
    for (const { data } of recorded) expect(await refusedShow(supporter, data as Look)).toBe(REQUIRED);
  });

  it('are shown before it or refused', async () => {
    const supporter = await createSuperAdmin();
    for (let round = 0; round < 3; round++) {
      const grant = await scene.open(supporter);
      const looks = await Promise.all(Array.from({ length: 5 }, () => recordLook(supporter, grant)));
      const shows = looks.slice(1).map((look) => supporter.client.rpc('admin_support_show', { ...look }));
      const end = owner.client.rpc('end_support_access', {
        ...{ tenant_id: clinic.id, support_grant_id: grant.id },
      });
      const [ended, ...answers] = await Promise.all([end, ...shows]);
      expect(ended.error).toBeNull();
      const outcomes = answers.map(({ data, error, status }) =>
        error ? `${status} ${error.hint}` : (data as ClientPage).clients.length,
      );
      for (const outcome of outcomes) expect([REQUIRED, 2]).toContain(outcome);
      expect(await refusedShow(supporter, looks[0] as Look)).toBe(REQUIRED);
    }
  });
});
