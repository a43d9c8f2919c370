import { expect, test, type Page } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, newEmail, type Person } from '../support/people.ts';
import { AuditPage } from './pages/audit-page.ts';
import { PlatformPages } from './pages/platform-pages.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());

const admin = await createSuperAdmin();

/** Names as people have them; the tests' own are all alike. */
async function rename(person: Person, firstName: string, lastName: string): Promise<string> {
  await call(admin.client, 'admin_update_user', {
    user_id: person.userId,
    first_name: firstName,
    last_name: lastName,
    language: 'en',
  });
  return `${firstName} ${lastName}`;
}

/** One event on record: who, what, why, and one field before and after. */
async function expectOnRecord(
  page: Page,
  path: string,
  event: { sentence: string; reason: string; field: string; before: string; after: string },
): Promise<void> {
  const audit = new AuditPage(page);
  await audit.open(path);
  // A double click was one act.
  await expect(audit.event(event.sentence)).toHaveCount(1);
  const line = await audit.expand(event.sentence);
  await expect(line).toContainText(admin.email);
  await expect(line.getByText(event.reason, { exact: true }).first()).toBeVisible();
  const change = line.getByRole('row', { name: `${event.field} (changed)` });
  await expect(change.getByRole('deletion')).toHaveText(event.before);
  await expect(change.getByRole('insertion')).toHaveText(event.after);
}

test.beforeEach(async ({ page }) => {
  await new SignInPage(page).signIn(admin.email, admin.password);
});

