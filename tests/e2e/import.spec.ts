import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { createClinic, createSuperAdmin } from '../support/people.ts';
import { ClientsPage } from './pages/clients-page.ts';
import { ImportPage } from './pages/import-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());

test.beforeEach(async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  await new ImportPage(page).open(clinic.slug);
});

const countClients = async (): Promise<number> =>
  Number((await sql`select count(*) from public.clients where tenant_id = ${clinic.id}`)[0]?.count);

const heading = 'Nume;Prenume;E-mail;Telefon;Data nașterii;Ce e';
const lines = [
  'Pop;Ana;ana@example.test;0721 000 111;31.12.1980;x',
  'Rus;Ion;not an address;call me;30.02.1990;y',
  '=cmd();<b>Țurcanu</b>;t@example.test;;1.2.1990;z',
];
const file = [heading, ...lines].join('\r\n');

test('a file is understood, checked and imported; a second time nothing changes', async ({ page }) => {
  const imports = new ImportPage(page);
  await imports.choose(file);
  await expect(imports.column('Nume')).toHaveValue('last_name');
  await expect(imports.column('Prenume')).toHaveValue('first_name');
  await expect(imports.column('Data nașterii')).toHaveValue('date_of_birth');
  await expect(imports.column('Ce e')).toHaveValue('');
  await expect(page.getByText('31.12.1980 is read as')).toBeVisible();
  await imports.column('Ce e').selectOption({ label: 'Note' });
  await expect(page.getByRole('cell', { name: 'ana@example.test' }).first()).toBeVisible();

  const before = await countClients();
  await imports.check();
  await expect(imports.count('to add')).toHaveText('2');
  await expect(imports.count('cannot be imported')).toHaveText('1');
  expect(await countClients()).toBe(before);
  const row = page.getByRole('row', { name: /^2 E-mail not an address/ });
  await expect(row).toBeVisible();
  const problems = await imports.downloadProblems();
  expect(problems.startsWith('\uFEFFRow,Field,Problem,Nume,')).toBe(true);
  expect(problems.split('\r\n').filter((line) => line.startsWith('2,'))).toHaveLength(3);

  await imports.finish();
  await expect(imports.count('added')).toHaveText('2');
  await expect(page.getByRole('row', { name: /clients\.csv/ }).first()).toContainText('Done');
  await page.getByRole('link', { name: 'See the clients' }).click();
  await expect(new ClientsPage(page).client('Ana Pop')).toBeVisible();
  await expect(new ClientsPage(page).client('<b>Țurcanu</b> =cmd()')).toBeVisible();

  await imports.open(clinic.slug);
  await imports.choose(file);
  await imports.column('Ce e').selectOption({ label: 'Note' });
  await imports.check();
  await expect(imports.count('stay as they are')).toHaveText('2');
  await imports.finish();
  await expect(imports.count('unchanged')).toHaveText('2');
});

test('what is no list of clients is refused with a reason', async ({ page }) => {
  const imports = new ImportPage(page);
  for (const [content, reason] of [
    ['', 'This file has no rows'],
    ['PK\u0003\u0004\u0000', 'This is no CSV file'],
    [`Nume\n${'x\n'.repeat(10_001)}`, 'more than 10,000 rows'],
    ['x'.repeat(10 * 1024 * 1024 + 1), 'larger than 10 MB'],
  ] as const) {
    await imports.choose(content);
    await expect(page.getByText(reason).first()).toBeVisible();
  }
  await imports.choose('Oraș\nCluj');
  await expect(page.getByText('Choose the column that has the names.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check all rows' })).toBeDisabled();
});

test('a lost connection stops the import, and it goes on from there', async ({ page }) => {
  test.setTimeout(120_000);
  const imports = new ImportPage(page);
  const rows = Array.from({ length: 120 }, (_, index) => `Lost ${index},lost.${index}@example.test`);
  await imports.choose(['Last name,E-mail', ...rows].join('\n'));
  await imports.check();
  const before = await countClients();
  let calls = 0;
  await page.route('**/rpc/import_clients*', async (route) => {
    calls += 1;
    // The second slice arrives, but its answer is lost.
    if (calls === 2) {
      await route.fetch();
      await route.abort();
    } else await route.continue();
  });
  await imports.start();
  await expect(page.getByText('The import has stopped.')).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('The import is done.')).toBeVisible({ timeout: 60_000 });
  await expect(imports.count('added')).toHaveText('120');
  expect(await countClients()).toBe(before + 120);
});

test('stopping keeps what is in; leaving while it runs is asked about', async ({ page }) => {
  test.setTimeout(120_000);
  const imports = new ImportPage(page);
  const rows = Array.from({ length: 150 }, (_, index) => `Stop ${index},stop.${index}@example.test`);
  await imports.choose(['Last name,E-mail', ...rows].join('\n'));
  await imports.check();
  const before = await countClients();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/rpc/import_clients*', async (route) => {
    await held;
    await route.continue();
  });
  await imports.start();
  page.once('dialog', (dialog) => dialog.dismiss());
  await page.getByRole('link', { name: 'Clients' }).first().click();
  await expect(page.getByText(/^Importing:/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop the import' }).click();
  letGo();
  await expect(page.getByText('The import was stopped.')).toBeVisible({ timeout: 60_000 });
  expect(await countClients()).toBe(before + 100);
});
