import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { createInboxClinic } from '../support/inbox-clinic.ts';
import { InboxPage } from './pages/inbox-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
const place = await createInboxClinic();
const { clinic, staff } = place;
test.afterAll(async () => {
  await place.close();
  await sql.end();
});

test.beforeEach(async ({ page }) => {
  await place.empty();
  await new SignInPage(page).signIn(staff.email, staff.password);
});

/** Three conversations, A the newest. */
async function bringThree(): Promise<Record<'A' | 'B' | 'C', string>> {
  const bring = async (name: string, ago: number) =>
    (
      await place.bring({
        subject: `Mail ${name}`,
        from: { name: `Person ${name}`, address: `${name.toLowerCase()}@example.test` },
        ago,
        isSeen: true,
      })
    ).conversationId;
  return { A: await bring('A', 1), B: await bring('B', 2), C: await bring('C', 3) };
}

test('a morning by keyboard: along the list, open, take, put off, close, undo', async ({ page }) => {
  const ids = await bringThree();
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await page.keyboard.press('j');
  await expect(inbox.link('Mail A')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(inbox.link('Mail B')).toBeFocused();
  await page.keyboard.press('k');
  await expect(inbox.link('Mail A')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(inbox.subject).toHaveText('Mail A');
  // What is open moves along.
  await page.keyboard.press('j');
  await expect(inbox.subject).toHaveText('Mail B');
  await page.keyboard.press('m');
  await expect.poll(async () => (await place.stateOf(ids.B)).assignee_id).toBe(staff.userId);
  await page.keyboard.press('s');
  await page.getByRole('button', { name: 'Tomorrow morning' }).click();
  await expect.poll(async () => (await place.stateOf(ids.B)).status).toBe('snoozed');
  // The next one is there at once.
  await expect(inbox.subject).toHaveText('Mail C');
  await page.keyboard.press('e');
  await expect(inbox.row('Mail C')).toHaveCount(0);
  await expect(inbox.subject).toHaveText('Mail A');
  await expect.poll(async () => (await place.stateOf(ids.C)).status).toBe('closed');
  await inbox.undo('Conversation closed');
  await expect(inbox.row('Mail C')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(inbox.subject).toHaveCount(0);
  await expect(inbox.link('Mail A')).toBeFocused();
});

test('marking by keyboard, then doing something with all of them', async ({ page }) => {
  const ids = await bringThree();
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await expect(inbox.bulk.getByRole('status')).toHaveText('Selected: 3');
  await page.keyboard.press('u');
  await expect(inbox.list.locator('[data-unread]')).toHaveCount(3);
  await expect.poll(async () => (await place.stateOf(ids.C)).unread_count).toBe(1);
  await page.keyboard.press('Escape');
  await expect(inbox.bulk).toHaveCount(0);
  await page.keyboard.press('o');
  await expect(inbox.subject).toHaveText('Mail C');
});

test('keys that choose: who takes care, which tag', async ({ page }) => {
  const ids = await bringThree();
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${ids.A}`);
  await page.keyboard.press('a');
  await expect(inbox.dialog.getByText('Who takes care of it?')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(inbox.dialog).toBeHidden();
  await page.keyboard.press('l');
  await inbox.dialog.getByRole('searchbox').fill('Urgent');
  await page.keyboard.press('Enter');
  await expect(inbox.dialog.getByRole('checkbox', { name: 'Urgent' })).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(inbox.row('Mail A').getByText('Urgent')).toBeVisible();
});

test('keys that write: answer, forward, note, new message; typing is never taken for a key', async ({
  page,
}) => {
  const ids = await bringThree();
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${ids.A}`);
  await page.keyboard.press('n');
  const note = inbox.reading.getByLabel('Only your clinic sees this. It is never sent.');
  await expect(note).toBeFocused();
  await page.keyboard.type('jes, exactly');
  await expect(note).toHaveValue('jes, exactly');
  await page.keyboard.press('Control+Enter');
  await expect(inbox.reading.getByRole('article', { name: /^Internal note/ })).toContainText('jes, exactly');
  await page.keyboard.press('r');
  await expect.poll(() => drafts(ids.A)).toEqual(['reply']);
  await inbox.open(clinic.slug, `/${ids.B}`);
  await page.keyboard.press('f');
  await expect.poll(() => drafts(ids.B)).toEqual(['forward']);
  await inbox.open(clinic.slug);
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { name: 'New message' })).toBeVisible();
  await expect(page).toHaveURL(/draft=/);
  await inbox.choose('Drafts');
  await expect(page.locator('[data-draft]')).toHaveCount(3);
});

async function drafts(conversationId: string): Promise<string[]> {
  const rows = await sql<{ kind: string }[]>`
    select kind from public.mail_drafts where tenant_id = ${clinic.id} and conversation_id = ${conversationId}`;
  return rows.map(({ kind }) => kind);
}

test('search and help have keys', async ({ page }) => {
  await bringThree();
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await page.keyboard.press('/');
  await expect(inbox.search).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(inbox.dialog.getByText('Assign to me')).toBeVisible();
});
