import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymousClient, dataApi, serviceClient, stack } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, newEmail } from '../../support/people.ts';
import { newestLink } from '../../support/mail.ts';
import { linkToken, tokenHash } from '../../../supabase/functions/_shared/scheduling/link-token.ts';
import { resendRequestsFor } from '../functions/mail.ts';
import { ClinicDay, tally } from './clinic-day.ts';

/** From a cancelled visit to the next in turn, over the whole stack; and what is claimed, expires and is booked at the same moment. */

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { clinic: elsewhere, owner: stranger } = await createClinic(admin);
const day = new ClinicDay(clinic);
const { sql } = day;
afterAll(() => day.end());
const tenant_id = clinic.id;

const MINUTE = 60_000;
let secret = '';
let firstTuesday = 0;
let service_id = '';
let clientId = '';

beforeAll(async () => {
  await day.warmUp();
  const [row] = await sql<{ secret: string; tuesday: Date; service: string; client: string }[]>`
    with rules as (
      update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00' where tenant_id = ${tenant_id}
    ), made as (
      insert into public.services (tenant_id, name, duration_minutes) values (${tenant_id}, 'Filling', 30) returning id
    ), person as (
      insert into public.clients (tenant_id, last_name) values (${tenant_id}, 'Who had it') returning id
    )
    select s.decrypted_secret as secret, made.id as service, person.id as client,
      (date_trunc('week', now() at time zone t.time_zone) + interval '15 days 10 hours') at time zone t.time_zone as tuesday
    from vault.decrypted_secrets s, made, person, public.tenants t where s.name = 'cron_secret' and t.id = ${tenant_id}`;
  secret = row?.secret ?? '';
  firstTuesday = row?.tuesday.getTime() ?? 0;
  service_id = row?.service ?? '';
  clientId = row?.client ?? '';
});

/** Half an hour at ten on some Tuesday, with a provider who has nothing else. */
async function newSlot(): Promise<{
  provider_id: string;
  resource_ids: string[];
  starts_at: string;
  ends_at: string;
}> {
  const [provider_id = ''] = await day.add('providers', 1);
  return {
    ...{ provider_id, resource_ids: [] },
    starts_at: new Date(firstTuesday).toISOString(),
    ends_at: new Date(firstTuesday + 30 * MINUTE).toISOString(),
  };
}

interface Entry {
  id: string;
  state: string;
  appointment_id: string | null;
  last_offer: { id: string; state: string; mail_outcome: string; starts_at: string } | null;
}

async function wait(more: object = {}): Promise<{ entry: Entry; email: string; client: string }> {
  const email = newEmail('waiting');
  const [row] = await sql<{ id: string }[]>`
    insert into public.clients (tenant_id, first_name, last_name, email, consent_reminders)
    values (${tenant_id}, 'Ana', ${email}, ${email}, true) returning id`;
  const client = row?.id ?? '';
  const entry = await call<Entry>(staff.client, 'save_waitlist_entry', {
    ...{ tenant_id, entry_id: null },
    fields: { client_id: client, service_id, ...more },
  });
  return { entry, email, client };
}

const entryNow = async (id: string): Promise<Entry> => {
  const [row] = await sql`select private.waitlist_entry_json(${tenant_id}, ${id}) as entry`;
  return row?.entry as Entry;
};

/** Offers by hand; the link is the one that the mail has or is about to have. */
async function offered(
  slot: object,
): Promise<{ token: string; offerId: string; entryId: string; client: string }> {
  const { entry, client } = await wait();
  const { last_offer } = await call<Entry>(staff.client, 'offer_slot', {
    ...{ tenant_id, entry_id: entry.id, slot },
  });
  const offerId = last_offer?.id ?? '';
  const token = await linkToken(secret, 'waitlist-offer', offerId);
  await sql`update public.waitlist_offers set token_hash = ${await tokenHash(token)} where id = ${offerId}`;
  return { token, offerId, entryId: entry.id, client };
}

