import { createServer, type Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { startDovecot, type TestMailServer } from '../support/dovecot.ts';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../support/people.ts';
import { startSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import { MailboxesPage } from './pages/mailboxes-page.ts';
import { NoAccessPage } from './pages/no-access-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** Connecting the clinic's mailbox and its keys of AI providers, as an owner does it. */

const sql = ownerConnection();
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const address = `front.${randomUUID().slice(0, 8)}@mail.test`;
let dovecot: TestMailServer;
let smtp: SmtpSink;
let password = '';

test.beforeAll(async () => {
  dovecot = await startDovecot();
  smtp = await startSmtpSink();
  ({ password } = await dovecot.addMailbox(address));
  smtp.addUser(address, password);
});
test.afterAll(async () => {
  await dovecot?.stop();
  await smtp?.stop();
  await sql.end();
});

const stored = () =>
  sql<{ id: string; status: string; display_name: string }[]>`
    select id, status, display_name from public.mail_accounts where tenant_id = ${clinic.id}`;

test('an owner connects a mailbox, is told what is wrong where it is wrong, and looks after it', async ({
  page,
}) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const mailboxes = new MailboxesPage(page);
  await page.goto(`/${clinic.slug}/settings`);
  await page.getByRole('link', { name: 'Manage mailboxes' }).click();
  await expect(page.getByText('No mailbox is connected')).toBeVisible();

  await test.step('Yahoo comes with its steps, Outlook not yet', async () => {
    await page.getByRole('button', { name: 'Connect a mailbox' }).click();
    await expect(mailboxes.dialog.getByRole('button').first()).toContainText('Yahoo Mail');
    await expect(mailboxes.dialog.getByRole('button', { name: 'Outlook Not available yet' })).toBeDisabled();
    await mailboxes.dialog.getByRole('button', { name: 'Yahoo Mail' }).click();
    await expect(mailboxes.dialog.getByRole('listitem')).toHaveCount(3);
    await expect(mailboxes.dialog.getByLabel('IMAP server')).toHaveCount(0);
    await mailboxes.press('Another provider');
    await mailboxes.dialog.getByRole('button', { name: 'Another provider' }).click();
  });

  await test.step('nothing is sent before it is filled in', async () => {
    await mailboxes.press('Connect');
    expect(await mailboxes.complaint('E-mail address')).toContain('Enter an e-mail address');
    expect(await mailboxes.complaint('IMAP server')).toContain('Enter the name of the server');
  });

  await test.step('what a server refuses is said at its field', async () => {
    await mailboxes.fillIn({
      ...{ 'E-mail address': address, Password: 'wrong', 'Name of the sender': 'Front desk' },
      ...{ 'IMAP server': 'localhost', 'IMAP port': String(dovecot.imapPort) },
      ...{ 'SMTP server': 'localhost', 'SMTP port': '1' },
    });
    await mailboxes.press('Test the connection');
    expect(await mailboxes.complaint('Password')).toContain('refused the user name or the password');
    expect(await mailboxes.complaint('SMTP port')).toContain('does not accept connections');
    await mailboxes.fillIn({
      Password: password,
      'IMAP server': 'nowhere.invalid',
      'SMTP port': String(smtp.smtpPort),
    });
    await mailboxes.press('Connect');
    await expect.poll(() => mailboxes.complaint('IMAP server')).toContain('There is no server of this name');
    // Nothing that was typed is lost.
    await expect(mailboxes.dialog.getByLabel('Name of the sender')).toHaveValue('Front desk');
    expect(await stored()).toEqual([]);
  });

  await test.step('a test keeps nothing, connecting does', async () => {
    await mailboxes.fillIn({ 'IMAP server': 'localhost' });
    await mailboxes.press('Test the connection');
    await expect(mailboxes.dialog.getByText('Both servers work.')).toBeVisible();
    expect(await stored()).toEqual([]);
    await mailboxes.press('Connect');
    await expect(mailboxes.dialog).toHaveCount(0);
    await expect(mailboxes.account(address)).toBeVisible();
    expect(await stored()).toMatchObject([{ status: 'active', display_name: 'Front desk' }]);
  });

  await test.step('a change needs no password, and keeps the one there is', async () => {
    await mailboxes.choose(address, 'Change the mailbox');
    await expect(mailboxes.dialog.getByLabel('Password', { exact: true })).toHaveValue('');
    await mailboxes.fillIn({ 'Name of the sender': 'Reception' });
    await mailboxes.press('Save');
    await expect(mailboxes.dialog).toHaveCount(0);
    expect(await stored()).toMatchObject([{ display_name: 'Reception' }]);
    await mailboxes.choose(address, 'Change the mailbox');
    await mailboxes.fillIn({ 'IMAP server': '127.0.0.1' });
    await mailboxes.press('Save');
    await expect.poll(() => mailboxes.complaint('Password')).toContain('enter the password again');
    await page.keyboard.press('Escape');
  });

  await test.step('it is fetched on request, and every run is on record', async () => {
    await dovecot.append(
      address,
      'INBOX',
      `From: ana@example.test\r\nTo: ${address}\r\nSubject: Hello\r\n\r\nHi`,
    );
    await mailboxes.account(address).getByRole('button', { name: 'Sync now' }).click();
    await expect(mailboxes.account(address)).toContainText('Last fetched');
    await mailboxes.choose(address, 'History');
    await expect(mailboxes.dialog.getByText('Asked for').first()).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('it is paused and resumed', async () => {
    await mailboxes.choose(address, 'Pause');
    await expect(mailboxes.account(address)).toContainText('Paused');
    await mailboxes.account(address).getByRole('button', { name: 'Resume' }).click();
    await expect(mailboxes.account(address).getByRole('button', { name: 'Sync now' })).toBeVisible();
  });

  await test.step('removing it asks what is to become of its mail', async () => {
    await mailboxes.choose(address, 'Remove');
    const question = page.getByRole('alertdialog');
    await expect(question.getByLabel('Keep the mail that is here')).toBeChecked();
    await question.getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByText('No mailbox is connected')).toBeVisible();
    expect(await stored()).toMatchObject([{ status: 'removed' }]);
    expect(await sql`select * from private.credentials where tenant_id = ${clinic.id}`).toEqual([]);
  });
});

test('an owner adds a key of an AI provider, which is seen by its last four characters', async ({ page }) => {
  const provider = await startProvider('the-key-of-the-clinic-9876');
  await new SignInPage(page).signIn(owner.email, owner.password);
  await page.goto(`/${clinic.slug}/settings/ai-keys`);
  await page.getByRole('button', { name: 'Add a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Provider').selectOption('Another server that works like OpenAI');
  await dialog
    .getByLabel('Address of the server')
    .fill(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`);
  await dialog.getByLabel('Model').fill('small');
  await dialog.getByLabel('Key', { exact: true }).fill('not-the-key-of-the-clinic');
  await dialog.getByRole('button', { name: 'Test and save' }).click();
  await expect(dialog.getByText('The provider refused the key.')).toBeVisible();
  await dialog.getByLabel('Key', { exact: true }).fill('the-key-of-the-clinic-9876');
  await dialog.getByRole('button', { name: 'Test and save' }).click();
  await expect(dialog).toHaveCount(0);

  const row = page.getByRole('listitem', { name: 'Another server that works like OpenAI' });
  await expect(row).toContainText('Ends in 9876');
  await expect(row).toContainText('Used for suggested replies');
  expect(await page.content()).not.toContain('the-key-of-the-clinic');
  provider.close();
  await row.getByRole('button', { name: /^Test/ }).click();
  await expect(page.getByText('The provider could not be reached.')).toBeVisible();
  await row.getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No key yet')).toBeVisible();
});

test('staff come to neither page', async ({ page }) => {
  await new SignInPage(page).signIn(staff.email, staff.password);
  for (const path of ['mail', 'ai-keys']) {
    await page.goto(`/${clinic.slug}/settings/${path}`);
    await expect(new NoAccessPage(page).forbidden).toBeVisible();
  }
});

/** A server that speaks as OpenAI does. */
async function startProvider(key: string): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(request.headers.authorization === `Bearer ${key}` ? 200 : 401);
    response.end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}
