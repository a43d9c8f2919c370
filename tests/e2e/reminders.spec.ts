import { expect, test, type Locator, type Page } from '@playwright/test';
import { daysLater, minutesAfter, momentOf, weekdayAhead } from '../support/days.ts';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, newEmail, refusal } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { NoAccessPage } from './pages/no-access-page.ts';
import { RemindersPage } from './pages/reminders-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** When clients are reminded: what owners say, and what a visit then tells. */

const ZONE = 'Europe/Bucharest';
/** A Thursday: no clock changes between Tuesday and then. */
const DAY = weekdayAhead(4, 14);
const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const tenant_id = clinic.id;
await sql`update public.tenants set time_zone = ${ZONE} where id = ${tenant_id}`;

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
const starts_at = await momentOf(sql, `${DAY} 10:00`, ZONE);
await call(owner.client, 'book_appointment', {
  tenant_id,
  fields: {
    client_id: await insert('clients', {
      ...{ first_name: 'Ana', last_name: 'Popescu', email: newEmail('ana') },
      consent_reminders: true,
    }),
    ...{ provider_id, resource_ids: [], starts_at, ends_at: minutesAfter(starts_at, 30) },
  },
});

const rules = async (): Promise<string[]> => {
  const rows = await sql<{ rule: string }[]>`
    select channel || ' ' || minutes_before || case when is_active then '' else ' off' end as rule
    from public.reminder_rules where tenant_id = ${tenant_id} order by minutes_before`;
  return rows.map(({ rule }) => rule);
};
const addRule = (minutes_before: number) =>
  call(owner.client, 'save_reminder_rule', {
    ...{ tenant_id, rule_id: null },
    fields: { channel: 'email', minutes_before },
  });

/** The reminders in the dialog of the visit. */
async function remindersOfVisit(page: Page): Promise<Locator> {
  const calendar = new CalendarPage(page);
  await calendar.open(clinic.slug, `?view=columns&day=${DAY}`);
  await calendar.visit(/Ana Popescu/).click();
  return calendar.dialog.getByTestId('reminders');
}
/** What says that a reminder goes out at a time on the clinic's clock, in either order of day and month. */
function plannedFor(day: string, time: string): RegExp {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
  const [date, month] = [part({ day: 'numeric' }), part({ month: 'short' })];
  return new RegExp(`Planned for (${date} ${month}|${month} ${date}), ${time}`);
}

test.beforeEach(async () => {
  await sql`delete from public.reminder_rules where tenant_id = ${tenant_id}`;
  await sql`
    update public.scheduling_settings set quiet_from = '20:00', quiet_to = '08:00', contact_phone = ''
    where tenant_id = ${tenant_id}`;
});

test('an owner adds a reminder, sees what clients get, and the visit says when it goes out', async ({
  page,
}) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const reminders = new RemindersPage(page);
  await reminders.open(clinic.slug);
  await expect(page.getByText('No reminders yet')).toBeVisible();
  await page.getByRole('button', { name: 'New reminder' }).click();
  await reminders.save({ amount: '15', unit: 'days', extra: 'Please bring your X-rays' });
  await expect(
    reminders.dialog.getByText('A reminder is sent 15 minutes to 14 days before the visit.'),
  ).toBeVisible();
  expect(await rules()).toEqual([]);
  await reminders.save({ amount: '2', unit: 'days' });
  await expect(reminders.dialog).toBeHidden();
  await expect(reminders.rule('E-mail, 2 days before')).toContainText('Please bring your X-rays');
  expect(await rules()).toEqual(['email 2880']);
  await expect(reminders.preview.getByText('Please bring your X-rays')).toBeVisible();
  await expect(reminders.preview.getByText(clinic.name).first()).toBeVisible();

  const planned = await remindersOfVisit(page);
  await expect(planned.getByRole('listitem')).toHaveCount(1);
  await expect(planned).toContainText('E-mail, 2 days before');
  await expect(planned).toContainText(plannedFor(daysLater(DAY, -2), '10:00'));

  await reminders.open(clinic.slug);
  await page.getByRole('switch', { name: 'Reminder E-mail, 2 days before is on' }).click();
  await expect(reminders.rule('E-mail, 2 days before')).toContainText('Off');
  expect(await rules()).toEqual(['email 2880 off']);
  await expect(await remindersOfVisit(page)).toContainText('No reminder is planned.');
});

test('quiet hours put a reminder off until they end, or no longer when they begin later', async ({
  page,
}) => {
  await addRule(720);
  await new SignInPage(page).signIn(owner.email, owner.password);
  // Ten in the evening before is in the quiet hours.
  await expect(await remindersOfVisit(page)).toContainText(plannedFor(DAY, '08:00'));

  const reminders = new RemindersPage(page);
  await reminders.open(clinic.slug);
  await expect(page.getByLabel('Quiet from')).toHaveValue('20:00');
  await page.getByLabel('Quiet from').fill('23:00');
  await page.getByLabel('until').fill('07:00');
  await page.getByLabel('Telephone for clients').fill('+40 21 555 0101');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await expect(reminders.preview.getByText('+40 21 555 0101').first()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Quiet from')).toHaveValue('23:00');
  await expect(page.getByLabel('until')).toHaveValue('07:00');
  await expect(await remindersOfVisit(page)).toContainText(plannedFor(daysLater(DAY, -1), '22:00'));
});

test('staff see what is planned and change nothing', async ({ page }) => {
  await addRule(1440);
  await new SignInPage(page).signIn(staff.email, staff.password);
  await expect(await remindersOfVisit(page)).toContainText('E-mail, 24 hours before');
  await page.goto(`/${clinic.slug}/settings/reminders`);
  await expect(new NoAccessPage(page).forbidden).toBeVisible();
  await expect(page.getByRole('button', { name: 'New reminder' })).toHaveCount(0);

  const rule = { tenant_id, rule_id: null, fields: { channel: 'email', minutes_before: 60 } };
  expect(await refusal(staff.client, 'save_reminder_rule', rule)).toBe('403 owner_required');
  await staff.client.from('scheduling_settings').update({ quiet_from: '01:00' }).eq('tenant_id', tenant_id);
  const [settings] = await sql`
    select quiet_from from public.scheduling_settings where tenant_id = ${tenant_id}`;
  expect(settings?.quiet_from).toBe('20:00:00');
  expect(await rules()).toEqual(['email 1440']);
});
