import { expect, test, type Page } from '@playwright/test';
import { startDovecot, type TestMailServer } from '../support/dovecot.ts';
import { ownerConnection } from '../support/environment.ts';
import { mailCorpus } from '../support/mail-corpus/mail-corpus.ts';
import { connectMailbox, syncAll, type Mailbox } from '../support/mailboxes.ts';
import { createClinic, createSuperAdmin } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { watch, type Watched } from './pages/watched-page.ts';

/** Every awkward mail, fetched by the real sync, as people see it: readable, and harmless to the page around it. */

const sql = ownerConnection();
const home = await createClinic(await createSuperAdmin());
const uids = new Map<string, number>();
let dovecot: TestMailServer;
let mailbox: Mailbox;
let page: Page;
let watched: Watched;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  dovecot = await startDovecot();
  mailbox = await connectMailbox(home, dovecot);
  for (const { name, raw } of mailCorpus)
    uids.set(name, await dovecot.append(mailbox.address, 'INBOX', raw()));
  await syncAll(home.owner, mailbox);
  page = await browser.newPage({ locale: 'en-GB' });
  watched = watch(page);
  await new SignInPage(page).signIn(home.owner.email, home.owner.password);
});
test.afterAll(async () => {
  await page?.close();
  await dovecot?.stop();
  await sql.end();
});

interface Stored {
  id: string;
  conversation_id: string;
  attachments: { name: string; is_inline: boolean; state: string }[];
}

async function storedAs(uid: number): Promise<Stored> {
  const [message] = await sql<Stored[]>`
    select m.id, m.conversation_id, array(
      select jsonb_build_object('name', a.name, 'is_inline', a.is_inline, 'state', a.state)
      from public.message_attachments a where a.message_id = m.id order by a.part) as attachments
    from private.message_locations l
    join private.mail_folders f on f.id = l.folder_id and f.role = 'inbox'
    join public.messages m on m.id = l.message_id
    where f.account_id = ${mailbox.id} and l.uid = ${uid}`;
  if (!message) throw new Error('the mail was not fetched');
  return message;
}

/** The message's place on the page, its conversation opened. */
async function open(name: string) {
  const message = await storedAs(uids.get(name) ?? 0);
  await page.goto(`/${home.clinic.slug}/inbox/${message.conversation_id}`);
  const card = page.locator(`[data-message="${message.id}"]`);
  await expect(card).toBeVisible();
  return { message, card };
}

const KINDS = {
  mail: [],
  bounce: ['Could not be delivered'],
  auto_reply: ['Automatic reply'],
  list: ['Mailing list'],
};

for (const { name, expected } of mailCorpus) {
  test(`a mail with ${name} can be read, and does nothing`, async () => {
    const { message, card } = await open(name);
    const frame = card.frameLocator('[data-test="mail-frame"]');
    const text = expected.hasHtml ? frame.locator('#mail') : card.getByTestId('mail-text').first();
    for (const words of expected.text) await expect(text).toContainText(words);
    if (expected.text.length === 0) await expect(card.getByText('(no text)')).toBeVisible();

    await expect(page.locator('[data-thread-subject]')).toContainText(/\S/);
    await expect(card.getByTestId('message-kind')).toHaveText(KINDS[expected.kind]);
    const listed = message.attachments.filter(({ is_inline, state }) => !is_inline || state !== 'stored');
    await expect(card.getByTestId('attachment')).toHaveCount(listed.length);
    for (const attachment of listed)
      if (attachment.name) await expect(card.getByTestId('attachments')).toContainText(attachment.name);

    // However long a word is, the page is as wide as the screen.
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(page.url()).toContain(message.conversation_id);
    expect(watched).toEqual({ foreign: [], dialogs: [], complaints: [] });
    await expect(card.getByRole('button', { name: 'More actions' })).toBeEnabled();
  });
}

test('of thousands of recipients the first are named, and the number of the others', async () => {
  const { card } = await open('5,000 recipients');
  const line = card.getByRole('button', { name: /^to Person 0, Person 1, Person 2 and others: 4997/ });
  await expect(card.getByTestId('mail-headers')).toHaveCount(0);
  await line.click();
  const headers = card.getByTestId('mail-headers');
  await expect(headers).toContainText('Person 0 <person0@list.example>');
  await expect(headers).not.toContainText('person4999@list.example');
  await expect(headers.getByText('More recipients')).toBeVisible();
});

test('an invitation and the wrapping of Outlook are attachments', async () => {
  for (const [name, file] of [
    ['an invitation of a calendar', 'invite.ics'],
    ['TNEF in winmail.dat', 'winmail.dat'],
  ] as const) {
    const { card } = await open(name);
    await expect(card.getByTestId('attachment')).toContainText(file);
    await expect(card.getByTestId('mail-text').first()).not.toContainText('BEGIN:VCALENDAR');
  }
});

test('a picture inside the text is in its place', async () => {
  const { card } = await open('images shown inside the text');
  const picture = card.frameLocator('[data-test="mail-frame"]').locator('img');
  await expect(picture).toHaveAttribute('src', /^blob:/);
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
});
