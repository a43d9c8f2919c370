import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { createInboxClinic } from '../support/inbox-clinic.ts';
import { call } from '../support/people.ts';
import { AppFrame } from './pages/app-frame.ts';
import { InboxPage } from './pages/inbox-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
const place = await createInboxClinic();
const { clinic, owner, staff } = place;
await sql`update public.profiles set first_name = 'Maria', last_name = 'Ionescu' where user_id = ${owner.userId}`;
await sql`update public.profiles set first_name = 'Dan', last_name = 'Radu' where user_id = ${staff.userId}`;
test.afterAll(async () => {
  await place.close();
  await sql.end();
});

test.beforeEach(async ({ page }) => {
  await place.empty();
  // One test adds a client: whose address it is must not be known to the others.
  await sql`delete from public.client_identifiers where tenant_id = ${clinic.id}`;
  await new SignInPage(page).signIn(owner.email, owner.password);
});

const change = (conversationId: string, changes: object) =>
  call(staff.client, 'update_conversations', {
    tenant_id: clinic.id,
    conversation_ids: [conversationId],
    changes,
  });

test('a mail is read, taken, tagged and closed, and each step can be undone', async ({ page }) => {
  const { conversationId } = await place.bring({ subject: 'Crown 4711', text: 'It is ready.' });
  await owner.client.from('tags').insert({ tenant_id: clinic.id, name: 'Lab', colour: 'teal' });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await expect(inbox.row('Crown 4711')).toHaveAttribute('data-unread');
  await inbox.link('Crown 4711').click();
  await expect(inbox.subject).toHaveText('Crown 4711');
  // It is read once it has been shown, in the database as well.
  await expect(inbox.row('Crown 4711')).not.toHaveAttribute('data-unread');
  await expect.poll(async () => (await place.stateOf(conversationId)).unread_count).toBe(0);
  await inbox.act('Unassigned – take it').click();
  await expect.poll(async () => (await place.stateOf(conversationId)).assignee_id).toBe(owner.userId);
  await expect(inbox.reading.getByText('Maria Ionescu took it')).toBeVisible();
  await inbox.act('Tags').click();
  await inbox.dialog.getByRole('checkbox', { name: 'Lab' }).check();
  await page.keyboard.press('Escape');
  await expect(inbox.row('Crown 4711').getByText('Lab')).toBeVisible();
  await inbox.act('Close').click();
  await expect(inbox.row('Crown 4711')).toHaveCount(0);
  await expect.poll(async () => (await place.stateOf(conversationId)).status).toBe('closed');
  await inbox.undo('Conversation closed');
  await expect(inbox.row('Crown 4711')).toBeVisible();
  await expect.poll(async () => (await place.stateOf(conversationId)).status).toBe('open');
  await inbox.choose('Mine');
  await expect(inbox.row('Crown 4711')).toBeVisible();
});

