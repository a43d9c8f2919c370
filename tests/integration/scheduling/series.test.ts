import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';

/** Series over HTTP: many at once, double clicks, clocks that change, and nothing for anybody outside the clinic. */

const sql = ownerConnection();
afterAll(() => sql.end());

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { clinic: elsewhere, owner: stranger } = await createClinic(admin);
const tenant_id = clinic.id;
await sql`update public.tenants set time_zone = 'Europe/Bucharest' where id = ${tenant_id}`;

interface Booked {
  series_id: string;
  booked: number;
  appointments: { id: string; starts_at: string; ends_at: string }[];
}

const rowOf = async (table: string, values: Record<string, string>): Promise<string> => {
  const [row] = await sql`insert into public.${sql(table)} ${sql({ tenant_id, ...values })} returning id`;
  return (row as { id: string }).id;
};
const client_id = await rowOf('clients', { first_name: 'Ana', last_name: 'Pop' });
const newProvider = () => rowOf('providers', { name: `Dr. ${randomUUID().slice(0, 8)}` });
const newChair = () => rowOf('resources', { name: `Chair ${randomUUID().slice(0, 8)}` });

/** The moment of a wall time, so many days after a Tuesday that lies a week ahead at least. */
async function moment(days: number, time: string, zone = 'Europe/Bucharest'): Promise<string> {
  const [row] = await sql<{ at: Date }[]>`
    select (date_trunc('week', now() at time zone ${zone}) + make_interval(days => 15 + ${days}) + ${time}::time) at time zone ${zone} as at`;
  return (row as { at: Date }).at.toISOString();
}

const fields = (provider_id: string, starts_at: string, minutes = 60, resource_ids: string[] = []) => ({
  ...{ client_id, provider_id, resource_ids, starts_at },
  ends_at: new Date(Date.parse(starts_at) + minutes * 60_000).toISOString(),
});

const wallTimes = async (seriesId: string, zone = 'Europe/Bucharest'): Promise<string[]> =>
  (
    await sql<{ at: string }[]>`
      select to_char(starts_at at time zone ${zone}, 'HH24:MI') as at from public.appointments
      where series_id = ${seriesId} and status = 'booked' order by starts_at`
  ).map(({ at }) => at);

const overlaps = async (): Promise<number> =>
  (
    await sql`select from public.allocations a
      join public.allocations b on a.subject_id = b.subject_id and a.id < b.id and a.during && b.during
      where a.tenant_id = ${tenant_id} and a.blocking and b.blocking`
  ).length;

describe('at the same moment', () => {
  it('of 64 series of the same times one is booked, and the others book nothing', async () => {
    const [provider, chair] = [await newProvider(), await newChair()];
    const at = await moment(0, '10:00');
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        (n % 2 ? owner : staff).client.rpc('book_series', {
          ...{ tenant_id, fields: fields(provider, at, 30, [chair]), rule: 'FREQ=WEEKLY;COUNT=6' },
        }),
      ),
    );
    const refusals = answers.flatMap(({ error, status }) => (error ? [`${status} ${error.hint}`] : []));
    expect(refusals).toEqual(Array<string>(63).fill('409 series_conflict'));
    expect(await sql`select from public.appointments where provider_id = ${provider}`).toHaveLength(6);
    expect(await sql`select from public.appointment_series where provider_id = ${provider}`).toHaveLength(1);
  });

  it('two clicks on one button book once, and both are answered', async () => {
    const provider = await newProvider();
    const args = {
      ...{ tenant_id, fields: fields(provider, await moment(0, '12:00')), rule: 'FREQ=DAILY;COUNT=3' },
      series_id: randomUUID(),
    };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => call<Booked>(staff.client, 'book_series', args)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.booked).toBe(3);
    expect(await sql`select from public.appointments where provider_id = ${provider}`).toHaveLength(3);
  });

  it('series that cross each other end in no deadlock and no overlap', async () => {
    const [one, two, chair] = [await newProvider(), await newProvider(), await newChair()];
    const series = await Promise.all(
      [one, two].map(async (provider, n) =>
        call<Booked>(staff.client, 'book_series', {
          ...{ tenant_id, rule: 'FREQ=WEEKLY;COUNT=4' },
          fields: fields(provider, await moment(n, '10:00'), 30, n ? [] : [chair]),
        }),
      ),
    );
    const outcomes = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(
        series.map(({ appointments }, n) =>
          staff.client.rpc('change_series', {
            ...{ tenant_id, appointment_id: appointments[0]?.id, scope: 'all' },
            fields: { provider_id: (round + n) % 2 ? one : two, resource_ids: round % 2 ? [chair] : [] },
          }),
        ),
      );
      for (const { error, status } of answers) outcomes.add(error ? `${status} ${error.hint}` : 'done');
    }
    expect(
      [...outcomes].filter((outcome) => !/^(done|409 (series_conflict|changed_meanwhile))$/.test(outcome)),
    ).toEqual([]);
    expect(outcomes).toContain('done');
    expect(await overlaps()).toBe(0);
  });
});

