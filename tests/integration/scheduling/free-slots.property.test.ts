import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stack } from '../../support/environment.ts';
import { createClinic, createSuperAdmin } from '../../support/people.ts';
import {
  changesOf,
  CLINIC,
  Model,
  subjects,
  Timeline,
  type Scenario,
  type Slot,
} from './free-slots-model.ts';

/**
 * Free times over random hours, visits and rules of booking, around the days on which clocks change: all that a look at every
 * minute finds, and nothing else; what is answered can be booked, and what is not cannot.
 */

const sql = postgres(stack.dbUrl, { max: 1, onnotice: () => {} });
afterAll(() => sql.end());
const ids = new Map<string, string>();
let tenantId = '';

beforeAll(async () => {
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  tenantId = clinic.id;
  ids.set('owner', owner.userId);
  for (const [table, rows] of [
    ['providers', subjects.filter(({ kind }) => kind === 'provider').map(({ key }) => ({ name: key }))],
    [
      'resources',
      subjects.filter(({ kind }) => kind !== 'provider').map(({ key, kind }) => ({ name: key, kind })),
    ],
    ['services', [{ name: 'service' }]],
    ['clients', [{ last_name: 'client' }]],
  ] as const) {
    const added = await sql<{ id: string; label: string }[]>`
      insert into public.${sql(table)} ${sql(rows.map((row) => ({ tenant_id: tenantId, ...row })))}
      returning id, ${table === 'clients' ? sql`last_name` : sql`name`} as label`;
    for (const { id, label } of added) ids.set(label, id);
  }
  await sql`insert into public.service_providers (tenant_id, service_id, provider_id)
    select ${tenantId}, ${idOf('service')}, p.id from public.providers p where p.tenant_id = ${tenantId}`;
  // Every booking that succeeds is taken back.
  await sql`create function pg_temp.try_booking(tenant_id uuid, fields jsonb) returns text language plpgsql as $$
    declare
      code text;
    begin
      perform public.book_appointment(tenant_id, fields);
      raise exception using errcode = 'ZZ001', hint = 'booked';
    exception when others then
      get stacked diagnostics code = pg_exception_hint;
      return code;
    end;
    $$`;
});

function idOf(key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`There is no ${key}`);
  return id;
}

// scenarios --------------------------------------------------------------------------------------------------------

const keys = subjects.map(({ key }) => key);
const owner = fc.constantFrom(CLINIC, CLINIC, ...keys);
const between = (min: number, max: number, step = 5) =>
  fc.integer({ min: Math.ceil(min / step), max: Math.floor(max / step) }).map((n) => n * step);
// Clocks change at night.
const hours = fc
  .tuple(fc.oneof(between(0, 360), between(0, 1380)), between(5, 700))
  .map(([opens, length]) => ({ opens, closes: Math.min(opens + length, 1440) }));
const span = fc
  .tuple(fc.oneof(between(-120, 3 * 1440), between(-120, 3 * 1440, 1)), between(5, 240))
  .map(([from, length]) => ({ from, to: from + length }));
const someOf = (of: readonly string[]) => fc.subarray([...of], { minLength: 1 });
const rarely = <T>(of: fc.Arbitrary<T>, otherwise: T) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary: of });

