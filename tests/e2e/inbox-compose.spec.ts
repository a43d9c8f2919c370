import { expect, test, type Page } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addMailbox, ANA, bringMail, type BroughtMail } from '../support/brought-mail.ts';
import { addStaff, call, createClinic, createSuperAdmin, newEmail } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** Writing mail: nothing that was typed is lost, and what is sent is what was meant. */

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const tenant_id = clinic.id;
const mailbox = await addMailbox(tenant_id);

const letter = (page: Page) => page.getByTestId('letter');
const status = (page: Page) => page.getByTestId('draft-status');
const saved = (page: Page) => expect(status(page)).toHaveAttribute('data-status', 'saved');

type Sent = {
  delivery: string;
  subject: string;
  text_body: string;
  html_body: string;
  to_addresses: { address: string }[];
};
const sentIn = (conversationId: string) => sql<Sent[]>`
  select delivery, subject, text_body, html_body, to_addresses from public.messages
  where conversation_id = ${conversationId} and delivery is not null order by created_at`;
const drafts = async (): Promise<number> =>
  (await sql`select from public.mail_drafts where tenant_id = ${tenant_id}`).length;

/** A question by Ana, opened by a member of the clinic, who begins to answer. */
async function reply(page: Page): Promise<BroughtMail> {
  const asked = await bringMail(mailbox, {
    ...{ text: 'Can I come on Monday?', html: '<p>Can I come on Monday?</p>' },
  });
  await page.goto(`/${clinic.slug}/inbox/${asked.conversationId}`);
  await page.getByRole('button', { name: 'Reply', exact: true }).last().click();
  await expect(letter(page)).toBeFocused();
  return asked;
}

test.beforeEach(async ({ page }) => {
  await sql`delete from public.mail_drafts where tenant_id = ${tenant_id}`;
  await new SignInPage(page).signIn(staff.email, staff.password);
});

