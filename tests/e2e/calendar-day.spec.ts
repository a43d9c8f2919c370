import { expect, test, type Page } from '@playwright/test';
import { createCalendarClinic, winterTime } from '../support/calendar-clinic.ts';
import { call, type Person } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** What one does around a day: block a time, print it, find somebody or a free time, leaf through the month. */

/** A Tuesday. */
const DAY = '2027-01-12';
const desk = await createCalendarClinic(['Dr. Pop', 'Dr. Zamfir']);
const tenant_id = desk.clinic.id;
const ana = await desk.addClient('Ana Popescu');
const dan = await desk.addClient('Dan Țurcanu');
await call(desk.owner.client, 'save_service', {
  ...{ tenant_id, service_id: null, provider_ids: [], resource_ids: [] },
  fields: { name: 'Cleaning', duration_minutes: 45, currency: 'RON', colour: 'teal' },
});
test.afterAll(() => desk.close());
test.beforeEach(() => desk.empty());

async function open(page: Page, query: string, person: Person = desk.owner): Promise<CalendarPage> {
  await new SignInPage(page).signIn(person.email, person.password);
  const calendar = new CalendarPage(page);
  await calendar.open(desk.clinic.slug, query);
  return calendar;
}
const blocked = async () => {
  const { blocked: times } = await call<{ blocked: { title: string; starts_at: string }[] }>(
    desk.owner.client,
    'list_calendar',
    { tenant_id, starts_at: winterTime(`${DAY} 00:00`), ends_at: winterTime('2027-01-13 00:00') },
  );
  return times.map(({ title, starts_at }) => `${title} ${new Date(starts_at).toISOString()}`);
};

test('a time is blocked, cannot be booked, and is freed again', async ({ page }) => {
  const calendar = await open(page, `?view=columns&day=${DAY}`, desk.staff);
  await calendar.choose('Block a time');
  await calendar.dialog.getByLabel('For whom').selectOption('Dr. Pop');
  await calendar.dialog.getByLabel('What for').fill('Course');
  await calendar.dialog.getByLabel('From').fill('14:00');
  await calendar.dialog.getByLabel('Until').fill('13:00');
  await calendar.dialog.getByRole('button', { name: 'Block a time' }).click();
  await expect(calendar.dialog.getByText('The end must be after the beginning.')).toBeVisible();
  expect(await blocked()).toEqual([]);
  await calendar.dialog.getByLabel('Until').fill('16:00');
  await calendar.dialog.getByRole('button', { name: 'Block a time' }).click();
  await expect(calendar.dialog).toHaveCount(0);
  const block = calendar.visit('Course');
  await expect(block).toBeVisible();
  expect(await blocked()).toEqual([`Course ${DAY}T12:00:00.000Z`]);

  const place = await calendar.pointAt('13:30');
  await page.mouse.click(place.x, place.y);
  await calendar.chooseClient('popes', 'Ana Popescu');
  await calendar.dialog.getByLabel('Length').fill('60');
  await calendar.dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await expect(calendar.question).toContainText('Course');
  await calendar.question.getByRole('button', { name: 'Cancel' }).click();
  expect(await desk.visitsOf(ana)).toEqual([]);
  await calendar.dialog.getByRole('button', { name: 'Cancel' }).click();

  await block.click();
  await expect(calendar.question).toContainText('14:00–16:00');
  await calendar.question.getByRole('button', { name: 'Unblock' }).click();
  await expect(block).toHaveCount(0);
  expect(await blocked()).toEqual([]);
});

test('on a phone the list of the day has the blocked times too', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 15:00`, `${DAY} 15:45`);
  await call(desk.staff.client, 'block_time', {
    tenant_id,
    fields: {
      ...{ provider_id: desk.providers['Dr. Pop'], resource_id: null, title: 'Course' },
      ...{ starts_at: winterTime(`${DAY} 13:00`), ends_at: winterTime(`${DAY} 14:00`) },
    },
  });
  await page.setViewportSize({ width: 390, height: 800 });
  await new SignInPage(page).signIn(desk.owner.email, desk.owner.password);
  await page.goto(`/${desk.clinic.slug}/calendar?day=${DAY}`);
  const rows = page.getByRole('list', { name: 'Appointments of the day' }).getByRole('listitem');
  await expect(rows).toHaveText([/13:00–14:00 Course.*Dr\. Pop/s, /15:00.*Ana Popescu/s]);
  await rows.first().getByRole('button').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Unblock' }).click();
  await expect(rows).toHaveCount(1);
  expect(await blocked()).toEqual([]);
});

test('on paper there is the list of the day, and nothing of the page', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 10:00`, `${DAY} 10:45`);
  await desk.book(dan, 'Dr. Zamfir', '2027-01-13 11:00', '2027-01-13 11:30');
  // What a browser does when it is asked to print.
  await page.addInitScript(() => {
    window.print = () => void window.dispatchEvent(new Event('beforeprint'));
  });
  const calendar = await open(page, `?day=${DAY}`);
  await expect(calendar.visit(/Dan Țurcanu/)).toBeVisible();
  await calendar.choose('Print the list of the day');
  await page.emulateMedia({ media: 'print' });
  const row = page.locator('tbody tr');
  await expect(row).toHaveCount(1);
  await expect(row).toBeVisible();
  await expect(row).toContainText('10:00–10:45');
  await expect(row).toContainText('Ana Popescu');
  await expect(page.getByText(`${desk.clinic.name} · Jan 12, 2027`)).toBeVisible();
  await expect(page.locator('[data-look]')).toBeHidden();
  for (const part of ['aside', 'header', 'nav', 'main button']) {
    for (const each of await page.locator(part).all()) await expect(each).toBeHidden();
  }
});

