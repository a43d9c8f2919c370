import { expect, test } from '@playwright/test';
import { createCalendarClinic } from '../support/calendar-clinic.ts';
import { call } from '../support/people.ts';
import { CalendarPage } from './pages/calendar-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { WaitlistPage } from './pages/waitlist-page.ts';

/** Free times in a clinic with so many providers that one answer does not hold three days of them. */

/** A Tuesday. */
const DAY = '2027-01-12';
const names = Array.from({ length: 20 }, (_, n) => `Dr. ${String.fromCodePoint(65 + n)}`);
const desk = await createCalendarClinic(names);
const tenant_id = desk.clinic.id;
const insert = async (table: string, row: object): Promise<string> => {
  const { data, error } = await desk.owner.client
    .from(table)
    .insert({ tenant_id, ...row })
    .select('id')
    .single<{ id: string }>();
  if (error) throw new Error(`${table}: ${error.message}`);
  return data.id;
};
const chairs: string[] = [];
for (const name of ['Chair 1', 'Chair 2']) chairs.push(await insert('resources', { name, kind: 'chair' }));
const save = (name: string, resource_ids: string[]) =>
  call<{ id: string }>(desk.owner.client, 'save_service', {
    ...{ tenant_id, service_id: null, provider_ids: Object.values(desk.providers), resource_ids },
    fields: { name, duration_minutes: 45, currency: 'RON', colour: 'teal' },
  });
const service = await save('Cleaning', []);
await save('Filling', chairs);
test.afterAll(() => desk.close());
test.beforeEach(() => desk.empty());

test('a free time of the next days is found among those of twenty providers', async ({ page }) => {
  await new SignInPage(page).signIn(desk.owner.email, desk.owner.password);
  const calendar = new CalendarPage(page);
  await calendar.open(desk.clinic.slug, `?view=columns&day=${DAY}`);
  await page.keyboard.press('n');
  const { dialog } = calendar;
  await dialog.getByLabel('Service').selectOption({ label: 'Cleaning (45 min)' });
  await dialog.getByLabel('Provider').selectOption('Nobody in particular');
  await dialog.getByRole('button', { name: 'Find a free time' }).click();
  const free = dialog.getByRole('region', { name: 'Free times' });
  const days = free.getByRole('group');
  await expect(days).toHaveCount(5);
  await expect(days.first()).toHaveAccessibleName(/^Tuesday.*12/);
  await expect(days.last()).toHaveAccessibleName(/^Monday.*18/);
  // One choice for each time, with the first who is free.
  await expect(days.first().getByRole('button', { name: /09:00/ })).toHaveAccessibleName(
    /Tue.*12.* 09:00 Dr\. A$/,
  );
  await days
    .last()
    .getByRole('button', { name: /^All \d+ times$/ })
    .click();
  await expect(days.last().getByRole('button', { name: /17:15/ })).toBeVisible();
  await free.getByRole('button', { name: 'More times' }).click();
  await expect(days).toHaveCount(10);
  await expect(days.nth(5)).toHaveAccessibleName(/^Tuesday.*19/);
  await days.nth(5).getByRole('button', { name: /10:00/ }).click();
  await expect(dialog.getByLabel('Day')).toHaveValue('2027-01-19');
  await expect(dialog.getByLabel('Provider')).toHaveValue(desk.providers['Dr. A'] ?? '');
});

test('a free time is looked for in the chair that was chosen', async ({ page }) => {
  const client = await desk.addClient('Ana Popescu');
  await call(desk.staff.client, 'book_appointment', {
    tenant_id,
    fields: {
      ...{ client_id: client, provider_id: null, resource_ids: [chairs[0]] },
      ...{ starts_at: `${DAY}T09:00:00+02:00`, ends_at: `${DAY}T17:30:00+02:00` },
    },
    outside_hours: true,
  });
  await new SignInPage(page).signIn(desk.owner.email, desk.owner.password);
  const calendar = new CalendarPage(page);
  await calendar.open(desk.clinic.slug, `?view=columns&day=${DAY}`);
  await page.keyboard.press('n');
  const { dialog } = calendar;
  await dialog.getByLabel('Service').selectOption({ label: 'Filling (45 min)' });
  await dialog.getByLabel('Provider').selectOption('Nobody in particular');
  await dialog.getByRole('button', { name: 'Find a free time' }).click();
  const first = dialog.getByRole('region', { name: 'Free times' }).getByRole('button').first();
  await expect(first).toHaveAccessibleName(/^Tue.*12.* 09:00/);
  await dialog.getByRole('checkbox', { name: 'Chair 1' }).check();
  await expect(first).toHaveAccessibleName(/^Wed.*13.* 09:00/);
});

