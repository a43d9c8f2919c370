import { afterAll, describe, expect, it } from 'vitest';
import { anonymousClient } from '../../support/environment.ts';
import { call } from '../../support/people.ts';
import { breakMailTo, resendRequestsFor } from '../functions/mail.ts';
import { tally } from './clinic-day.ts';
import { createWaitingClinic } from './waiting-clinic.ts';

/** From a cancelled visit to the next in turn, over the whole stack; and what is claimed, expires and is booked at the same moment. */

const { clinic, staff, day, sql, tenant_id, service_id, clientId, ...waiting } = await createWaitingClinic();
const { newSlot, wait, entryNow, offered, answer, appointmentsOf, book, expireAt, work, offerLink } = waiting;
afterAll(() => day.end());

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
    await expireAt(offerId, -1_000);
    await sql`select private.expire_offers()`;
    await work();
    await expect
      .poll(async () => (await entryNow(second.entry.id)).last_offer?.mail_outcome, { timeout: 20_000 })
      .toBe('sent');
    expect(await answer(token)).toBe('expired');
    expect((await entryNow(first.entry.id)).state).toBe('waiting');

    const next = (await offerLink(second.email)).split('/').at(-1) ?? '';
    expect(next).not.toBe(token);
    const { data: shown } = await anonymousClient().rpc('preview_offer', { token: next });
    expect(shown).toMatchObject({
      state: 'open',
      clinic: { name: clinic.name, phone: '021 555 0101' },
      service: 'Filling',
    });
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

  it('goes to the next when the address takes no mail', async () => {
    const slot = await newSlot();
    const { entry, email } = await wait();
    const next = await wait({ provider_ids: [slot.provider_id], priority: 'high' });
    await breakMailTo(email, { status: 422, message: 'The address bounces.' });
    await call(staff.client, 'offer_slot', { tenant_id, entry_id: entry.id, slot });
    await work();
    await expect
      .poll(async () => (await entryNow(next.entry.id)).last_offer?.mail_outcome, { timeout: 20_000 })
      .toBe('sent');
    expect(await entryNow(entry.id)).toMatchObject({
      ...{ state: 'waiting', refused_email: email },
      last_offer: { state: 'withdrawn', mail_outcome: 'refused' },
    });
    const again = await staff.client.rpc('offer_slot', { tenant_id, entry_id: entry.id, slot });
    expect(again.error?.hint).toBe('client_email_refused');
    const dead = await sql`select from private.jobs where tenant_id = ${tenant_id} and state = 'dead'`;
    expect(dead).toHaveLength(0);
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
      await expireAt(offerId, 5 + round * 200);
      const [states, outcomes] = await Promise.all([
        Promise.all(Array.from({ length: 6 }, () => answer(token))),
        Promise.all(Array.from({ length: 6 }, () => book({ service_id, ...slot }))),
        // The schedule runs once a minute; here as often as one can ask.
        Promise.all(Array.from({ length: 6 }, () => sql`select private.expire_offers()`)),
        Promise.all(Array.from({ length: 6 }, () => sql`select private.sweep_holds()`)),
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