test('a month shows its visits; one is dragged to another day; a full day opens', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 10:00`, `${DAY} 10:45`);
  for (const hour of ['09', '10', '11', '12', '13', '14'])
    await desk.book(dan, 'Dr. Zamfir', `2027-01-14 ${hour}:00`, `2027-01-14 ${hour}:30`);
  const calendar = await open(page, `?view=month&day=${DAY}`);
  const day = (date: string) => page.locator(`[data-day="${date}"]`);
  await expect(day(DAY)).toContainText('10:00 Ana Popescu');
  await expect(day('2027-01-14').getByRole('button', { name: /Dan Țurcanu/ })).toHaveCount(4);
  await calendar.visit(/Ana Popescu/).dragTo(day('2027-01-15'));
  await expect(day('2027-01-15')).toContainText('10:00 Ana Popescu');
  await expect.poll(() => desk.visitsOf(ana)).toEqual(['2027-01-15 10:00–10:45 Dr. Pop booked']);
  await calendar.undo.click();
  await expect.poll(() => desk.visitsOf(ana)).toEqual([`${DAY} 10:00–10:45 Dr. Pop booked`]);
  await expect(day(DAY)).toContainText('Ana Popescu');
  await day('2027-01-14').getByRole('button', { name: '2 more' }).click();
  await expect(page).toHaveURL(/view=columns&day=2027-01-14/);
  await expect(calendar.visit(/Dan Țurcanu/)).toHaveCount(6);
});

test('one finds a client in what is shown, with or without accents', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 10:00`, `${DAY} 10:45`);
  await desk.book(dan, 'Dr. Pop', `${DAY} 11:00`, `${DAY} 11:45`);
  const calendar = await open(page, `?view=columns&day=${DAY}`);
  await expect(calendar.visit(/Ana Popescu/)).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('turcanu');
  await expect(calendar.visit(/Ana Popescu/)).toHaveCount(0);
  await expect(calendar.visit(/Dan Țurcanu/)).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find a client' }).fill('');
  await expect(calendar.visit(/Ana Popescu/)).toBeVisible();
});

test('the next free time is found and booked', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 09:00`, `${DAY} 17:30`);
  const calendar = await open(page, `?view=columns&day=${DAY}`);
  await page.keyboard.press('n');
  await calendar.chooseClient('turc', 'Dan Țurcanu');
  await calendar.dialog.getByLabel('Service').selectOption({ label: 'Cleaning (45 min)' });
  await calendar.dialog.getByLabel('Provider').selectOption('Dr. Pop');
  await calendar.dialog.getByRole('button', { name: 'Find a free time' }).click();
  const free = calendar.dialog.getByRole('region', { name: 'Free times' });
  // Half an hour is left of Tuesday, which is too short.
  await expect(free.getByRole('button').first()).toHaveAccessibleName('Wed, Jan 13 09:00 Dr. Pop');
  await free.getByRole('button').first().click();
  await expect(calendar.dialog.getByLabel('Day')).toHaveValue('2027-01-13');
  await expect(calendar.dialog.getByLabel('Time')).toHaveValue('09:00');
  await calendar.dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await expect(calendar.dialog).toHaveCount(0);
  expect(await desk.visitsOf(dan)).toEqual(['2027-01-13 09:00–09:45 Dr. Pop booked']);
});

test('whoever moves a confirmed visit hears that it is no longer confirmed', async ({ page }) => {
  const id = await desk.book(ana, 'Dr. Pop', `${DAY} 10:00`, `${DAY} 10:45`);
  await call(desk.staff.client, 'set_appointment_status', {
    ...{ tenant_id, appointment_id: id, status: 'confirmed' },
  });
  const calendar = await open(page, `?view=columns&day=${DAY}`);
  await expect(calendar.visit(/Ana Popescu.*Confirmed/)).toBeVisible();
  await calendar.drag(await calendar.pointAt('10:15'), await calendar.pointAt('12:30'));
  await expect(page.getByText('The client had confirmed the other time')).toBeVisible();
  await expect.poll(() => desk.visitsOf(ana)).toEqual([`${DAY} 12:15–13:00 Dr. Pop booked`]);
  await calendar.undo.click();
  await expect.poll(() => desk.visitsOf(ana)).toEqual([`${DAY} 10:00–10:45 Dr. Pop confirmed`]);

  // To another provider at the same time it stays confirmed.
  await expect(calendar.visit(/10:00–10:45/)).toBeVisible();
  await calendar.drag(await calendar.pointAt('10:15'), await calendar.pointAt('10:15', 1));
  await expect.poll(() => desk.visitsOf(ana)).toEqual([`${DAY} 10:00–10:45 Dr. Zamfir confirmed`]);
});

test('staff find the calendar feeds from the calendar', async ({ page }) => {
  const calendar = await open(page, `?day=${DAY}`, desk.staff);
  await calendar.choose('Calendar feeds');
  await expect(page.getByRole('heading', { level: 1, name: 'Calendar feeds' })).toBeVisible();
});
