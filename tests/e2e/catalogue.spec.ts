import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { CataloguePage } from './pages/catalogue-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);

test.beforeEach(async () => {
  for (const table of ['services', 'providers', 'resources'])
    await sql`delete from public.${sql(table)} where tenant_id = ${clinic.id}`;
});

test('a clinic enters who works where on what', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const catalogue = new CataloguePage(page);
  await catalogue.open(clinic.slug, 'providers');
  await expect(page.getByText('No providers yet')).toBeVisible();
  await catalogue.openNew('Add provider');
  await catalogue.dialog.getByLabel('Title').fill('Dr.');
  await catalogue.dialog.getByLabel('Name').fill('Maria Ionescu');
  await catalogue.dialog.getByRole('radio', { name: 'Violet' }).check();
  await catalogue.save('Add provider');
  await expect(catalogue.entry('Dr. Maria Ionescu')).toBeVisible();

  await catalogue.show('Chairs and rooms');
  await catalogue.openNew('Add chair or room');
  await catalogue.dialog.getByLabel('Name').fill('Chair 1');
  await catalogue.save('Add chair or room');
  await expect(catalogue.entry('Chair 1').getByText('Chair', { exact: true })).toBeVisible();

  await catalogue.show('Services');
  await catalogue.openNew('Add service');
  await catalogue.dialog.getByLabel('Duration (minutes)').fill('4');
  await catalogue.dialog.getByRole('button', { name: 'Add service' }).click();
  await expect(catalogue.dialog.getByText('Enter a name.')).toBeVisible();
  await expect(catalogue.dialog.getByText('Whole minutes from 5 to 720.')).toBeVisible();
  await catalogue.dialog.getByLabel('Name').fill('Cleaning');
  await catalogue.dialog.getByLabel('Duration (minutes)').fill('45');
  await catalogue.dialog.getByLabel('After (minutes)').fill('10');
  await catalogue.dialog.getByLabel('Price').fill('250,50');
  await catalogue.dialog.getByRole('checkbox', { name: 'Maria Ionescu' }).check();
  await catalogue.dialog.getByRole('checkbox', { name: 'Chair 1' }).check();
  await catalogue.save('Add service');
  await page.reload();
  const service = catalogue.entry('Cleaning');
  for (const text of ['45 min', 'RON 250.50', 'Maria Ionescu', 'Chair 1'])
    await expect(service.getByText(text)).toBeVisible();

  await page.getByRole('button', { name: 'Edit Cleaning' }).click();
  await expect(catalogue.dialog.getByRole('checkbox', { name: 'Maria Ionescu' })).toBeChecked();
  await catalogue.dialog.getByRole('checkbox', { name: 'Maria Ionescu' }).uncheck();
  await expect(catalogue.dialog.getByText('Nobody chosen')).toBeVisible();
  await catalogue.save('Save');
  await expect(service.getByText('Maria Ionescu')).toHaveCount(0);
});

test('a service says for which part of it a provider is needed', async ({ page }) => {
  await sql`insert into public.services (tenant_id, name, duration_minutes) values (${clinic.id}, 'Crown', 60)`;
  await new SignInPage(page).signIn(owner.email, owner.password);
  const catalogue = new CataloguePage(page);
  await catalogue.open(clinic.slug);
  await page.getByRole('button', { name: 'Steps of Crown' }).click();
  await expect(catalogue.dialog.getByText('Everything is needed all the time.')).toBeVisible();
  await catalogue.dialog.getByRole('button', { name: 'Add a step' }).click();
  await catalogue.dialog.getByLabel('From minute').fill('50');
  await expect(catalogue.dialog.getByText('The steps must lie within the service')).toBeVisible();
  await expect(catalogue.dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await catalogue.dialog.getByLabel('From minute').fill('15');
  await catalogue.dialog.getByLabel('Minutes', { exact: true }).fill('30');
  await catalogue.save('Save');
  await expect(catalogue.entry('Crown').getByText('Steps: 1')).toBeVisible();
  expect(
    await sql`select kind, offset_minutes, duration_minutes from public.service_steps where tenant_id = ${clinic.id}`,
  ).toEqual([{ kind: 'provider', offset_minutes: 15, duration_minutes: 30 }]);
});

test('archiving takes something out of use, and undo and restore bring it back', async ({ page }) => {
  await sql`insert into public.resources (tenant_id, name) values (${clinic.id}, 'Chair 1')`;
  await new SignInPage(page).signIn(owner.email, owner.password);
  const catalogue = new CataloguePage(page);
  await catalogue.open(clinic.slug, 'resources');
  await page.getByRole('button', { name: 'Archive Chair 1' }).click();
  await expect(catalogue.entry('Chair 1')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(catalogue.entry('Chair 1')).toBeVisible();
  await page.getByRole('button', { name: 'Archive Chair 1' }).click();
  await page.getByRole('button', { name: 'Show archived (1)' }).click();
  await page.getByRole('button', { name: 'Restore Chair 1' }).click();
  await expect(page.getByRole('button', { name: 'Edit Chair 1' })).toBeVisible();
});

test('a name in use and a newer version are told, and what was typed stays', async ({ page }) => {
  await sql`insert into public.resources (tenant_id, name) values (${clinic.id}, 'Chair 1'), (${clinic.id}, 'Chair 2')`;
  await new SignInPage(page).signIn(owner.email, owner.password);
  const catalogue = new CataloguePage(page);
  await catalogue.open(clinic.slug, 'resources');
  await page.getByRole('button', { name: 'Edit Chair 2' }).click();
  await catalogue.dialog.getByLabel('Name').fill('chair 1');
  await catalogue.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(catalogue.dialog.getByText('This name is in use already.')).toBeVisible();
  await sql`update public.resources set kind = 'room' where tenant_id = ${clinic.id} and name = 'Chair 2'`;
  await catalogue.dialog.getByLabel('Name').fill('Chair 3');
  await catalogue.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(catalogue.dialog.getByText('Somebody else has saved changes')).toBeVisible();
  await expect(catalogue.dialog.getByLabel('Name')).toHaveValue('Chair 3');
  await catalogue.dialog.getByRole('button', { name: 'Save mine anyway' }).click();
  await expect(catalogue.entry('Chair 3')).toBeVisible();
});

test('staff looks, and changes only with the permission', async ({ page }) => {
  await sql`insert into public.services (tenant_id, name) values (${clinic.id}, 'Cleaning')`;
  await new SignInPage(page).signIn(staff.email, staff.password);
  const catalogue = new CataloguePage(page);
  await catalogue.open(clinic.slug);
  await expect(catalogue.entry('Cleaning')).toBeVisible();
  await expect(page.getByText('You can look at the catalogue.')).toBeVisible();
  await expect(page.getByRole('button', { name: /Add service|Edit|Archive/ })).toHaveCount(0);
  await call(owner.client, 'set_member_permissions', {
    ...{ tenant_id: clinic.id, user_id: staff.userId, permissions: ['catalogue'] },
  });
  await page.reload();
  await page.getByRole('button', { name: 'Edit Cleaning' }).click();
  await catalogue.dialog.getByLabel('Price').fill('100');
  await catalogue.save('Save');
  await expect(catalogue.entry('Cleaning').getByText('RON 100.00')).toBeVisible();
});
