import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { ownerConnection, serviceClient } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { AppFrame } from './pages/app-frame.ts';
import { ClientFilesPage, type ChosenFile } from './pages/client-files-page.ts';
import { ClientPage } from './pages/client-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
let clientId = '';

test.beforeEach(async ({ page }) => {
  const client = await call<{ id: string }>(owner.client, 'save_client', {
    ...{ tenant_id: clinic.id, client_id: null, details: { last_name: 'Files' }, identifiers: null },
  });
  clientId = client.id;
  await new SignInPage(page).signIn(staff.email, staff.password);
  await new ClientFilesPage(page).open(clinic.slug, clientId);
});

const textFile = (name: string, content = 'Upper left molar.'): ChosenFile => ({
  ...{ name, mimeType: 'text/plain', buffer: Buffer.from(content) },
});
const png: ChosenFile = {
  name: 'panoramic.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};

async function eventsOf(name: string): Promise<string[]> {
  const events = await sql<Array<{ action: string }>>`
    select action from public.audit_events
    where tenant_id = ${clinic.id} and target_label = ${name} and details ->> 'client_id' = ${clientId} order by occurred_at`;
  return events.map(({ action }) => action);
}

test('files are chosen, dropped and pasted, and listed with who added them', async ({ page }) => {
  const files = new ClientFilesPage(page);
  await expect(page.getByText('No files yet')).toBeVisible();
  await files.choose(textFile('Fișă – Țurcanu.txt'), textFile('أشعة سينية.txt'));
  await files.give('drop', png);
  await files.give('paste', { ...png, name: 'image.png' });
  for (const name of ['Fișă – Țurcanu.txt', 'أشعة سينية.txt', 'panoramic.png'])
    await expect(files.file(name)).toContainText('staff Test');
  await expect(page.getByRole('button', { name: /^Open Pasted picture \d{4}-.*\.png$/ })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Uploads' })).toBeHidden();
});

test('a text is shown as it is, and that is recorded', async ({ page }) => {
  const files = new ClientFilesPage(page);
  const content = '<img src=x onerror="document.title=1"> & <b>not bold</b>\nsecond line';
  await files.choose(textFile('notes & letters #1.txt', content));
  await files.preview('notes & letters #1.txt');
  await expect(files.dialog.locator('pre')).toHaveText(content);
  await expect(files.dialog.locator('pre *')).toHaveCount(0);
  expect(await eventsOf('notes & letters #1.txt')).toEqual(['file.previewed']);
});

test('a picture and a PDF are shown in the page', async ({ page }) => {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) violations.push(message.text());
  });
  const files = new ClientFilesPage(page);
  const pdf = { name: 'consent.pdf', mimeType: 'application/pdf', buffer: smallPdf };
  await files.choose(png, pdf);
  await files.preview('panoramic.png');
  await expect
    .poll(() => files.dialog.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(1);
  await page.keyboard.press('Escape');
  await expect(files.dialog).toBeHidden();
  await files.preview('consent.pdf');
  // Chromium without a window may have no viewer for PDF files; then the page says so.
  const shown = files.dialog.locator('iframe').or(files.dialog.getByText('does not show PDF files'));
  await expect(shown).toBeVisible();
  expect(violations).toEqual([]);
});

test('a download is saved under the name of the file', async ({ page }) => {
  const files = new ClientFilesPage(page);
  const name = 'Fișă 😀 #1.txt';
  await files.choose(textFile(name, 'content'));
  const download = page.waitForEvent('download');
  await files.act(name, 'Download');
  const saved = await download;
  expect(saved.suggestedFilename()).toBe(name);
  expect(await readFile(await saved.path(), 'utf8')).toBe('content');
  expect(await eventsOf(name)).toEqual(['file.downloaded']);
});

