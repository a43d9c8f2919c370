import { expect, test } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { ClientsPage } from './pages/clients-page.ts';
import { ExportDialogs } from './pages/export-dialogs.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const tenant_id = clinic.id;

const { id: client_id } = await call<{ id: string }>(owner.client, 'save_client', {
  ...{ tenant_id, client_id: null },
  details: { first_name: 'Ana', last_name: '=cmd()' },
  identifiers: [{ kind: 'email', raw: 'ana@example.test' }],
});
await owner.client.from('client_notes').insert({ tenant_id, client_id, body: 'Ține minte' });

test('the list is exported as it is narrowed, and cannot run formulas', async ({ page }) => {
  await sql`insert into public.clients (tenant_id, last_name) values (${tenant_id}, 'Țurcanu'), (${tenant_id}, 'Pop')`;
  await new SignInPage(page).signIn(owner.email, owner.password);
  await new ClientsPage(page).open(clinic.slug);
  const exports = new ExportDialogs(page);
  await exports.openForList();
  const { name, content } = await exports.export();
  expect(name).toMatch(new RegExp(`^chairside-clients-${clinic.slug}-\\d{4}-\\d\\d-\\d\\d\\.csv$`));
  const text = content.toString('utf8');
  expect(text.startsWith('\uFEFFfirst_name,')).toBe(true);
  expect(text.trimEnd().split('\r\n')).toHaveLength(4);
  expect(text).toContain(`Ana,"'=cmd()",ana@example.test`);

  await page.goto(`/${clinic.slug}/clients?has_email=true`);
  await expect(new ClientsPage(page).client('Ana =cmd()')).toBeVisible();
  await exports.openForList();
  expect((await exports.export()).content.toString('utf8').trimEnd().split('\r\n')).toHaveLength(2);
});

test('5,000 clients are exported page by page', async ({ page }) => {
  test.setTimeout(180_000);
  const { clinic: large, owner: other } = await createClinic(await createSuperAdmin());
  for (let from = 1; from < 5000; from += 500)
    await sql`insert into public.clients (tenant_id, last_name) select ${large.id}, 'Client ' || n from generate_series(${from}::int, ${from + 499}::int) n`;
  await new SignInPage(page).signIn(other.email, other.password);
  await new ClientsPage(page).open(large.slug);
  const exports = new ExportDialogs(page);
  await exports.openForList();
  const lines = (await exports.export()).content.toString('utf8').trimEnd().split('\r\n');
  expect(lines).toHaveLength(5001);
  expect(new Set(lines.slice(1).map((line) => line.split(',')[1])).size).toBe(5000);
});

test('the record of a client is one archive', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  await page.goto(`/${clinic.slug}/clients/${client_id}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Ana =cmd()' })).toBeVisible();
  const exports = new ExportDialogs(page);
  await exports.openForClient('Ana');
  const { name, content } = await exports.export();
  expect(name).toMatch(/^Ana =cmd\(\) \d{4}-\d\d-\d\d\.zip$/);
  const files = unzipSync(content);
  expect(Object.keys(files).toSorted()).toEqual([
    ...['README.txt', 'appointments.csv', 'client.json', 'notes.csv', 'tasks.csv', 'timeline.csv'],
  ]);
  expect(strFromU8(files['notes.csv'] ?? new Uint8Array())).toContain('Ține minte');
});

test('staff without the permission are not offered an export', async ({ page }) => {
  await new SignInPage(page).signIn(staff.email, staff.password);
  await new ClientsPage(page).open(clinic.slug);
  await page.getByRole('button', { name: 'More about clients' }).click();
  await expect(page.getByRole('menuitem', { name: 'Import clients' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Export clients' })).toHaveCount(0);
});
