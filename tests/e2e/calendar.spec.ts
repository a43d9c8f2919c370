import { expect, test, type Page } from '@playwright/test';
import { momentOf } from '../support/days.ts';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());

/** A Tuesday in the winter half of the year, when Bucharest is two hours ahead of UTC. */
const DAY = '2027-01-12';

const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
await sql`update public.tenants set time_zone = 'Europe/Bucharest' where id = ${clinic.id}`;
const insert = async (table: string, row: object): Promise<string> => {
  const { data, error } = await owner.client
    .from(table)
    .insert({ tenant_id: clinic.id, ...row })
    .select('id')
    .single<{ id: string }>();
  if (error) throw new Error(`${table}: ${error.message}`);
  return data.id;
};
const pop = await insert('providers', { name: 'Dr. Pop', colour: 'blue' });
await insert('providers', { name: 'Dr. Zamfir', colour: 'pink' });
await insert('resources', { name: 'Chair 1', colour: 'slate', kind: 'chair' });
const ana = await insert('clients', { first_name: 'Ana', last_name: 'Popescu', phone: '+40 721 000 111' });
const dan = await insert('clients', { first_name: 'Dan', last_name: 'Rusu', phone: '+40 721 000 112' });
await call(owner.client, 'save_service', {
  tenant_id: clinic.id,
  service_id: null,
  fields: { name: 'Cleaning', duration_minutes: 45, currency: 'RON', colour: 'teal' },
  provider_ids: [],
  resource_ids: [],
});

async function book(client_id: string, from: string, until: string, day = DAY): Promise<{ id: string }> {
  const [starts_at, ends_at] = await Promise.all(
    [from, until].map((time) => momentOf(sql, `${day} ${time}`, 'Europe/Bucharest')),
  );
  return call<{ id: string }>(staff.client, 'book_appointment', {
    tenant_id: clinic.id,
    fields: { client_id, provider_id: pop, resource_ids: [], starts_at, ends_at },
    outside_hours: true,
  });
}
/** Nobody arrives on another day. */
async function todayAtTheClinic(): Promise<string> {
  const [row] = await sql<
    { today: string }[]
  >`select (now() at time zone 'Europe/Bucharest')::date::text as today`;
  return row?.today ?? '';
}
/** Times of a client's visit on the clinic's clock, and its status. */
const visitOf = async (clientId: string): Promise<string | undefined> => {
  const [row] = await sql`
    select to_char(starts_at at time zone 'Europe/Bucharest', 'YYYY-MM-DD HH24:MI') || '–'
      || to_char(ends_at at time zone 'Europe/Bucharest', 'HH24:MI') || ' ' || status as visit
    from public.appointments where tenant_id = ${clinic.id} and client_id = ${clientId}`;
  return row?.visit as string | undefined;
};
const columns = `?view=columns&day=${DAY}`;

async function begin(page: Page, person = owner): Promise<CalendarPage> {
  await new SignInPage(page).signIn(person.email, person.password);
  return new CalendarPage(page);
}

test.beforeEach(async () => {
  await sql`delete from public.allocations where tenant_id = ${clinic.id}`;
  await sql`delete from public.holds where tenant_id = ${clinic.id}`;
  await sql`delete from public.appointments where tenant_id = ${clinic.id}`;
});