test('what cannot be kept is explained and never sent', async ({ page }) => {
  const files = new ClientFilesPage(page);
  let requests = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST' && /begin_upload|storage\/v1/.test(request.url())) requests++;
  });
  await files.choose({ ...textFile('page.html'), mimeType: 'text/html' }, textFile('empty.txt', ''));
  await expect(files.upload('page.html')).toContainText('Files of this type cannot be kept here.');
  await expect(files.upload('empty.txt')).toContainText('The file is empty.');
  await expect(page.getByRole('button', { name: /^Try / })).toBeHidden();
  await files.choose(textFile('kept.txt'));
  await expect(files.file('kept.txt')).toBeVisible();
  expect(requests).toBe(2);
  await page.getByRole('button', { name: 'Dismiss page.html' }).click();
  await expect(files.upload('page.html')).toBeHidden();
  const rows = await sql`select name from public.client_files where client_id = ${clientId}`;
  expect(rows).toEqual([{ name: 'kept.txt' }]);
});

test('an upload that fails is tried again, and one under way survives a change of tabs', async ({ page }) => {
  const files = new ClientFilesPage(page);
  await page.route('**/storage/v1/object/client-files/**', (route) => route.abort());
  await files.choose(textFile('unlucky.txt'));
  await expect(files.upload('unlucky.txt')).toContainText('could not be reached');
  await page.unroute('**/storage/v1/object/client-files/**');

  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/storage/v1/object/client-files/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Try unlucky.txt again' }).click();
  await expect(files.upload('unlucky.txt').getByRole('progressbar')).toBeVisible();
  const client = new ClientPage(page);
  await client.goTo('Timeline');
  await client.goTo('Files');
  await expect(files.upload('unlucky.txt')).toBeVisible();
  release();
  await expect(files.file('unlucky.txt')).toBeVisible();
});

test('an upload is cancelled, and nothing of it is left in the list', async ({ page }) => {
  const files = new ClientFilesPage(page);
  await page.route('**/storage/v1/object/client-files/**', () => new Promise(() => {}));
  await files.choose(textFile('mistake.txt'));
  await page.getByRole('button', { name: 'Cancel the upload of mistake.txt' }).click();
  await expect(files.upload('mistake.txt')).toBeHidden();
  await expect
    .poll(async () => sql`select state from public.client_files where client_id = ${clientId}`)
    .toEqual([{ state: 'deleting' }]);
  await expect(page.getByText('No files yet')).toBeVisible();
});

test('a file is described, deleted and brought back', async ({ page }) => {
  const files = new ClientFilesPage(page);
  await files.choose(textFile('old name.txt'));
  await files.act('old name.txt', 'Rename or describe');
  await files.dialog.getByLabel('Name').fill('new name.txt');
  await files.dialog.getByLabel('Description').fill('Upper left');
  await files.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(files.file('new name.txt')).toContainText('Upper left');
  await files.act('new name.txt', 'Delete');
  const message = new AppFrame(page).message('new name.txt was deleted.');
  await expect(message).toBeVisible();
  await expect(files.file('new name.txt')).toBeHidden();
  await message.getByRole('button', { name: 'Undo' }).click();
  await expect(files.file('new name.txt')).toBeVisible();
});

test('a file whose content is lost says so', async ({ page }) => {
  const files = new ClientFilesPage(page);
  await files.choose(textFile('lost.txt'));
  await expect(files.file('lost.txt')).toBeVisible();
  const [row] = await sql<Array<{ object_name: string }>>`
    select object_name from public.client_files where client_id = ${clientId}`;
  await serviceClient()
    .storage.from('client-files')
    .remove([row?.object_name ?? '']);
  await files.preview('lost.txt');
  await expect(files.dialog).toContainText('no longer has the content of this file');
  await page.keyboard.press('Escape');
  await expect(files.file('lost.txt')).toContainText('Content lost');
});

/** One empty page, with the offsets a strict reader wants. */
const smallPdf = Buffer.from(
  `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
xref
0 4
0000000000 65535 f 
0000000009 00000 n 
0000000052 00000 n 
0000000101 00000 n 
trailer<</Size 4/Root 1 0 R>>
startxref
164
%%EOF`,
);
