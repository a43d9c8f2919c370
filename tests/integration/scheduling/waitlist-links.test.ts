import { afterAll, describe, expect, it } from 'vitest';
import { anonymousClient } from '../../support/environment.ts';
import { addStaff, call, createClinic } from '../../support/people.ts';
import { createWaitingClinic } from './waiting-clinic.ts';

/** Links in clients' mail: in the hands of people who are signed in, and what they give to nobody else. */

const { admin, clinic, owner, staff, day, sql, tenant_id, ...waiting } = await createWaitingClinic();
const { newSlot, entryNow, offered, answer, doneBy } = waiting;
const { clinic: elsewhere, owner: stranger } = await createClinic(admin);
afterAll(() => day.end());

describe('a link that somebody opens who is signed in', () => {
  it.each([
    ['to another clinic', () => stranger],
    ['as a super-admin', () => admin],
    ['to the same clinic', () => staff],
    [
      'to a clinic they were removed from',
      async () => {
        const leaver = await addStaff(owner, clinic);
        await call(owner.client, 'remove_member', { tenant_id, user_id: leaver.userId });
        return leaver;
      },
    ],
  ])('is answered by the client: %s', async (_, findPerson) => {
    const person = await findPerson();
    const slot = await newSlot();
    const { token } = await offered(slot);
    const claimed = await person.client.rpc('answer_offer', { token, answer: 'claim' });
    expect([claimed.error, claimed.data]).toMatchObject([null, { state: 'claimed' }]);
    expect(await doneBy(slot)).toEqual([
      { status: 'confirmed', created_by: null, status_changed_by: null, told: ['client'] },
    ]);

    const [link] = await sql<{ token: string }[]>`
      insert into private.appointment_links (tenant_id, appointment_id, purpose, token_hash, starts_at, expires_at)
      select tenant_id, id, 'visit', private.hash_token('t' || id), starts_at, starts_at from public.appointments
      where tenant_id = ${tenant_id} and provider_id = ${slot.provider_id} returning 't' || appointment_id as token`;
    const answered = await person.client.rpc('answer_visit', { token: link?.token ?? '', answer: 'cancel' });
    expect([answered.error, answered.data]).toMatchObject([null, { state: 'cancelled' }]);
    expect(await doneBy(slot)).toEqual([
      { status: 'cancelled', created_by: null, status_changed_by: null, told: ['client'] },
    ]);
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
      insert into public.waitlist_offers (tenant_id, entry_id, starts_at, ends_at, opening_starts_at, opening_ends_at, expires_at, token_hash)
      select ${other.id}, e.id, now() + interval '2 days', now() + interval '2 days 1 hour', now() + interval '2 days', now() + interval '2 days 1 hour',
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
