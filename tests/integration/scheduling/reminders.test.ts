import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestLink } from '../../support/mail.ts';
import { anonymousClient, dataApi, stack } from '../../support/environment.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  newEmail,
  newToken,
  type Person,
} from '../../support/people.ts';
import { mailsTo, resendRequestsFor } from '../functions/mail.ts';
import { ClinicDay, type Outcome } from './clinic-day.ts';

/** Reminders over the whole stack: from the booking to the mail, the link in it, and what the clinic hears of the answer. */

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { clinic: elsewhere, owner: stranger } = await createClinic(admin);
const day = new ClinicDay(clinic);
const { sql } = day;
afterAll(() => day.end());
const tenant_id = clinic.id;
const visitor = anonymousClient();

const HOUR = 3_600_000;
let secret = '';
let rule = '';

beforeAll(async () => {
  await day.warmUp();
  const [row] = await sql<{ secret: string }[]>`
    select decrypted_secret as secret from vault.decrypted_secrets where name = 'cron_secret'`;
  secret = row?.secret ?? '';
  await sql`
    update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00', contact_phone = '021 555 0101'
    where tenant_id in (${tenant_id}, ${elsewhere.id})`;
  const { id } = await call<{ id: string }>(owner.client, 'save_reminder_rule', {
    ...{ tenant_id, rule_id: null },
    fields: { channel: 'email', minutes_before: 2880, extra_text: 'Please bring your card.' },
  });
  rule = id;
});

interface Visit {
  id: string;
  client: string;
  email: string;
  starts_at: string;
}

/** Some client's visit in four days, with a provider who has nothing else. */
async function newVisit(consents = true): Promise<Visit> {
  const email = newEmail('reminded');
  const [row] = await sql<{ id: string }[]>`
    insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders)
    values (${tenant_id}, 'Ana', ${email}, ${email}, ${consents}) returning id`;
  const [provider_id] = await day.add('providers', 1);
  const client = row?.id ?? '';
  const starts_at = new Date(Date.now() + 96 * HOUR).toISOString();
  const { id } = await call<{ id: string }>(staff.client, 'book_appointment', {
    tenant_id,
    fields: {
      client_id: client,
      provider_id,
      starts_at,
      ends_at: new Date(Date.parse(starts_at) + HOUR / 2),
    },
    outside_hours: true,
  });
  return { id, client, email, starts_at };
}

interface Delivery {
  state: string;
  reason: string | null;
  sent_at: string | null;
  is_manual: boolean;
}

const deliveriesOf = async (visit: Visit): Promise<Delivery[]> =>
  (
    await call<{ deliveries: Delivery[] }>(staff.client, 'list_reminders', {
      ...{ tenant_id, appointment_id: visit.id },
    })
  ).deliveries;

/** As if their time had come. */
const makeDue = (...visits: Visit[]) => sql`
  update public.reminder_deliveries set due_at = now()
  where state = 'scheduled' and appointment_id = any (${visits.map(({ id }) => id)}::uuid[])`;

