import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../support/people.ts';
import { ClientsPage } from './pages/clients-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());

test.beforeEach(async ({ page }) => {
  await sql`delete from public.clients where tenant_id = ${clinic.id}`;
  await new SignInPage(page).signIn(owner.email, owner.password);
  await new ClientsPage(page).open(clinic.slug);
});

const countClients = async (): Promise<number> =>
  Number((await sql`select count(*) from public.clients where tenant_id = ${clinic.id}`)[0]?.count);

test('bad input is explained and nothing typed is lost', async ({ page }) => {
  const clients = new ClientsPage(page);
  await clients.openNew();
  await clients.fillIn({ email: 'not an address', phone: 'call me' });
  await clients.submit();
  await expect(clients.dialog.getByText('Enter a first or a last name.')).toBeVisible();
  await expect(clients.dialog.getByText('Enter a phone number')).toBeVisible();
  await expect(clients.dialog.getByLabel('E-mail')).toHaveValue('not an address');
  expect(await countClients()).toBe(0);
});

test('a lost connection keeps what was typed and offers another try', async ({ page }) => {
  const clients = new ClientsPage(page);
  await clients.openNew();
  await clients.fillIn({ firstName: 'Lia', lastName: 'Bratu' });
  await page.route('**/rest/v1/clients*', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  );
  await clients.submit();
  await expect(page.getByText('The service could not be reached').first()).toBeVisible();
  await expect(clients.dialog.getByLabel('Last name')).toHaveValue('Bratu');
  await page.unroute('**/rest/v1/clients*');
  await clients.submit();
  await expect(clients.client('Lia Bratu')).toBeVisible();
  expect(await countClients()).toBe(1);
});

test('a double click adds one client', async ({ page }) => {
  const clients = new ClientsPage(page);
  await clients.openNew();
  await clients.fillIn({ lastName: 'Dublu' });
  await clients.dialog.getByRole('button', { name: 'Add client' }).dblclick();
  await expect(clients.client('Dublu')).toBeVisible();
  expect(await countClients()).toBe(1);
});

test('markup and foreign scripts in a name are shown as they are', async ({ page }) => {
  const clients = new ClientsPage(page);
  for (const lastName of ['<img src=x onerror=alert(1)>', 'שלום', '李小龍 🦷']) {
    await clients.add({ lastName });
  }
});

test('a client is changed, and the change is kept', async ({ page }) => {
  const clients = new ClientsPage(page);
  await clients.add({ firstName: 'Ana', lastName: 'Pop', phone: '+40 721 000 111' });
  await clients.openEdit('Ana Pop');
  await expect(clients.dialog.getByLabel('Phone')).toHaveValue('+40 721 000 111');
  await clients.fillIn({ lastName: 'Ionescu', phone: '' });
  await clients.submit();
  await expect(clients.dialog).toBeHidden();
  await page.reload();
  await clients.client('Ana Ionescu').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ana Ionescu' })).toBeVisible();
  await expect(page.getByText('+40 721 000 111')).toHaveCount(0);
});

test('a list of 120 is loaded by and by, in order', async ({ page }) => {
  await sql`insert into public.clients (tenant_id, last_name) select ${clinic.id}, 'Client ' || lpad(n::text, 3, '0') from generate_series(1, 120) n`;
  const clients = new ClientsPage(page);
  await clients.open(clinic.slug);
  await expect(clients.client('Client 001')).toBeVisible();
  await expect(async () => {
    const more = page.getByRole('button', { name: 'Load more' });
    if (await more.count()) await more.click({ timeout: 1000 });
    await expect(clients.client('Client 120')).toBeVisible({ timeout: 1000 });
  }).toPass();
  const names = await page.getByRole('link', { name: /^Client \d{3}$/ }).allTextContents();
  expect(names.map((name) => name.trim())).toEqual(names.map((name) => name.trim()).toSorted());
  expect(names).toHaveLength(120);
});

test('what a colleague added shows when one comes back to the page', async ({ page }) => {
  const staff = await addStaff(owner, clinic);
  await expect(new ClientsPage(page).emptyText).toBeVisible();
  await staff.client.from('clients').insert({ tenant_id: clinic.id, last_name: 'Nou' });
  // A list that was read a moment ago is not read again; a little later it is.
  await expect(async () => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await expect(new ClientsPage(page).client('Nou')).toBeVisible({ timeout: 1000 });
  }).toPass();
});
