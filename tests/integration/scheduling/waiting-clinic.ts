import { dataApi, stack } from '../../support/environment.ts';
import { newestLink } from '../../support/mail.ts';
import { addStaff, call, createClinic, createSuperAdmin, newEmail } from '../../support/people.ts';
import { linkToken, tokenHash } from '../../../supabase/functions/_shared/scheduling/link-token.ts';
import { ClinicDay } from './clinic-day.ts';

const MINUTE = 60_000;

/** An entry of the waiting list, as far as the tests look at it. */
export interface Entry {
  id: string;
  state: string;
  appointment_id: string | null;
  last_offer: { id: string; state: string; mail_outcome: string; starts_at: string } | null;
}

/** A clinic with people on its waiting list, their offers and links. */
export async function createWaitingClinic() {
  const admin = await createSuperAdmin();
  const { clinic, owner } = await createClinic(admin);
  const staff = await addStaff(owner, clinic);
  const day = new ClinicDay(clinic);
  const { sql } = day;
  const tenant_id = clinic.id;
  await day.warmUp();
  const [made] = await sql<{ secret: string; tuesday: Date; service: string; client: string }[]>`
    with rules as (
      update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00', contact_phone = '021 555 0101'
      where tenant_id = ${tenant_id}
    ), made as (
      insert into public.services (tenant_id, name, duration_minutes) values (${tenant_id}, 'Filling', 30) returning id
    ), person as (
      insert into public.clients (tenant_id, last_name) values (${tenant_id}, 'Who had it') returning id
    )
    select s.decrypted_secret as secret, made.id as service, person.id as client,
      (date_trunc('week', now() at time zone t.time_zone) + interval '15 days 10 hours') at time zone t.time_zone as tuesday
    from vault.decrypted_secrets s, made, person, public.tenants t where s.name = 'cron_secret' and t.id = ${tenant_id}`;
  if (!made) throw new Error('the stack has no cron_secret');
  const { secret, service: service_id, client: clientId } = made;
  const firstTuesday = made.tuesday.getTime();

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
  /** Whom the appointment and its history name as the one who did it. */
  const doneBy = (slot: { provider_id: string }) =>
    sql`select v.status, v.created_by, v.status_changed_by,
        array_agg(distinct coalesce(a.actor_id::text, a.details ->> 'by')) as told
      from public.appointments v join public.activities a on a.tenant_id = v.tenant_id and a.subject_id = v.id
      where v.tenant_id = ${tenant_id} and v.provider_id = ${slot.provider_id} group by v.id`;
  const book = (slot: object) =>
    day.outcome(staff, 'book_appointment', { fields: { client_id: clientId, ...slot } });

  /** Ends the time of an offer so many milliseconds from now, and of what it keeps. */
  const expireAt = (offerId: string, milliseconds: number) =>
    sql`with o as (
        update public.waitlist_offers set expires_at = clock_timestamp() + make_interval(secs => ${milliseconds / 1_000})
        where id = ${offerId} returning *)
      update public.holds h set expires_at = o.expires_at from o where h.id = o.hold_id`;

  /** Lets the workers do what is due; the schedule of the stack may be quicker. */
  async function work(): Promise<void> {
    const response = await fetch(`${stack.url}/functions/v1/run-jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cron-secret': secret },
      body: '{"wait":true}',
    });
    if (response.status !== 200) throw new Error(`run-jobs answered ${response.status}`);
  }
  const offerLink = (email: string) => newestLink(email, /https?:\/\/[^\s"'<]+\/offer\/[\w-]{43}/);

  return {
    ...{ admin, clinic, owner, staff, day, sql, tenant_id, service_id, clientId },
    ...{ newSlot, wait, entryNow, offered, answer, appointmentsOf, doneBy, book, expireAt, work, offerLink },
  };
}