/** Of rows that must not overlap, those that overlap none before them. */
function apart<T>(rows: T[], place: (row: T) => string, ends: (row: T) => [number, number]): T[] {
  return rows.reduce<T[]>((kept, row) => {
    const [from, to] = ends(row);
    const isFree = kept.every(
      (other) => place(other) !== place(row) || ends(other)[1] <= from || ends(other)[0] >= to,
    );
    return isFree ? [...kept, row] : kept;
  }, []);
}

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    slotMinutes: fc.constantFrom(5, 10, 15, 20, 30, 60),
    days: fc.integer({ min: 1, max: 3 }),
    daysOffered: rarely(fc.integer({ min: 1, max: 3 }), 3),
    service: fc.record({
      duration: fc.oneof(between(5, 90), between(5, 400)),
      before: rarely(between(5, 40), 0),
      after: rarely(between(5, 40), 0),
    }),
    steps: rarely(
      fc.array(
        fc.record({
          kind: fc.constantFrom('provider', 'chair', 'room'),
          offset: between(0, 60),
          duration: between(5, 90),
        }),
        { maxLength: 4 },
      ),
      [],
    ),
    // So that there mostly is something to be found.
    week: fc.array(fc.tuple(between(0, 600), between(200, 900)), { minLength: 5, maxLength: 5 }),
    hours: fc.array(
      fc.record({
        ...{ owner, day: fc.integer({ min: -1, max: 3 }), hours },
        isBreak: fc.constantFrom(false, false, false, true),
      }),
      { maxLength: 20 },
    ),
    exceptions: rarely(
      fc.array(
        fc.record({
          ...{ owner, first: fc.integer({ min: -1, max: 3 }), length: fc.integer({ min: 0, max: 2 }) },
          hours: fc.option(hours, { freq: 3 }),
        }),
        { maxLength: 3 },
      ),
      [],
    ),
    blocked: fc.array(fc.record({ owner, span }), { maxLength: 3 }),
    taken: fc.array(
      fc.record({
        ...{ owner: fc.constantFrom(...keys), span },
        by: fc.constantFrom('appointment', 'appointment', 'hold', 'expired hold', 'overbooked', 'given up'),
      }),
      { maxLength: 30 },
    ),
    archived: rarely(someOf(['provider 2', 'chair 1', 'room 1']), []),
    serviceResources: fc.subarray(keys.slice(2)),
    providers: rarely(someOf(keys.slice(0, 2)), null),
    resources: fc.option(fc.subarray(keys.slice(2), { maxLength: 2 }), { freq: 2 }),
    minutes: rarely(between(5, 120), null),
  })
  .map(({ week, ...given }) => ({
    ...given,
    hours: apart(
      [
        ...week.map(([opens, length], n) => ({
          ...{ owner: CLINIC, day: n - 1, isBreak: false, opens },
          closes: Math.min(opens + length, 1440),
        })),
        ...given.hours.map(({ hours: times, ...row }) => ({ ...row, ...times })),
      ],
      (row) => `${row.owner} ${row.day} ${row.isBreak}`,
      (row) => [row.opens, row.closes],
    ),
    exceptions: given.exceptions.map(({ length, ...row }) => ({ ...row, last: row.first + length })),
    blocked: given.blocked.map(({ span: times, ...row }) => ({ ...row, ...times })),
    taken: apart(
      given.taken.map(({ span: times, ...row }) => ({ ...row, ...times })),
      (row) => (row.by === 'overbooked' || row.by === 'given up' ? JSON.stringify(row) : row.owner),
      (row) => [row.from, row.to],
    ),
  }));

// laying it out ----------------------------------------------------------------------------------------------------

const clockTime = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const dayAfter = (first: string, day: number) =>
  new Date(Date.parse(`${first}T00:00Z`) + day * 86_400_000).toISOString().slice(0, 10);
const isoWeekday = (day: string) => new Date(`${day}T00:00Z`).getUTCDay() || 7;

/** Which of the two columns a row about somebody has filled in; neither is the clinic. */
const about = (key: string) => ({
  provider_id: key.startsWith('provider') ? idOf(key) : null,
  resource_id: key === CLINIC || key.startsWith('provider') ? null : idOf(key),
});