test('what the server refuses is taken back, and can be tried again', async ({ page }) => {
  const { conversationId } = await place.bring({ subject: 'Quote', isSeen: true });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${conversationId}`);
  await page.route('**/rpc/update_conversations', (route) => route.abort());
  await inbox.act('Close').click();
  await expect(new AppFrame(page).message('reach')).toBeVisible();
  await expect(inbox.row('Quote')).toBeVisible();
  await expect(inbox.subject).toHaveText('Quote');
  expect((await place.stateOf(conversationId)).status).toBe('open');
  await page.unroute('**/rpc/update_conversations');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(inbox.row('Quote')).toHaveCount(0);
  await expect.poll(async () => (await place.stateOf(conversationId)).status).toBe('closed');
});

test('lists, filters and search narrow what is shown, and the address keeps them', async ({ page }) => {
  const waiting = await place.bring({ subject: 'Later please', isSeen: true });
  const done = await place.bring({ subject: 'Thank you', isSeen: true });
  await place.bring({
    subject: 'X-ray',
    files: [{ name: 'x.png', type: 'image/png', size: 10 }],
    from: { name: 'Lab', address: 'lab@example.test' },
  });
  await change(waiting.conversationId, {
    status: 'snoozed',
    snoozed_until: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await change(done.conversationId, { status: 'closed' });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await expect(inbox.rows).toHaveCount(1);
  await inbox.choose('Snoozed');
  await expect(inbox.row('Later please')).toBeVisible();
  await inbox.choose('Closed');
  await expect(inbox.row('Thank you')).toBeVisible();
  await inbox.choose('All');
  await expect(inbox.rows).toHaveCount(3);
  await page.getByRole('button', { name: 'Filters', exact: true }).click();
  await page.getByRole('checkbox', { name: 'With attachments only' }).check();
  await expect(inbox.rows).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(inbox.row('X-ray')).toBeVisible();
  await expect(inbox.rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Filters: 1' }).click();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.keyboard.press('Escape');
  await inbox.search.fill('thank');
  await expect(inbox.rows).toHaveCount(1);
  await expect(page).toHaveURL(/q=thank/);
  await inbox.search.fill('nothing like this');
  await expect(inbox.list.getByText('Nothing found')).toBeVisible();
  await inbox.choose('Open');
  await expect(inbox.search).toHaveValue('');
  await expect(inbox.row('X-ray')).toBeVisible();
});

test('new mail appears by itself and moves nothing that is being read', async ({ page }) => {
  const { conversationId, messageKey } = await place.bring({ subject: 'Appointment', ago: 60 });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${conversationId}`);
  await expect(inbox.reading.getByText('About: Appointment')).toBeVisible();
  await place.bring({ subject: 'Toothache', from: { name: 'Elena', address: 'elena@example.test' } });
  await place.bring({ subject: 'Re: Appointment', text: 'Half past three is fine.', answers: messageKey });
  // As when somebody comes back to the window.
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await expect(inbox.row('Toothache')).toBeVisible();
  await expect(inbox.subject).toHaveText('Appointment');
  await expect(inbox.reading.getByText('Half past three is fine.').first()).toBeVisible();
});