for (const timezoneId of ['Europe/Bucharest', 'America/New_York']) {
  test.describe(`with a browser in ${timezoneId}`, () => {
    test.use({ timezoneId });

    test('a visit is booked where one clicks, moved, made longer and cancelled', async ({ page }) => {
      const calendar = await begin(page);
      await calendar.open(clinic.slug, columns);
      await expect(page.locator('[data-zone]')).toHaveCount(timezoneId === 'Europe/Bucharest' ? 0 : 1);
      const place = await calendar.pointAt('10:00');
      await page.mouse.click(place.x, place.y);
      await expect(calendar.dialog.getByLabel('Time')).toHaveValue('10:00');
      await expect(calendar.dialog.getByLabel('Provider')).toHaveValue(pop);
      await expect(calendar.dialog.getByText('Kept for you until')).toBeVisible();
      await calendar.chooseClient('popes', 'Ana Popescu');
      await calendar.dialog.getByLabel('Service').selectOption({ label: 'Cleaning (45 min)' });
      await expect(calendar.dialog.getByLabel('Length')).toHaveValue('45');
      await calendar.dialog.getByRole('button', { name: 'Book', exact: true }).click();
      await expect(calendar.dialog).toBeHidden();
      await expect(calendar.visit(/Ana Popescu.*10:00–10:45.*Cleaning.*Booked/)).toBeVisible();
      expect(await visitOf(ana)).toBe(`${DAY} 10:00–10:45 booked`);
      expect(await sql`select from public.holds where tenant_id = ${clinic.id}`).toHaveLength(0);

      await calendar.drag(await calendar.pointAt('10:15'), await calendar.pointAt('12:30'));
      await expect(calendar.visit(/Ana Popescu.*12:15–13:00/)).toBeVisible();
      await expect.poll(() => visitOf(ana)).toBe(`${DAY} 12:15–13:00 booked`);
      await calendar.undo.click();
      await expect.poll(() => visitOf(ana)).toBe(`${DAY} 10:00–10:45 booked`);
      await expect(calendar.visit(/10:00–10:45/)).toBeVisible();

      const box = await calendar.visit(/Ana Popescu/).boundingBox();
      if (!box) throw new Error('The visit is not there');
      const edge = { x: box.x + box.width / 2, y: box.y + box.height - 3 };
      await calendar.drag(edge, { x: edge.x, y: edge.y + 20 });
      await expect.poll(() => visitOf(ana)).toBe(`${DAY} 10:00–11:00 booked`);

      await calendar.visit(/10:00–11:00/).click();
      await calendar.dialog.getByRole('button', { name: 'Cancel appointment' }).click();
      await calendar.dialog.getByLabel('Cancelled by').selectOption('The clinic');
      await calendar.dialog.getByLabel('Reason').fill('The chair is broken');
      await calendar.dialog.getByRole('button', { name: 'Cancel appointment' }).click();
      await expect(calendar.dialog.locator('[data-status="cancelled"]')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(calendar.visit(/Ana Popescu/)).toHaveCount(0);
      expect(await visitOf(ana)).toBe(`${DAY} 10:00–11:00 cancelled`);
    });

    test('through the day on the board: arrived, in the chair, done, and back', async ({ page }) => {
      const today = await todayAtTheClinic();
      await book(ana, '10:00', '10:45', today);
      await book(dan, '11:00', '11:30', today);
      const calendar = await begin(page);
      await calendar.openBoard(clinic.slug, `?day=${today}`);
      await page.getByRole('button', { name: 'Arrived: Ana Popescu' }).click();
      await expect(calendar.column('Waiting').getByText('Ana Popescu')).toBeVisible();
      await expect(calendar.column('Waiting').getByText('Waiting 0 min')).toBeVisible();
      await page.getByRole('button', { name: 'To the chair: Ana Popescu' }).click();
      await page.getByRole('button', { name: 'Done: Ana Popescu' }).click();
      await expect(calendar.column('Done').getByText('Ana Popescu')).toBeVisible();
      await expect.poll(() => visitOf(ana)).toBe(`${today} 10:00–10:45 completed`);
      const card = calendar.column('Expected').locator('[data-board-visit]').filter({ hasText: 'Dan Rusu' });
      await card.dragTo(calendar.column('In the chair'));
      await expect(calendar.column('In the chair').getByText('Dan Rusu')).toBeVisible();
      await expect.poll(() => visitOf(dan)).toBe(`${today} 11:00–11:30 in_chair`);
      await page.getByRole('button', { name: /Dan Rusu.*In the chair/ }).focus();
      await page.keyboard.press('x');
      await expect.poll(() => visitOf(dan)).toBe(`${today} 11:00–11:30 completed`);
    });
  });
}

test('by keyboard alone: leaf, open, move through the form', async ({ page }) => {
  await book(ana, '09:00', '09:30');
  const calendar = await begin(page);
  await calendar.open(clinic.slug, `?view=columns&day=2027-01-11`);
  await page.keyboard.press('ArrowRight');
  await expect(calendar.visit(/Ana Popescu/)).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`day=${DAY}`));
  await page.keyboard.press('2');
  await expect(page.locator('[data-look="week"]')).toBeVisible();
  await calendar.visit(/Ana Popescu/).focus();
  await page.keyboard.press('Enter');
  await calendar.dialog.getByRole('button', { name: 'Change' }).press('Enter');
  await calendar.dialog.getByLabel('Time').fill('14:00');
  await calendar.dialog.getByRole('button', { name: 'Save' }).press('Enter');
  await expect(calendar.visit(/Ana Popescu.*14:00–14:30/)).toBeVisible();
  expect(await visitOf(ana)).toBe(`${DAY} 14:00–14:30 booked`);
  await expect(calendar.dialog).toBeHidden();
  await page.keyboard.press('?');
  await expect(calendar.dialog.getByText('Day, week, month, columns')).toBeVisible();
});

