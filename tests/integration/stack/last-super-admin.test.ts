import { afterAll, expect, it } from 'vitest';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';

/**
 * The last super-admin of a platform. Other tests make super-admins as they need them, so this file starts a stack of its
 * own; the modules that read the environment are loaded after it has been set.
 */

const stack = await startTestStack();
afterAll(() => stack.stop());
Object.assign(process.env, stack.environment);
const { call, createSuperAdmin, refusal } = await import('../../support/people.ts');
const { ownerConnection } = await import('../../support/environment.ts');

const sql = ownerConnection();
afterAll(() => sql.end());
const reason = 'at the same moment';
const [one, two] = [await createSuperAdmin(), await createSuperAdmin()];

const isActive = async (userId: string): Promise<boolean> =>
  (
    await sql`
      select from public.platform_admins a join public.profiles p using (user_id)
      where a.user_id = ${userId} and a.status = 'active' and p.status = 'active'`
  ).length === 1;

it('two who go at the same moment: one stays', async () => {
  for (let round = 0; round < 5; round += 1) {
    // Themselves, so that neither loses the right to ask before it is their turn.
    const answers = await Promise.all(
      [one, two].map((person) =>
        person.client.rpc('admin_revoke_super_admin', { user_id: person.userId, reason }),
      ),
    );
    expect(answers.map(({ error }) => error?.hint ?? 'done').toSorted()).toEqual([
      'done',
      'last_super_admin',
    ]);
    const [stays, goes] = (await isActive(one.userId)) ? [one, two] : [two, one];
    expect([await isActive(stays.userId), await isActive(goes.userId)]).toEqual([true, false]);
    await call(stays.client, 'admin_grant_super_admin', { user_id: goes.userId, reason: 'next round' });
  }
});

it('two who demote each other at the same moment: one stays', async () => {
  const answers = await Promise.all([
    one.client.rpc('admin_revoke_super_admin', { user_id: two.userId, reason }),
    two.client.rpc('admin_revoke_super_admin', { user_id: one.userId, reason }),
  ]);
  expect(answers.filter(({ error }) => !error)).toHaveLength(1);
  const stays = (await isActive(one.userId)) ? one : two;
  const goes = stays === one ? two : one;
  expect(await isActive(goes.userId)).toBe(false);
  expect(await refusal(stays.client, 'admin_revoke_super_admin', { user_id: stays.userId, reason })).toBe(
    '409 last_super_admin',
  );
});

it('by hand, from two connections: one stays, however the statements are written', async () => {
  const stays = (await isActive(one.userId)) ? one : two;
  const goes = stays === one ? two : one;
  await call(stays.client, 'admin_grant_super_admin', { user_id: goes.userId, reason: 'next round' });
  const answers = await Promise.allSettled([
    sql`update public.platform_admins set status = 'revoked', status_reason = ${reason}, status_changed_at = clock_timestamp()
        where user_id = ${one.userId}`,
    sql`update public.profiles set status = 'suspended', status_reason = ${reason}, status_changed_at = clock_timestamp()
        where user_id = ${two.userId}`,
  ]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect([await isActive(one.userId), await isActive(two.userId)].filter(Boolean)).toEqual([true]);
});
