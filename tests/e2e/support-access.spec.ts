import { expect, test, type Browser, type Page } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, type Person } from '../support/people.ts';
import { AuditPage } from './pages/audit-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { SupportPage } from './pages/support-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());

const admin = await createSuperAdmin();

async function signedIn(browser: Browser, person: Person): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await new SignInPage(page).signIn(person.email, person.password);
  return page;
}

async function newClinic() {
  const made = await createClinic(admin);
  for (const last_name of ['Popescu', 'Țurcanu'])
    await made.owner.client
      .from('clients')
      .insert({ tenant_id: made.clinic.id, first_name: 'Ana', last_name });
  return made;
}

test('support looks with a reason, the clinic watches and ends it, and the next look is refused', async ({
  browser,
}) => {
  test.slow();
  const { clinic, owner } = await newClinic();
  const staff = await addStaff(owner, clinic);
  const adminPage = await signedIn(browser, admin);
  const ownerPage = await signedIn(browser, owner);
  const support = new SupportPage(adminPage);
  const clinicSide = new SupportPage(ownerPage);
  const audit = new AuditPage(ownerPage);

  await test.step('the super-admin opens it and looks', async () => {
    await support.openAccess(clinic, 'Ticket 4711');
    await expect(support.frame).toContainText(clinic.name);
    await expect(support.client('Ana Popescu')).toBeVisible();
    await support.search('turcanu');
    await expect(support.client('Ana Popescu')).toHaveCount(0);
    await support.client('Ana Țurcanu').click();
    await expect(adminPage.getByRole('heading', { level: 1, name: 'Ana Țurcanu' })).toBeVisible();
    await expect(adminPage.getByRole('button', { name: 'Edit' })).toHaveCount(0);
  });

  await test.step('everybody in the clinic sees it; only owners can end it', async () => {
    await ownerPage.reload();
    await expect(clinicSide.banner).toContainText('Ticket 4711');
    await expect(clinicSide.banner).toContainText(/Ends in \d+ min/);
    const staffPage = await signedIn(browser, staff);
    await expect(new SupportPage(staffPage).banner).toContainText('Ticket 4711');
    await expect(new SupportPage(staffPage).banner.getByRole('button')).toHaveCount(0);
    await staffPage.context().close();
  });

  await test.step('the owner reads every look in the audit trail', async () => {
    await ownerPage.goto(`/${clinic.slug}/settings`);
    await expect(clinicSide.grant('Ticket 4711')).toContainText('3 looks');
    await ownerPage.getByRole('link', { name: 'See every look in the audit trail' }).click();
    await expect(audit.event(`${admin.email} opened support access`)).toBeVisible();
    await expect(audit.event('looked through the client list')).toHaveCount(2);
    const look = await audit.expand(`${admin.email} looked at the client Ana Țurcanu`);
    await expect(look.getByText('Ticket 4711').first()).toBeVisible();
  });

  await test.step('the owner ends it', async () => {
    await clinicSide.endFromBanner();
    await expect(audit.event(`${owner.email} ended support access`)).toBeVisible();
    await ownerPage.goto(`/${clinic.slug}/settings`);
    await expect(clinicSide.grant('Ticket 4711')).toContainText('Ended by an owner of the clinic');
  });

  await test.step('the next look is refused', async () => {
    await adminPage.getByRole('link', { name: 'Clients', exact: true }).click();
    await expect(support.over('Support access has ended')).toBeVisible();
    await expect(adminPage.getByText(`An owner of ${clinic.name} ended it`)).toBeVisible();
    await expect(support.client('Ana Popescu')).toHaveCount(0);
    await adminPage.getByRole('link', { name: 'Back to the clinic' }).click();
    await expect(adminPage).toHaveURL(`/admin/clinics/${clinic.id}`);
  });
});

test('support access that runs out closes the page by itself', async ({ page }) => {
  const { clinic } = await newClinic();
  const grant = await call<{ id: string }>(admin.client, 'admin_open_support_access', {
    tenant_id: clinic.id,
    reason: 'Short visit',
    minutes: 15,
  });
  await sql`update public.support_grants set starts_at = now() - interval '15 min', expires_at = now() + interval '12 s' where id = ${grant.id}`;
  await new SignInPage(page).signIn(admin.email, admin.password);
  const support = new SupportPage(page);
  await page.goto(`/admin/support/${grant.id}`);
  await expect(support.frame.or(support.over('Support access has run out'))).toBeVisible();
  await expect(support.over('Support access has run out')).toBeVisible({ timeout: 20_000 });
  await expect(support.client('Ana Popescu')).toHaveCount(0);
});

