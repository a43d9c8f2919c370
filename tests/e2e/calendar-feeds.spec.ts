import { expect, test } from '@playwright/test';
import { minutesAfter, momentOf, weekdayAhead } from '../support/days.ts';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../support/people.ts';
import { CalendarFeedsPage } from './pages/calendar-feeds-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** Calendar feeds: made on the page, read by a calendar program that knows the address and nothing else. */

const DAY = weekdayAhead(2, 14);
const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const tenant_id = clinic.id;
await sql`update public.tenants set time_zone = 'Europe/Bucharest' where id = ${tenant_id}`;

const insert = async (table: string, row: object): Promise<string> => {
  const { data, error } = await owner.client
    .from(table)
    .insert({ tenant_id, ...row })
    .select('id')
    .single<{ id: string }>();
  if (error) throw new Error(`${table}: ${error.message}`);
  return data.id;
};
const pop = await insert('providers', { name: 'Dr. Pop' });
const zamfir = await insert('providers', { name: 'Dr. Zamfir' });

/** Books half an hour of a new client; returns when it begins, as a calendar writes it. */
async function book(name: string, provider_id: string, time: string): Promise<string> {
  const starts_at = await momentOf(sql, `${DAY} ${time}`, 'Europe/Bucharest');
  await call(owner.client, 'book_appointment', {
    tenant_id,
    fields: {
      client_id: await insert('clients', { first_name: name, last_name: 'Popescu' }),
      ...{ provider_id, resource_ids: [], starts_at, ends_at: minutesAfter(starts_at, 30) },
    },
  });
  return `${starts_at.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
const atTen = await book('Ana', pop, '10:00');
const atEleven = await book('Dan', zamfir, '11:00');

async function read(address: string): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(address);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    // Long lines are folded.
    text: (await response.text()).replaceAll('\r\n ', ''),
  };
}

test('an owner makes a feed, whose address is shown once, read, and ended for good', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const feeds = new CalendarFeedsPage(page);
  await feeds.open(clinic.slug);
  await expect(page.getByText('No calendar feeds yet')).toBeVisible();
  const address = await feeds.create({ name: 'My phone', shows: 'Names of clients and services' });
  const token = /\/calendar-feed\/([0-9a-f]{64})\.ics$/.exec(address)?.[1] ?? '';
  expect(token).not.toBe('');
  await expect(feeds.feed('My phone')).toContainText('The whole clinic');
  await expect(feeds.feed('My phone')).toContainText('Not read yet');
  for (const round of ['when it is made', 'later']) {
    expect(await page.content(), round).not.toContain(token);
    await expect(page.getByRole('textbox')).toHaveCount(0);
    await page.reload();
    await expect(feeds.feed('My phone')).toBeVisible();
  }

  const calendar = await read(address);
  expect(calendar.status).toBe(200);
  expect(calendar.type).toContain('text/calendar');
  expect(calendar.text).toContain(`DTSTART:${atTen}`);
  expect(calendar.text).toContain('SUMMARY:Ana Popescu');
  expect(calendar.text).toContain(`DTSTART:${atEleven}`);
  await page.reload();
  await expect(feeds.feed('My phone')).toContainText('Last read');

  await feeds.end('My phone');
  const ended = await read(address);
  expect(ended.status).toBe(404);
  expect(ended.text).not.toContain('Popescu');
});

test('a feed of times alone tells nobody who comes', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const feeds = new CalendarFeedsPage(page);
  await feeds.open(clinic.slug);
  const calendar = await read(await feeds.create({ name: 'Home', of: 'Dr. Zamfir', shows: 'Times alone' }));
  expect(calendar.text).toContain(`DTSTART:${atEleven}`);
  expect(calendar.text).not.toContain(`DTSTART:${atTen}`);
  expect(calendar.text).not.toContain('Popescu');
});

test('staff make feeds of their own appointments alone, and see no others', async ({ page }) => {
  await call(owner.client, 'create_calendar_feed', { tenant_id, provider_id: null, name: 'Office' });
  await new SignInPage(page).signIn(staff.email, staff.password);
  const feeds = new CalendarFeedsPage(page);
  await feeds.open(clinic.slug);
  await expect(page.getByText('everybody who is linked to a provider')).toBeVisible();
  await expect(feeds.newButton).toHaveCount(0);

  await sql`update public.providers set member_id = ${staff.userId} where id = ${pop}`;
  await feeds.open(clinic.slug);
  await feeds.newButton.click();
  await expect(feeds.dialog.getByLabel('Appointments').getByRole('option')).toHaveText(['Dr. Pop']);
  await feeds.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(feeds.dialog).toBeHidden();
  const calendar = await read(await feeds.create({ name: 'Mine', shows: 'Names of clients and services' }));
  expect(calendar.text).toContain(`DTSTART:${atTen}`);
  expect(calendar.text).not.toContain(`DTSTART:${atEleven}`);
  await expect(feeds.feed('Mine')).toBeVisible();
  await expect(feeds.feed('Office')).toHaveCount(0);

  for (const provider_id of [zamfir, null])
    expect(
      await refusal(staff.client, 'create_calendar_feed', { tenant_id, provider_id, name: 'Others' }),
    ).toBe('403 owner_required');
  const made = await sql`
    select name from public.calendar_feeds where tenant_id = ${tenant_id} and created_by = ${staff.userId}`;
  expect(made.map(({ name }) => name as string)).toEqual(['Mine']);
});
