import { expect, test } from '@playwright/test';
import { ownerConnection, stack } from '../support/environment.ts';
import { confirmationLink } from '../support/mail.ts';
import {
  addStaff,
  createClinic,
  createSuperAdmin,
  newEmail,
  newPassword,
  signIn as openSession,
} from '../support/people.ts';
import { AppFrame } from './pages/app-frame.ts';
import { NoAccessPage } from './pages/no-access-page.ts';
import { PasswordPages } from './pages/password-pages.ts';
import { ProfilePage } from './pages/profile-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());

test('the way to the sign-in page carries the security headers too', async ({ request }) => {
  const answer = await request.get(`/${clinic.slug}/clients`, { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers()).toMatchObject({
    location: `/sign-in?next=${encodeURIComponent(`/${clinic.slug}/clients`)}`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
});

test('a failed sign-in does not tell which part was wrong', async ({ page }) => {
  const signIn = new SignInPage(page);
  await signIn.open();
  await signIn.submit(owner.email, 'not the password');
  await expect(signIn.failure).toHaveText('Authentication failed');
  await signIn.submit(newEmail('stranger'), 'not the password');
  await expect(signIn.failure).toHaveText('Authentication failed');
});

test('the address is accepted in any case, and the page asked for comes after', async ({ page }) => {
  await page.goto(`/${clinic.slug}/settings`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await new SignInPage(page).submit(`  ${owner.email.toUpperCase()} `, owner.password);
  await expect(page).toHaveURL(new RegExp(`/${clinic.slug}/settings$`));
});

for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
  test(`a sign-in never leads to another site: ${next}`, async ({ page }) => {
    const signIn = new SignInPage(page);
    await signIn.open(next);
    await signIn.submit(owner.email, owner.password);
    await expect(page).toHaveURL(new RegExp(`^${process.env.APP_URL}/${clinic.slug}`));
  });
}

test('signing out ends the session here and in the other tab', async ({ page, context }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const second = await context.newPage();
  await second.goto(`/${clinic.slug}/clients`);
  await expect(second.getByText('No clients yet')).toBeVisible();
  await new AppFrame(page).signOut();
  await expect(second).toHaveURL(/\/sign-in/);
  await page.goto(`/${clinic.slug}/clients`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a session that ended leads to the sign-in page and back', async ({ page, context }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  await context.clearCookies();
  await page.goto(`/${clinic.slug}/team`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test('a forgotten password is replaced through the mail, whose link works once and by a button only', async ({
  page,
}) => {
  const staff = await addStaff(owner, clinic);
  const pages = new PasswordPages(page);
  await pages.askForLink(staff.email);
  const link = await confirmationLink(staff.email, 'recovery');
  expect((await page.request.get(link)).status()).toBe(200);
  await pages.followLink(link);
  const password = newPassword();
  await pages.chooseNewPassword(password);
  await page.context().clearCookies();
  const signIn = new SignInPage(page);
  await signIn.open();
  await signIn.submit(staff.email, staff.password);
  await expect(signIn.failure).toBeVisible();
  await signIn.submit(staff.email, password);
  await expect(page).toHaveURL(new RegExp(clinic.slug));
  await page.context().clearCookies();
  await pages.followLink(link);
  await expect(page.getByRole('alert')).toContainText('no longer valid');
});

test('asking for a link tells nobody whether an address has an account', async ({ page }) => {
  await new PasswordPages(page).askForLink(newEmail('stranger'));
});

test('a person changes language, password and address, and signs out everywhere', async ({ page }) => {
  const staff = await addStaff(owner, clinic);
  await new SignInPage(page).signIn(staff.email, staff.password);
  const profile = new ProfilePage(page);
  await profile.open();
  await profile.chooseLanguage('ro');
  await profile.chooseLanguage('en');

  const password = newPassword();
  await profile.changePassword('not the password', password);
  await expect(page.getByText('The current password is not right.')).toBeVisible();
  await profile.changePassword(staff.password, password);
  await expect(new AppFrame(page).message('Your password was changed')).toBeVisible();

  const address = newEmail('moved');
  await profile.changeEmail(address);
  await expect(page.getByText(`and to ${address}`)).toBeVisible();
  for (const mailbox of [staff.email, address]) {
    await page.goto(await confirmationLink(mailbox, 'email_change'));
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await expect(page.getByText(mailbox === address ? /changed/ : /other address/).first()).toBeVisible();
  }

  const elsewhere = await openSession(address, password);
  const { data } = await elsewhere.client.auth.getSession();
  await profile.open();
  await profile.signOutEverywhere();
  // The other device still holds an access token for a while, which it can no longer renew.
  const renewal = await page.request.post(`${stack.url}/auth/v1/token?grant_type=refresh_token`, {
    headers: { apikey: stack.publishableKey },
    data: { refresh_token: data.session?.refresh_token },
  });
  expect(renewal.status()).toBe(400);
  expect(await renewal.json()).toMatchObject({ error_code: 'refresh_token_not_found' });
});

test('a page for another role and a page that does not exist say so', async ({ page }) => {
  const staff = await addStaff(owner, clinic);
  await new SignInPage(page).signIn(staff.email, staff.password);
  const refusal = new NoAccessPage(page);
  await page.goto(`/${clinic.slug}/settings`);
  await expect(refusal.forbidden).toBeVisible();
  await page.goto('/admin');
  await expect(refusal.forbidden.or(refusal.notFound)).toBeVisible();
  await page.goto('/no-such-clinic/clients');
  await expect(refusal.notFound).toBeVisible();
});

test('a suspended account reads so instead of entering', async ({ page }) => {
  const staff = await addStaff(owner, clinic);
  await sql`update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = now() where user_id = ${staff.userId}`;
  await page.goto('/sign-in');
  await new SignInPage(page).submit(staff.email, staff.password);
  await expect(new NoAccessPage(page).accountSuspended).toBeVisible();
});
