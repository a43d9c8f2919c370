import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { AppFrame } from './pages/app-frame.ts';
import { AuditPage } from './pages/audit-page.ts';
import { NoAccessPage } from './pages/no-access-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const other = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const path = `/${clinic.slug}/audit`;

const formula = '=HYPERLINK("http://evil.test")';
await owner.client.from('clients').insert({ tenant_id: clinic.id, last_name: formula });
await staff.client.from('clients').insert({ tenant_id: clinic.id, last_name: 'Țurcanu', phone: '0721' });
await owner.client
  .from('clients')
  .update({ phone: null, email: 'turcanu@example.test' })
  .eq('tenant_id', clinic.id)
  .eq('last_name', 'Țurcanu');
await other.owner.client.from('clients').insert({ tenant_id: other.clinic.id, last_name: 'Elsewhere' });
await call(admin.client, 'admin_set_seats', { tenant_id: clinic.id, max_seats: 7 });
await call(admin.client, 'admin_suspend_tenant', { tenant_id: other.clinic.id, reason: 'Invoice unpaid' });

/** Writes events as the database does, so many that lists and files need several pages. */
async function recordMany(tenantId: string, label: string, count: number): Promise<void> {
  await sql`select count(private.record_event('tenant.updated', ${tenantId}, 'tenant', ${tenantId}, ${label} || n)) from generate_series(1, ${count}) n`;
}

