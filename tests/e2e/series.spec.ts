import { expect, test, type Page } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { call, createClinic, createSuperAdmin } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** Visits and blocked times that repeat, as they are made, changed and cancelled in the calendar. */

const sql = ownerConnection();
test.afterAll(() => sql.end());

/** A Tuesday. */
const DAY = '2027-01-12';
const { clinic, owner } = await createClinic(await createSuperAdmin());
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
const provider = await insert('providers', { name: 'Dr. Pop', colour: 'blue' });
const ana = await insert('clients', { first_name: 'Ana', last_name: 'Popescu' });
const dan = await insert('clients', { first_name: 'Dan', last_name: 'Rusu' });

/** A client's visits on the clinic's clock, with their statuses. */
async function visitsOf(clientId: string): Promise<string[]> {
  const rows = await sql`
    select to_char(starts_at at time zone 'Europe/Bucharest', 'MM-DD HH24:MI') || ' ' || status as visit
    from public.appointments where tenant_id = ${tenant_id} and client_id = ${clientId} order by starts_at`;
  return rows.map((row) => row.visit as string);
}

async function open(page: Page, day: string): Promise<CalendarPage> {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const calendar = new CalendarPage(page);
  await calendar.open(clinic.slug, `?view=columns&day=${day}`);
  return calendar;
}

test('a visit repeats; one in the way is left out; later ones are cancelled together', async ({ page }) => {
  // Somebody has the second Tuesday.
  await call(owner.client, 'book_appointment', {
    tenant_id,
    fields: {
      ...{ client_id: dan, provider_id: provider },
      ...{ starts_at: '2027-01-19T10:00:00+02:00', ends_at: '2027-01-19T10:30:00+02:00' },
    },
  });
  const calendar = await open(page, DAY);
  const place = await calendar.pointAt('10:00');
  await page.mouse.click(place.x, place.y);
  await calendar.chooseClient('popes', 'Ana Popescu');
  await calendar.dialog.getByLabel('Repeats').selectOption('Every week');
  await calendar.dialog.getByLabel('Number of visits').fill('4');
  await expect(calendar.dialog.getByText('Of 4 times, 1 cannot be booked')).toBeVisible();
  await expect(calendar.dialog.getByText(/Dan Rusu/)).toBeVisible();
  await calendar.dialog.getByRole('checkbox', { name: 'Leave out', exact: true }).check();
  await calendar.dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await expect(calendar.dialog).toBeHidden();
  expect(await visitsOf(ana)).toEqual(['01-12 10:00 booked', '01-26 10:00 booked', '02-02 10:00 booked']);

  await calendar.open(clinic.slug, '?view=columns&day=2027-01-26');
  await calendar.visit(/Ana Popescu/).click();
  await expect(calendar.dialog.getByText('Every week on Tuesday', { exact: false })).toBeVisible();
  await calendar.dialog.getByRole('button', { name: 'Cancel appointment' }).click();
  await calendar.dialog.getByLabel('Which visits?').selectOption('This and the following visits');
  await calendar.dialog.getByRole('button', { name: 'Cancel appointment' }).click();
  await expect(calendar.dialog.locator('[data-status="cancelled"]')).toBeVisible();
  expect(await visitsOf(ana)).toEqual([
    '01-12 10:00 booked',
    '01-26 10:00 cancelled',
    '02-02 10:00 cancelled',
  ]);
});