test('an answer is saved as it is typed, survives a reload, and goes out as it was written', async ({
  page,
}) => {
  const { conversationId } = await reply(page);
  await page.keyboard.type('Dear Ana, ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('yes');
  await page.keyboard.press('Control+b');
  await page.keyboard.press('Enter');
  await page.keyboard.type('- bring your card');
  await expect(letter(page).locator('strong')).toHaveText('yes');
  await saved(page);
  await page.reload();
  await expect(letter(page)).toContainText('Dear Ana, yes');
  await expect(page.getByTestId('recipient')).toHaveText(ANA.name);
  await expect(page.getByTestId('quoted')).toBeVisible();

  await letter(page).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Message is being sent.')).toBeVisible();
  await expect(page.getByTestId('composer')).toBeHidden();
  const [message] = await sentIn(conversationId);
  expect(message).toMatchObject({ subject: 'Re: Question', to_addresses: [{ address: ANA.address }] });
  expect(message?.text_body).toMatch(/^Dear Ana, yes\n- bring your card/);
  expect(message?.text_body).toContain('> Can I come on Monday?');
  expect(message?.html_body).toContain('<strong>yes</strong>');

  // Taken back within the ten seconds, everything is there again.
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(letter(page)).toContainText('Dear Ana, yes');
  await expect
    .poll(async () => (await sentIn(conversationId)).every(({ delivery }) => delivery === 'cancelled'))
    .toBe(true);
});

test('without a connection the text is kept here, and saved when the connection is back', async ({
  page,
  context,
}) => {
  await reply(page);
  await page.keyboard.type('First ');
  await saved(page);
  await context.setOffline(true);
  await page.keyboard.type('and second');
  await expect(status(page)).toHaveAttribute('data-status', 'waiting');
  await context.setOffline(false);
  await saved(page);
  const [row] = await sql<{ text_body: string }[]>`
    select text_body from public.mail_drafts where tenant_id = ${tenant_id}`;
  expect(row?.text_body).toContain('First and second');
});

test('a window that was closed before anything could be saved has lost nothing', async ({ page }) => {
  const { conversationId } = await reply(page);
  await page.route('**/rpc/save_draft*', (route) => route.abort());
  await page.keyboard.type('Only here');
  await expect(status(page)).toHaveAttribute('data-status', 'waiting');
  await page.unroute('**/rpc/save_draft*');
  await page.goto(`/${clinic.slug}/inbox/${conversationId}`);
  await expect(letter(page)).toContainText('Only here');
  await saved(page);
});

test('two windows with one draft: the second is told, and chooses', async ({ page, context }) => {
  const { conversationId } = await reply(page);
  await page.keyboard.type('One. ');
  await saved(page);
  const other = await context.newPage();
  await other.goto(`/${clinic.slug}/inbox/${conversationId}`);
  await expect(letter(other)).toContainText('One.');
  await letter(other).click();
  await other.keyboard.press('Control+End');
  await other.keyboard.type('From the other window.');
  await saved(other);
  await other.close();

  await letter(page).click();
  await page.keyboard.type('From this window.');
  await expect(page.getByTestId('draft-changed')).toContainText('From the other window.');
  await page.getByRole('button', { name: 'Take the other one' }).click();
  await expect(letter(page)).toContainText('From the other window.');
  await expect(letter(page)).not.toContainText('From this window.');
  await saved(page);
});

test('recipients: pasted in heaps, wrong ones marked, clients suggested', async ({ page }) => {
  const email = newEmail('mara');
  await call(owner.client, 'save_client', {
    ...{ tenant_id, client_id: null, details: { first_name: 'Mara', last_name: 'Constantin' } },
    identifiers: [{ kind: 'email', raw: email }],
  });
  await reply(page);
  const field = page.getByRole('combobox', { name: 'To' });
  await field.evaluate((input, text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    input.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, '"Pop, Ion" <ion@patients.example>, half@, dan@patients.example; ' + ANA.address);
  const people = page.getByTestId('recipient');
  await expect(people).toHaveText([ANA.name, 'Pop, Ion', 'half@', 'dan@patients.example']);
  await expect(page.locator('[data-test="recipient"][data-wrong]')).toHaveText(['half@']);
  await page.getByRole('button', { name: 'Remove half@' }).click();

  await field.pressSequentially('constan');
  await expect(page.getByRole('option', { name: /Mara Constantin/ })).toBeVisible();
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect(people.last()).toHaveText('Mara Constantin');
  await saved(page);
  const [row] = await sql<{ to_addresses: { address: string }[] }[]>`
    select to_addresses from public.mail_drafts where tenant_id = ${tenant_id}`;
  expect(row?.to_addresses.map(({ address }) => address)).toEqual([
    ANA.address,
    'ion@patients.example',
    'dan@patients.example',
    email,
  ]);
});

test('a message that arrived meanwhile is pointed out before the answer goes', async ({ page }) => {
  const { conversationId, messageKey } = await reply(page);
  await page.keyboard.type('Come at nine.');
  await saved(page);
  await bringMail(mailbox, { text: 'Monday does not suit me after all.', answers: messageKey, ago: 0 });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page.getByTestId('newer-message')).toBeVisible();
  expect(await sentIn(conversationId)).toEqual([]);
  await page.getByRole('button', { name: 'Send anyway' }).click();
  await expect.poll(async () => (await sentIn(conversationId)).length).toBe(1);
});

test('send and close closes the conversation; nobody to send to is said', async ({ page }) => {
  const { conversationId } = await reply(page);
  await page.getByRole('button', { name: `Remove ${ANA.name}` }).click();
  await page.getByRole('button', { name: 'Send and close' }).click();
  await expect(page.getByTestId('send-problem')).toBeVisible();
  await page.getByRole('combobox', { name: 'To' }).pressSequentially(`${ANA.address},`);
  await page.getByRole('button', { name: 'Send and close' }).click();
  await expect
    .poll(
      async () =>
        (await sql`select status from public.conversations where id = ${conversationId}`)[0]?.['status'],
    )
    .toBe('closed');
});

test('files are attached, shown with their size, taken off, and refused when they are too many bytes', async ({
  page,
}) => {
  const { conversationId } = await reply(page);
  const files = page.getByTestId('draft-files');
  const chooser = page.locator('input[type="file"]');
  await chooser.setInputFiles([
    { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('Treatment plan') },
    { name: 'costs.txt', mimeType: 'text/plain', buffer: Buffer.from('Costs') },
  ]);
  await expect(files.getByRole('button', { name: 'Take off plan.txt' })).toBeVisible();
  await files.getByRole('button', { name: 'Take off costs.txt' }).click();
  await expect(files).not.toContainText('costs.txt');
  await chooser.setInputFiles({
    ...{ name: 'scan.bin', mimeType: 'application/octet-stream' },
    buffer: Buffer.alloc(18 * 1024 * 1024),
  });
  await expect(files.getByRole('alert')).toContainText('18 MB');
  await files
    .getByRole('button', { name: /scan\.bin/ })
    .last()
    .click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page.getByTestId('composer')).toBeHidden();
  const sent = await sql<{ name: string; state: string }[]>`
    select a.name, a.state from public.message_attachments a join public.messages m on m.id = a.message_id
    where m.conversation_id = ${conversationId} and m.delivery is not null`;
  expect(sent).toEqual([{ name: 'plan.txt', state: 'stored' }]);
});

test('canned replies come by "/", filled in', async ({ page }) => {
  await call(owner.client, 'save_canned_reply', {
    ...{ tenant_id, reply_id: null },
    fields: { title: 'Directions', body: 'You find {{clinic.name}} behind the station.', shortcut: 'way' },
  });
  await reply(page);
  await page.keyboard.type('Hello. /');
  await page.keyboard.type('way');
  await expect(page.getByRole('option', { name: /Directions/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(letter(page)).toContainText(`You find ${clinic.name} behind the station.`);
  await expect(letter(page)).not.toContainText('/way');
});

test('a suggested reply needs a provider, and says so', async ({ page }) => {
  await reply(page);
  await page.getByTestId('suggest').click();
  await expect(page.getByTestId('suggest-problem')).toContainText('No AI provider is connected.');
  await expect(page.getByTestId('suggest-problem')).toContainText('An owner can add its key');
});

test('a discarded draft can be brought back, and is gone otherwise', async ({ page }) => {
  await reply(page);
  await page.keyboard.type('Not like this.');
  await saved(page);
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await expect(page.getByTestId('composer')).toBeHidden();
  expect(await drafts()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(letter(page)).toContainText('Not like this.');
  expect(await drafts()).toBe(1);
});
