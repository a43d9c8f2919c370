import { expect, test, type Page } from '@playwright/test';
import { startDovecot, type TestMailServer } from '../support/dovecot.ts';
import { ownerConnection } from '../support/environment.ts';
import { connectMailbox, mailsOf, syncInTurn, type Mailbox } from '../support/mailboxes.ts';
import { addStaff, createClinic, createSuperAdmin } from '../support/people.ts';
import { plainMail } from '../support/plain-mail.ts';
import { startSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import { InboxPage } from './pages/inbox-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** Answers on their way through a real mail server: what went wrong is said, and can be put right. */

const sql = ownerConnection();
const home = await createClinic(await createSuperAdmin());
const staff = await addStaff(home.owner, home.clinic);
/** Ten seconds to take it back, then the way to the server. */
const sent = { timeout: 45_000 };
let dovecot: TestMailServer;
let sink: SmtpSink;
let mailbox: Mailbox;

test.beforeAll(async () => {
  dovecot = await startDovecot();
  sink = await startSmtpSink();
  mailbox = await connectMailbox(home, dovecot, { smtp: sink });
});
test.afterAll(async () => {
  await dovecot?.stop();
  await sink?.stop();
  await sql.end();
});
test.beforeEach(async ({ page }) => {
  test.setTimeout(120_000);
  sink.recover();
  sink.mails.length = 0;
  await new SignInPage(page).signIn(home.owner.email, home.owner.password);
});

const letter = (page: Page) => page.getByTestId('letter');
const delivery = (page: Page) => page.getByTestId('delivery');
const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true });

/** A question of Ana's that was fetched, and the beginning of an answer to it. */
async function answer(page: Page, subject: string, text: string): Promise<string> {
  await dovecot.append(mailbox.address, 'INBOX', plainMail(mailbox.address, subject));
  await syncInTurn(home.owner, mailbox);
  const question = (await mailsOf(sql, mailbox)).find((mail) => mail.subject === subject);
  if (!question) throw new Error(`${subject} was not fetched`);
  await page.goto(`/${home.clinic.slug}/inbox/${question.conversation_id}`);
  await page.getByRole('button', { name: 'Reply', exact: true }).last().click();
  await expect(letter(page)).toBeFocused();
  await page.keyboard.type(text);
  return question.conversation_id;
}

const writtenIn = async (conversationId: string): Promise<string[]> =>
  (
    await sql<{ delivery: string }[]>`
      select delivery from public.messages where conversation_id = ${conversationId} and delivery is not null order by created_at`
  ).map((message) => message.delivery);

test('what the server refuses says why; its author changes it, everybody can send it again', async ({
  page,
  browser,
}) => {
  sink.fail({ kind: 'refuse_mail', code: 554 });
  const conversationId = await answer(page, 'Refused', 'Come at nine.');
  await send(page).click();
  await expect(delivery(page)).toContainText('Being sent');
  await expect(delivery(page)).toContainText(
    'This message could not be sent. The mail server refused the message. Change the message and send it again.',
    sent,
  );
  const colleague = await browser.newPage({ locale: 'en-GB' });
  await new SignInPage(colleague).signIn(staff.email, staff.password);
  await colleague.goto(`/${home.clinic.slug}/inbox/${conversationId}`);
  await expect(delivery(colleague).getByRole('button', { name: 'Send again' })).toBeVisible();
  await expect(delivery(colleague).getByRole('button', { name: 'Edit' })).toHaveCount(0);
  await colleague.close();

  await delivery(page).getByRole('button', { name: 'Edit' }).click();
  await expect(letter(page)).toContainText('Come at nine.');
  await expect(delivery(page)).toHaveCount(0);
  await letter(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('Dear Ana, ');
  await send(page).click();
  await expect.poll(() => sink.mails.length, sent).toBe(1);
  expect(sink.mails[0]?.raw.toString()).toContain('Dear Ana, Come at nine.');
  await expect(delivery(page)).toHaveCount(0, sent);
  expect(await writtenIn(conversationId)).toEqual(['sent']);
});

test('a password that is refused is named with who can mend it; sent again, it goes out as it was', async ({
  page,
}) => {
  sink.fail({ kind: 'refuse_login' });
  const conversationId = await answer(page, 'Login', 'See you on Monday.');
  await send(page).click();
  await expect(delivery(page)).toContainText(
    'The server refused the user name or the password. An owner of the clinic enters it again',
    sent,
  );
  // Who comes later finds it open, whatever arrived meanwhile.
  await page.reload();
  await delivery(page).getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => sink.mails.length, sent).toBe(1);
  await expect(delivery(page)).toHaveCount(0, sent);
  expect(await writtenIn(conversationId)).toEqual(['sent']);

  // What it quotes is folded, as in the mails of others.
  const frame = page.locator('[data-direction="outbound"]').frameLocator('[data-test="mail-frame"]');
  await expect(frame.getByText('See you on Monday.')).toBeVisible();
  await expect(frame.getByText('Text of Login')).toBeHidden();
  await frame.getByLabel('Quoted text').click();
  await expect(frame.getByText('Text of Login')).toBeVisible();
});

