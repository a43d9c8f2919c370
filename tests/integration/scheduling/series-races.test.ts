import postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { stack } from '../../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { ClinicDay, tally } from './clinic-day.ts';

/** Series that end or change while the job carries them on, and times that were booked over and become free, on real connections. */

const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const day = new ClinicDay(clinic);
const job = postgres(stack.dbUrl, { max: 1, onnotice: () => {} });
afterAll(() => Promise.all([day.end(), job.end()]));
const [client_id = ''] = await day.add('clients', 1);
await day.warmUp();
// The clocks change in no zone of the tests' clinics within an hour of this.
await day.sql`update public.tenants set time_zone = 'UTC' where id = ${clinic.id}`;

const HOUR = 3_600_000;
const firstDay = Math.ceil(Date.now() / (24 * HOUR)) * 24 * HOUR + 8 * HOUR;
const at = (hour: number, minutes = 60) => ({
  starts_at: new Date(firstDay + hour * HOUR).toISOString(),
  ends_at: new Date(firstDay + hour * HOUR + minutes * 60_000).toISOString(),
});
const horizon = (days: number) =>
  day.sql`update public.scheduling_settings set horizon_days = ${days} where tenant_id = ${clinic.id}`;
/** The hours of the day at which a provider's visits begin, with how many are not cancelled. */
const hours = async (providerId: string): Promise<Record<string, number>> =>
  tally(
    (
      await day.sql<{ hour: string }[]>`
        select to_char(starts_at at time zone 'UTC', 'HH24:MI') as hour from public.appointments
        where provider_id = ${providerId} and status <> 'cancelled'`
    ).map(({ hour }) => hour),
  );

interface Series {
  series_id: string;
  booked: number;
  appointments: { id: string }[];
}
/** A weekly series without an end, booked as far as the clinic books ahead. */
async function endlessSeries(): Promise<Series & { provider_id: string }> {
  const [provider_id = ''] = await day.add('providers', 1);
  await horizon(30);
  const series = await day.call<Series>(staff, 'book_series', {
    fields: { client_id, provider_id, ...at(0) },
    ...{ rule: 'FREQ=WEEKLY', outside_hours: true },
  });
  // The job books within hours alone.
  await day.sql`update public.working_hours set opens = '00:00', closes = '24:00' where tenant_id = ${clinic.id}`;
  await day.sql`
    insert into public.working_hours (tenant_id, weekday, opens, closes)
    select ${clinic.id}, d, '00:00', '24:00' from generate_series(6, 7) d
    where not exists (select from public.working_hours where tenant_id = ${clinic.id} and weekday = d)`;
  await horizon(90);
  return { provider_id, ...series };
}

/** The job has made visits and not yet let go, when somebody calls; returns how many it made, and the answer. */
async function duringExtension<T>(
  seriesId: string,
  call: () => Promise<T>,
): Promise<{ made: number; answer: T }> {
  let answer: Promise<T> | undefined;
  const made = await job.begin(async (tx) => {
    // Of all clinics the one that has waited longest; before the job of this minute sees it.
    await tx`update public.appointment_series set extend_at = '2000-01-01' where id = ${seriesId}`;
    const [row] = await tx<{ made: number }[]>`select private.extend_series() as made`;
    answer = call();
    await expect
      .poll(async () => {
        const waiting = await day.sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            and query like 'select public.%_series(%'`;
        return waiting.length;
      })
      .toBeGreaterThan(0);
    return row?.made ?? 0;
  });
  return { made, answer: await (answer as Promise<T>) };
}

describe('while the job carries a series on', () => {
  it('a cancellation takes the visits that are just being made as well', async () => {
    const { provider_id, series_id, booked, appointments } = await endlessSeries();
    const { made, answer } = await duringExtension(series_id, () =>
      day.call<{ cancelled: number }>(staff, 'cancel_series', {
        ...{ appointment_id: appointments[0]?.id, scope: 'all' },
      }),
    );
    expect(made).toBeGreaterThan(3);
    expect(answer.cancelled).toBe(booked + made);
    expect(await hours(provider_id)).toEqual({});
  });

  it('a change takes the visits that are just being made along', async () => {
    const { provider_id, series_id, booked, appointments } = await endlessSeries();
    const { made, answer } = await duringExtension(series_id, () =>
      day.call<{ moved: number }>(staff, 'change_series', {
        ...{ appointment_id: appointments[0]?.id, scope: 'all', fields: at(3), outside_hours: true },
      }),
    );
    expect(made).toBeGreaterThan(3);
    expect(answer.moved).toBe(booked + made);
    expect(await hours(provider_id)).toEqual({ '11:00': booked + made });
  });

  it('others book, change and cancel without a deadlock', async () => {
    const series = await Promise.all([endlessSeries(), endlessSeries(), endlessSeries()]);
    const outcomes: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const waiting = day.sql`
        update public.appointment_series set extend_at = '2000-01-01' where tenant_id = ${clinic.id} and extend_at is not null`;
      await waiting;
      outcomes.push(
        ...(await Promise.all([
          ...series.map(async ({ provider_id }, n) => {
            const [visit] = await day.sql<{ id: string }[]>`
              select id from public.appointments
              where provider_id = ${provider_id} and series_id is not null and status = 'booked' order by starts_at limit 1`;
            const appointment_id = visit?.id ?? null;
            return (round + n) % 3 === 2
              ? day.outcome(staff, 'cancel_series', { appointment_id, scope: 'following' })
              : day.outcome(staff, 'change_series', {
                  ...{ appointment_id, scope: 'all', outside_hours: true },
                  fields: { ...at(round), provider_id: series[(round + n) % 3]?.provider_id },
                });
          }),
          ...[0, 1].map(() =>
            day.sql`select private.extend_series()`.then(
              () => 'ok',
              ({ code }: { code: string }) => code,
            ),
          ),
        ])),
      );
    }
    const expected =
      /^(ok|PT409 (series_conflict|changed_meanwhile|not_in_series|series_over)|PT404 appointment_not_found)$/;
    expect(outcomes.filter((outcome) => !expected.test(outcome))).toEqual([]);
    expect(outcomes).toContain('ok');
    expect(await day.overlaps()).toEqual([]);
  });
});

it('of twelve visits over one another that are cancelled at once, the one that stays has the time', async () => {
  const [provider_id = ''] = await day.add('providers', 1);
  const ids: string[] = [];
  for (let n = 0; n < 13; n += 1) {
    const { id } = await day.call<{ id: string }>(owner, 'book_appointment', {
      ...{ fields: { client_id, provider_id, ...at(24) }, overbook: true, outside_hours: true },
    });
    ids.push(id);
  }
  const stays = ids[6] ?? '';
  const outcomes = await Promise.all(
    ids
      .filter((id) => id !== stays)
      .map((appointment_id) =>
        day.outcome(staff, 'set_appointment_status', { appointment_id, status: 'cancelled' }),
      ),
  );
  expect(tally(outcomes)).toEqual({ ok: 12 });
  expect(
    await day.sql`
      select v.is_overbooked, a.blocking from public.appointments v join public.allocations a on a.appointment_id = v.id
      where v.provider_id = ${provider_id} and (a.blocking or a.is_overbooked)`,
  ).toEqual([{ is_overbooked: false, blocking: true }]);
  expect(await day.sql`select status from public.appointments where id = ${stays}`).toEqual([
    { status: 'booked' },
  ]);
});