describe('when the clocks change', () => {
  it.each(['Europe/Bucharest', 'America/New_York'])('ten stays ten in %s', async (zone) => {
    await sql`update public.tenants set time_zone = ${zone} where id = ${tenant_id}`;
    const provider = await newProvider();
    const { series_id, appointments } = await call<Booked>(staff.client, 'book_series', {
      ...{
        tenant_id,
        fields: fields(provider, await moment(0, '10:00', zone)),
        rule: 'FREQ=WEEKLY;COUNT=60',
      },
    });
    expect(await wallTimes(series_id, zone)).toEqual(Array<string>(60).fill('10:00'));
    expect(new Set(appointments.map(({ starts_at }) => new Date(starts_at).getUTCHours())).size).toBe(2);
    const moved = await call<Booked>(staff.client, 'change_series', {
      ...{ tenant_id, appointment_id: appointments[5]?.id, scope: 'following' },
      fields: {
        starts_at: new Date(Date.parse(appointments[5]?.starts_at ?? '') + 7_200_000).toISOString(),
        ends_at: new Date(Date.parse(appointments[5]?.ends_at ?? '') + 7_200_000).toISOString(),
      },
    });
    expect(await wallTimes(series_id, zone)).toEqual(Array<string>(5).fill('10:00'));
    expect(await wallTimes(moved.series_id, zone)).toEqual(Array<string>(55).fill('12:00'));
  });

  it.each([
    // The last Sunday of March and of October in Europe; the second of March and the first of November in America.
    ['Europe/Bucharest', '03-25', '03:30', ['03:30', '04:30', '03:30'], [24, 23]],
    ['Europe/Bucharest', '10-25', '03:30', ['03:30', '03:30', '03:30'], [25, 24]],
    ['America/New_York', '03-08', '02:30', ['02:30', '03:30', '02:30'], [24, 23]],
    ['America/New_York', '11-01', '01:30', ['01:30', '01:30', '01:30'], [25, 24]],
  ] as const)(
    'in %s from %s on, what falls into the missing hour is later',
    async (zone, earliest, time, times, between) => {
      await sql`update public.tenants set time_zone = ${zone} where id = ${tenant_id}`;
      const provider = await newProvider();
      const year = new Date().getUTCFullYear() + 1;
      const [row] = await sql<{ at: Date }[]>`
      select (d - 1 + ${time}::time) at time zone ${zone} as at
      from generate_series(${`${year}-${earliest}`}::date, ${`${year}-${earliest}`}::date + 6, interval '1 day') g, date(g) d
      where extract(isodow from d) = 7`;
      const { series_id, appointments } = await call<Booked>(staff.client, 'book_series', {
        ...{ tenant_id, rule: 'FREQ=DAILY;COUNT=3', outside_hours: true },
        fields: fields(provider, (row as { at: Date }).at.toISOString()),
      });
      expect(await wallTimes(series_id, zone)).toEqual(times);
      // An hour stays an hour.
      expect(appointments.map((v) => Date.parse(v.ends_at) - Date.parse(v.starts_at))).toEqual(
        Array<number>(3).fill(3_600_000),
      );
      const hours = appointments.map((v) => Date.parse(v.starts_at) / 3_600_000);
      expect(hours.slice(1).map((hour, n) => hour - (hours[n] ?? 0))).toEqual(between);
      await sql`update public.tenants set time_zone = 'Europe/Bucharest' where id = ${tenant_id}`;
    },
  );
});