test.describe('an owner', () => {
  test.beforeEach(async ({ page }) => {
    await new SignInPage(page).signIn(owner.email, owner.password);
  });

  test('reads who changed what, with the values before and after', async ({ page }) => {
    const audit = new AuditPage(page);
    await audit.open(path);
    const change = await audit.expand(`${owner.email} changed the client Țurcanu`);
    await expect(change.getByRole('row', { name: 'Phone (removed)' })).toContainText('0721');
    await expect(change.getByRole('row', { name: 'E-mail (added)' })).toContainText('turcanu@example.test');
    await expect(change.getByText('127.0.0.1')).toBeVisible();
    await expect(audit.event(`${admin.email} changed the seats of ${clinic.name}`)).toBeVisible();
    const seats = await audit.expand('changed the seats of');
    await expect(seats.getByRole('row', { name: 'Seats (changed)' })).toContainText(/20.*7/s);
  });

  test('sees the clinic’s own events only, and staff none at all', async ({ page, browser }) => {
    const audit = new AuditPage(page);
    await audit.open(path);
    await audit.search('Elsewhere');
    await expect(audit.nothingFound).toBeVisible();
    await page.goto(`/${other.clinic.slug}/audit`);
    await expect(new NoAccessPage(page).notFound).toBeVisible();

    const staffPage = await (await browser.newContext()).newPage();
    await new SignInPage(staffPage).signIn(staff.email, staff.password);
    await expect(new AppFrame(staffPage).navigation.getByRole('link', { name: 'Clients' })).toBeVisible();
    await expect(new AppFrame(staffPage).navigation.getByRole('link', { name: 'Audit' })).toHaveCount(0);
    await staffPage.goto(path);
    await expect(new NoAccessPage(staffPage).forbidden).toBeVisible();
    await staffPage.context().close();
  });

  test('keeps the filters in the address, where the back button undoes them one by one', async ({ page }) => {
    const audit = new AuditPage(page);
    await audit.open(path);
    await audit.filterByAction('Clients: everything');
    await expect(page).toHaveURL(/action=client\./);
    await expect(audit.event('joined the clinic')).toHaveCount(0);
    await expect(audit.event('added the client')).toHaveCount(2);
    await audit.filterByActor(staff.email);
    await expect(page).toHaveURL(/actor=staff/);
    await expect(audit.event('added the client')).toHaveCount(1);

    await page.reload();
    await expect(page.getByRole('searchbox', { name: 'Who' })).toHaveValue(staff.email);
    await expect(audit.event('added the client')).toHaveCount(1);

    await page.goBack();
    await expect(page.getByRole('searchbox', { name: 'Who' })).toHaveValue('');
    await expect(audit.event('added the client')).toHaveCount(2);
    await page.goBack();
    await expect(audit.event('joined the clinic').first()).toBeVisible();

    await audit.filterByPeriod('From – to…');
    await page.getByLabel('To', { exact: true }).fill('2020-01-31');
    await expect(audit.nothingFound).toBeVisible();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(page).toHaveURL(path);
    await expect(audit.event('joined the clinic').first()).toBeVisible();
  });

  test('exports what the filters show; a name that looks like a formula cannot run', async ({ page }) => {
    const audit = new AuditPage(page);
    await audit.open(`${path}?action=client.created`);
    const { name, content } = await audit.export();
    expect(name).toMatch(
      new RegExp(`^chairside-audit-${clinic.slug}-\\d{4}-\\d\\d-\\d\\d-to-\\d{4}-\\d\\d-\\d\\d\\.csv$`),
    );
    const text = content.toString('utf8');
    expect(text.startsWith('\uFEFFtime_utc,')).toBe(true);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(text).toContain('Țurcanu');
    expect(text).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
    expect(text).not.toMatch(/,"?=/);
    // Taking events out is an event itself.
    await audit.open(path);
    await expect(audit.event(`${owner.email} exported the audit trail`)).toBeVisible();
  });

  test('gets no file from an export that was cancelled halfway', async ({ page }) => {
    await recordMany(clinic.id, 'Batch ', 1500);
    const audit = new AuditPage(page);
    await audit.open(`${path}?q=Batch`);
    let pages = 0;
    await page.route('**/rest/v1/rpc/export_audit_events', async (route) => {
      pages += 1;
      // The second page never comes.
      if (pages === 1) await route.continue();
    });
    const downloads: string[] = [];
    page.on('download', (file) => downloads.push(file.suggestedFilename()));
    await audit.openExport();
    await audit.exportDialog.getByRole('button', { name: 'Export', exact: true }).click();
    await expect(audit.exportDialog.getByText('Events so far: 1,000.')).toBeVisible();
    await audit.exportDialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(audit.exportDialog).toBeHidden();
    await page.unroute('**/rest/v1/rpc/export_audit_events');
    const { content } = await audit.export();
    expect(content.toString('utf8').match(/Batch \d/g)).toHaveLength(1500);
    expect(downloads).toHaveLength(1);
  });
});

test.describe('a super-admin', () => {
  test.beforeEach(async ({ page }) => {
    await new SignInPage(page).signIn(admin.email, admin.password);
  });

  test('finds the events of one clinic by its name, with the reasons given', async ({ page }) => {
    const audit = new AuditPage(page);
    await audit.open('/admin/audit');
    await audit.filterByClinic(other.clinic.name);
    await expect(page).toHaveURL(new RegExp(`clinic=${other.clinic.id}`));
    await expect(audit.event(clinic.name)).toHaveCount(0);
    const suspension = await audit.expand(`${admin.email} suspended the clinic`);
    await expect(suspension.getByText('Invoice unpaid')).toBeVisible();
    await expect(suspension.getByRole('row', { name: 'Status (changed)' })).toContainText('suspended');
    await suspension.getByRole('link', { name: 'Only such events' }).click();
    await expect(page).toHaveURL(/action=tenant\.suspended/);
    await expect(audit.event('suspended the clinic')).toHaveCount(1);
    await expect(audit.event('added the client')).toHaveCount(0);
  });

  test('sees that a clinic’s record was changed, but nothing of it', async ({ page }) => {
    const audit = new AuditPage(page);
    await audit.open(`/admin/audit?clinic=${clinic.id}&action=client.updated`);
    const change = await audit.expand(`${owner.email} changed`);
    await expect(change.getByText('belongs to the clinic')).toBeVisible();
    await expect(page.getByText('Țurcanu')).toHaveCount(0);
    await expect(page.getByText('0721')).toHaveCount(0);
  });

  test('searches further back where a rare text is not among the newest events', async ({ page }) => {
    test.slow();
    const { clinic: busy } = await createClinic(admin);
    await recordMany(busy.id, 'Needle ', 1);
    await recordMany(busy.id, 'Hay ', 20_100);
    const audit = new AuditPage(page);
    await audit.open(`/admin/audit?clinic=${busy.id}&q=Needle`);
    await expect(page.getByText('Nothing found so far')).toBeVisible();
    await page.getByRole('button', { name: 'Search further back' }).click();
    await expect(audit.event('Needle 1')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Search further back' })).toHaveCount(0);
  });

  test('sees how far sealing is and changes how long events are kept, with a reason', async ({ page }) => {
    const audit = new AuditPage(page);
    await audit.open('/admin/audit');
    const chain = page.getByRole('region', { name: 'Tamper evidence' });
    await expect(chain.getByText('npm run audit:verify')).toBeVisible();
    await chain.getByRole('button', { name: 'Change' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Months kept').fill('6');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog.getByText('between 12 and 240 months')).toBeVisible();
    await expect(dialog.getByText('Please give a reason.')).toBeVisible();
    await dialog.getByLabel('Months kept').fill('84');
    await dialog.getByLabel('Reason').fill('Seven years by our contract');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(chain.getByText('84 months')).toBeVisible();
    const change = await audit.expand(`${admin.email} changed how long the audit trail is kept`);
    await expect(change.getByText('Seven years by our contract')).toBeVisible();
  });
});
