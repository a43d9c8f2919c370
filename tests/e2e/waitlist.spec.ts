import { expect, test, type Browser } from '@playwright/test';
import { minutesAfter, momentOf, weekdayAhead } from '../support/days.ts';
import { ownerConnection } from '../support/environment.ts';
import { linkFromJobs, OFFER_LINK } from '../support/jobs.ts';
import { call, createClinic, createSuperAdmin, newEmail } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { OfferPage } from './pages/offer-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { WaitlistPage } from './pages/waitlist-page.ts';

/** A clinic in New York, whose people and clients look at it from Bucharest: times are the clinic's everywhere. */

test.use({ timezoneId: 'Europe/Bucharest' });

const ZONE = 'America/New_York';
const DAY = weekdayAhead(2, 14);
const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const tenant_id = clinic.id;
await sql`update public.tenants set time_zone = ${ZONE} where id = ${tenant_id}`;
// Mail goes out at any hour here.
await sql`
  update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00' where tenant_id = ${tenant_id}`;

const insert = async (table: string, row: object): Promise<string> => {
  const { data, error } = await owner.client
    .from(table)
    .insert({ tenant_id, ...row })
    .select('id')
    .single<{ id: string }>();
  if (error) throw new Error(`${table}: ${error.message}`);
  return data.id;
};
const provider_id = await insert('providers', { name: 'Dr. Pop', colour: 'blue' });
const service = await call<{ id: string }>(owner.client, 'save_service', {
  ...{ tenant_id, service_id: null, provider_ids: [provider_id], resource_ids: [] },
  fields: { name: 'Check-up', duration_minutes: 30, colour: 'teal' },
});

/** A client who may be written to. */
async function addClient(first_name: string, last_name: string): Promise<{ id: string; email: string }> {
  const email = newEmail(first_name.toLowerCase());
  return { id: await insert('clients', { first_name, last_name, email, consent_reminders: true }), email };
}
const wait = (client_id: string, wishes: object = {}) =>
  call(owner.client, 'save_waitlist_entry', {
    ...{ tenant_id, entry_id: null },
    fields: { client_id, service_id: service.id, ...wishes },
  });
async function book(client_id: string, time: string): Promise<string> {
  const starts_at = await momentOf(sql, `${DAY} ${time}`, ZONE);
  const { id } = await call<{ id: string }>(owner.client, 'book_appointment', {
    tenant_id,
    fields: {
      ...{ client_id, service_id: service.id, provider_id, resource_ids: [] },
      ...{ starts_at, ends_at: minutesAfter(starts_at, 30) },
    },
  });
  return id;
}
/** A client's visits on the clinic's clock. */
const visitsOf = async (clientId: string): Promise<string[]> => {
  const rows = await sql<{ visit: string }[]>`
    select to_char(starts_at at time zone ${ZONE}, 'YYYY-MM-DD HH24:MI') || ' ' || status as visit
    from public.appointments where tenant_id = ${tenant_id} and client_id = ${clientId} order by starts_at`;
  return rows.map(({ visit }) => visit);
};
const offersMade = async (): Promise<number> =>
  (await sql`select from public.waitlist_offers where tenant_id = ${tenant_id}`).length;

/** What a client's browser shows who follows the link. */
async function follow(browser: Browser, link: string): Promise<OfferPage> {
  const offer = new OfferPage(await (await browser.newContext()).newPage());
  await offer.open(link);
  return offer;
}

test.beforeEach(async ({ page }) => {
  await sql`delete from public.waitlist_entries where tenant_id = ${tenant_id}`;
  await sql`delete from public.allocations where tenant_id = ${tenant_id}`;
  await sql`delete from public.holds where tenant_id = ${tenant_id}`;
  await sql`delete from public.appointments where tenant_id = ${tenant_id}`;
  await new SignInPage(page).signIn(owner.email, owner.password);
});

