import { expect, test } from '@playwright/test';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { ClientFilesPage } from './pages/client-files-page.ts';
import { ClientPage } from './pages/client-page.ts';
import { ClientsPage } from './pages/clients-page.ts';
import { MergePage } from './pages/duplicates-page.ts';
import { Keyboard } from './pages/keyboard.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { TasksPage } from './pages/tasks-page.ts';

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const enter = async (first_name: string, last_name: string, phone: string) =>
  call<{ id: string }>(staff.client, 'save_client', {
    tenant_id: clinic.id,
    client_id: null,
    details: { first_name, last_name },
    identifiers: [{ kind: 'phone', raw: phone }],
  });
await enter('Ana', 'Țurcanu', '0721 000 101');
await enter('Ana-Maria', 'Țurcanu', '0721 000 102');
await enter('Mihai', 'Constantinescu', '0721 000 103');

test('a receptionist’s morning, by keyboard alone', async ({ page }) => {
  test.slow();
  await new SignInPage(page).signIn(staff.email, staff.password);
  const keyboard = new Keyboard(page);
  const clients = new ClientsPage(page);
  await clients.open(clinic.slug);

  await test.step('finds a client by a misspelled name, and another by three letters', async () => {
    await expect(clients.client('Mihai Constantinescu')).toBeVisible();
    await keyboard.press('/');
    await expect(clients.searchField).toBeFocused();
    await keyboard.type('constantinesuc');
    await expect(clients.client('Mihai Constantinescu')).toBeVisible();
    await expect(clients.client('Ana Țurcanu')).toHaveCount(0);
    await keyboard.press('Control+A');
    await keyboard.type('tur');
    await expect(clients.client('Ana Țurcanu')).toBeVisible();
    await expect(clients.client('Mihai Constantinescu')).toHaveCount(0);
    await keyboard.enter(clients.client('Ana Țurcanu'));
    await expect(new ClientPage(page).heading('Ana Țurcanu')).toBeVisible();
  });

  const tab = (name: string) =>
    page.getByRole('navigation', { name: 'Parts of the record' }).getByRole('link', { name, exact: true });

  await test.step('writes down a note', async () => {
    await keyboard.enter(tab('Notes'));
    await keyboard.tabTo(page.getByRole('textbox', { name: 'New note' }));
    await keyboard.type('Allergic to latex; called at 8:15.');
    await keyboard.press('Control+Enter');
    await expect(page.getByRole('listitem').getByText('Allergic to latex; called at 8:15.')).toBeVisible();
  });

  await test.step('adds two files and looks at one', async () => {
    const files = new ClientFilesPage(page);
    await keyboard.enter(tab('Files'));
    const chooser = page.waitForEvent('filechooser');
    await keyboard.enter(page.getByRole('button', { name: 'Choose files' }));
    await (
      await chooser
    ).setFiles([
      { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear Ana, <b>see you</b>.') },
      { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('Crown, then whitening.') },
    ]);
    await expect(files.file('letter.txt')).toBeVisible();
    await expect(files.file('plan.txt')).toBeVisible();
    await keyboard.enter(page.getByRole('button', { name: 'Open letter.txt', exact: true }));
    await expect(files.dialog.getByText('Dear Ana, <b>see you</b>.')).toBeVisible();
    await keyboard.press('Escape');
    await expect(files.dialog).toBeHidden();
  });

  await test.step('creates a task and completes it', async () => {
    const tasks = new TasksPage(page);
    await keyboard.enter(tab('Tasks'));
    await keyboard.tabTo(tasks.newField);
    await keyboard.type('Call the lab about the crown');
    await keyboard.press('Enter');
    await keyboard.tabTo(tasks.checkbox('Call the lab about the crown'));
    await keyboard.press('Space');
    await expect(page.getByText(/completed/i).first()).toBeVisible();
  });

  await test.step('merges a duplicate and undoes it', async () => {
    const merge = new MergePage(page);
    await keyboard.enter(page.getByRole('button', { name: /^Actions for / }).first());
    await keyboard.press('ArrowDown');
    const item = page.getByRole('menuitem', { name: /Merge with/ });
    for (let presses = 0; presses < 6; presses += 1) {
      if (await item.evaluate((element) => element === document.activeElement)) break;
      await keyboard.press('ArrowDown');
    }
    await keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Merge two records' })).toBeVisible();
    await keyboard.tabTo(page.getByRole('combobox'));
    await keyboard.type('Ana-Maria');
    await expect(page.getByRole('option')).toHaveCount(1);
    await expect(page.locator('[role=option][data-highlighted]')).toBeVisible();
    await keyboard.press('Enter');
    await expect(page.getByRole('combobox')).toHaveValue('Ana-Maria Țurcanu');
    await keyboard.enter(page.getByRole('button', { name: 'Go on', exact: true }));
    await keyboard.enter(page.getByRole('button', { name: 'Merge records' }));
    await expect(merge.toast('was merged into')).toBeVisible();
    await keyboard.enter(merge.toast('was merged into').getByRole('button', { name: 'Undo' }));
    await clients.open(clinic.slug, '?q=tur');
    await expect(clients.client('Ana-Maria Țurcanu')).toBeVisible();
    await expect(clients.client('Ana Țurcanu')).toBeVisible();
  });
});
