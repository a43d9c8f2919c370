import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { DuplicatesPage, MergePage } from './pages/duplicates-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
let serial = 0;

/** Two records of one person, the second with a note; answers their ids and the name they share. */
async function enterTwice(): Promise<{ name: string; first: string; second: string }> {
  serial += 1;
  const lastName = `Twin ${'abcdefgh'[serial]?.repeat(5)}`;
  const person = { last_name: lastName, date_of_birth: `19${50 + serial}-05-01` };
  const [first, second] = [
    await enter({ ...person, first_name: 'Ana', city: 'Cluj' }, 'phone', `0721 000 11${serial}`),
    await enter({ ...person, first_name: 'Ana', city: 'Iași' }, 'email', `ana.${serial}@example.test`),
  ];
  await staff.client
    .from('client_notes')
    .insert({ tenant_id: clinic.id, client_id: second, body: 'Afraid of needles' });
  return { name: `Ana ${lastName}`, first, second };
}

async function enter(details: object, kind: string, raw: string): Promise<string> {
  const args = { tenant_id: clinic.id, client_id: null, details, identifiers: [{ kind, raw }] };
  return (await call<{ id: string }>(staff.client, 'save_client', args)).id;
}

test.beforeEach(async ({ page }) => {
  await new SignInPage(page).signIn(staff.email, staff.password);
});

test('a pair is found with its reasons, merged with choices, and taken apart again', async ({ page }) => {
  const { name, first, second } = await enterTwice();
  const duplicates = new DuplicatesPage(page);
  await duplicates.open(clinic.slug);
  const pair = duplicates.pair(name, name);
  await expect(pair.getByText('Same name')).toBeVisible();
  await expect(pair.getByText('Same date of birth')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await duplicates.merge(pair);

  const merge = new MergePage(page);
  await expect(merge.side('Stays').getByText('Cluj')).toBeVisible();
  await expect(merge.field('Main e-mail').getByRole('radio', { name: /^ana\./ })).toBeChecked();
  await expect(page.getByText('Notes: 1')).toBeVisible();
  await merge.choose('Address', 'Iași');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await merge.confirm();
  await expect(page).toHaveURL(new RegExp(`/clients/${first}$`));
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('Iași').first()).toBeVisible();
  await expect(page.getByText(`${name} was merged into ${name}`).first()).toBeVisible();

  await merge.undo();
  await expect(page.getByText(`${name} is a record of its own again`)).toBeVisible();
  await expect(page.getByText('Cluj').first()).toBeVisible();
  await page.goto(`/${clinic.slug}/clients/${second}`);
  await expect(page.getByText('Iași').first()).toBeVisible();
});

test('the sides can be swapped, and a record that was merged meanwhile is said to be', async ({ page }) => {
  const { first, second } = await enterTwice();
  const merge = new MergePage(page);
  await merge.open(clinic.slug, first, second);
  await expect(merge.side('Stays').getByText('Cluj')).toBeVisible();
  await merge.swap();
  await expect(merge.side('Stays').getByText('Iași')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`keep=${second}&merge=${first}$`));
  await call(owner.client, 'merge_clients', { tenant_id: clinic.id, keep_id: first, merge_id: second });
  await merge.confirm();
  await expect(merge.toast(/already|merged/i).first()).toBeVisible();
});

test('what somebody changes meanwhile is shown before anything is merged', async ({ page }) => {
  const { first, second } = await enterTwice();
  const merge = new MergePage(page);
  await merge.open(clinic.slug, first, second);
  await expect(merge.side('Stays').getByText('Cluj')).toBeVisible();
  const args = { tenant_id: clinic.id, client_id: first, details: { city: 'Sibiu' } };
  await call(owner.client, 'save_client', args);
  await merge.confirm();
  await expect(page.getByText('Look at the choices again')).toBeVisible();
  await expect(merge.side('Stays').getByText('Sibiu')).toBeVisible();
  await merge.confirm();
  await expect(page).toHaveURL(new RegExp(`/clients/${first}$`));
});

test('whom to merge with is suggested, and two people can be said to be two', async ({ page }) => {
  const { name, first, second } = await enterTwice();
  const merge = new MergePage(page);
  await merge.open(clinic.slug, first);
  await page.getByRole('button', { name: `Merge with ${name}` }).click();
  await expect(page).toHaveURL(new RegExp(`keep=${first}&merge=${second}$`));
  const duplicates = new DuplicatesPage(page);
  await duplicates.open(clinic.slug);
  const pair = duplicates.pair(name, name);
  await duplicates.dismiss(pair);
  await expect(pair).toBeHidden();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Possible duplicates' })).toBeVisible();
  await expect(page.getByRole('article').first().or(duplicates.emptyText)).toBeVisible();
  await expect(pair).toBeHidden();
});

test('whoever enters somebody again is told so, and may save all the same', async ({ page }) => {
  const { name, first } = await enterTwice();
  const lastName = name.replace('Ana ', '');
  await page.goto(`/${clinic.slug}/clients`);
  await page.getByRole('button', { name: /^Add (client|the first client)$/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('First name').fill('ana');
  await dialog.getByLabel('Last name').fill(lastName.toUpperCase());
  const warning = dialog.getByRole('group', { name: 'Is it one of these?' });
  const link = warning.getByRole('link', { name: `Open ${name}` });
  await expect(link).toHaveCount(2);
  await expect(warning.getByText('Same name').first()).toBeVisible();
  await dialog.getByLabel('Phone', { exact: true }).fill(`+40 721 000 11${serial}`);
  await expect(warning.getByText('has this address or number')).toBeVisible();
  await expect(warning.getByRole('link', { name: 'This is the same person' })).toHaveAttribute(
    'href',
    new RegExp(first),
  );
  await dialog.getByLabel('Phone', { exact: true }).fill('');
  await dialog.getByRole('button', { name: 'Add client' }).click();
  await expect(dialog).toBeHidden();
});

test('the record that stays offers to undo the merge, and the merged one leads to it', async ({ page }) => {
  const { name, first, second } = await enterTwice();
  await call(owner.client, 'merge_clients', { tenant_id: clinic.id, keep_id: first, merge_id: second });
  await page.goto(`/${clinic.slug}/clients/${second}`);
  await page.getByRole('link', { name: 'Open that record' }).click();
  await expect(page).toHaveURL(new RegExp(`/clients/${first}$`));
  await expect(page.getByText(`${name} was merged into this record`)).toBeVisible();
  await page.getByRole('button', { name: 'Undo merge' }).click();
  await expect(page.getByText(`${name} is a record of its own again`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo merge' })).toBeHidden();
});
