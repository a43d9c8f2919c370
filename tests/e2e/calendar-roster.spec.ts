import { expect, test, type Locator, type Page } from '@playwright/test';
import { createCalendarClinic, winterTime } from '../support/calendar-clinic.ts';
import { call } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** The week of a clinic with more providers than fit side by side: a row for each. */

/** A Tuesday. */
const DAY = '2027-01-12';
const [TUESDAY, WEDNESDAY, SUNDAY] = [1, 2, 6];
const desk = await createCalendarClinic(['Dr. Pop', 'Dr. Rusu', 'Dr. Sava', 'Dr. Toma', 'Dr. Vlad']);
const tenant_id = desk.clinic.id;
const ana = await desk.addClient('Ana Popescu');
const dan = await desk.addClient('Dan Marin');
test.afterAll(() => desk.close());
test.beforeEach(() => desk.empty());

async function open(page: Page): Promise<CalendarPage> {
  await new SignInPage(page).signIn(desk.owner.email, desk.owner.password);
  const calendar = new CalendarPage(page);
  await calendar.open(desk.clinic.slug, `?day=${DAY}`);
  return calendar;
}
/** The field of a provider on a day of the week. */
const field = (page: Page, provider: string, day: number): Locator =>
  page.getByRole('region', { name: provider }).getByRole('list').nth(day);

test('nobody looks free who is not: hours, closed days, blocked and kept times', async ({ page }) => {
  await call(desk.owner.client, 'save_working_hours', {
    ...{ tenant_id, provider_id: desk.providers['Dr. Vlad'], resource_id: null },
    hours: [
      { weekday: 3, opens: '10:00', closes: '13:00', is_break: false },
      { weekday: 3, opens: '14:00', closes: '16:00', is_break: false },
    ],
  });
  await call(desk.staff.client, 'block_time', {
    tenant_id,
    fields: {
      ...{ provider_id: desk.providers['Dr. Pop'], resource_id: null, title: 'Course' },
      ...{ starts_at: winterTime(`${DAY} 14:00`), ends_at: winterTime('2027-01-13 11:00') },
    },
  });
  await call(desk.staff.client, 'block_time', {
    tenant_id,
    fields: {
      ...{ provider_id: null, resource_id: null, title: 'Inventory' },
      ...{ starts_at: winterTime('2027-01-13 16:00'), ends_at: winterTime('2027-01-13 18:00') },
    },
  });
  await call(desk.staff.client, 'hold_slot', {
    ...{ tenant_id, service_id: null, provider_id: desk.providers['Dr. Sava'], resource_ids: [] },
    ...{ starts_at: winterTime(`${DAY} 12:00`), ends_at: winterTime(`${DAY} 12:30`) },
  });
  const calendar = await open(page);
  await expect(field(page, 'Dr. Pop', TUESDAY)).toContainText('09:00–18:00');
  await expect(field(page, 'Dr. Pop', TUESDAY)).toContainText('14:00–24:00 Course');
  await expect(field(page, 'Dr. Pop', WEDNESDAY)).toContainText('00:00–11:00 Course');
  await expect(field(page, 'Dr. Pop', SUNDAY)).toContainText('Closed');
  await expect(field(page, 'Dr. Vlad', TUESDAY)).toContainText('Closed');
  await expect(field(page, 'Dr. Vlad', WEDNESDAY)).toContainText('10:00–13:00, 14:00–16:00');
  for (const provider of ['Dr. Pop', 'Dr. Vlad'])
    await expect(field(page, provider, WEDNESDAY)).toContainText('16:00–18:00 Inventory');
  await expect(field(page, 'Dr. Sava', TUESDAY)).toContainText('12:00–12:30 Being booked');
  await expect(field(page, 'Dr. Toma', TUESDAY)).not.toContainText('Being booked');

  await field(page, 'Dr. Pop', TUESDAY)
    .getByRole('button', { name: /Course/ })
    .click();
  await calendar.question.getByRole('button', { name: 'Unblock' }).click();
  await expect(page.getByText('Course')).toHaveCount(0);
});

test('a visit is dragged to another provider and another day, keeps its time, and can be put back', async ({
  page,
}) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 10:00`, `${DAY} 10:45`);
  const calendar = await open(page);
  await calendar.visit(/Ana Popescu/).dragTo(field(page, 'Dr. Sava', WEDNESDAY));
  await expect(field(page, 'Dr. Sava', WEDNESDAY)).toContainText('10:00 Ana Popescu');
  await expect.poll(() => desk.visitsOf(ana)).toEqual(['2027-01-13 10:00–10:45 Dr. Sava booked']);
  await calendar.undo.click();
  await expect.poll(() => desk.visitsOf(ana)).toEqual([`${DAY} 10:00–10:45 Dr. Pop booked`]);
  await expect(field(page, 'Dr. Pop', TUESDAY)).toContainText('Ana Popescu');
});

test('a visit that is refused goes back to where it was', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 10:00`, `${DAY} 10:45`);
  await desk.book(dan, 'Dr. Rusu', `${DAY} 10:30`, `${DAY} 11:00`);
  const calendar = await open(page);
  await calendar.visit(/Ana Popescu/).dragTo(field(page, 'Dr. Rusu', TUESDAY));
  await expect(calendar.question).toContainText('Dr. Rusu is busy 10:30–11:00 (Dan Marin)');
  await calendar.question.getByRole('button', { name: 'Cancel' }).click();
  await expect(field(page, 'Dr. Pop', TUESDAY)).toContainText('Ana Popescu');
  expect(await desk.visitsOf(ana)).toEqual([`${DAY} 10:00–10:45 Dr. Pop booked`]);
});

test('by arrow keys from row to row', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 10:00`, `${DAY} 10:45`);
  await desk.book(dan, 'Dr. Rusu', '2027-01-13 10:30', '2027-01-13 11:00');
  const calendar = await open(page);
  await expect(calendar.visit(/Dan Marin/)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(calendar.visit(/Ana Popescu/)).toBeFocused();
  // The button that books stands below the visits of each field.
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  await expect(calendar.visit(/Dan Marin/)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(calendar.dialog.getByRole('heading', { name: 'Dan Marin' })).toBeVisible();
});