async function layOut(scenario: Scenario, zone: string, first: string, clock: Timeline): Promise<void> {
  const tenant = { tenant_id: tenantId };
  const service_id = idOf('service');
  const midnight = clock.at(0, 0);
  const add = async (table: string, rows: Record<string, unknown>[]) => {
    if (rows.length > 0)
      await sql`insert into public.${sql(table)} ${sql(rows.map((row) => ({ ...tenant, ...row })) as never)}`;
  };
  await sql`update public.tenants set time_zone = ${zone} where id = ${tenantId}`;
  await sql`update public.scheduling_settings set slot_minutes = ${scenario.slotMinutes},
      horizon_days = ${dayAfter(first, scenario.daysOffered - 1)}::date - private.clinic_today(${tenantId})
    where tenant_id = ${tenantId}`;
  const { duration, before, after } = scenario.service;
  await sql`update public.services set duration_minutes = ${duration}, buffer_before_minutes = ${before},
    buffer_after_minutes = ${after} where id = ${service_id}`;
  for (const table of ['providers', 'resources'])
    await sql`update public.${sql(table)} set archived_at = now()
      where tenant_id = ${tenantId} and name = any (${scenario.archived})`;
  await sql`delete from public.working_hours where tenant_id = ${tenantId}`;
  await add(
    'service_resources',
    scenario.serviceResources.map((key) => ({ service_id, resource_id: idOf(key) })),
  );
  await add(
    'service_steps',
    scenario.steps.map((step) => ({
      ...{ service_id, kind: step.kind, offset_minutes: step.offset, duration_minutes: step.duration },
    })),
  );
  await add(
    'working_hours',
    scenario.hours.map((row) => ({
      ...{ ...about(row.owner), weekday: isoWeekday(dayAfter(first, row.day)), is_break: row.isBreak },
      ...{ opens: clockTime(row.opens), closes: clockTime(row.closes) },
    })),
  );
  await add(
    'hours_exceptions',
    scenario.exceptions.map((row) => ({
      ...{ ...about(row.owner), first_day: dayAfter(first, row.first), last_day: dayAfter(first, row.last) },
      opens: row.hours && clockTime(row.hours.opens),
      closes: row.hours && clockTime(row.hours.closes),
    })),
  );
  await add(
    'blocked_times',
    scenario.blocked.map((row) => ({
      ...about(row.owner),
      starts_at: clock.instant(midnight + row.from),
      ends_at: clock.instant(midnight + row.to),
    })),
  );
  const visit = { starts_at: clock.instant(midnight), ends_at: clock.instant(midnight + 60) };
  const [made] = await sql<{ appointment: string; hold: string; expired: string }[]>`
    with a as (insert into public.appointments ${sql({ ...tenant, ...visit, client_id: idOf('client'), provider_id: idOf('provider 1') })} returning id),
      h as (insert into public.holds ${sql({ ...tenant, ...visit, expires_at: new Date(Date.now() + 600_000) })} returning id),
      e as (insert into public.holds ${sql({ ...tenant, ...visit, expires_at: new Date(Date.now() - 1000) })} returning id)
    select a.id as appointment, h.id as hold, e.id as expired from a, h, e`;
  const isHold = (by: string) => by === 'hold' || by === 'expired hold';
  await add(
    'allocations',
    scenario.taken.map((row) => ({
      ...about(row.owner),
      appointment_id: isHold(row.by) ? null : made?.appointment,
      hold_id: isHold(row.by) ? (row.by === 'hold' ? made?.hold : made?.expired) : null,
      during: `[${clock.instant(midnight + row.from).toISOString()},${clock.instant(midnight + row.to).toISOString()})`,
      blocking: row.by !== 'overbooked' && row.by !== 'given up',
      is_overbooked: row.by === 'overbooked',
    })),
  );
}

// asking -----------------------------------------------------------------------------------------------------------

interface Answer {
  slots: { starts_at: string; ends_at: string; provider_id: string; resource_ids: string[] }[];
  is_capped: boolean;
}

