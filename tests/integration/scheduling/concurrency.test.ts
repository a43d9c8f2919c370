import { afterAll, describe, expect, it } from 'vitest';
import { dataApi } from '../../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { ClinicDay, tally, type Fields } from './clinic-day.ts';

/** One time is given once, whoever asks for it at the same moment and by whatever way: over HTTP and on many connections. */

const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const people = [owner, staff];
const day = new ClinicDay(clinic);
afterAll(() => day.end());

const clients = await day.add('clients', 64);
await day.warmUp();

const firstDay = Date.UTC(new Date().getUTCFullYear() + 1, 2, 1, 8);
const HALF_HOUR = 30 * 60_000;
/** The n-th half hour from some morning next year. */
const at = (n: number): { starts_at: string; ends_at: string } => ({
  starts_at: new Date(firstDay + n * HALF_HOUR).toISOString(),
  ends_at: new Date(firstDay + (n + 1) * HALF_HOUR).toISOString(),
});
const person = (n: number) => people[n % people.length] ?? owner;
const book = (fields: Fields, n: number, hold_id: string | null = null) =>
  day.outcome(person(n), 'book_appointment', {
    fields: { client_id: clients[n % clients.length], ...fields },
    hold_id,
    outside_hours: true,
  });
const booked = (fields: Fields, n: number) =>
  day.call<{ id: string }>(person(n), 'book_appointment', {
    fields: { client_id: clients[n % clients.length], ...fields },
    outside_hours: true,
  });
const sixtyFour = <T>(make: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 64 }, (_, n) => make(n)));
async function newPlace(): Promise<{ provider_id: string; resource_ids: string[] }> {
  const [[provider_id = ''], resource_ids] = await Promise.all([
    day.add('providers', 1),
    day.add('resources', 1),
  ]);
  return { provider_id, resource_ids };
}
async function expectOrder(): Promise<void> {
  expect(await day.overlaps()).toEqual([]);
  expect(await day.misplaced()).toEqual([]);
}

describe('one slot', () => {
  it('asked for 64 times over HTTP is booked once', async () => {
    const place = await newPlace();
    const answers = await sixtyFour((n) =>
      dataApi('POST', 'rpc/book_appointment', {
        accessToken: person(n).accessToken,
        body: {
          tenant_id: clinic.id,
          fields: { client_id: clients[n], ...place, ...at(0) },
          outside_hours: true,
        },
      }),
    );
    const outcomes = answers.map(
      ({ status, body }) => `${status} ${(body as { hint?: string }).hint ?? 'booked'}`,
    );
    expect(tally(outcomes)).toEqual({ '200 booked': 1, '409 slot_taken': 63 });
    const refused = answers.find(({ status }) => status === 409)?.body as { details: string };
    expect(JSON.parse(refused.details)).toMatchObject([{ kind: 'appointment' }, { kind: 'appointment' }]);
    await expectOrder();
  });

  it('asked for 64 times on as many connections as there are is booked once', async () => {
    const place = await newPlace();
    const outcomes = await sixtyFour((n) => book({ ...place, ...at(0) }, n));
    expect(tally(outcomes)).toEqual({ ok: 1, 'PT409 slot_taken': 63 });
    await expectOrder();
  });

  it('goes to one of 32 that were cancelled and come back and 32 that are new', async () => {
    const place = await newPlace();
    const cancelled: string[] = [];
    for (let n = 0; n < 32; n++) {
      const { id } = await booked({ ...place, ...at(1) }, n);
      await day.call(owner, 'set_appointment_status', { appointment_id: id, status: 'cancelled' });
      cancelled.push(id);
    }
    const outcomes = await sixtyFour((n) =>
      n % 2 === 0
        ? day.outcome(person(n), 'set_appointment_status', {
            ...{ appointment_id: cancelled[n / 2], status: 'booked' },
          })
        : book({ ...place, ...at(1) }, n),
    );
    expect(tally(outcomes)).toEqual({ ok: 1, 'PT409 slot_taken': 63 });
    await expectOrder();
  });

  it('goes to one of 64 that are moved there', async () => {
    const place = await newPlace();
    const others = await Promise.all(Array.from({ length: 8 }, newPlace));
    const ids = await sixtyFour(async (n) => (await booked({ ...others[n % 8], ...at(n) }, n)).id);
    const outcomes = await sixtyFour((n) =>
      day.outcome(person(n), 'change_appointment', {
        ...{ appointment_id: ids[n], fields: { ...place, ...at(100) }, outside_hours: true },
      }),
    );
    expect(tally(outcomes)).toEqual({ ok: 1, 'PT409 slot_taken': 63 });
    await expectOrder();
  });

  it('goes to one of 64 series on as many connections as there are', async () => {
    const place = await newPlace();
    const outcomes = await sixtyFour((n) =>
      day.outcome(person(n), 'book_series', {
        fields: { client_id: clients[n], ...place, ...at(0) },
        ...{ rule: 'FREQ=DAILY;COUNT=5', outside_hours: true },
      }),
    );
    expect(tally(outcomes)).toEqual({ ok: 1, 'PT409 series_conflict': 63 });
    expect(
      await day.sql`select from public.appointments where provider_id = ${place.provider_id}`,
    ).toHaveLength(5);
    await expectOrder();
  });

  it('goes to one of 64 series that are changed to it', async () => {
    const place = await newPlace();
    const others = await Promise.all(Array.from({ length: 8 }, newPlace));
    const series = await sixtyFour((n) =>
      day.call<{ appointments: { id: string }[] }>(person(n), 'book_series', {
        fields: { client_id: clients[n], ...others[n % 8], ...at(200 + Math.floor(n / 8)) },
        ...{ rule: 'FREQ=WEEKLY;COUNT=3', outside_hours: true },
      }),
    );
    const outcomes = await sixtyFour((n) =>
      day.outcome(person(n), 'change_series', {
        ...{ appointment_id: series[n]?.appointments[0]?.id, scope: 'all', outside_hours: true },
        fields: { ...place, ...at(0) },
      }),
    );
    expect(tally(outcomes)).toEqual({ ok: 1, 'PT409 series_conflict': 63 });
    await expectOrder();
  });

  it('is held for one of 64', async () => {
    const { provider_id, resource_ids } = await newPlace();
    const outcomes = await sixtyFour((n) =>
      day.outcome(person(n), 'hold_slot', { service_id: null, provider_id, resource_ids, ...at(0) }),
    );
    expect(tally(outcomes)).toEqual({ ok: 1, 'PT409 slot_taken': 63 });
    expect(await day.overlaps()).toEqual([]);
    await day.sql`delete from public.holds where tenant_id = ${clinic.id}`;
  });

  it('whose hold has expired goes to one of eight, the holder among them, while holds are swept away', async () => {
    const place = await newPlace();
    for (let round = 0; round < 20; round++) {
      const hold = await day.call<{ hold_id: string }>(owner, 'hold_slot', {
        ...{ service_id: null, ...place, ...at(round) },
      });
      await day.sql`update public.holds set expires_at = now() - interval '1 second' where id = ${hold.hold_id}`;
      const [outcomes] = await Promise.all([
        Promise.all(
          Array.from({ length: 8 }, (_, n) =>
            book({ ...place, ...at(round) }, n, n === 0 ? hold.hold_id : null),
          ),
        ),
        day.sql`select private.sweep_holds()`,
        day.sql`select private.sweep_holds()`,
      ]);
      expect(tally(outcomes)).toEqual({ ok: 1, 'PT409 slot_taken': 7 });
    }
    await expectOrder();
    await day.sql`select private.sweep_holds()`;
    expect(await day.sql`select from public.holds where tenant_id = ${clinic.id}`).toHaveLength(0);
  });
});