test('the waiting list finds the only times that suit, weeks ahead of hundreds that do not', async ({
  page,
}) => {
  const client_id = await insert('clients', {
    ...{ first_name: 'Mara', last_name: 'Stan', email: 'mara@example.test', consent_reminders: true },
  });
  await call(desk.owner.client, 'save_waitlist_entry', {
    ...{ tenant_id, entry_id: null },
    fields: {
      ...{ client_id, service_id: service.id, weekdays: [5], from_time: '17:00', to_time: '18:00' },
      ...{ earliest_day: '2027-02-01', latest_day: '2027-02-12' },
    },
  });
  await new SignInPage(page).signIn(desk.owner.email, desk.owner.password);
  const waitlist = new WaitlistPage(page);
  await waitlist.open(desk.clinic.slug);
  await waitlist.choose('Mara Stan', 'Offer a time …');
  const days = waitlist.dialog.getByRole('group');
  await expect(days).toHaveCount(2);
  await expect(days.first()).toHaveAccessibleName(/^Friday.*5/);
  await expect(days.last()).toHaveAccessibleName(/^Friday.*12/);
  await expect(days.first().getByRole('radio')).toHaveCount(2);
  await expect(waitlist.dialog.getByText('Nothing more after that.')).toBeVisible();
  await days
    .first()
    .getByRole('radio', { name: /^17:15/ })
    .check();
  await waitlist.dialog.getByRole('button', { name: 'Offer by e-mail' }).click();
  const entry = waitlist.entry('Mara Stan');
  await expect(entry).toContainText(/Offered .*17:15 with Dr\. A/);

  // Whoever withdraws is asked first.
  await entry.getByRole('button', { name: 'Withdraw' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('Withdraw the offer to Mara Stan?');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(entry).toContainText('Offered');
  await entry.getByRole('button', { name: 'Withdraw' }).click();
  await question.getByRole('button', { name: 'Withdraw' }).click();
  await expect(page.getByText('The offer to Mara Stan is withdrawn')).toBeVisible();
  await expect(entry).not.toContainText('Offered');
});

test('owners who change different settings at once do not undo each other', async ({ page }) => {
  await new SignInPage(page).signIn(desk.owner.email, desk.owner.password);
  await page.goto(`/${desk.clinic.slug}/settings/reminders`);
  await page.getByLabel('Telephone for clients').fill('0721 000 000');
  const { error } = await desk.owner.client
    .from('scheduling_settings')
    .update({ quiet_from: '21:30', offer_minutes: 240 })
    .eq('tenant_id', tenant_id);
  expect(error).toBeNull();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();
  const settings = async () => {
    const { data } = await desk.owner.client
      .from('scheduling_settings')
      .select('quiet_from, contact_phone, offer_minutes, offer_notice_minutes')
      .eq('tenant_id', tenant_id)
      .single();
    return data;
  };
  const saved = { quiet_from: '21:30:00', contact_phone: '0721 000 000', offer_minutes: 240 };
  expect(await settings()).toMatchObject(saved);
  // What somebody else has saved shows where nobody has typed.
  await expect(page.getByLabel('Quiet from')).toHaveValue('21:30');

  await page.goto(`/${desk.clinic.slug}/calendar/waitlist`);
  await page.getByRole('button', { name: 'How times are offered' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Not offered less than … before').selectOption({ label: '4 hours' });
  await desk.owner.client
    .from('scheduling_settings')
    .update({ offer_minutes: 30 })
    .eq('tenant_id', tenant_id);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  expect(await settings()).toMatchObject({ ...saved, offer_minutes: 30, offer_notice_minutes: 240 });
});
