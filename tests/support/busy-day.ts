import { momentOf, minutesAfter, weekdayAhead } from './days.ts';
import { ownerConnection } from './environment.ts';
import { call, hashToken, newEmail, newToken, type Clinic, type Person } from './people.ts';

const ZONE = 'Europe/Bucharest';
const COLOURS = ['slate', 'red', 'orange', 'amber', 'green', 'teal', 'blue', 'indigo', 'violet', 'pink'];

/** When a visit of today begins and how long it is, with whom, and the statuses it goes through. */
const VISITS: [time: string, minutes: number, who: number, ...statuses: string[]][] = [
  ['09:00', 30, 0],
  ['09:30', 30, 1, 'confirmed'],
  ['09:30', 45, 0, 'confirmed', 'arrived'],
  ['10:00', 45, 1, 'arrived', 'in_chair'],
  ['10:30', 30, 0, 'arrived', 'in_chair', 'completed'],
  ['11:00', 30, 0, 'no_show'],
  ['11:00', 30, 1, 'cancelled'],
  ['11:30', 15, 0],
  ['11:45', 15, 0, 'confirmed'],
  ['11:30', 30, 1],
];

/** What the pages of a clinic show when there is something of everything. */
interface BusyDay {
  /** Ids of five providers; the first two have today's visits. */
  providers: string[];
  clientId: string;
  /** What stands in the links of an offer and of a reminder. */
  offerToken: string;
  visitToken: string;
}

/**
 * Fills a clinic: today visits in every status, in every colour, short and overbooked ones, a blocked and a kept time; and
 * in a week's time a visit with a link, an offer, a reminder and calendar feeds.
 */
export async function fillDay(clinic: Clinic, owner: Person, staff: Person): Promise<BusyDay> {
  const sql = ownerConnection();
  const tenant_id = clinic.id;
  const insert = async (table: string, row: object): Promise<string> => {
    const { data, error } = await owner.client
      .from(table)
      .insert({ tenant_id, ...row })
      .select('id')
      .single<{ id: string }>();
    if (error) throw new Error(`${table}: ${error.message}`);
    return data.id;
  };
  await sql`update public.tenants set time_zone = ${ZONE} where id = ${tenant_id}`;
  const [{ today = '' } = {}] = await sql<{ today: string }[]>`
    select to_char(now() at time zone ${ZONE}, 'YYYY-MM-DD') as today`;
  const later = weekdayAhead(2, 7);

  const providers: string[] = [];
  for (const name of ['Pop', 'Zamfir', 'Rusu', 'Toma', 'Constantinescu-Brâncoveanu'])
    providers.push(await insert('providers', { name: `Dr. ${name}`, colour: COLOURS[providers.length] }));
  const [pop = '', zamfir = '', rusu = ''] = providers;
  const chair = await insert('resources', { name: 'Chair 1', colour: 'slate', kind: 'chair' });
  const services: string[] = [];
  for (const colour of COLOURS) {
    const { id } = await call<{ id: string }>(owner.client, 'save_service', {
      ...{ tenant_id, service_id: null, provider_ids: [], resource_ids: [] },
      fields: { name: `Treatment in ${colour}`, duration_minutes: 30, colour },
    });
    services.push(id);
  }
  const client_id = await insert('clients', {
    ...{ first_name: 'Ioana', last_name: 'Munteanu', email: newEmail('ioana'), phone: '+40 721 000 222' },
    consent_reminders: true,
  });
  const book = async (day: string, time: string, minutes: number, more: object) => {
    const starts_at = await momentOf(sql, `${day} ${time}`, ZONE);
    return call<{ id: string }>(owner.client, 'book_appointment', {
      ...{ tenant_id, overbook: true, outside_hours: true },
      fields: {
        ...{ client_id, resource_ids: [], starts_at, ends_at: minutesAfter(starts_at, minutes) },
        ...more,
      },
    });
  };

  for (const [at, [time, minutes, who, ...statuses]] of VISITS.entries()) {
    const visit = { service_id: services[at], provider_id: providers[who], note: 'Afraid of drills' };
    const { id } = await book(today, time, minutes, visit);
    for (const status of statuses)
      // Not by the API: whatever time it is, some of them have begun.
      await sql`
        select private.enter_status(v, ${status}, 'Nobody answered the telephone', 'client')
        from public.appointments v where v.tenant_id = ${tenant_id} and v.id = ${id}`;
  }
  await book(today, '09:15', 30, { provider_id: pop, service_id: services[3] });
  await book(today, '12:00', 30, { provider_id: null, resource_ids: [chair] });
  const span = async (day: string, from: string, minutes: number) => {
    const starts_at = await momentOf(sql, `${day} ${from}`, ZONE);
    return { starts_at, ends_at: minutesAfter(starts_at, minutes) };
  };
  await call(staff.client, 'block_time', {
    tenant_id,
    fields: {
      ...{ provider_id: zamfir, resource_id: null, title: 'Course' },
      ...(await span(today, '12:30', 60)),
    },
  });
  await call(staff.client, 'hold_slot', {
    ...{ tenant_id, service_id: null, provider_id: pop, resource_ids: [] },
    ...(await span(today, '12:30', 30)),
  });
  await sql`
    update public.holds set expires_at = now() + interval '2 hours' where tenant_id = ${tenant_id}`;

  const [offerToken, visitToken] = [newToken(), newToken()];
  const entry = await call<{ id: string }>(owner.client, 'save_waitlist_entry', {
    ...{ tenant_id, entry_id: null },
    fields: {
      client_id,
      service_id: services[5],
      weekdays: [2, 4],
      day_parts: ['morning'],
      priority: 'high',
    },
  });
  await call(owner.client, 'save_waitlist_entry', {
    ...{ tenant_id, entry_id: null },
    fields: {
      client_id: await insert('clients', { first_name: 'Li', last_name: 'Wei', phone: '+40 721 000 333' }),
      ...{ service_id: services[1], provider_ids: [rusu], note: 'Lives nearby' },
    },
  });
  await call(owner.client, 'offer_slot', {
    ...{ tenant_id, entry_id: entry.id },
    slot: { ...(await span(later, '10:00', 30)), provider_id: rusu, resource_ids: [] },
  });
  await sql`
    update public.waitlist_offers set token_hash = ${hashToken(offerToken)}, mail_outcome = 'sent', sent_at = now()
    where tenant_id = ${tenant_id}`;
  await call(owner.client, 'save_reminder_rule', {
    ...{ tenant_id, rule_id: null },
    fields: { channel: 'email', minutes_before: 2880, extra_text: 'Please bring your X-rays' },
  });
  const reminded = await book(later, '11:00', 30, { provider_id: rusu, service_id: services[5] });
  await sql`
    insert into private.appointment_links (tenant_id, appointment_id, purpose, token_hash, starts_at, expires_at)
    select tenant_id, id, 'visit', ${hashToken(visitToken)}, starts_at, starts_at
    from public.appointments where tenant_id = ${tenant_id} and id = ${reminded.id}`;
  await sql`
    update public.scheduling_settings set contact_phone = '+40 21 555 0101', contact_address = 'Str. Florilor 1, Cluj'
    where tenant_id = ${tenant_id}`;
  for (const name of ['My phone', 'Office']) {
    const { feed_id } = await call<{ feed_id: string }>(owner.client, 'create_calendar_feed', {
      ...{ tenant_id, provider_id: null, name },
    });
    if (name === 'Office') await call(owner.client, 'revoke_calendar_feed', { tenant_id, feed_id });
  }
  await sql.end();
  return { providers, clientId: client_id, offerToken, visitToken };
}