it('a visit confirmed 64 times at once is confirmed once', async () => {
  const { id } = await booked({ ...(await newPlace()), ...at(0) }, 0);
  const outcomes = await sixtyFour((n) =>
    day.outcome(person(n), 'set_appointment_status', { appointment_id: id, status: 'confirmed' }),
  );
  expect(tally(outcomes)).toEqual({ ok: 64 });
  expect(
    await day.sql`select from public.audit_events where target_id = ${id} and action = 'appointment.confirmed'`,
  ).toHaveLength(1);
  expect(
    await day.sql`select from public.activities where subject_id = ${id} and kind = 'appointment_confirmed'`,
  ).toHaveLength(1);
  expect(await day.sql`select revision from public.appointments where id = ${id}`).toEqual([{ revision: 2 }]);
});

it('one client is booked at 32 places at once', async () => {
  const places = await Promise.all(Array.from({ length: 8 }, newPlace));
  const outcomes = await Promise.all(
    Array.from({ length: 32 }, (_, n) =>
      book({ client_id: clients[0] ?? '', ...places[n % 8], ...at(Math.floor(n / 8)) }, n),
    ),
  );
  expect(tally(outcomes)).toEqual({ ok: 32 });
});

it('visits moved across each other by eight people at once never meet, and nobody is sent away by a deadlock', async () => {
  const providers = await day.add('providers', 4);
  const chairs = await day.add('resources', 4);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
  const ids = await Promise.all(
    providers.flatMap((provider_id, p) =>
      [0, 1, 2, 3].map(async (n) => {
        const resource_ids = [chairs[(p + n) % 4] ?? ''];
        return (await booked({ provider_id, resource_ids, ...at(n) }, n)).id;
      }),
    ),
  );
  const anywhere = () => ({
    provider_id: pick(providers),
    // Two chairs as often as one, named in any order.
    resource_ids: [pick(chairs), pick(chairs)],
    ...at(Math.floor(Math.random() * 6)),
  });
  const until = Date.now() + 5_000;
  const worker = async (n: number): Promise<string[]> => {
    const outcomes: string[] = [];
    while (Date.now() < until) {
      const appointment_id = pick(ids);
      const dice = Math.random();
      if (dice < 0.7)
        outcomes.push(
          await day.outcome(person(n), 'change_appointment', {
            ...{ appointment_id, fields: anywhere(), outside_hours: true },
          }),
        );
      else if (dice < 0.9)
        outcomes.push(
          await day.outcome(person(n), 'set_appointment_status', {
            ...{ appointment_id, status: pick(['booked', 'cancelled']) },
          }),
        );
      else outcomes.push(await day.outcome(person(n), 'hold_slot', { service_id: null, ...anywhere() }));
    }
    return outcomes;
  };
  const sweeper = async (): Promise<void> => {
    while (Date.now() < until) {
      await day.sql`update public.holds set expires_at = now() where tenant_id = ${clinic.id}`;
      await day.sql`select private.sweep_holds()`;
    }
  };
  const [, ...outcomes] = await Promise.all([sweeper(), ...Array.from({ length: 8 }, (_, n) => worker(n))]);
  const counts = tally(outcomes.flat());
  // Whatever else there is would be a fault: a deadlock (40P01), the constraint (23P01).
  const expected = ['ok', 'PT409 slot_taken', 'PT409 changed_meanwhile', 'PT409 appointment_over'];
  expect(Object.keys(counts).filter((outcome) => !expected.includes(outcome))).toEqual([]);
  expect(counts.ok).toBeGreaterThan(50);
  expect(counts['PT409 slot_taken']).toBeGreaterThan(20);
  await expectOrder();
}, 30_000);