const answer = async (token: string, given: 'claim' | 'decline' = 'claim'): Promise<string> => {
  const { body } = await dataApi('POST', 'rpc/answer_offer', { body: { token, answer: given } });
  return (body as { state?: string }).state ?? JSON.stringify(body);
};
const appointmentsOf = (slot: { provider_id: string }) =>
  sql`select client_id, status, source from public.appointments where tenant_id = ${tenant_id} and provider_id = ${slot.provider_id}
    and status not in ('cancelled', 'no_show')`;
const book = (slot: object) =>
  day.outcome(staff, 'book_appointment', { fields: { client_id: clientId, ...slot } });

/** Lets the workers do what is due; the schedule of the stack may be quicker. */
async function work(): Promise<void> {
  const response = await fetch(`${stack.url}/functions/v1/run-jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cron-secret': secret },
    body: '{"wait":true}',
  });
  expect(response.status).toBe(200);
}
const offerLink = (email: string) => newestLink(email, /https?:\/\/[^\s"'<]+\/offer\/[\w-]{43}/);

describe('a visit that is cancelled', () => {
  it('is offered by e-mail to the first in turn, then to the next, and booked by the link', async () => {
    const slot = await newSlot();
    const only = { provider_ids: [slot.provider_id] };
    const first = await wait(only);
    const second = await wait(only);
    const { id } = await call<{ id: string }>(staff.client, 'book_appointment', {
      tenant_id,
      fields: { client_id: clientId, service_id, ...slot },
    });
    await call(staff.client, 'set_appointment_status', {
      tenant_id,
      appointment_id: id,
      status: 'cancelled',
    });
    await work();
    await expect
      .poll(async () => (await entryNow(first.entry.id)).last_offer?.mail_outcome, { timeout: 20_000 })
      .toBe('sent');
    const token = (await offerLink(first.email)).split('/').at(-1) ?? '';
    expect((await entryNow(second.entry.id)).state).toBe('waiting');
    expect(await book({ service_id, ...slot })).toBe('PT409 slot_taken');

    // The worker may run again, and the job may too: it is one mail.
    const offerId = (await entryNow(first.entry.id)).last_offer?.id ?? '';
    await sql`select private.enqueue_job('waitlist-mail', ${sql.json({ offer_id: offerId })}, ${tenant_id})`;
    await sql`update public.waitlist_offers set mail_outcome = 'failed', sent_at = null where id = ${offerId}`;
    await work();
    await expect
      .poll(async () => (await entryNow(first.entry.id)).last_offer?.mail_outcome, { timeout: 20_000 })
      .toBe('sent');
    expect(
      new Set((await resendRequestsFor(first.email)).map(({ idempotencyKey }) => idempotencyKey)).size,
    ).toBe(1);

    // Its time is over: the next in turn.
    await sql`update public.waitlist_offers set expires_at = now() - interval '1 second' where id = ${offerId}`;
    await sql`update private.jobs set run_at = now() where dedupe_key = ${`waitlist-expire:${offerId}`}`;
    await work();
    await work();
    await expect
      .poll(async () => (await entryNow(second.entry.id)).last_offer?.mail_outcome, { timeout: 20_000 })
      .toBe('sent');
    expect(await answer(token)).toBe('expired');
    expect((await entryNow(first.entry.id)).state).toBe('waiting');

    const next = (await offerLink(second.email)).split('/').at(-1) ?? '';
    expect(next).not.toBe(token);
    const { data: shown } = await anonymousClient().rpc('preview_offer', { token: next });
    expect(shown).toMatchObject({ state: 'open', clinic_name: expect.any(String), service: 'Filling' });
    expect(JSON.stringify(shown)).not.toContain(second.email);
    expect(await answer(next)).toBe('claimed');
    expect(await appointmentsOf(slot)).toEqual([
      { client_id: second.client, status: 'confirmed', source: 'waitlist' },
    ]);
    expect((await entryNow(second.entry.id)).state).toBe('booked');
    const told = await sql`select kind from public.activities where client_id = ${second.client}`;
    expect(told.map(({ kind }) => kind).toSorted()).toEqual([
      'appointment_booked',
      'appointment_confirmed',
      'client_added',
      'slot_offered',
      'waitlist_joined',
    ]);
  });

  it('declined, goes to the next at once', async () => {
    const slot = await newSlot();
    const one = await offered(slot);
    const next = await wait({ provider_ids: [slot.provider_id], priority: 'high' });
    expect(await answer(one.token, 'decline')).toBe('declined');
    await work();
    await expect.poll(async () => (await entryNow(next.entry.id)).state, { timeout: 20_000 }).toBe('offered');
    expect(await answer(one.token)).toBe('declined');
  });
});

describe('one offer', () => {
  it('claimed 64 times at once is one appointment', async () => {
    const slot = await newSlot();
    const { token, client } = await offered(slot);
    const states = await Promise.all(Array.from({ length: 64 }, () => answer(token)));
    expect(tally(states)).toEqual({ claimed: 64 });
    expect(await appointmentsOf(slot)).toEqual([
      { client_id: client, status: 'confirmed', source: 'waitlist' },
    ]);
    expect(await day.overlaps()).toEqual([]);
  });

  it('claimed and declined at once is one of both', async () => {
    for (let round = 0; round < 8; round++) {
      const slot = await newSlot();
      const { token } = await offered(slot);
      const states = await Promise.all(
        Array.from({ length: 8 }, (_, n) => answer(token, n % 2 ? 'claim' : 'decline')),
      );
      expect(new Set(states).size).toBe(1);
      expect(await appointmentsOf(slot)).toHaveLength(states[0] === 'claimed' ? 1 : 0);
    }
  });

  it('keeps its time from everybody else while it is open', async () => {
    const slot = await newSlot();
    const { token } = await offered(slot);
    const [states, outcomes] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, () => answer(token))),
      Promise.all(Array.from({ length: 12 }, () => book({ service_id, ...slot }))),
    ]);
    expect(tally(states)).toEqual({ claimed: 8 });
    expect(tally(outcomes)).toEqual({ 'PT409 slot_taken': 12 });
    expect(await appointmentsOf(slot)).toHaveLength(1);
  });

  it('claimed, expired, swept and booked over at the same moment is given once', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 8; round++) {
      const slot = await newSlot();
      const { token, offerId } = await offered(slot);
      // It ends while the calls below are on their way.
      const ends = 5 + round * 200;
      await sql`with o as (update public.waitlist_offers set expires_at = clock_timestamp() + make_interval(secs => ${ends / 1_000}) where id = ${offerId} returning *)
        update public.holds h set expires_at = o.expires_at from o where h.id = o.hold_id`;
      const [states, outcomes] = await Promise.all([
        Promise.all(Array.from({ length: 6 }, () => answer(token))),
        Promise.all(Array.from({ length: 6 }, () => book({ service_id, ...slot }))),
        Promise.all(
          Array.from({ length: 3 }, () =>
            serviceClient().rpc('expire_offer', { tenant_id, offer_id: offerId }),
          ),
        ).then((answers) => expect(answers.map(({ error }) => error)).toEqual(answers.map(() => null))),
        Promise.all(Array.from({ length: 2 }, () => sql`select private.sweep_holds()`)),
      ]);
      const wins = outcomes.filter((outcome) => outcome === 'ok').length;
      const claimed = states.includes('claimed');
      expect(states.filter((state) => !['claimed', 'expired'].includes(state))).toEqual([]);
      expect(outcomes.filter((outcome) => !['ok', 'PT409 slot_taken'].includes(outcome))).toEqual([]);
      expect(wins + (claimed ? 1 : 0)).toBeLessThanOrEqual(1);
      expect(await appointmentsOf(slot)).toHaveLength(wins + (claimed ? 1 : 0));
      seen.add(claimed ? 'claimed' : 'not');
    }
    expect(await day.overlaps()).toEqual([]);
    // Both ends were tried, or nothing was.
    expect(seen.size).toBe(2);
  });

  it('is withdrawn by the clinic, or lost when the provider falls ill', async () => {
    const slot = await newSlot();
    const one = await offered(slot);
    await call(staff.client, 'withdraw_offer', { tenant_id, offer_id: one.offerId });
    expect(await answer(one.token)).toBe('withdrawn');
    const two = await offered(slot);
    await sql`insert into public.blocked_times (tenant_id, provider_id, title, starts_at, ends_at)
      values (${tenant_id}, ${slot.provider_id}, 'Ill', ${slot.starts_at}, ${slot.ends_at})`;
    expect(await answer(two.token)).toBe('taken');
    expect(await appointmentsOf(slot)).toEqual([]);
    expect((await entryNow(two.entryId)).state).toBe('waiting');
  });
});

describe('nobody else', () => {
  it('gets anything by a token that is none, nor from another clinic', async () => {
    const slot = await newSlot();
    const { offerId, entryId } = await offered(slot);
    expect(await answer(offerId)).toBe('unknown');
    for (const [name, args] of [
      ['list_waitlist', {}],
      ['suggest_waitlist', { slot }],
      ['offer_slot', { entry_id: entryId, slot }],
      ['withdraw_offer', { offer_id: offerId }],
      ['close_waitlist_entry', { entry_id: entryId }],
      ['save_waitlist_entry', { entry_id: entryId, fields: { note: 'mine' } }],
    ] as const) {
      const theirs = await stranger.client.rpc(name, { tenant_id, ...args });
      expect([name, theirs.status, theirs.error?.hint]).toEqual([name, 404, 'clinic_not_found']);
    }
    // With their own clinic's name on it neither.
    const wrong = await stranger.client.rpc('withdraw_offer', { tenant_id: elsewhere.id, offer_id: offerId });
    expect(wrong.error?.hint).toBe('offer_not_found');
    const hash = await staff.client.from('waitlist_offers').select('token_hash').eq('tenant_id', tenant_id);
    expect(hash.status).toBe(403);
    const entry = await entryNow(entryId);
    expect(entry).toMatchObject({ state: 'offered', last_offer: { state: 'open' } });
  });

  it('is answered while the clinic is suspended', async () => {
    const { clinic: other, owner: boss } = await createClinic(admin);
    const [row] = await sql<{ token: string }[]>`
      with c as (insert into public.clients (tenant_id, last_name) values (${other.id}, 'Pop') returning id),
      s as (insert into public.services (tenant_id, name) values (${other.id}, 'Check') returning id),
      e as (insert into public.waitlist_entries (tenant_id, client_id, service_id) select ${other.id}, c.id, s.id from c, s returning id)
      insert into public.waitlist_offers (tenant_id, entry_id, starts_at, ends_at, opening_ends_at, expires_at, token_hash)
      select ${other.id}, e.id, now() + interval '2 days', now() + interval '2 days 1 hour', now() + interval '2 days 1 hour',
        now() + interval '1 hour', private.hash_token('t' || e.id) from e returning 't' || entry_id as token`;
    const token = row?.token ?? '';
    expect(boss.userId).not.toBe('');
    await call(admin.client, 'admin_suspend_tenant', { tenant_id: other.id, reason: 'Test' });
    expect(await answer(token)).toBe('unknown');
    await call(admin.client, 'admin_resume_tenant', { tenant_id: other.id, reason: 'Test' });
    const { data } = await anonymousClient().rpc('preview_offer', { token });
    expect(data).toMatchObject({ state: 'open' });
  });
});
