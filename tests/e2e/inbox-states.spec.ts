import { expect, test, type Page } from '@playwright/test';
import { addMailbox } from '../support/brought-mail.ts';
import { startDovecot, type TestMailServer } from '../support/dovecot.ts';
import { createInboxClinic } from '../support/inbox-clinic.ts';
import { connectMailbox } from '../support/mailboxes.ts';
import { addStaff, createClinic, createSuperAdmin } from '../support/people.ts';
import { plainMail } from '../support/plain-mail.ts';
import { AppFrame } from './pages/app-frame.ts';
import { InboxPage } from './pages/inbox-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** The inbox when there is nothing in it, when mail is asked for, and when it is open twice. */

let dovecot: TestMailServer;
test.beforeAll(async () => {
  dovecot = await startDovecot();
});
test.afterAll(() => dovecot?.stop());

test('without a mailbox it says who can connect one', async ({ page, browser }) => {
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const staff = await addStaff(owner, clinic);
  const inbox = new InboxPage(page);
  await new SignInPage(page).signIn(owner.email, owner.password);
  await inbox.open(clinic.slug);
  await expect(inbox.list.getByText('No mailbox yet')).toBeVisible();
  await inbox.list.getByRole('link', { name: 'Connect a mailbox' }).click();
  await expect(page).toHaveURL(/settings\/mail$/);
  await expect(page.getByText('No mailbox is connected')).toBeVisible();

  const colleague = await browser.newPage({ locale: 'en-GB' });
  const theirs = new InboxPage(colleague);
  await new SignInPage(colleague).signIn(staff.email, staff.password);
  await theirs.open(clinic.slug);
  await expect(theirs.list.getByText('An owner of the clinic can connect its mailbox.')).toBeVisible();
  await expect(theirs.list.getByRole('link', { name: 'Connect a mailbox' })).toHaveCount(0);
  await colleague.close();

  // Connected meanwhile: what is empty now is the mailbox.
  await addMailbox(clinic.id);
  await inbox.open(clinic.slug);
  await expect(inbox.list.getByText('All done')).toBeVisible();
  await inbox.choose('All');
  await expect(inbox.list.getByText('No mail yet')).toBeVisible();
  await inbox.search.fill('nothing like this');
  await expect(inbox.list.getByText('Nothing found')).toBeVisible();
  await inbox.list.getByRole('button', { name: 'Clear filters' }).click();
  await expect(inbox.search).toHaveValue('');
  await expect(inbox.list.getByText('No mail yet')).toBeVisible();
});

test('mail is fetched when it is asked for; what the server says is passed on', async ({ page }) => {
  test.setTimeout(120_000);
  const home = await createClinic(await createSuperAdmin());
  const staff = await addStaff(home.owner, home.clinic);
  const mailbox = await connectMailbox(home, dovecot);
  const inbox = new InboxPage(page);
  const frame = new AppFrame(page);
  await new SignInPage(page).signIn(staff.email, staff.password);
  await inbox.open(home.clinic.slug);
  const fetchNow = page.getByRole('button', { name: 'Fetch mail now' });
  // The schedule may be there first, once.
  await expect(async () => {
    await fetchNow.click();
    await expect(frame.message('No new mail')).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 40_000 });

  await dovecot.append(mailbox.address, 'INBOX', plainMail(mailbox.address, 'Just in'));
  await fetchNow.click();
  await expect(inbox.row('Just in')).toBeVisible();
  await expect(frame.message('1 new message')).toBeVisible();

  // Somebody changes the password at the provider.
  await dovecot.addMailbox(mailbox.address);
  await fetchNow.click();
  await expect(frame.message('Mail could not be fetched')).toBeVisible();
  await expect(
    page.getByText(`${mailbox.address}: The server refuses the password. Enter it again`),
  ).toBeVisible();
  await expect(inbox.row('Just in')).toBeVisible();
});

test('what is done in one window is seen in the other', async ({ page, context }) => {
  const place = await createInboxClinic();
  const { conversationId } = await place.bring({ subject: 'In both windows', isSeen: true });
  await new SignInPage(page).signIn(place.owner.email, place.owner.password);
  const inbox = new InboxPage(page);
  await inbox.open(place.clinic.slug, `/${conversationId}`);
  const second = await context.newPage();
  const other = new InboxPage(second);
  await other.open(place.clinic.slug, `/${conversationId}`);
  await inbox.act('Unassigned – take it').click();
  await expect.poll(async () => (await place.stateOf(conversationId)).assignee_id).toBe(place.owner.userId);
  await inbox.act('Internal note').click();
  await inbox.reading.getByLabel('Only your clinic sees this. It is never sent.').fill('Calls back');
  await inbox.act('Save note').click();
  await expect(inbox.reading.getByRole('article', { name: /^Internal note/ })).toBeVisible();

  const note = other.reading.getByRole('article', { name: /^Internal note/ });
  await comeBackUntil(second, () => expect(note).toContainText('Calls back', { timeout: 1_000 }));
  await expect(other.act('Unassigned – take it')).toHaveCount(0);
  await other.act('Close').click();
  await expect.poll(async () => (await place.stateOf(conversationId)).status).toBe('closed');
  await comeBackUntil(page, () => expect(inbox.act('Reopen')).toBeVisible({ timeout: 1_000 }));
  // What is being read stays in the list until one leaves it.
  await page.keyboard.press('Escape');
  await comeBackUntil(page, () => expect(inbox.row('In both windows')).toHaveCount(0, { timeout: 1_000 }));
  await place.close();
});

/** As somebody who comes back to the window: what was read a moment ago is not read again at once. */
async function comeBackUntil(page: Page, isSeen: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await isSeen();
  }).toPass({ timeout: 30_000 });
}