test('what is marked unread stays so although it is open', async ({ page }) => {
  const { conversationId } = await place.bring({ subject: 'For Dan' });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${conversationId}`);
  await expect.poll(async () => (await place.stateOf(conversationId)).unread_count).toBe(0);
  await inbox.act('More actions').click();
  await page.getByRole('menuitem', { name: 'Mark as unread' }).click();
  await expect(inbox.row('For Dan')).toHaveAttribute('data-unread');
  await expect.poll(async () => (await place.stateOf(conversationId)).unread_count).toBe(1);
  // Whatever is read again meanwhile, nobody has read it anew.
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await page.waitForResponse(/rpc\/get_conversation/);
  await expect(inbox.row('For Dan')).toHaveAttribute('data-unread');
  expect((await place.stateOf(conversationId)).unread_count).toBe(1);
});

test('a note is for the clinic alone; what was begun stays, and it can be changed and deleted', async ({
  page,
}) => {
  const { conversationId } = await place.bring({ subject: 'Bridge', isSeen: true });
  await place.bring({ subject: 'Other', isSeen: true, from: { name: 'Ion', address: 'ion@example.test' } });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${conversationId}`);
  await inbox.act('Internal note').click();
  const field = inbox.reading.getByLabel('Only your clinic sees this. It is never sent.');
  await field.fill('Prefers Dr. Pop');
  await inbox.link('Other').click();
  await expect(inbox.subject).toHaveText('Other');
  await inbox.link('Bridge').click();
  await inbox.act('Internal note').click();
  await expect(field).toHaveValue('Prefers Dr. Pop');
  await inbox.act('Save note').click();
  const note = inbox.reading.getByRole('article', { name: 'Internal note by Maria Ionescu' });
  await expect(note).toContainText('Prefers Dr. Pop');
  await note.getByRole('button', { name: 'Edit note' }).click();
  await field.fill('Prefers Dr. Ene');
  await inbox.act('Save note').click();
  await expect(note).toContainText('Prefers Dr. Ene');
  await note.getByRole('button', { name: 'Delete note' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete note' }).click();
  await expect(note).toHaveCount(0);
  expect(await sql`select id from public.conversation_notes where tenant_id = ${clinic.id}`).toHaveLength(0);
});

test('the client is found by the address, can be another one, and a new one is made of the sender', async ({
  page,
}) => {
  await owner.client.from('clients').insert([
    { tenant_id: clinic.id, first_name: 'Ana', last_name: 'Popescu', email: 'ana.popescu@example.test' },
    { tenant_id: clinic.id, first_name: 'Mihai', last_name: 'Popescu' },
  ]);
  const { conversationId } = await place.bring({ subject: 'My son', isSeen: true });
  const stranger = await place.bring({
    subject: 'New here',
    from: { name: 'Elena Brâncoveanu', address: 'elena@example.test' },
    isSeen: true,
  });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${conversationId}`);
  const strip = inbox.reading.locator('[data-client-strip]');
  await expect(strip.getByRole('link', { name: 'Ana Popescu' })).toBeVisible();
  await strip.getByRole('button', { name: 'Client of this conversation' }).click();
  await page.getByRole('menuitem', { name: 'Change client' }).click();
  await inbox.dialog.getByRole('combobox', { name: 'Client' }).click();
  await inbox.dialog.getByRole('combobox', { name: 'Client' }).fill('mihai');
  await page.getByRole('option', { name: /Mihai Popescu/ }).click();
  await inbox.dialog.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(strip.getByRole('link', { name: 'Mihai Popescu' })).toBeVisible();
  await expect(inbox.reading.getByText('Maria Ionescu linked it to Mihai Popescu')).toBeVisible();
  await inbox.undo('Linked to Mihai Popescu');
  await expect(strip.getByRole('link', { name: 'Ana Popescu' })).toBeVisible();

  await inbox.open(clinic.slug, `/${stranger.conversationId}`);
  await strip.getByRole('button', { name: 'Client of this conversation' }).click();
  await page.getByRole('menuitem', { name: 'Add as a new client' }).click();
  await expect(inbox.dialog.getByLabel('First name')).toHaveValue('Elena');
  await expect(inbox.dialog.getByLabel('Last name')).toHaveValue('Brâncoveanu');
  await inbox.dialog.getByRole('button', { name: 'Add client' }).click();
  await strip.getByRole('link', { name: 'Elena Brâncoveanu' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Elena Brâncoveanu' })).toBeVisible();
  await page.getByRole('link', { name: 'Mail', exact: true }).click();
  await expect(page.locator('[data-conversation]').filter({ hasText: 'New here' })).toBeVisible();
});

test('whoever answers at the same time is named', async ({ page }) => {
  const { conversationId } = await place.bring({ subject: 'Two at once', isSeen: true });
  await call(staff.client, 'look_at_conversation', {
    tenant_id: clinic.id,
    conversation_id: conversationId,
    is_writing: true,
  });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${conversationId}`);
  await expect(inbox.reading.getByRole('status')).toHaveText('Dan Radu: writing an answer');
});

test('several at once: marked with shift, closed, and brought back as they were', async ({ page }) => {
  const made: { conversationId: string }[] = [];
  for (const n of [1, 2, 3, 4])
    made.push(
      await place.bring({
        subject: `Number ${n}`,
        from: { name: `Person ${n}`, address: `p${n}@example.test` },
        ago: n,
        isSeen: true,
      }),
    );
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await inbox.mark('Person 1').click();
  await inbox.mark('Person 3').click({ modifiers: ['Shift'] });
  await expect(inbox.bulk.getByRole('status')).toHaveText('Selected: 3');
  await inbox.bulk.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(inbox.rows).toHaveCount(1);
  const statuses = async () =>
    Promise.all(made.map(async ({ conversationId }) => (await place.stateOf(conversationId)).status));
  await expect.poll(statuses).toEqual(['closed', 'closed', 'closed', 'open']);
  await inbox.undo('3 conversations closed');
  await expect(inbox.rows).toHaveCount(4);
  expect(await statuses()).toEqual(['open', 'open', 'open', 'open']);
  await inbox.mark('Person 2').click();
  await inbox.mark('Person 4').click();
  await inbox.bulk.getByRole('button', { name: 'Assign' }).click();
  await inbox.dialog.getByRole('button', { name: 'Dan Radu' }).click();
  await expect(inbox.row('Number 4').getByText('Assigned to Dan Radu')).toBeAttached();
  await expect
    .poll(async () => (await place.stateOf(made[1]?.conversationId ?? '')).assignee_id)
    .toBe(staff.userId);
  expect((await place.stateOf(made[0]?.conversationId ?? '')).assignee_id).toBe(null);
});