test('a refused move goes back and says what is in the way', async ({ page }) => {
  await book(ana, '10:00', '10:45');
  await book(dan, '13:00', '13:30');
  const calendar = await begin(page, staff);
  await calendar.open(clinic.slug, columns);
  await expect(calendar.visit(/Dan Rusu/)).toBeVisible();
  await calendar.drag(await calendar.pointAt('13:00'), await calendar.pointAt('10:15'));
  await expect(calendar.question).toContainText('Dr. Pop is busy 10:00–10:45 (Ana Popescu)');
  await expect(calendar.question.getByRole('button', { name: 'Book over it' })).toHaveCount(0);
  await calendar.question.getByRole('button', { name: 'Understood' }).click();
  await expect(calendar.visit(/Dan Rusu.*13:00–13:30/)).toBeVisible();
  expect(await visitOf(dan)).toBe(`${DAY} 13:00–13:30 booked`);
});

test('an owner books over somebody, and when nobody is there, after being asked', async ({ page }) => {
  await book(ana, '10:00', '10:45');
  await book(dan, '13:00', '13:30');
  const calendar = await begin(page);
  await calendar.open(clinic.slug, columns);
  await expect(calendar.visit(/Dan Rusu/)).toBeVisible();
  await calendar.drag(await calendar.pointAt('13:00'), await calendar.pointAt('10:15'));
  await calendar.question.getByRole('button', { name: 'Book over it' }).click();
  await expect.poll(() => visitOf(dan)).toBe(`${DAY} 10:15–10:45 booked`);
  await expect(calendar.visit(/Dan Rusu.*Overbooked/)).toBeVisible();
  await calendar.visit(/Dan Rusu/).click();
  await calendar.dialog.getByRole('button', { name: 'Change' }).click();
  await calendar.dialog.getByLabel('Time').fill('20:00');
  await calendar.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(calendar.question).toContainText('Dr. Pop does not work 20:00–20:30');
  await calendar.question.getByRole('button', { name: 'Book anyway' }).click();
  await expect.poll(() => visitOf(dan)).toBe(`${DAY} 20:00–20:30 booked`);
});

test('what a colleague does appears while one types, and nothing typed is lost', async ({ page }) => {
  test.setTimeout(90_000);
  const calendar = await begin(page);
  await calendar.open(clinic.slug, columns);
  const place = await calendar.pointAt('15:00');
  await page.mouse.click(place.x, place.y);
  const note = calendar.dialog.getByLabel('Note');
  await note.fill('Afraid of');
  await expect(calendar.dialog.getByText('Kept for you until')).toBeVisible();
  await book(ana, '09:00', '09:30');
  await expect(page.locator('.clinic-calendar').getByText('Ana Popescu')).toBeVisible({ timeout: 25_000 });
  await expect(note).toHaveValue('Afraid of');
  await expect(note).toBeFocused();
  await note.pressSequentially(' drills');
  await expect(note).toHaveValue('Afraid of drills');
  await calendar.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect
    .poll(async () => (await sql`select from public.holds where tenant_id = ${clinic.id}`).length)
    .toBe(0);
});

test('a time that is taken is said in the form before anything is saved', async ({ page }) => {
  await book(ana, '10:00', '10:45');
  const calendar = await begin(page);
  await calendar.open(clinic.slug, columns);
  const place = await calendar.pointAt('11:00');
  await page.mouse.click(place.x, place.y);
  await expect(calendar.dialog.getByText('Kept for you until')).toBeVisible();
  await calendar.dialog.getByLabel('Time').fill('10:30');
  await expect(calendar.dialog.getByText('Dr. Pop is busy 10:00–10:45 (Ana Popescu)')).toBeVisible();
});

test('on a phone the calendar is a list of the day', async ({ page }) => {
  const today = await todayAtTheClinic();
  await book(ana, '10:00', '10:45', today);
  await page.setViewportSize({ width: 390, height: 800 });
  const calendar = await begin(page);
  await page.goto(`/${clinic.slug}/calendar?day=${today}`);
  const list = page.getByRole('list', { name: 'Appointments of the day' });
  await list.getByRole('button', { name: /Ana Popescu/ }).click();
  await calendar.dialog.getByRole('button', { name: 'Arrived' }).click();
  await expect(calendar.dialog.locator('[data-status="arrived"]')).toBeVisible();
  await expect.poll(() => visitOf(ana)).toBe(`${today} 10:00–10:45 arrived`);
});
