import { afterAll, expect, it } from 'vitest';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';
import { ClinicDay, tally } from './clinic-day.ts';

/** Hours while others change them too, and while somebody books: a week is one person's, and no visit is covered unnoticed. */

const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const day = new ClinicDay(clinic, 8);
afterAll(() => day.end());
const tenant_id = clinic.id;
const [client_id] = await day.add('clients', 1);
const [provider_id] = await day.add('providers', 1);
await day.warmUp();

interface Part {
  weekday: number;
  opens: string;
  closes: string;
  is_break: boolean;
}

it('weeks saved at once by eight people leave the whole week of one', async () => {
  const weeks: Part[][] = Array.from({ length: 8 }, (_, n) =>
    [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: `0${n}:00`, closes: '18:00', is_break: false })),
  );
  const outcomes = await Promise.all(
    weeks.map((hours) => day.outcome(owner, 'save_working_hours', { provider_id, resource_id: null, hours })),
  );
  expect(tally(outcomes)).toEqual({ ok: 8 });
  const { providers } = await call<{ providers: Record<string, Part[]> }>(owner.client, 'get_hours', {
    tenant_id,
  });
  expect(weeks).toContainEqual(providers[provider_id ?? '']);
  const events = await day.sql`
    select from public.audit_events where tenant_id = ${tenant_id} and action = 'working_hours.saved'`;
  expect(events).toHaveLength(8);
});

it('a time that is blocked while somebody books it either covers the visit and says so, or keeps it out', async () => {
  const start = Date.UTC(new Date().getUTCFullYear() + 1, 2, 1, 9);
  const endings: string[] = [];
  for (let round = 0; round < 30; round++) {
    const [starts_at, ends_at] = [0, 30].map((minutes) =>
      new Date(start + round * 86_400_000 + minutes * 60_000).toISOString(),
    );
    const times = { provider_id, starts_at, ends_at };
    // The whole day is open, so that only the blocked time can be in the way.
    await call(owner.client, 'save_hours_exception', {
      ...{ tenant_id, exception_id: null },
      fields: {
        ...{ provider_id, opens: '00:00', closes: '24:00' },
        first_day: starts_at?.slice(0, 10),
        last_day: starts_at?.slice(0, 10),
      },
    });
    const book = day.outcome(staff, 'book_appointment', { fields: { client_id, ...times } });
    const block = day.call<{ in_the_way: { client_id: string }[] }>(staff, 'block_time', { fields: times });
    const [booked, { in_the_way }] = await Promise.all([book, block]);
    endings.push(`${booked}, ${in_the_way.length} covered`);
  }
  const possible = ['ok, 1 covered', 'PT409 outside_hours, 0 covered'];
  expect(endings.filter((ending) => !possible.includes(ending))).toEqual([]);
});

it('of staff only those with the permission change hours, and none of it is half done', async () => {
  const week = { tenant_id, provider_id: null, resource_id: null };
  const hours = [{ weekday: 6, opens: '10:00', closes: '12:00' }];
  expect(await refusal(staff.client, 'save_working_hours', { ...week, hours })).toBe(
    '403 catalogue_not_permitted',
  );
  expect(await refusal(owner.client, 'save_working_hours', { ...week, hours: [...hours, ...hours] })).toBe(
    '422 hours_overlap',
  );
  expect(await call<{ clinic: Part[] }>(staff.client, 'get_hours', { tenant_id })).toMatchObject({
    clinic: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: '09:00', closes: '18:00' })),
  });
  await call(owner.client, 'set_member_permissions', {
    ...{ tenant_id, user_id: staff.userId, permissions: ['catalogue'] },
  });
  expect(await call(staff.client, 'save_working_hours', { ...week, hours })).toEqual({
    hours: [{ weekday: 6, opens: '10:00', closes: '12:00', is_break: false }],
    outside: 0,
  });
});