test('a clinic is created, suspended, resumed, deleted and restored, each time with a reason on record', async ({
  page,
}) => {
  test.slow();
  const platform = new PlatformPages(page);
  const name = `Lifecycle ${Date.now().toString(36)}`;
  await platform.open();
  await platform.createClinic({ name, ownerEmail: newEmail('owner') });
  await platform.closeDialog();
  await platform.search(name);
  await platform.openClinic(name);
  const id = new URL(page.url()).pathname.split('/').pop() ?? '';

  await test.step('nothing happens without a reason', async () => {
    await platform.choose(name, 'Suspend');
    await platform.confirm('Suspend', '   ');
    await expect(platform.dialog.getByText('Please give a reason.')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(platform.dialog).toBeHidden();
    await expect(page.getByText('This clinic is suspended')).toBeHidden();
  });
  await platform.suspend(name, 'Invoice unpaid');
  await platform.resume(name, 'Invoice paid');
  await platform.act(name, 'Delete clinic', 'Closed for good');
  const notice = page.getByRole('status').filter({ hasText: 'This clinic is deleted' });
  await expect(notice).toContainText('Closed for good');
  await expect(notice).toContainText(admin.email);

  await test.step('a deleted clinic is found by its status and restored', async () => {
    await platform.open();
    await platform.search(name);
    await platform.filterByStatus('Active');
    await expect(platform.clinic(name)).toHaveCount(0);
    await platform.filterByStatus('Deleted');
    await platform.openClinic(name);
    await page.goBack();
    await expect(page.getByRole('radio', { name: 'Deleted' })).toBeChecked();
    await platform.openClinic(name);
    await page.getByRole('button', { name: 'Restore clinic' }).click();
    await platform.confirm('Restore clinic', 'Opened again');
    await expect(platform.dialog).toBeHidden();
    await expect(notice).toBeHidden();
  });

  const path = `/admin/audit?clinic=${id}`;
  const status = (before: string, after: string) => ({ field: 'Status', before, after });
  const events = [
    { sentence: 'suspended the clinic', reason: 'Invoice unpaid', ...status('active', 'suspended') },
    { sentence: 'resumed the clinic', reason: 'Invoice paid', ...status('suspended', 'active') },
    { sentence: 'deleted the clinic', reason: 'Closed for good', ...status('active', 'deleted') },
    { sentence: 'restored the clinic', reason: 'Opened again', ...status('deleted', 'active') },
  ];
  for (const event of events) await expectOnRecord(page, path, event);
  await new AuditPage(page).open(path);
  await expect(new AuditPage(page).event('created the clinic')).toBeVisible();
});

test('a restored clinic names whom it had no seat for', async ({ page }) => {
  const { clinic, owner } = await createClinic(admin, 3);
  const staff = await addStaff(owner, clinic);
  const gone = await addStaff(owner, clinic);
  await call(owner.client, 'remove_member', { tenant_id: clinic.id, user_id: gone.userId });
  const platform = new PlatformPages(page);
  await page.goto(`/admin/clinics/${clinic.id}`);
  await platform.act(clinic.name, 'Delete clinic', 'By mistake');
  await expect(platform.person(staff.email)).toContainText('Disabled');
  await sql`update public.tenants set max_seats = 1 where id = ${clinic.id}`;

  await page.getByRole('button', { name: 'Restore clinic' }).click();
  await platform.confirm('Restore clinic', 'It was a mistake');
  await expect(
    platform.dialog.getByRole('heading', { name: 'Not everybody could be restored' }),
  ).toBeVisible();
  await expect(platform.dialog.getByRole('listitem').filter({ hasText: staff.email })).toContainText(
    'No seat was left',
  );
  await platform.closeDialog();
  await expect(platform.person(owner.email)).not.toContainText('Disabled');
  await expect(platform.person(staff.email)).toContainText('Disabled');
  await expect(platform.person(gone.email)).toHaveCount(0);
});

test('a person is suspended, resumed, deleted and restored, each time with a reason on record', async ({
  page,
}) => {
  test.slow();
  const { clinic, owner } = await createClinic(admin);
  const name = await rename(owner, 'Ștefan', `Țurcanu ${Date.now().toString(36)}`);
  const platform = new PlatformPages(page);

  await test.step('found whatever the case and the accents', async () => {
    await platform.openPeople();
    await platform.search(name.toUpperCase().replace('Ș', 'S').replace('Ț', 'T'));
    await expect(platform.person(owner.email)).toContainText(`${clinic.name} Owner`);
    await page.getByRole('link', { name }).click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  });

  await platform.act(name, 'Suspend', 'Account in foreign hands');
  await expect(page.getByRole('status').filter({ hasText: 'This account is suspended' })).toContainText(
    'Account in foreign hands',
  );
  await platform.act(name, 'Resume', 'Password changed');
  await platform.choose(name, 'Delete account');
  await expect(platform.dialog.getByText('This person is an owner here')).toBeVisible();
  await expect(platform.dialog.getByRole('listitem').filter({ hasText: clinic.name })).toBeVisible();
  await platform.confirm('Delete account', 'Left the profession');
  await expect(
    platform.dialog.getByRole('heading', { name: 'These clinics have no owner now' }),
  ).toBeVisible();
  await expect(platform.dialog.getByRole('link', { name: clinic.name })).toBeVisible();
  await platform.closeDialog();
  await expect(platform.membership(clinic.name)).toContainText('Revoked');
  await page.getByRole('button', { name: 'Restore account' }).click();
  await platform.confirm('Restore account', 'Came back');
  await expect(platform.dialog).toBeHidden();
  await expect(platform.membership(clinic.name)).not.toContainText('Revoked');

  const path = `/admin/audit?action=user.&q=${encodeURIComponent(owner.email)}`;
  const status = (before: string, after: string) => ({ field: 'Status', before, after });
  const events = [
    {
      sentence: 'suspended the account',
      reason: 'Account in foreign hands',
      ...status('active', 'suspended'),
    },
    { sentence: 'resumed the account', reason: 'Password changed', ...status('suspended', 'active') },
    { sentence: 'deleted the account', reason: 'Left the profession', ...status('active', 'deleted') },
    { sentence: 'restored the account', reason: 'Came back', ...status('deleted', 'active') },
  ];
  for (const event of events) await expectOnRecord(page, path, event);
});

test('seats change, but never below what is taken', async ({ page }) => {
  const { clinic, owner } = await createClinic(admin, 5);
  await addStaff(owner, clinic);
  const platform = new PlatformPages(page);
  await page.goto(`/admin/clinics/${clinic.id}`);
  await expect(page.getByText('Seats: 2 of 5 taken')).toBeVisible();
  await platform.choose(clinic.name, 'Change seats');
  await platform.dialog.getByLabel('Seats').fill('1');
  await platform.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(platform.dialog.getByText('More seats than that are taken')).toBeVisible();
  await platform.dialog.getByLabel('Seats').fill('3');
  await platform.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Seats: 2 of 3 taken')).toBeVisible();
});

test('ownership passes on, and the last owner can neither be removed nor step down', async ({ page }) => {
  const { clinic, owner } = await createClinic(admin);
  const staff = await addStaff(owner, clinic);
  const [ownerName, staffName] = [await rename(owner, 'Ana', 'Pop'), await rename(staff, 'Mihai', 'Rus')];
  const platform = new PlatformPages(page);
  await page.goto(`/admin/clinics/${clinic.id}`);

  await page.getByRole('button', { name: `Actions: ${ownerName}` }).click();
  await expect(page.getByRole('menuitem')).toHaveText(['Transfer ownership']);
  await page.keyboard.press('Escape');
  await platform.choose(ownerName, 'Transfer ownership');
  await platform.dialog.getByLabel('New owner').selectOption({ label: staffName });
  await platform.confirm('Transfer ownership', 'The practice was sold');
  await expect(platform.person(staff.email)).toContainText('Owner');
  await expect(platform.person(owner.email)).toContainText('Staff');
  await expectOnRecord(page, `/admin/audit?clinic=${clinic.id}&action=member.updated&q=${staff.email}`, {
    sentence: `changed the role of ${staff.email}`,
    reason: 'The practice was sold',
    field: 'Role',
    before: 'staff',
    after: 'owner',
  });
});

test('a member who was removed is restored from their own page', async ({ page }) => {
  const { clinic, owner } = await createClinic(admin);
  const staff = await addStaff(owner, clinic);
  const name = await rename(staff, 'Ioana', 'Dinu');
  const platform = new PlatformPages(page);
  await page.goto(`/admin/clinics/${clinic.id}`);
  await platform.act(name, 'Remove from the clinic', 'Long leave');
  await expect(platform.person(staff.email)).toHaveCount(0);
  await platform.openPerson(staff);
  await expect(platform.membership(clinic.name)).toContainText('Removed');
  await expect(platform.membership(clinic.name)).toContainText('Long leave');
  await platform.act(clinic.name, 'Restore access', 'Back from leave');
  await expect(platform.membership(clinic.name)).not.toContainText('Removed');
});

test('somebody else’s change is shown before it is replaced', async ({ page }) => {
  const { clinic } = await createClinic(admin);
  const platform = new PlatformPages(page);
  await page.goto(`/admin/clinics/${clinic.id}`);
  await platform.choose(clinic.name, 'Edit');
  await platform.dialog.getByLabel('Name', { exact: true }).fill('My name for it');
  await call(admin.client, 'admin_update_tenant', {
    tenant_id: clinic.id,
    name: 'Their name for it',
    time_zone: 'Europe/London',
  });
  await platform.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(platform.dialog.getByText('Their name for it')).toBeVisible();
  await expect(platform.dialog.getByLabel('Name', { exact: true })).toHaveValue('My name for it');
  await platform.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'My name for it' })).toBeVisible();
});