test('the super-admin ends it, and another super-admin cannot use it', async ({ browser }) => {
  const { clinic } = await newClinic();
  const adminPage = await signedIn(browser, admin);
  const support = new SupportPage(adminPage);
  await support.openAccess(clinic, 'Ticket 4712');
  const path = new URL(adminPage.url()).pathname;

  const colleaguePage = await signedIn(browser, await createSuperAdmin());
  await colleaguePage.goto(path);
  await expect(new SupportPage(colleaguePage).over('This is somebody else’s support access')).toBeVisible();
  await expect(new SupportPage(colleaguePage).client('Ana Popescu')).toHaveCount(0);

  await adminPage.getByRole('button', { name: 'End access' }).click();
  await adminPage.getByRole('alertdialog').getByRole('button', { name: 'End access' }).click();
  await expect(support.over('Support access has ended')).toBeVisible();
});

test('only looks that somebody asked for are recorded, also when one fails on its way', async ({ page }) => {
  const { clinic } = await newClinic();
  await new SignInPage(page).signIn(admin.email, admin.password);
  const support = new SupportPage(page);
  const calls: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') calls.push(new URL(request.url()).pathname.split('/').at(-1) ?? '');
  });
  const recorded = () => calls.filter((name) => name === 'admin_support_list_clients').length;
  const grants = () => calls.filter((name) => name === 'admin_list_support_grants').length;
  const failure = page.getByRole('alert').filter({ hasText: 'Try again' });
  const answer = '**/rest/v1/rpc/admin_support_show';

  await test.step('coming back to the page reads the grant again, not the records', async () => {
    await support.openAccess(clinic, 'Ticket 4713');
    await expect(support.client('Ana Popescu')).toBeVisible();
    const before = grants();
    await expect(async () => {
      await page.evaluate(() => dispatchEvent(new Event('visibilitychange')));
      expect(grants()).toBeGreaterThan(before);
    }).toPass();
    expect(recorded()).toBe(1);
  });

  await test.step('an answer that is lost is not asked for again by itself', async () => {
    await page.route(answer, (route) => route.abort(), { times: 1 });
    await support.search('turcanu');
    await expect(failure).toBeVisible();
    // As long as a query that is tried again would wait.
    await page.waitForTimeout(2500);
    expect(recorded()).toBe(2);
    await failure.getByRole('button', { name: 'Try again' }).click();
    await expect(support.client('Ana Țurcanu')).toBeVisible();
    expect(recorded()).toBe(3);
  });

  await test.step('an answer that comes too late says so', async () => {
    await page.route(
      answer,
      async (route) => {
        const { look_id } = route.request().postDataJSON() as { look_id: string };
        await sql`update private.support_looks set made_at = now() - interval '2 min' where id = ${look_id}`;
        await route.continue();
      },
      { times: 1 },
    );
    const before = grants();
    await support.client('Ana Țurcanu').click();
    await expect(failure).toContainText('The look is on record');
    expect(grants() - before).toBeLessThanOrEqual(2);
    await failure.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Ana Țurcanu' })).toBeVisible();
  });

  const [row] = await sql`select reads from public.support_grants where tenant_id = ${clinic.id}`;
  expect(row?.reads).toBe(5);
});

test('support access is for active clinics, and ends with the clinic', async ({ page }) => {
  const { clinic } = await newClinic();
  const change = (name: string) => call(admin.client, name, { tenant_id: clinic.id, reason: 'Unpaid' });
  await new SignInPage(page).signIn(admin.email, admin.password);
  const support = new SupportPage(page);

  await support.openAccess(clinic, 'Ticket 4714');
  await expect(support.client('Ana Popescu')).toBeVisible();
  await change('admin_suspend_tenant');
  await support.search('turcanu');
  await expect(support.over('Support access has ended')).toBeVisible();
  await expect(support.client('Ana Popescu')).toHaveCount(0);

  await support.openMenu(clinic);
  await expect(support.offer).toBeDisabled();
  await expect(support.offer).toContainText('Only while the clinic is active');

  await change('admin_resume_tenant');
  await support.openMenu(clinic);
  await support.offer.click();
  await change('admin_suspend_tenant');
  await support.confirm('Ticket 4715');
  await expect(page.getByText('This clinic is not active any more.')).toBeVisible();
  await expect(page.getByText('Unpaid').first()).toBeVisible();
});