test('on a phone the list and what is open take turns, and the list stays where it was', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await place.fill(40);
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await inbox.row('Question 30').scrollIntoViewIfNeeded();
  await inbox.link('Question 30').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Question 30' })).toBeVisible();
  await expect(inbox.row('Question 30')).toBeHidden();
  await inbox.act('Back to the list').click();
  await expect(inbox.row('Question 30')).toBeInViewport();
  await expect(inbox.subject).toHaveCount(0);
});

test('thousands of conversations come as one scrolls', async ({ page }) => {
  await place.fill(3000);
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug);
  await expect(inbox.rows).toHaveCount(50);
  const scroller = inbox.list.locator('div.overflow-y-auto').last();
  await expect(async () => {
    await scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    expect(await inbox.rows.count()).toBeGreaterThan(500);
  }).toPass({ timeout: 30_000 });
  const subjects = await inbox.rows.evaluateAll((rows) =>
    rows.map((row) => (row as HTMLElement).dataset.conversation),
  );
  expect(new Set(subjects).size).toBe(subjects.length);
  await inbox.row('Question 400').first().scrollIntoViewIfNeeded();
  await inbox.link('Question 400').first().click();
  await expect(inbox.subject).toHaveText('Question 400');
  await expect(inbox.row('Question 400').first()).toBeInViewport();
});

test('canned replies and signatures are kept', async ({ page }) => {
  await page.goto(`/${clinic.slug}/settings/replies`);
  await page.getByRole('button', { name: 'New reply' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('Prices');
  await dialog.getByLabel('Shortcut').fill('prices');
  await dialog.getByLabel('Text', { exact: true }).fill('Dear ');
  await dialog.getByRole('button', { name: "Client's first name" }).click();
  await expect(dialog.getByLabel('Text', { exact: true })).toHaveValue('Dear {{client.first_name}}');
  await dialog.getByLabel('Text', { exact: true }).pressSequentially(' {{client.firstname}}');
  await expect(dialog.getByText('Nothing will be filled in for: {{client.firstname}}')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'New reply' }).click();
  await dialog.getByLabel('Title').fill('prices');
  await dialog.getByLabel('Text', { exact: true }).fill('x');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Another canned reply has this title or this shortcut.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Delete Prices' }).click();
  await expect(page.getByText('No canned replies yet')).toBeVisible();
  await new InboxPage(page).undo('Prices');
  await expect(page.locator('[data-reply]').filter({ hasText: 'Prices' })).toBeVisible();
  const form = page.locator('form').filter({ has: page.getByLabel('My signature') });
  await page.getByLabel('My signature').fill('Maria, front desk');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(new AppFrame(page).message('Signature saved')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('My signature')).toHaveValue('Maria, front desk');
  expect(
    await sql`select body from public.mail_signatures where tenant_id = ${clinic.id} and user_id = ${owner.userId}`,
  ).toEqual([{ body: 'Maria, front desk' }]);
});

test('a conversation that is not there says so, and the list stays usable', async ({ page }) => {
  await place.bring({ subject: 'Here', isSeen: true });
  const other = await createInboxClinic();
  const theirs = await other.bring({ subject: 'Theirs' });
  const inbox = new InboxPage(page);
  await inbox.open(clinic.slug, `/${theirs.conversationId}`);
  await expect(inbox.reading.getByText('404')).toBeVisible();
  await inbox.link('Here').click();
  await expect(inbox.subject).toHaveText('Here');
  await page.goto(`/${other.clinic.slug}/inbox`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page does not exist');
  await other.close();
});