async function work(): Promise<void> {
  const response = await fetch(`${stack.url}/functions/v1/run-jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cron-secret': secret },
    body: '{"wait":true}',
  });
  expect(response.status).toBe(200);
}

/** What the client's timeline says of a visit, without its booking: who and what, oldest first. */
async function historyOf({ id, client }: Visit): Promise<string[]> {
  const { data } = await staff.client
    .from('activities')
    .select('kind, actor_id, details')
    .eq('client_id', client)
    .eq('subject_id', id)
    .neq('kind', 'appointment_booked')
    .order('occurred_at');
  const who = (actor: string | null, details: unknown) =>
    actor ?? (details as { by?: string }).by ?? 'program';
  return (data ?? []).map(({ kind, actor_id, details }) => `${who(actor_id, details)} ${kind}`);
}

const linkOf = (email: string) => newestLink(email, /https?:\/\/[^\s"'<]+\/visit\/[\w-]{43}/);
const tokenOf = async (email: string): Promise<string> => (await linkOf(email)).split('/').at(-1) ?? '';

/** A visit whose reminder has arrived, and the token of its link. */
async function reminded(): Promise<Visit & { token: string }> {
  const visit = await newVisit();
  await makeDue(visit);
  await work();
  return { ...visit, token: await tokenOf(visit.email) };
}

describe('a reminder', () => {
  it('goes out once, with the visit and a link in it, and the clinic sees it', async () => {
    const visit = await newVisit();
    expect(await deliveriesOf(visit)).toMatchObject([{ state: 'scheduled' }]);
    await work();
    expect(await mailsTo(visit.email)).toEqual([]);
    await makeDue(visit);
    await Promise.all([work(), work()]);
    const [mail, ...more] = await mailsTo(visit.email);
    expect(more).toEqual([]);
    expect(mail?.subject).toContain(clinic.name);
    expect(mail?.text).toContain('Bună ziua, Ana,');
    expect(mail?.text).toContain('Please bring your card.');
    expect(mail?.text).toContain('021 555 0101');
    await work();
    expect(await resendRequestsFor(visit.email)).toHaveLength(1);
    expect(await deliveriesOf(visit)).toMatchObject([{ state: 'sent', sent_at: expect.any(String) }]);
    expect(await historyOf(visit)).toEqual(['program reminder_sent']);
  });

  it('stays away from those who have not agreed, and from visits that are off', async () => {
    const [silent, cancelled, moved] = [await newVisit(false), await newVisit(), await newVisit()];
    await makeDue(cancelled, moved);
    await call(staff.client, 'set_appointment_status', {
      ...{ tenant_id, appointment_id: cancelled.id, status: 'cancelled' },
    });
    await call(staff.client, 'change_appointment', {
      ...{ tenant_id, appointment_id: moved.id },
      fields: {
        starts_at: new Date(Date.parse(moved.starts_at) + 24 * HOUR),
        ends_at: new Date(Date.parse(moved.starts_at) + 25 * HOUR),
      },
      outside_hours: true,
    });
    await work();
    for (const { email } of [silent, cancelled, moved]) expect(await mailsTo(email)).toEqual([]);
    expect(await deliveriesOf(silent)).toMatchObject([{ state: 'skipped', reason: 'no_consent' }]);
    expect(await deliveriesOf(cancelled)).toMatchObject([{ reason: 'appointment_cancelled' }]);
    expect(await deliveriesOf(moved)).toMatchObject([{ state: 'scheduled' }]);
  });

  it('can be sent by hand at once', async () => {
    const visit = await newVisit();
    await call(staff.client, 'send_reminder_now', { tenant_id, appointment_id: visit.id });
    await work();
    expect(await mailsTo(visit.email)).toHaveLength(1);
    expect(await deliveriesOf(visit)).toMatchObject([
      { state: 'sent', is_manual: true },
      { state: 'scheduled' },
    ]);
  });

  it('is recorded whoever changes the visit and the client at that moment', async () => {
    const visits: Visit[] = [];
    for (let n = 0; n < 12; n += 1) visits.push(await newVisit());
    await makeDue(...visits);
    const begun = await sql<{ id: string; appointment_id: string }[]>`
      select d.id, d.appointment_id from public.reminder_deliveries d,
        lateral private.begin_reminder(d.id, encode(sha256(d.id::text::bytea), 'hex')) b
      where d.state = 'scheduled' and d.appointment_id = any (${visits.map(({ id }) => id)}::uuid[]) and b ->> 'action' = 'send'`;
    expect(begun).toHaveLength(12);
    const outcomes = await Promise.all([
      ...begun.map(({ id }) =>
        sql`select private.record_reminder(${id}, 'sent', 'm', '', null)`.then(() => 'ok'),
      ),
      ...visits.map(({ id }) =>
        day.outcome(staff, 'set_appointment_status', { appointment_id: id, status: 'confirmed' }),
      ),
      ...visits.map(({ client }) =>
        sql`update public.clients set consent_reminders = false where id = ${client}`.then(() => 'ok'),
      ),
    ]);
    expect(new Set(outcomes)).toEqual(new Set(['ok']));
    for (const visit of visits) {
      expect(await deliveriesOf(visit)).toMatchObject([{ state: 'sent' }]);
      expect((await historyOf(visit)).toSorted()).toEqual(
        [`${staff.userId} appointment_confirmed`, 'program reminder_sent'].toSorted(),
      );
    }
  });

  it('misses nothing when rules, visits and clients change at the same moment', async () => {
    const visits: Visit[] = [];
    for (let n = 0; n < 12; n += 1) visits.push(await newVisit(n % 2 === 0));
    const move = (visit: Visit, hours: number): Promise<Outcome> => {
      const starts = Date.parse(visit.starts_at) + hours * HOUR;
      return day.outcome(staff, 'change_appointment', {
        appointment_id: visit.id,
        fields: { starts_at: new Date(starts), ends_at: new Date(starts + HOUR / 2) },
        outside_hours: true,
      });
    };
    const outcomes = await Promise.all([
      ...visits.map((visit, n) => move(visit, n + 1)),
      ...[60, 90, 120].map((minutes_before) =>
        day.outcome(owner, 'save_reminder_rule', {
          rule_id: null,
          fields: { channel: 'email', minutes_before },
        }),
      ),
      ...visits.map(({ client }, n) =>
        sql`update public.clients set consent_reminders = ${n % 2 === 1} where id = ${client}`.then(
          () => 'ok',
        ),
      ),
      day.outcome(owner, 'delete_reminder_rule', { rule_id: rule }),
    ]);
    expect(new Set(outcomes)).toEqual(new Set(['ok']));
    const plan = () => sql`
      select appointment_id, rule_id, starts_at, due_at, state, reason from public.reminder_deliveries
      where tenant_id = ${tenant_id} order by appointment_id, rule_id, starts_at`;
    const before = [...(await plan())];
    // Whatever the order was in which they came through: there is nothing left to plan.
    await sql`select private.plan_reminders(${tenant_id})`;
    expect([...(await plan())]).toEqual(before);
    const [open] = await sql`
      select count(*)::integer as deliveries, count(distinct d.appointment_id)::integer as visits, count(j.id)::integer as jobs
      from public.reminder_deliveries d
      join public.appointments v on v.id = d.appointment_id and v.starts_at = d.starts_at
      left join private.jobs j on j.dedupe_key = 'send-reminder:' || d.id and j.state = 'waiting' and j.run_at = d.due_at
      where d.state = 'scheduled' and d.appointment_id = any (${visits.map(({ id }) => id)}::uuid[])`;
    expect(open).toEqual({ deliveries: 18, visits: 6, jobs: 18 });
    const { id } = await call<{ id: string }>(owner.client, 'save_reminder_rule', {
      ...{ tenant_id, rule_id: null },
      fields: { channel: 'email', minutes_before: 2880 },
    });
    rule = id;
    await sql`delete from public.reminder_rules where tenant_id = ${tenant_id} and minutes_before < 2880`;
  });
});

describe('the link in it', () => {
  it('shows that one visit, without the client, and is confirmed by a visitor', async () => {
    const visit = await reminded();
    const { id, token, starts_at } = visit;
    const shown = await call<Record<string, unknown>>(visitor, 'preview_visit', { token });
    expect(shown).toMatchObject({ state: 'valid', can_cancel: true, clinic: { name: clinic.name } });
    expect(Date.parse(String(shown['starts_at']))).toBe(Date.parse(starts_at));
    expect(Object.keys(shown).toSorted()).toEqual(
      [
        'can_cancel',
        'clinic',
        'ends_at',
        'provider',
        'service',
        'starts_at',
        'state',
        'time_zone',
      ].toSorted(),
    );
    expect(JSON.stringify(shown)).not.toContain('reminded');
    expect(await call(visitor, 'answer_visit', { token, answer: 'confirm' })).toMatchObject({
      state: 'confirmed',
    });
    const [row] = await sql`select status, status_changed_by from public.appointments where id = ${id}`;
    expect(row).toEqual({ status: 'confirmed', status_changed_by: null });
    expect(await historyOf(visit)).toEqual(['program reminder_sent', 'client appointment_confirmed']);
  });

  it('cancels once, however many answer at once, and frees the time', async () => {
    const visit = await reminded();
    const { id, token } = visit;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        call<{ state: string }>(visitor, 'answer_visit', { token, answer: 'cancel' }),
      ),
    );
    expect(answers.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'cancelled'));
    const [row] = await sql`
      select v.status, v.cancelled_by, count(e.id)::integer as events,
        (select count(*)::integer from public.allocations a where a.appointment_id = v.id and a.blocking) as taken
      from public.appointments v
      left join public.audit_events e on e.target_id = v.id::text and e.action = 'appointment.cancelled'
      where v.id = ${id} group by v.id`;
    expect(row).toEqual({ status: 'cancelled', cancelled_by: 'client', events: 1, taken: 0 });
    expect(await historyOf(visit)).toEqual(['program reminder_sent', 'client appointment_cancelled']);
    expect(await call(visitor, 'answer_visit', { token, answer: 'confirm' })).toMatchObject({
      state: 'cancelled',
    });
  });

  it('says no more than that once the visit moved, or is somebody else’s', async () => {
    const visit = await reminded();
    const starts = Date.parse(visit.starts_at) + HOUR;
    await call(staff.client, 'change_appointment', {
      ...{ tenant_id, appointment_id: visit.id },
      fields: { starts_at: new Date(starts), ends_at: new Date(starts + HOUR / 2) },
      outside_hours: true,
    });
    const moved = { state: 'moved', clinic: { name: clinic.name, phone: '021 555 0101', address: '' } };
    expect(await call(visitor, 'preview_visit', { token: visit.token })).toEqual(moved);
    expect(await call(visitor, 'answer_visit', { token: visit.token, answer: 'cancel' })).toEqual(moved);
    const [other] = await day.add('clients', 1);
    await call(staff.client, 'change_appointment', {
      ...{ tenant_id, appointment_id: visit.id, fields: { client_id: other } },
    });
    expect(await call(visitor, 'preview_visit', { token: visit.token })).toEqual({ state: 'unknown' });
    const [row] = await sql`select status from public.appointments where id = ${visit.id}`;
    expect(row).toEqual({ status: 'booked' });
  });

  it('is nothing when it was made up', async () => {
    for (const token of [newToken(), '', "' or true --", 'x'.repeat(5_000)]) {
      expect(await call(visitor, 'preview_visit', { token })).toEqual({ state: 'unknown' });
      expect(await call(visitor, 'answer_visit', { token, answer: 'cancel' })).toEqual({ state: 'unknown' });
    }
  });

  it('opens nothing else to a visitor', async () => {
    await reminded();
    for (const table of ['appointments', 'reminder_deliveries', 'reminder_rules', 'scheduling_settings']) {
      expect((await dataApi('GET', table)).status).toBe(401);
    }
    for (const name of ['begin_reminder', 'record_reminder', 'list_reminders', 'send_reminder_now']) {
      expect((await dataApi('POST', `rpc/${name}`, { body: {} })).status).not.toBe(200);
    }
  });
});

describe('another clinic', () => {
  it('sees, changes and sends nothing', async () => {
    const visit = await newVisit();
    const as = (person: Person, path: string) => dataApi('GET', path, { accessToken: person.accessToken });
    expect((await as(stranger, 'reminder_deliveries?select=id')).body).toEqual([]);
    expect((await as(stranger, 'reminder_rules?select=id')).body).toEqual([]);
    for (const [name, args] of [
      ['save_reminder_rule', { rule_id: rule, fields: { is_active: false } }],
      ['delete_reminder_rule', { rule_id: rule }],
      ['send_reminder_now', { appointment_id: visit.id }],
      ['list_reminders', { appointment_id: visit.id }],
    ] as const) {
      const own = await stranger.client.rpc(name, { tenant_id: elsewhere.id, ...args });
      expect([own.status, own.error?.hint]).toEqual([404, expect.stringMatching(/_not_found$/)]);
      const foreign = await stranger.client.rpc(name, { tenant_id, ...args });
      expect([foreign.status, foreign.error?.hint]).toEqual([404, 'clinic_not_found']);
    }
    const [row] = await sql`select is_active from public.reminder_rules where id = ${rule}`;
    expect(row).toEqual({ is_active: true });
    expect(await deliveriesOf(visit)).toMatchObject([{ state: 'scheduled' }]);
  });
});