test('a cancelled time is offered to who waits, claimed by the link, and stands in the calendar', async ({
  page,
  browser,
}) => {
  const ana = await addClient('Ana', 'Popescu');
  const ion = await addClient('Ion', 'Vasile');
  await book(ana.id, '10:00');
  const waitlist = new WaitlistPage(page);
  await waitlist.open(clinic.slug);
  await expect(page.getByText('Nobody is waiting')).toBeVisible();
  await page.getByTestId('waitlist-add').click();
  await waitlist.chooseClient('vasil', 'Ion Vasile');
  await waitlist.dialog.getByLabel('Service').selectOption('Check-up');
  await waitlist.dialog.getByLabel('mornings').check();
  await waitlist.dialog.getByRole('button', { name: 'Add to the list' }).click();
  await expect(waitlist.dialog).toBeHidden();
  await expect(waitlist.entry('Ion Vasile')).toContainText('Check-up');
  await expect(waitlist.entry('Ion Vasile')).toContainText('mornings');

  const calendar = new CalendarPage(page);
  await calendar.open(clinic.slug, `?view=columns&day=${DAY}`);
  await calendar.visit(/Ana Popescu.*10:00–10:30/).click();
  await calendar.dialog.getByRole('button', { name: 'Cancel appointment' }).click();
  await calendar.dialog.getByLabel('Cancelled by').selectOption('The client');
  await calendar.dialog.getByRole('button', { name: 'Cancel appointment' }).click();
  await expect(calendar.dialog.locator('[data-status="cancelled"]')).toBeVisible();
  await expect(calendar.dialog.getByTestId('waitlist-suggestions')).toContainText('Ion Vasile');
  await expect.poll(() => visitsOf(ana.id)).toEqual([`${DAY} 10:00 cancelled`]);

  const offer = await follow(browser, await linkFromJobs(ion.email, OFFER_LINK));
  await expect(offer.title).toHaveText('A time has become free for you');
  expect(await offer.page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone)).toBe(
    'Europe/Bucharest',
  );
  await expect(offer.facts).toContainText('Tuesday');
  await expect(offer.facts).toContainText('10:00–10:30');
  await expect(offer.facts).toContainText(/Eastern (Standard|Daylight) Time/);
  await expect(offer.facts).toContainText('Dr. Pop');
  expect(await visitsOf(ion.id), 'looking books nothing').toEqual([]);
  await offer.claim();
  await expect(offer.title).toHaveText('Your appointment is booked');
  await expect(offer.facts).toContainText('10:00–10:30');

  await calendar.open(clinic.slug, `?view=columns&day=${DAY}`);
  await expect(page.locator('[data-zone]')).toContainText('New York');
  await expect(calendar.visit(/Ion Vasile.*10:00–10:30.*Check-up.*Confirmed/)).toBeVisible();
  await expect(calendar.visit(/Ana Popescu/)).toHaveCount(0);
  expect(await visitsOf(ion.id)).toEqual([`${DAY} 10:00 confirmed`]);
  await waitlist.open(clinic.slug);
  await expect(page.getByText('Nobody is waiting')).toBeVisible();
  await waitlist.show('Done');
  await expect(waitlist.entry('Ion Vasile')).toContainText('Booked');
});

test('a time is offered by hand, kept, and withdrawn before the client takes it', async ({
  page,
  browser,
}) => {
  const mara = await addClient('Mara', 'Stan');
  await wait(mara.id, { earliest_day: DAY, latest_day: DAY });
  const waitlist = new WaitlistPage(page);
  await waitlist.open(clinic.slug);
  await waitlist.choose('Mara Stan', 'Offer a time …');
  await waitlist.dialog
    .getByRole('group', { name: /^Tue/ })
    .getByRole('radio', { name: /^09:00/ })
    .check();
  await waitlist.dialog.getByRole('button', { name: 'Offer by e-mail' }).click();
  await expect(waitlist.dialog).toBeHidden();
  await expect(waitlist.entry('Mara Stan')).toContainText(/Offered .*09:00 with Dr\. Pop/);

  const calendar = new CalendarPage(page);
  await calendar.open(clinic.slug, `?view=columns&day=${DAY}`);
  await expect(page.locator('.kept-time')).toHaveCount(1);
  const offer = await follow(browser, await linkFromJobs(mara.email, OFFER_LINK));
  await expect(offer.title).toHaveText('A time has become free for you');
  await expect(offer.facts).toContainText('09:00–09:30');

  await waitlist.open(clinic.slug);
  await expect(waitlist.entry('Mara Stan')).toContainText('e-mail sent');
  await waitlist.withdraw('Mara Stan');
  await expect(page.getByText('The offer to Mara Stan is withdrawn')).toBeVisible();
  await expect(waitlist.entry('Mara Stan')).not.toContainText('Offered');
  await calendar.open(clinic.slug, `?view=columns&day=${DAY}`);
  await expect(page.locator('.kept-time')).toHaveCount(0);

  // The client has the page open as it was.
  await offer.claim();
  await expect(offer.title).toHaveText('This offer has ended');
  await expect(offer.page.getByText('The clinic had to take this time back.')).toBeVisible();
  expect(await visitsOf(mara.id)).toEqual([]);
});

test('what the first in turn declines is offered to the next', async ({ page, browser }) => {
  const ana = await addClient('Ana', 'Popescu');
  const radu = await addClient('Radu', 'Ilie');
  const nicu = await addClient('Nicu', 'Sava');
  const appointment_id = await book(ana.id, '15:00');
  await wait(radu.id);
  await wait(nicu.id);
  await call(owner.client, 'set_appointment_status', { tenant_id, appointment_id, status: 'cancelled' });
  const first = await follow(browser, await linkFromJobs(radu.email, OFFER_LINK));
  await expect(first.facts).toContainText('15:00–15:30');
  expect(await offersMade(), 'one at a time').toBe(1);
  await first.decline();
  await expect(first.title).toHaveText('You have declined this time');

  const second = await follow(browser, await linkFromJobs(nicu.email, OFFER_LINK));
  await expect(second.facts).toContainText('15:00–15:30');
  const waitlist = new WaitlistPage(page);
  await waitlist.open(clinic.slug);
  await expect(waitlist.entry('Radu Ilie')).toContainText(/Declined .*15:00/);
  await expect(waitlist.entry('Nicu Sava')).toContainText(/Offered .*15:00 with Dr\. Pop/);
  await second.claim();
  await expect(second.title).toHaveText('Your appointment is booked');
  expect(await visitsOf(nicu.id)).toEqual([`${DAY} 15:00 confirmed`]);
  expect(await visitsOf(radu.id)).toEqual([]);
  expect(await offersMade()).toBe(2);
});
