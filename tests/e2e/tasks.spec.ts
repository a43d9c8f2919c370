import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { TasksPage } from './pages/tasks-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);

test.beforeEach(async ({ page }) => {
  await sql`delete from public.tasks where tenant_id = ${clinic.id}`;
  await new SignInPage(page).signIn(owner.email, owner.password);
});

const save = (fields: object, task_id: string | null = null) =>
  call<{ id: string }>(staff.client, 'save_task', { tenant_id: clinic.id, task_id, fields });
const statusOf = async (title: string) =>
  (await sql`select status from public.tasks where tenant_id = ${clinic.id} and title = ${title}`)[0]
    ?.status as string;

test('a morning by keyboard: write down, move, complete, undo', async ({ page }) => {
  const tasks = new TasksPage(page);
  await tasks.open(clinic.slug);
  await expect(page.getByText('Nothing to do for you')).toBeVisible();
  await page.keyboard.press('n');
  await expect(tasks.newField).toBeFocused();
  for (const title of ['Call the lab', 'Order gloves']) {
    await page.keyboard.type(title);
    await page.keyboard.press('Enter');
    await expect(tasks.title(title)).toBeVisible();
    await expect(tasks.newField).toHaveValue('');
  }
  await tasks.newField.blur();
  await page.keyboard.press('j');
  await expect(tasks.title('Call the lab')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(tasks.title('Order gloves')).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('2');
  await expect(tasks.task('Call the lab').getByText('In progress')).toBeVisible();
  await tasks.title('Call the lab').focus();
  await page.keyboard.press('x');
  await expect(tasks.title('Call the lab')).toHaveCount(0);
  await expect.poll(() => statusOf('Call the lab')).toBe('done');
  await tasks.undo.click();
  await expect(tasks.title('Call the lab')).toBeVisible();
  expect(await statusOf('Call the lab')).toBe('in_progress');
  await tasks.title('Order gloves').focus();
  await page.keyboard.press('e');
  await expect(tasks.dialog.getByLabel('Title')).toHaveValue('Order gloves');
});

test('a task gets its fields, its client by search, and keeps them', async ({ page }) => {
  await sql`insert into public.clients (tenant_id, first_name, last_name) values (${clinic.id}, 'Ștefan', 'Munteanu')`;
  const tasks = new TasksPage(page);
  await tasks.open(clinic.slug, '?list=all');
  await tasks.newField.fill('Send the quote');
  await page.getByRole('button', { name: 'More fields' }).click();
  await expect(tasks.dialog.getByLabel('Title')).toHaveValue('Send the quote');
  await tasks.dialog.getByLabel('Details').fill('<b>with</b> both variants');
  await tasks.dialog.getByLabel('Due on').fill('2020-01-15');
  await tasks.dialog.getByLabel('Priority').selectOption('High');
  await tasks.dialog.getByLabel('Assigned to').selectOption({ index: 1 });
  await tasks.dialog.getByRole('combobox', { name: 'Client' }).click();
  await tasks.dialog.getByRole('combobox', { name: 'Client' }).fill('munt');
  await page.getByRole('option', { name: /Ștefan Munteanu/ }).click();
  await tasks.dialog.getByRole('button', { name: 'Add task' }).click();
  await expect(tasks.dialog).toBeHidden();
  await page.reload();
  const row = tasks.task('Send the quote');
  await expect(row.getByText('<b>with</b> both variants')).toBeVisible();
  await expect(row.getByText('Overdue since Jan 15, 2020')).toBeVisible();
  await expect(row.getByRole('link', { name: 'Ștefan Munteanu' })).toBeVisible();
  await tasks.choose('Overdue');
  await expect(row).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Overdue (1)' })).toBeChecked();
});

test('what cannot be saved is explained, and nothing typed is lost', async ({ page }) => {
  const tasks = new TasksPage(page);
  await tasks.open(clinic.slug);
  await page.route('**/rpc/save_task', (route) => route.abort());
  await tasks.newField.fill('Not yet');
  await tasks.newField.press('Enter');
  await expect(page.getByText('The service could not be reached').first()).toBeVisible();
  await expect(tasks.newField).toHaveValue('Not yet');
  await page.unroute('**/rpc/save_task');
  await tasks.newField.press('Enter');
  await expect(tasks.title('Not yet')).toBeVisible();
  await tasks.title('Not yet').click();
  await tasks.dialog.getByLabel('Title').fill(' ');
  await tasks.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(tasks.dialog.getByText('Say what is to be done.')).toBeVisible();
});

test('somebody else changed it meanwhile: one chooses which version stays', async ({ page }) => {
  const { id } = await save({ title: 'Order masks', assignee_id: owner.userId });
  const tasks = new TasksPage(page);
  await tasks.open(clinic.slug);
  await tasks.title('Order masks').click();
  await save({ title: 'Order 200 masks' }, id);
  await tasks.dialog.getByLabel('Title').fill('Order many masks');
  await tasks.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(tasks.dialog.getByText('Somebody else has saved changes')).toBeVisible();
  await tasks.dialog.getByRole('button', { name: 'Load the newer version' }).click();
  await expect(tasks.dialog.getByLabel('Title')).toHaveValue('Order 200 masks');
  await tasks.dialog.getByLabel('Title').fill('Order 300 masks');
  await tasks.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(tasks.title('Order 300 masks')).toBeVisible();
});

test('on the board tasks are dragged, and moved by menu and keys', async ({ page }) => {
  for (const title of ['One', 'Two', 'Three']) await save({ title });
  const tasks = new TasksPage(page);
  await tasks.open(clinic.slug, '?view=board');
  await tasks.task('One').dragTo(tasks.column('In progress'));
  await expect(tasks.column('In progress').locator(tasks.title('One'))).toBeVisible();
  await expect.poll(() => statusOf('One')).toBe('in_progress');
  await page.getByRole('button', { name: 'Actions for Two' }).click();
  await page.getByRole('menuitem', { name: 'Move to “Done”' }).click();
  await expect(tasks.column('Done').locator(tasks.title('Two'))).toBeVisible();
  await tasks.title('Three').focus();
  await page.keyboard.press('3');
  await expect(tasks.column('Done').locator(tasks.title('Three'))).toBeVisible();
  await expect.poll(() => statusOf('Three')).toBe('done');
  await expect(tasks.column('Open').getByText('Drop a task here')).toBeVisible();
});

test('a move that fails is taken back', async ({ page }) => {
  await save({ title: 'Stays', assignee_id: owner.userId });
  const tasks = new TasksPage(page);
  await tasks.open(clinic.slug);
  await page.route('**/rpc/set_task_status', (route) => route.abort());
  await tasks.checkbox('Stays').click();
  await expect(page.getByText('The service could not be reached').first()).toBeVisible();
  await expect(tasks.checkbox('Stays')).not.toBeChecked();
  expect(await statusOf('Stays')).toBe('open');
});

test('lists, search and the choice of a person stay in the address', async ({ page }) => {
  await save({ title: 'For the owner', assignee_id: owner.userId });
  await save({ title: 'For staff', assignee_id: staff.userId });
  await save({ title: 'For nobody' });
  const tasks = new TasksPage(page);
  await tasks.open(clinic.slug);
  await expect(tasks.title('For the owner')).toBeVisible();
  await expect(tasks.title('For staff')).toHaveCount(0);
  await tasks.choose('All');
  await expect(tasks.title('For nobody')).toBeVisible();
  await page.getByLabel('Assigned to').selectOption(staff.userId);
  await expect(tasks.title('For nobody')).toHaveCount(0);
  await page.getByLabel('Search tasks').fill('owner');
  await expect(page.getByText('No task matches')).toBeVisible();
  await page.reload();
  await expect(page.getByText('No task matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(tasks.title('For nobody')).toBeVisible();
});
