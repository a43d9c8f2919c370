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
  await expect(calendar.dialog.getByText('Times that cannot be booked: 1 of 4')).toBeVisible();
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

/** Half an hour of a client from this moment on. */
const visitAt = (client_id: string, moment: string) => ({
  ...{ client_id, provider_id: provider, starts_at: moment },
  ends_at: new Date(Date.parse(moment) + 30 * 60_000).toISOString(),
});

/** A client's visits every week from this moment on. */
async function bookWeekly(client_id: string, moment: string, count: number): Promise<string[]> {
  const { appointments } = await call<{ appointments: { id: string }[] }>(owner.client, 'book_series', {
    ...{ tenant_id, fields: visitAt(client_id, moment), rule: `FREQ=WEEKLY;BYDAY=TU;COUNT=${count}` },
  });
  return appointments.map(({ id }) => id);
}

/** Opens the form of a visit and says which ones are meant. */
async function change(calendar: CalendarPage, name: RegExp, which: string): Promise<void> {
  await calendar.visit(name).click();
  await calendar.dialog.getByRole('button', { name: 'Change', exact: true }).click();
  await calendar.dialog.getByLabel('Applies to').selectOption(which);
}

/** A click anywhere is answered: nothing of a dialog is left over the page. */
async function expectUsable(page: Page): Promise<void> {
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('body')).not.toHaveCSS('pointer-events', 'none');
  await expect(page.locator('body')).not.toHaveCSS('overflow', 'hidden');
  await page.getByRole('button', { name: 'Next' }).click();
}

test('this and the following visits go to another time, but for one where somebody is', async ({ page }) => {
  const ioana = await insert('clients', { first_name: 'Ioana', last_name: 'Munteanu' });
  await bookWeekly(ioana, '2027-03-02T12:00:00+02:00', 4);
  await call(owner.client, 'book_appointment', {
    tenant_id,
    fields: visitAt(dan, '2027-03-23T13:00:00+02:00'),
  });
  const calendar = await open(page, '2027-03-09');
  await change(calendar, /Ioana Munteanu/, 'This and the following visits');
  await expect(calendar.dialog.getByText('Every week on Tuesday, 3 times')).toBeVisible();
  await calendar.dialog.getByLabel('Time', { exact: true }).fill('13:00');
  await expect(calendar.dialog.getByText('Visits that change: 3')).toBeVisible();
  await expect(calendar.dialog.getByText('Times that cannot be booked: 1 of 3')).toBeVisible();
  await expect(calendar.dialog.getByText(/Dan Rusu/)).toBeVisible();
  await calendar.dialog.getByRole('checkbox', { name: 'Leave it where it is' }).check();
  await expect(calendar.dialog.getByText('Visits that change: 2')).toBeVisible();
  await calendar.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expectUsable(page);
  expect(await visitsOf(ioana)).toEqual([
    '03-02 12:00 booked',
    '03-09 13:00 booked',
    '03-16 13:00 booked',
    '03-23 12:00 booked',
  ]);
});

test('all visits repeat otherwise; what somebody else changed meanwhile is told first', async ({ page }) => {
  const radu = await insert('clients', { first_name: 'Radu', last_name: 'Ilie' });
  const [, second = ''] = await bookWeekly(radu, '2027-04-06T12:00:00+03:00', 3);
  const calendar = await open(page, '2027-04-13');
  await change(calendar, /Radu Ilie/, 'All visits to come');
  await calendar.dialog.getByLabel('Time', { exact: true }).fill('15:00');
  await calendar.dialog.getByRole('button', { name: 'Repeat differently' }).click();
  await calendar.dialog.getByLabel('Every … weeks').fill('2');
  await calendar.dialog.getByLabel('Number of visits').fill('2');
  await expect(calendar.dialog.getByText('Visits that change: 2')).toBeVisible();
  await expect(calendar.dialog.getByText('Visits cancelled: 1')).toBeVisible();
  await expect(calendar.dialog.getByText('All 2 times are free.')).toBeVisible();

  await call(owner.client, 'change_appointment', {
    ...{ tenant_id, appointment_id: second, fields: { note: 'Brings an X-ray' } },
  });
  await calendar.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(calendar.dialog.getByText('Somebody else has saved changes')).toBeVisible();
  await expect(calendar.dialog.getByLabel('Time', { exact: true })).toHaveValue('15:00');
  await expect(calendar.dialog.getByLabel('Number of visits')).toHaveValue('2');
  expect(await visitsOf(radu)).toEqual(['04-06 12:00 booked', '04-13 12:00 booked', '04-20 12:00 booked']);
  await calendar.dialog.getByRole('button', { name: 'Save mine anyway' }).click();
  await expectUsable(page);
  expect(await visitsOf(radu)).toEqual(['04-06 15:00 booked', '04-20 12:00 cancelled', '04-20 15:00 booked']);
  const [noted] = await sql`select note from public.appointments where id = ${second}`;
  expect(noted?.note).toBe('Brings an X-ray');
});

test('an owner moves visits over somebody, after saying so', async ({ page }) => {
  const vlad = await insert('clients', { first_name: 'Vlad', last_name: 'Sava' });
  await bookWeekly(vlad, '2027-05-04T12:00:00+03:00', 2);
  await call(owner.client, 'book_appointment', {
    tenant_id,
    fields: visitAt(dan, '2027-05-11T13:00:00+03:00'),
  });
  const calendar = await open(page, '2027-05-04');
  await change(calendar, /Vlad Sava/, 'All visits to come');
  await calendar.dialog.getByLabel('Time', { exact: true }).fill('13:00');
  await expect(calendar.dialog.getByText(/Dan Rusu/)).toBeVisible();
  await calendar.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Some of these times cannot be booked.')).toBeVisible();
  await calendar.dialog.getByRole('checkbox', { name: 'Book the others anyway' }).check();
  await calendar.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expectUsable(page);
  expect(await visitsOf(vlad)).toEqual(['05-04 13:00 booked', '05-11 13:00 booked']);
  const [row] = await sql`select count(*)::integer as count from public.audit_events
    where tenant_id = ${tenant_id} and action = 'appointment.overbooked'`;
  expect(row?.count).toBe(1);
});