describe('conflicts', () => {
  it('are listed before anything is saved, and can be left out', async () => {
    const provider = await newProvider();
    const at = await moment(0, '14:00');
    await call(staff.client, 'book_appointment', {
      tenant_id,
      fields: fields(provider, await moment(14, '14:30')),
    });
    const args = { tenant_id, fields: fields(provider, at), rule: 'FREQ=WEEKLY;COUNT=4' };
    const preview = await call<{
      conflicts: number;
      occurrences: { starts_at: string; obstacles: { kind: string }[] }[];
    }>(staff.client, 'preview_series', args);
    expect(preview.conflicts).toBe(1);
    const inTheWay = preview.occurrences.filter(({ obstacles }) => obstacles.length > 0);
    expect(inTheWay).toMatchObject([{ obstacles: [{ kind: 'appointment' }] }]);
    const { error } = await staff.client.rpc('book_series', args);
    expect(JSON.parse(error?.details ?? '')).toMatchObject([{ starts_at: inTheWay[0]?.starts_at }]);
    expect(await sql`select from public.appointments where provider_id = ${provider}`).toHaveLength(1);
    const { booked } = await call<Booked>(staff.client, 'book_series', {
      ...{ ...args, skip: inTheWay.map(({ starts_at }) => starts_at) },
    });
    expect(booked).toBe(3);
    expect(await overlaps()).toBe(0);
  });

  it('a series that moves by a week does not stand in its own way', async () => {
    const provider = await newProvider();
    const { appointments } = await call<Booked>(staff.client, 'book_series', {
      ...{ tenant_id, fields: fields(provider, await moment(0, '10:00')), rule: 'FREQ=WEEKLY;COUNT=5' },
    });
    const later = {
      starts_at: await moment(7, '10:00'),
      ends_at: await moment(7, '11:00'),
    };
    const args = { tenant_id, appointment_id: appointments[0]?.id, scope: 'all', fields: later };
    expect(await call(staff.client, 'change_series', { ...args, dry_run: true })).toMatchObject({
      ...{ moved: 5, conflicts: 0 },
    });
    const before =
      await sql`select id, starts_at from public.appointments where provider_id = ${provider} order by 2`;
    expect(before.map(({ id }) => id as string)).toEqual(appointments.map(({ id }) => id));
    const { series_id } = await call<Booked>(staff.client, 'change_series', args);
    const after =
      await sql`select id, starts_at, series_id from public.appointments where provider_id = ${provider} order by 2`;
    expect(after.map(({ id }) => id as string)).toEqual(appointments.map(({ id }) => id));
    expect(after.every((row) => row.series_id === series_id)).toBe(true);
    expect((after[0] as { starts_at: Date }).starts_at.toISOString()).toBe(later.starts_at);
  });
});

describe("another clinic's owner", () => {
  it('is refused by every function and reads no row', async () => {
    const provider = await newProvider();
    const { appointments, series_id } = await call<Booked>(staff.client, 'book_series', {
      ...{ tenant_id, fields: fields(provider, await moment(0, '10:00')), rule: 'FREQ=WEEKLY;COUNT=3' },
    });
    const blocks = await call<{ series_id: string }>(staff.client, 'block_series', {
      ...{ tenant_id, rule: 'FREQ=WEEKLY;COUNT=3' },
      fields: {
        provider_id: provider,
        title: 'Meeting',
        starts_at: await moment(0, '16:00'),
        ends_at: await moment(0, '17:00'),
      },
    });
    const [blocked] = await sql`select id from public.blocked_times where series_id = ${blocks.series_id}`;
    const appointment_id = appointments[0]?.id;
    for (const [name, args, unknown] of [
      ['change_series', { appointment_id, scope: 'all', fields: {} }, '404 appointment_not_found'],
      ['cancel_series', { appointment_id, scope: 'all' }, '404 appointment_not_found'],
      [
        'unblock_series',
        { blocked_time_id: blocked?.id as string, scope: 'all' },
        '404 blocked_time_not_found',
      ],
    ] as const) {
      expect(await refusal(stranger.client, name, { tenant_id, ...args })).toBe('404 clinic_not_found');
      expect(await refusal(stranger.client, name, { tenant_id: elsewhere.id, ...args })).toBe(unknown);
    }
    const foreign = fields(provider, await moment(1, '10:00'));
    expect(
      await refusal(stranger.client, 'book_series', {
        tenant_id: elsewhere.id,
        fields: foreign,
        rule: 'FREQ=DAILY;COUNT=2',
      }),
    ).toBe('422 provider_unknown');
    for (const table of ['appointment_series', 'appointment_series_resources', 'block_series'])
      expect((await stranger.client.from(table).select('id').eq('tenant_id', tenant_id)).data).toEqual([]);
    expect(
      await sql`select from public.appointments where series_id = ${series_id} and status = 'booked'`,
    ).toHaveLength(3);
    expect(await sql`select from public.blocked_times where series_id = ${blocks.series_id}`).toHaveLength(3);
  });
});
