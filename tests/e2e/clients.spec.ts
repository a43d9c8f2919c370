import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../support/people.ts';
import { ClientsPage } from './pages/clients-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());

test.beforeEach(async ({ page }) => {
  await emptyClinic();
  await new SignInPage(page).signIn(owner.email, owner.password);
  await new ClientsPage(page).open(clinic.slug);
});

/** Begins every test with a clinic that has no records. */
async function emptyClinic(): Promise<void> {
  // Activities last: deleting the others records some.
  for (const table of ['client_tags', 'tags', 'client_identifiers', 'saved_views', 'activities', 'clients'])
    await sql`delete from public.${sql(table)} where tenant_id = ${clinic.id}`;
}

/** Clients with these last names, and whatever else is given for all of them. */
async function addClients(names: string[], values: Record<string, unknown> = {}): Promise<void> {
  const rows = names.map((last_name) => ({ tenant_id: clinic.id, last_name, ...values }));
  await sql`insert into public.clients ${sql(rows)}`;
}

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
  await page.route('**/rest/v1/rpc/save_client*', (route) => route.abort());
  await clients.submit();
  await expect(page.getByText('The service could not be reached').first()).toBeVisible();
  await expect(clients.dialog.getByLabel('Last name')).toHaveValue('Bratu');
  await page.unroute('**/rest/v1/rpc/save_client*');
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

test('a search finds parts of names and numbers, misspelled names, and begins a form with what it did not find', async ({
  page,
}) => {
  await addClients(['Georgescu', 'Vasilescu']);
  await addClients(['Popovici'], { phone: '+40 721 555 777', email: 'popovici@example.test' });
  const clients = new ClientsPage(page);
  await clients.open(clinic.slug);
  await clients.search('vasil');
  await expect.poll(() => clients.names()).toEqual(['Vasilescu']);
  await clients.search('555 777');
  await expect.poll(() => clients.names()).toEqual(['Popovici']);
  await clients.search('georgesku');
  await expect(page.getByText('These names are similar.')).toBeVisible();
  await expect(clients.client('Georgescu')).toBeVisible();
  await clients.search('0799 123 456');
  await page.getByRole('button', { name: 'Add “0799 123 456”' }).click();
  await expect(clients.dialog.getByLabel('Phone', { exact: true })).toHaveValue('0799 123 456');
});

test('filters are in the address: they survive a reload and the way back', async ({ page }) => {
  await addClients(['Cu'], { email: 'cu@example.test', city: 'Cluj' });
  await addClients(['Fara']);
  const clients = new ClientsPage(page);
  await clients.open(clinic.slug);
  await clients.filter((panel) => panel.getByLabel('E-mail').selectOption('Given'));
  await expect.poll(() => clients.names()).toEqual(['Cu']);
  await expect(page).toHaveURL(/has_email=true/);
  await page.reload();
  await expect.poll(() => clients.names()).toEqual(['Cu']);
  await clients.client('Cu').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Cu' })).toBeVisible();
  await page.goBack();
  await expect(clients.chips.getByText('With e-mail')).toBeVisible();
  await expect.poll(() => clients.names()).toEqual(['Cu']);
  await clients.chips.getByRole('button', { name: 'Remove filter With e-mail' }).click();
  await expect.poll(() => clients.names()).toEqual(['Cu', 'Fara']);
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await expect.poll(() => clients.names()).toEqual(['Fara', 'Cu']);
  await expect(page).toHaveURL(/sort=-name/);
});

test('a list is kept as a view, picked again, renamed and deleted', async ({ page }) => {
  await addClients(['Cu'], { email: 'cu@example.test' });
  await addClients(['Fara']);
  const clients = new ClientsPage(page);
  await clients.open(clinic.slug, '?has_email=true');
  await clients.views.getByRole('button', { name: 'Save view' }).click();
  await clients.dialog.getByLabel('Name of the view').fill('To write to');
  await clients.submit();
  const view = (name: string) => clients.views.getByRole('button', { name, exact: true });
  await expect(view('To write to')).toHaveAttribute('aria-pressed', 'true');
  await view('All clients').click();
  await expect.poll(() => clients.names()).toEqual(['Cu', 'Fara']);
  await page.reload();
  await view('To write to').click();
  await expect.poll(() => clients.names()).toEqual(['Cu']);
  await clients.views.getByRole('button', { name: 'Actions for view To write to' }).click();
  await page.getByRole('menuitem', { name: 'Rename view' }).click();
  await clients.dialog.getByLabel('Name of the view').fill('Reachable');
  await clients.submit();
  await expect(view('Reachable')).toBeVisible();
  await clients.views.getByRole('button', { name: 'Actions for view Reachable' }).click();
  await page.getByRole('menuitem', { name: 'Delete view' }).click();
  await expect(view('Reachable')).toHaveCount(0);
});

test('many are tagged and archived at once, and that is undone', async ({ page }) => {
  await addClients(['A', 'B', 'C', 'D', 'E']);
  const clients = new ClientsPage(page);
  await clients.open(clinic.slug);
  await clients.mark('B');
  await clients.mark('D', { shift: true });
  await expect(clients.bulkBar.getByText('3 selected')).toBeVisible();
  await clients.bulkBar.getByRole('button', { name: 'Tags' }).click();
  await page.getByRole('searchbox', { name: 'Find a tag' }).fill('VIP');
  await page.getByRole('button', { name: 'Create “VIP”' }).click();
  await expect(clients.row('C').getByText('VIP').filter({ visible: true })).toBeVisible();
  await expect(clients.row('A').getByText('VIP')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await clients.bulkBar.getByRole('button', { name: 'Archive' }).click();
  await expect.poll(() => clients.names()).toEqual(['A', 'E']);
  await page
    .locator('[data-sonner-toast]', { hasText: 'Archived: 3' })
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect.poll(() => clients.names()).toEqual(['A', 'B', 'C', 'D', 'E']);
  const [row] = await sql`select count(*) from public.client_tags where tenant_id = ${clinic.id}`;
  expect(Number(row?.count)).toBe(3);
});

test('the list is worked by keyboard', async ({ page }) => {
  await addClients(['Albu', 'Anton', 'Avram']);
  const clients = new ClientsPage(page);
  await clients.open(clinic.slug);
  await page.keyboard.press('/');
  await expect(clients.searchField).toBeFocused();
  await page.keyboard.type('a');
  await expect(page).toHaveURL(/q=a/);
  await expect.poll(() => clients.names()).toEqual(['Albu', 'Anton', 'Avram']);
  await page.keyboard.press('ArrowDown');
  await expect(clients.client('Albu')).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(clients.bulkBar.getByText('1 selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(clients.bulkBar).toBeHidden();
  await page.keyboard.press('?');
  await expect(clients.dialog.getByText('Keyboard shortcuts')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(clients.dialog).toHaveCount(0);
  await page.keyboard.press('n');
  await expect(clients.dialog.getByLabel('First name')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(clients.dialog).toHaveCount(0);
  await clients.client('Anton').focus();
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Albu' })).toBeVisible();
});
