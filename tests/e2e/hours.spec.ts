import { expect, test } from '@playwright/test';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const tenant_id = clinic.id;
const address = `/${clinic.slug}/catalogue/hours`;

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
const client_id = await insert('clients', { first_name: 'Ana', last_name: 'Popescu' });
// A Monday afternoon.
await call(owner.client, 'book_appointment', {
  tenant_id,
  fields: {
    ...{ client_id, provider_id },
    ...{ starts_at: '2027-01-11T16:00:00+02:00', ends_at: '2027-01-11T17:00:00+02:00' },
  },
});

interface Hours {
  clinic: unknown[];
  providers: Record<string, { weekday: number; opens: string; closes: string; is_break: boolean }[]>;
  exceptions: { first_day: string; note: string }[];
  settings: { minimum_notice_minutes: number };
}
const hours = () => call<Hours>(owner.client, 'get_hours', { tenant_id });

test('an owner gives a provider hours of their own, a holiday to the clinic, and changes the rules', async ({
  page,
}) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  await page.goto(address);
  const week = page.getByRole('region', { name: 'Ordinary week' });

  await week.getByRole('combobox', { name: 'Hours of' }).selectOption('Dr. Pop');
  await week.getByRole('switch', { name: 'As the clinic' }).uncheck();
  await week.getByLabel('Monday, hours 1: until').fill('08:00');
  await expect(week.getByRole('alert')).toHaveText('The end must be after the beginning.');
  await expect(week.getByRole('button', { name: 'Save' })).toBeDisabled();
  await week.getByLabel('Monday, hours 1: until').fill('15:00');
  await week.getByRole('button', { name: 'Add a break on Monday' }).click();
  await expect(week.getByLabel('Monday, break 1: from')).toHaveValue('13:00');
  await week.getByRole('button', { name: 'Copy Monday to all open days' }).click();
  await week.getByRole('switch', { name: 'Open on Friday' }).uncheck();
  await week.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('left outside the hours: 1')).toBeVisible();
  const parts = (await hours()).providers[provider_id] ?? [];
  expect(parts.map(({ weekday, opens, closes }) => `${weekday} ${opens}-${closes}`)).toEqual(
    [1, 2, 3, 4].flatMap((day) => [`${day} 09:00-15:00`, `${day} 13:00-13:30`]),
  );

  const days = page.getByRole('region', { name: 'Days that differ' });
  await days.getByRole('button', { name: 'Add days' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add days' });
  await dialog.getByLabel('Hours of').selectOption('The clinic');
  await dialog.getByRole('button', { name: 'Add days' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Choose a day.');
  await dialog.getByLabel('First day').fill('2027-12-25');
  await dialog.getByLabel('What for').fill('Christmas');
  await dialog.getByRole('button', { name: 'Add days' }).click();
  await expect(days.getByRole('listitem')).toContainText('Christmas');
  expect((await hours()).exceptions).toMatchObject([{ first_day: '2027-12-25', note: 'Christmas' }]);
  await days.getByRole('button', { name: /^Delete / }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(days.getByText('No such days yet')).toBeVisible();
  expect((await hours()).exceptions).toEqual([]);

  const rules = page.getByRole('region', { name: 'Rules of booking' });
  await rules.getByLabel('Shortest notice, in hours').fill('1.5');
  await rules.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Rules saved')).toBeVisible();
  expect((await hours()).settings.minimum_notice_minutes).toBe(90);
});

test('staff read the hours and change none', async ({ page }) => {
  await new SignInPage(page).signIn(staff.email, staff.password);
  await page.goto(address);
  const week = page.getByRole('region', { name: 'Ordinary week' });
  await expect(week.getByText('09:00–18:00').first()).toBeVisible();
  await expect(page.getByText('Only owners, and members')).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Save|Add days)$/ })).toHaveCount(0);
});

test('an unsaved week is not lost without asking', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  await page.goto(address);
  const week = page.getByRole('region', { name: 'Ordinary week' });
  const until = week.getByLabel('Tuesday, hours 1: until');
  await until.fill('16:00');
  await expect(week.getByText('Not saved yet')).toBeVisible();
  const toClients = page.getByRole('link', { name: 'Clients', exact: true });
  const asked: string[] = [];
  page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await toClients.click();
  await expect.poll(() => asked).toEqual(['The week is not saved yet. Leave and lose what you changed?']);
  await expect(until).toHaveValue('16:00');
  await expect(page).toHaveURL(new RegExp(`${address}$`));

  page.once('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked[1]).toBe('beforeunload');

  page.once('dialog', (dialog) => void dialog.accept());
  await toClients.click();
  await expect(page).toHaveURL(new RegExp(`/${clinic.slug}/clients$`));

  // Nothing is asked where nothing has been changed.
  await page.goBack();
  await expect(until).not.toHaveValue('16:00');
  await toClients.click();
  await expect(page).toHaveURL(new RegExp(`/${clinic.slug}/clients$`));
});