/** All free times of the days, and the next one from their beginning. */
async function ask(
  scenario: Scenario,
  first: string,
  clock: Timeline,
): Promise<{ slots: Slot[]; next: Slot[] }> {
  const toIds = (some: string[] | null) => some && some.map((key) => idOf(key));
  const names = new Map([...ids].map(([key, id]) => [id, key]));
  const [row] = await sql<{ answer: Answer; next: Answer }[]>`
    select public.find_free_slots(${tenantId}, ${idOf('service')}, ${toIds(scenario.providers)}::uuid[],
        ${toIds(scenario.resources)}::uuid[], ${first}, ${scenario.days}, ${scenario.minutes}, 2000) as answer,
      public.next_free_slots(${tenantId}, ${idOf('service')}, ${toIds(scenario.providers)}::uuid[],
        ${toIds(scenario.resources)}::uuid[], ${clock.instant(clock.at(0, 0) - 1)}, 1, ${scenario.minutes}) as next`;
  if (!row) throw new Error('No answer');
  const read = (answer: Answer) =>
    answer.slots.map((slot) => ({
      minute: clock.minuteOf(slot.starts_at),
      provider: names.get(slot.provider_id) ?? '',
      resources: slot.resource_ids.map((id) => names.get(id) ?? ''),
    }));
  return { slots: read(row.answer), next: read(row.next) };
}

/** "booked", or why not. */
async function book(slots: Slot[], minutes: number, clock: Timeline): Promise<string[]> {
  const fields = slots.map(({ minute, provider, resources }) => ({
    ...{ client_id: idOf('client'), service_id: idOf('service'), provider_id: idOf(provider) },
    resource_ids: resources.map((key) => idOf(key)),
    ...{ starts_at: clock.instant(minute), ends_at: clock.instant(minute + minutes) },
  }));
  const rows = await sql<{ outcome: string }[]>`
    select pg_temp.try_booking(${tenantId}, f.e) as outcome
    from jsonb_array_elements(${sql.json(fields as never)}) with ordinality f (e, n) order by f.n`;
  return rows.map(({ outcome }) => outcome);
}

/** Some of many, spread over them. */
const sample = <T>(of: T[], count: number) => of.filter((_, n) => n % Math.ceil(of.length / count) === 0);

describe.each(['Europe/Bucharest', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'])(
  'free times in %s',
  (zone) => {
    const weekends = changesOf(zone, new Date()).map((change) => {
      const first = dayAfter(change, -1);
      return { first, clock: new Timeline(zone, first, 3) };
    });

    it('are those at which everybody needed is there and free, and can be booked', async () => {
      let answered = 0;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(scenarios, fc.constantFrom(...weekends), async (scenario, { first, clock }) => {
          const model = new Model(scenario, clock);
          await sql`begin`;
          try {
            await layOut(scenario, zone, first, clock);
            await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: idOf('owner'), role: 'authenticated' })}, true)`;
            const { slots, next } = await ask(scenario, first, clock);
            expect(slots).toEqual(model.slots());
            // Where there are none, the next one is on some other day.
            expect(slots.length > 0 ? next : []).toEqual(slots.slice(0, 1));

            const offered = sample(slots, 4);
            expect(await book(offered, model.minutes, clock)).toEqual(offered.map(() => 'booked'));
            answered += offered.length;

            const found = new Set(slots.map(({ minute, provider }) => `${minute} ${provider}`));
            const missing = model
              .grid()
              .flatMap((minute) =>
                (scenario.providers ?? keys.slice(0, 2)).map((provider) => ({ minute, provider })),
              )
              .filter(({ minute, provider }) => !found.has(`${minute} ${provider}`));
            const tried = sample(missing, 4).flatMap(({ minute, provider }) =>
              model.placesToTry().map((resources) => ({ minute, provider, resources })),
            );
            const outcomes = await book(tried, model.minutes, clock);
            for (const [index, outcome] of outcomes.entries()) {
              const { provider = '', resources = [] } = tried[index] ?? {};
              const archived = resources.some((key) => scenario.archived.includes(key)) ? 'resource' : '';
              const wanted = scenario.archived.includes(provider) ? 'provider' : archived;
              expect(wanted ? [`${wanted}_archived`] : ['slot_taken', 'outside_hours']).toContain(outcome);
            }
            refused += tried.length;
          } finally {
            await sql`rollback`;
          }
        }),
        { numRuns: 40, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
      );
      expect(answered).toBeGreaterThan(20);
      expect(refused).toBeGreaterThan(20);
    }, 90_000);
  },
);