test('of several recipients the one that was refused is named', async ({ page }) => {
  sink.fail({ kind: 'refuse_recipient', address: 'gone@patient.example' });
  await answer(page, 'Two of them', 'For both of you.');
  await page.getByRole('combobox', { name: 'To' }).pressSequentially('gone@patient.example,');
  await send(page).click();
  await expect(delivery(page)).toContainText('sent, but not to everybody', sent);
  await expect(delivery(page)).toContainText('gone@patient.example');
  await expect(delivery(page).getByRole('button')).toHaveCount(0);
  expect(sink.mails.map(({ to }) => to)).toEqual([['ana@patient.example']]);
});

test('pressed twice, and in two windows, it goes out once', async ({ page, context }) => {
  const conversationId = await answer(page, 'Twice', 'Only once.');
  await expect(page.getByTestId('draft-status')).toHaveAttribute('data-status', 'saved');
  const other = await context.newPage();
  await other.goto(`/${home.clinic.slug}/inbox/${conversationId}`);
  await expect(letter(other)).toContainText('Only once.');
  await page.route('**/rpc/send_draft*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await send(page).dblclick();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('composer')).toBeHidden();
  await send(other).click();
  await expect(other.getByTestId('composer')).toBeHidden();
  expect(await writtenIn(conversationId)).toEqual(['queued']);
  await expect.poll(() => sink.mails.length, sent).toBe(1);
  await expect(delivery(page)).toHaveCount(0, sent);
  await expect(delivery(other)).toHaveCount(0, sent);
  expect(sink.mails).toHaveLength(1);
});

test('while it waits it can be taken back where it stands, also after a reload', async ({ page }) => {
  const conversationId = await answer(page, 'Too early', 'Not yet.');
  await send(page).click();
  await expect(page.getByTestId('composer')).toBeHidden();
  await page.reload();
  await delivery(page).getByRole('button', { name: 'Undo' }).click();
  await expect(letter(page)).toContainText('Not yet.');
  expect(await writtenIn(conversationId)).toEqual([]);
});

test('what may have been forgotten is asked about, once', async ({ page }) => {
  await new InboxPage(page).open(home.clinic.slug);
  await page.keyboard.press('c');
  await page.getByRole('combobox', { name: 'To' }).pressSequentially('ana@patient.example,');
  await letter(page).click();
  await page.keyboard.type('The plan is attached.');
  await send(page).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('Send without a subject?');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.getByTestId('subject').fill('Your plan');
  await send(page).click();
  await expect(question).toContainText('Send without an attachment?');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(letter(page)).toContainText('The plan is attached.');
  expect(sink.mails).toEqual([]);

  await page.getByTestId('subject').fill('');
  await send(page).click();
  await question.getByRole('button', { name: 'Send anyway' }).click();
  await expect(question).toContainText('Send without an attachment?');
  await question.getByRole('button', { name: 'Send anyway' }).click();
  await expect(page.getByText('Message is being sent.')).toBeVisible();
  await expect(page.getByTestId('composer')).toBeHidden();
});
