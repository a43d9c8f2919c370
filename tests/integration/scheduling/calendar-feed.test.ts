import ICAL from 'ical.js';
import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection, stack } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../../support/people.ts';

/** Calendar feeds as a calendar program reads them: over HTTP, without a session, through the real function. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const { clinic: other, owner: otherOwner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);

interface Feed {
  feed_id: string;
  token: string;
}

async function insert(table: string, row: Record<string, unknown>): Promise<string> {
  const [made] = await sql<[{ id: string }]>`insert into public.${sql(table)} ${sql(row)} returning id`;
  return made.id;
}

const surname = `Țurcanu; "Ștefan", \\ 😀 ${'ș'.repeat(60)}`;
const clientId = await insert('clients', { tenant_id: clinic.id, first_name: 'Ana', last_name: surname });
const providerId = await insert('providers', {
  tenant_id: clinic.id,
  name: 'Dr. Staff',
  member_id: staff.userId,
});
const elseId = await insert('providers', { tenant_id: clinic.id, name: 'Dr. Else' });
const serviceId = await insert('services', { tenant_id: clinic.id, name: 'Filling', duration_minutes: 60 });
const chairId = await insert('resources', { tenant_id: clinic.id, name: 'Chair 1' });

/** Books at this hour (UTC) in `days` days, whether or not somebody is there. */
async function book(days: number, hour: number, provider = providerId): Promise<string> {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const at = (h: number): string => `${day}T${String(h).padStart(2, '0')}:00:00Z`;
  const { id } = await call<{ id: string }>(owner.client, 'book_appointment', {
    tenant_id: clinic.id,
    fields: {
      ...{ client_id: clientId, service_id: serviceId, provider_id: provider, resource_ids: [chairId] },
      ...{ starts_at: at(hour), ends_at: at(hour + 1) },
    },
    outside_hours: true,
  });
  return id;
}

const make = (provider: string | null, details: string, who = owner): Promise<Feed> =>
  call(who.client, 'create_calendar_feed', {
    ...{ tenant_id: clinic.id, provider_id: provider, name: 'My phone', details },
  });
const read = (token: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${stack.url}/functions/v1/calendar-feed/${token}`, init);

async function events(token: string): Promise<ICAL.Event[]> {
  const response = await read(`${token}.ics`);
  expect(response.status).toBe(200);
  const calendar = new ICAL.Component(ICAL.parse(await response.text()));
  return calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
}

const statusOf = (event: ICAL.Event | undefined): unknown => event?.component.getFirstPropertyValue('status');

describe('a feed', () => {
  it('shows what is booked, follows every change, and says what was cancelled', async () => {
    const { token } = await make(providerId, 'names', staff);
    const id = await book(3, 9);
    await book(3, 12, elseId);
    const [first, ...rest] = await events(token);
    expect(rest).toEqual([]);
    expect(first?.uid).toBe(`${id}@chairside`);
    expect(first?.summary).toBe(`Ana ${surname} · Filling`);
    expect(first?.location).toBe('Chair 1');
    expect(first?.startDate.toJSDate().getUTCHours()).toBe(9);
    expect(statusOf(first)).toBe('CONFIRMED');

    const startsAt = new Date(first!.startDate.toJSDate().getTime() + 3_600_000);
    await call(owner.client, 'change_appointment', {
      ...{ tenant_id: clinic.id, appointment_id: id, outside_hours: true },
      fields: { starts_at: startsAt, ends_at: new Date(startsAt.getTime() + 3_600_000) },
    });
    const [moved] = await events(token);
    expect(moved?.uid).toBe(first?.uid);
    expect(moved?.startDate.toJSDate()).toEqual(startsAt);
    expect(moved?.sequence).toBeGreaterThan(first?.sequence ?? Number.NaN);

    await call(owner.client, 'set_appointment_status', {
      ...{ tenant_id: clinic.id, appointment_id: id, status: 'cancelled' },
    });
    const [cancelled] = await events(token);
    expect(statusOf(cancelled)).toBe('CANCELLED');
    expect(cancelled?.sequence).toBeGreaterThan(moved?.sequence ?? Number.NaN);
  });

  it('of times alone names nobody and nothing', async () => {
    const { token } = await make(null, 'busy');
    await book(5, 9);
    const text = await (await read(`${token}.ics`)).text();
    expect(text).toContain('SUMMARY:Busy');
    expect(text).not.toMatch(/Ana|Filling|Chair 1|Dr\./);
  });

  it('is a calendar file that nobody in between keeps', async () => {
    const { token } = await make(null, 'names');
    const { headers } = await read(`${token}.ics`, { headers: { origin: 'https://site.example' } });
    expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is not sent again to a program that has it', async () => {
    const { token } = await make(providerId, 'busy');
    const etag = (await read(`${token}.ics`)).headers.get('etag') ?? '';
    const again = await read(`${token}.ics`, { headers: { 'if-none-match': `W/${etag}` } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await book(7, 9);
    const changed = await read(`${token}.ics`, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('answers the same whether it never was, has been ended, or its clinic is suspended', async () => {
    const { token, feed_id } = await make(null, 'names');
    const { token: foreign } = await call<Feed>(otherOwner.client, 'create_calendar_feed', {
      ...{ tenant_id: other.id, provider_id: null, name: 'x', details: 'busy' },
    });
    expect((await read(`${token}.ics`)).status).toBe(200);
    expect((await read(`${foreign}.ics`)).status).toBe(200);
    await call(owner.client, 'revoke_calendar_feed', { tenant_id: clinic.id, feed_id });
    await call(admin.client, 'admin_suspend_tenant', { tenant_id: other.id, reason: 'test' });
    const unknown = randomBytes(32).toString('hex');
    for (const address of [
      `${token}.ics`,
      token,
      `${foreign}.ics`,
      `${unknown}.ics`,
      'short.ics',
      '',
      `${token}/x`,
    ]) {
      const response = await read(address);
      expect([address, response.status, await response.json()]).toEqual([
        ...[address, 404],
        { code: 'feed_not_found', message: 'There is no such calendar, or it has been ended.' },
      ]);
    }
  });

  it('slows down a program that asks too often', async () => {
    const { token, feed_id } = await make(null, 'busy');
    await read(`${token}.ics`);
    await sql`update public.calendar_feeds set reads_in_hour = 59 where id = ${feed_id}`;
    const answers = await Promise.all([1, 2, 3].map(() => read(`${token}.ics`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect(await refused?.json()).toMatchObject({ code: 'too_many_reads' });
  });

  it('is only read', async () => {
    const { token } = await make(null, 'busy');
    expect((await read(`${token}.ics`, { method: 'POST', body: '{}' })).status).toBe(405);
  });
});
