import { expect, test, type Page } from '@playwright/test';
import { daysLater, lastSunday, minutesAfter, momentOf } from '../support/days.ts';
import { ownerConnection } from '../support/environment.ts';
import { call, createClinic, createSuperAdmin } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** Weeks in which the clinic's clock changes, on their Sunday: ten o'clock is ten o'clock before and after it. */

// As high as a month and a working day, so that nothing scrolls under the mouse.
test.use({ viewport: { width: 1440, height: 1000 } });

const ZONE = 'Europe/Bucharest';
const YEAR = new Date().getUTCFullYear() + 1;
const [SATURDAY_COLUMN, SUNDAY_COLUMN] = [5, 6];
const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const tenant_id = clinic.id;
await sql`update public.tenants set time_zone = ${ZONE} where id = ${tenant_id}`;
await call(owner.client, 'save_working_hours', {
  ...{ tenant_id, provider_id: null, resource_id: null },
  hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
    ...{ weekday, opens: '09:00', closes: '18:00', is_break: false },
  })),
});

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
const ana = await insert('clients', { first_name: 'Ana', last_name: 'Popescu' });
const dan = await insert('clients', { first_name: 'Dan', last_name: 'Rusu' });

/** Three quarters of an hour from a time on the clinic's clock. */
async function book(client_id: string, wall: string): Promise<void> {
  const starts_at = await momentOf(sql, wall, ZONE);
  await call(owner.client, 'book_appointment', {
    tenant_id,
    fields: { client_id, provider_id, resource_ids: [], starts_at, ends_at: minutesAfter(starts_at, 45) },
    outside_hours: true,
  });
}
/** When a client's visit is, on the clinic's clock and on that of Greenwich. */
const visitOf = async (clientId: string): Promise<string | undefined> => {
  const [row] = await sql<{ visit: string }[]>`
    select to_char(starts_at at time zone ${ZONE}, 'YYYY-MM-DD HH24:MI') || '–'
      || to_char(ends_at at time zone ${ZONE}, 'HH24:MI') || ', UTC ' || to_char(starts_at at time zone 'UTC', 'HH24:MI') as visit
    from public.appointments where tenant_id = ${tenant_id} and client_id = ${clientId}`;
  return row?.visit;
};

/** Fails unless a visit is drawn in a column of the week, from the line of a time on. */
async function expectDrawnAt(calendar: CalendarPage, name: RegExp, time: string, column: number) {
  const place = await calendar.pointAt(time, column);
  const box = await calendar.visit(name).boundingBox();
  if (!box) throw new Error('The visit is not drawn');
  // The point is in the middle of a quarter of an hour.
  expect(Math.abs(box.y - (place.y - 10)), `${name} begins at the line of ${time}`).toBeLessThan(4);
  expect(box.x, `${name} is in its column`).toBeLessThan(place.x);
  expect(box.x + box.width).toBeGreaterThan(place.x);
}

async function open(page: Page, query: string): Promise<CalendarPage> {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const calendar = new CalendarPage(page);
  await calendar.open(clinic.slug, query);
  return calendar;
}

test.beforeEach(async () => {
  await sql`delete from public.allocations where tenant_id = ${tenant_id}`;
  await sql`delete from public.appointments where tenant_id = ${tenant_id}`;
});

for (const { season, sunday, before, after } of [
  // Ten o'clock at the clinic, by UTC, before and after the change.
  { season: 'spring', sunday: lastSunday(YEAR, 3), before: '08:00', after: '07:00' },
  { season: 'autumn', sunday: lastSunday(YEAR, 10), before: '07:00', after: '08:00' },
]) {
  const saturday = daysLater(sunday, -1);
  for (const timezoneId of [ZONE, 'America/New_York'])
    test.describe(`${season}, with a browser in ${timezoneId}`, () => {
      test.use({ timezoneId });

      test('a week shows the hours of the clinic; dragged over the change a visit keeps its hour', async ({
        page,
      }) => {
        await book(ana, `${saturday} 10:00`);
        await book(dan, `${sunday} 14:00`);
        expect(await visitOf(ana)).toBe(`${saturday} 10:00–10:45, UTC ${before}`);
        const calendar = await open(page, `?day=${saturday}`);
        await expect(calendar.visit(/Ana Popescu.*10:00–10:45/)).toBeVisible();
        await expect(calendar.visit(/Dan Rusu.*14:00–14:45/)).toBeVisible();
        await expectDrawnAt(calendar, /Ana Popescu/, '10:00', SATURDAY_COLUMN);
        await expectDrawnAt(calendar, /Dan Rusu/, '14:00', SUNDAY_COLUMN);

        await calendar.drag(
          await calendar.pointAt('10:15', SATURDAY_COLUMN),
          await calendar.pointAt('10:15', SUNDAY_COLUMN),
        );
        await expect.poll(() => visitOf(ana)).toBe(`${sunday} 10:00–10:45, UTC ${after}`);
        await expect(calendar.visit(/Ana Popescu.*10:00–10:45/)).toBeVisible();
        await expectDrawnAt(calendar, /Ana Popescu/, '10:00', SUNDAY_COLUMN);
        await calendar.drag(
          await calendar.pointAt('14:15', SUNDAY_COLUMN),
          await calendar.pointAt('14:15', SATURDAY_COLUMN),
        );
        await expect.poll(() => visitOf(dan)).toContain(`${saturday} 14:00–14:45`);
        await expectDrawnAt(calendar, /Dan Rusu/, '14:00', SATURDAY_COLUMN);
      });
    });

  test(`${season}: dragged to the next week in the month a visit keeps its hour`, async ({ page }) => {
    const [friday, monday] = [daysLater(sunday, -2), daysLater(sunday, 1)];
    await book(ana, `${friday} 10:00`);
    const calendar = await open(page, `?view=month&day=${friday}`);
    const day = (date: string) => page.locator(`[data-day="${date}"]`);
    await expect(day(friday)).toContainText('10:00 Ana Popescu');
    await calendar.visit(/Ana Popescu/).dragTo(day(monday));
    await expect.poll(() => visitOf(ana)).toBe(`${monday} 10:00–10:45, UTC ${after}`);
    await expect(day(monday)).toContainText('10:00 Ana Popescu');
    await calendar.undo.click();
    await expect.poll(() => visitOf(ana)).toBe(`${friday} 10:00–10:45, UTC ${before}`);
    await expect(day(friday)).toContainText('10:00 Ana Popescu');
  });
}

test('on the day itself the hours around the change are told as the clock shows them', async ({ page }) => {
  const sunday = lastSunday(YEAR, 3);
  // Three o'clock is four: a visit of three quarters of an hour ends at a quarter past four.
  await book(ana, `${sunday} 02:30`);
  await book(dan, `${sunday} 05:00`);
  const calendar = await open(page, `?view=day&day=${sunday}`);
  await expect(calendar.visit(/Ana Popescu.*02:30–04:15/)).toBeVisible();
  await expect(calendar.visit(/Dan Rusu.*05:00–05:45/)).toBeVisible();
  await expectDrawnAt(calendar, /Dan Rusu/, '05:00', 0);
  const [early, late] = [
    await calendar.visit(/Ana Popescu/).boundingBox(),
    await calendar.visit(/Dan Rusu/).boundingBox(),
  ];
  // Ten quarters of an hour on the clock, of twenty pixels each.
  expect(Math.abs((late?.y ?? 0) - (early?.y ?? 0) - 200)).toBeLessThan(4);
});
