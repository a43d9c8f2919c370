import { expect, test, type Page } from '@playwright/test';
import { createCalendarClinic } from '../support/calendar-clinic.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** The arrow keys in the calendar. */

/** A Tuesday. */
const DAY = '2027-01-12';
const desk = await createCalendarClinic(['Dr. Pop', 'Dr. Zamfir']);
const ana = await desk.addClient('Ana Popescu');
const dan = await desk.addClient('Dan Rusu');
const eva = await desk.addClient('Eva Marin');
const ion = await desk.addClient('Ion Stan');
test.afterAll(() => desk.close());
test.beforeEach(() => desk.empty());

async function open(page: Page, query: string): Promise<CalendarPage> {
  await new SignInPage(page).signIn(desk.owner.email, desk.owner.password);
  const calendar = new CalendarPage(page);
  await calendar.open(desk.clinic.slug, query);
  return calendar;
}

/** Presses a key and says what has the focus then. */
async function press(page: Page, key: string): Promise<string> {
  await page.keyboard.press(key);
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

test('in columns: through the day, to the next provider, first and last', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 09:00`, `${DAY} 09:30`);
  await desk.book(dan, 'Dr. Pop', `${DAY} 11:00`, `${DAY} 11:15`);
  await desk.book(eva, 'Dr. Zamfir', `${DAY} 10:30`, `${DAY} 11:00`);
  await desk.book(ion, 'Dr. Zamfir', `${DAY} 15:00`, `${DAY} 16:00`);
  const calendar = await open(page, `?view=columns&day=${DAY}`);
  await expect(calendar.visit(/Ion Stan/)).toBeVisible();
  expect(await press(page, 'ArrowDown')).toContain('Ana Popescu');
  expect(await press(page, 'ArrowDown')).toContain('Dan Rusu');
  expect(await press(page, 'ArrowDown')).toContain('Dan Rusu');
  expect(await press(page, 'ArrowRight')).toContain('Eva Marin');
  expect(await press(page, 'End')).toContain('Ion Stan');
  expect(await press(page, 'ArrowUp')).toContain('Eva Marin');
  expect(await press(page, 'ArrowLeft')).toContain('Dan Rusu');
  expect(await press(page, 'Home')).toContain('Ana Popescu');
  // One stop for Tab, and it is where one was.
  await expect(page.locator('.clinic-calendar .ec-events button[tabindex="0"]')).toHaveText(/Ana Popescu/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(calendar.visit(/Ana Popescu/)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(calendar.dialog.getByRole('heading', { name: 'Ana Popescu' })).toBeVisible();
});

test('the focus stays with a visit that is drawn anew', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 09:00`, `${DAY} 09:30`);
  await desk.book(dan, 'Dr. Pop', `${DAY} 11:00`, `${DAY} 11:30`);
  const calendar = await open(page, `?view=columns&day=${DAY}`);
  await expect(calendar.visit(/Dan Rusu/)).toBeVisible();
  expect(await press(page, 'ArrowDown')).toContain('Ana Popescu');
  expect(await press(page, 'ArrowDown')).toContain('Dan Rusu');
  await page.keyboard.press('Enter');
  await calendar.dialog.getByRole('button', { name: 'Confirm' }).press('Enter');
  await expect(calendar.dialog.locator('[data-status="confirmed"]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(calendar.dialog).toHaveCount(0);
  await expect(calendar.visit(/Dan Rusu.*Confirmed/)).toBeFocused();
  expect(await press(page, 'ArrowUp')).toContain('Ana Popescu');
});

test('in a week: from day to day, and beyond its edge to the next week', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 09:00`, `${DAY} 09:30`);
  await desk.book(dan, 'Dr. Pop', '2027-01-14 12:00', '2027-01-14 12:30');
  await desk.book(eva, 'Dr. Pop', '2027-01-19 10:00', '2027-01-19 10:30');
  const calendar = await open(page, `?day=${DAY}`);
  await expect(calendar.visit(/Dan Rusu/)).toBeVisible();
  expect(await press(page, 'ArrowDown')).toContain('Ana Popescu');
  expect(await press(page, 'ArrowRight')).toContain('Dan Rusu');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/day=2027-01-19/);
  await expect(calendar.visit(/Eva Marin/)).toBeFocused();
});

test('in a month: through a day, to the day beside it and to the week below', async ({ page }) => {
  await desk.book(ana, 'Dr. Pop', `${DAY} 09:00`, `${DAY} 09:30`);
  await desk.book(dan, 'Dr. Pop', `${DAY} 11:00`, `${DAY} 11:30`);
  await desk.book(eva, 'Dr. Pop', '2027-01-13 10:00', '2027-01-13 10:30');
  const calendar = await open(page, `?view=month&day=${DAY}`);
  await expect(calendar.visit(/Eva Marin/)).toBeVisible();
  expect(await press(page, 'ArrowDown')).toContain('Ana Popescu');
  expect(await press(page, 'ArrowDown')).toContain('Dan Rusu');
  expect(await press(page, 'ArrowRight')).toContain('Eva Marin');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('button', { name: /January 20, 2027/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/view=columns&day=2027-01-20/);
});

test('the keys are told, and do not take those of a switch away', async ({ page }) => {
  const calendar = await open(page, `?day=${DAY}`);
  await page.keyboard.press('?');
  await expect(calendar.dialog.getByText('First, last appointment of the day')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: 'Week' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-look="month"]')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`view=month&day=${DAY}`));
});