test('the overview counts, and shows what happened last', async ({ page }) => {
  const { clinic } = await createClinic(admin);
  await call(admin.client, 'admin_suspend_tenant', { tenant_id: clinic.id, reason: 'Invoice unpaid' });
  await page.goto('/admin');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(
    page.getByRole('listitem').filter({ hasText: `suspended the clinic ${clinic.name}` }),
  ).toBeVisible();
  await expect(page.getByRole('region', { name: 'Health' }).getByText('Mailbox sync')).toBeVisible();
  await page.getByRole('radio', { name: '90 days' }).check();
  await page.getByText('Show as a table').click();
  await expect(page.getByRole('table', { name: 'Sign-ups' }).getByRole('row')).not.toHaveCount(0);
});

test('how states change is what the database itself permits', async ({ page }) => {
  const { entities } = await call<{ entities: { transitions: unknown[] }[] }>(
    admin.client,
    'admin_list_status_transitions',
  );
  await page.goto('/admin/states');
  for (const [index, title] of [
    'Clinics',
    'People',
    'Memberships',
    'Super-admins',
    'Appointments',
  ].entries()) {
    const matrix = page.getByRole('region', { name: title }).getByRole('table');
    await expect(
      matrix
        .getByRole('cell')
        .getByRole('paragraph')
        .filter({
          hasText:
            /^(Suspend|Resume|Delete|Restore|Disable|Revoke|Remove|Confirm|Arrive|Begin|Complete|Reopen|Cancel|Miss|Book again|Take back .+)$/,
        }),
    ).toHaveCount(entities[index]?.transitions.length ?? 0);
  }
  const clinics = page.getByRole('region', { name: 'Clinics' }).getByRole('table');
  const deleted = clinics.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Deleted' }) });
  await expect(deleted.getByRole('cell').first()).toContainText(/Restore.*Super-admin.*Reason required/s);
});
