import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { confirmationLink } from '../support/mail.ts';
import {
  createClinic,
  createSuperAdmin,
  newPassword,
  refusal,
  signIn,
  type Person,
} from '../support/people.ts';
import { AppFrame } from './pages/app-frame.ts';
import { PasswordPages } from './pages/password-pages.ts';
import { ProfilePage } from './pages/profile-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { codeFor, TwoStepPage } from './pages/two-step-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());

/** Sets up a device without the page, and returns its key. */
async function setUpDevice({ client }: Person, friendlyName = 'Phone'): Promise<string> {
  const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName });
  if (error) throw error;
  const code = codeFor(data.totp.secret);
  const { error: refused } = await client.auth.mfa.challengeAndVerify({ factorId: data.id, code });
  if (refused) throw refused;
  return data.totp.secret;
}

const newOwner = async () => createClinic(await createSuperAdmin());

test('a super-admin turns it on; from then on the platform opens with a code only', async ({ page }) => {
  const admin = await createSuperAdmin();
  const twoStep = new TwoStepPage(page);
  await new SignInPage(page).signIn(admin.email, admin.password);
  await new ProfilePage(page).open();
  const secret = await twoStep.beginSetUp('My phone');
  await twoStep.giveCode(codeFor(secret, 600), twoStep.dialog);
  await expect(twoStep.dialog.getByText('This code is not right')).toBeVisible();
  await twoStep.giveCode(codeFor(secret), twoStep.dialog);
  await expect(twoStep.device('My phone')).toBeVisible();
  await expect(page.getByText('On', { exact: true })).toBeVisible();

  await new AppFrame(page).signOut();
  await new SignInPage(page).signIn(admin.email, admin.password);
  await expect(twoStep.heading).toBeVisible();
  await page.goto('/admin');
  await expect(page).toHaveURL('/two-step?next=%2Fadmin');
  const byPassword = await signIn(admin.email, admin.password);
  expect(await refusal(byPassword.client, 'admin_list_tenants')).toBe('403 mfa_required');

  await twoStep.giveCode(codeFor(secret, 600));
  await expect(page.getByText('This code is not right')).toBeVisible();
  await twoStep.giveCode(codeFor(secret));
  await expect(page).toHaveURL('/admin');
  await page.goto('/admin');
  await expect(page).toHaveURL('/admin');
});

test('everybody with a device is asked, and then arrives at the page they wanted', async ({ page }) => {
  const { clinic, owner } = await newOwner();
  const secret = await setUpDevice(owner);
  const twoStep = new TwoStepPage(page);
  await page.goto(`/${clinic.slug}/team`);
  await new SignInPage(page).submit(owner.email, owner.password);
  await expect(twoStep.heading).toBeVisible();
  for (const path of ['/', `/${clinic.slug}/clients`, '/profile']) {
    await page.goto(path);
    await expect(twoStep.heading).toBeVisible();
  }
  await page.goto(`/two-step?next=${encodeURIComponent(`/${clinic.slug}/team`)}`);
  await page.getByLabel('Code from the app').fill('12345');
  // Until the page has come alive Enter does nothing, as the button is disabled.
  await expect(page.getByRole('button', { name: 'Continue' })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Enter the six digits')).toBeVisible();
  await page.getByLabel('Code from the app').fill(codeFor(secret).replace(/^(...)/, ' $1 '));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/${clinic.slug}/team`);
});

test('the page that asks leads to no other site, and lets people sign out', async ({ page }) => {
  const { owner } = await newOwner();
  const secret = await setUpDevice(owner);
  const twoStep = new TwoStepPage(page);
  await page.goto('/two-step?next=/profile');
  await expect(page).toHaveURL('/sign-in?next=%2Fprofile');
  await new SignInPage(page).submit(owner.email, owner.password);
  await expect(twoStep.heading).toBeVisible();
  await twoStep.signOutButton.click();
  await expect(page).toHaveURL('/sign-in');

  await new SignInPage(page).signIn(owner.email, owner.password);
  await page.goto('/two-step?next=https://evil.example');
  await twoStep.giveCode(codeFor(secret));
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  await page.goto('/two-step?next=/profile');
  await expect(page).toHaveURL('/profile');
});

test('an abandoned set-up is cleared up by the next one, and a name is used once', async ({ page }) => {
  const { owner } = await newOwner();
  const twoStep = new TwoStepPage(page);
  await new SignInPage(page).signIn(owner.email, owner.password);
  await new ProfilePage(page).open();
  await twoStep.beginSetUp('Phone');
  await page.keyboard.press('Escape');
  await page.reload();
  await twoStep.setUp('Phone');
  await page.getByRole('button', { name: 'Add a device' }).click();
  await twoStep.dialog.getByLabel('Name of the device').fill('Phone');
  await twoStep.dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(twoStep.dialog.getByText('You already have a device with this name')).toBeVisible();
  await page.keyboard.press('Escape');
  await twoStep.setUp('Tablet');
});

test('a removed device asks for nothing; with one of two gone the other still does', async ({ page }) => {
  const { owner } = await newOwner();
  await setUpDevice(owner, 'Old');
  const secret = await setUpDevice(owner, 'New');
  const twoStep = new TwoStepPage(page);
  const signInAgain = async () => new SignInPage(page).signIn(owner.email, owner.password);
  await signInAgain();
  await twoStep.giveCode(codeFor(secret));
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  await new ProfilePage(page).open();
  await twoStep.remove('Old');
  await new AppFrame(page).signOut();

  await signInAgain();
  await twoStep.giveCode(codeFor(secret));
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  await new ProfilePage(page).open();
  await twoStep.remove('New');
  await expect(page.getByText('Off', { exact: true })).toBeVisible();
  await new AppFrame(page).signOut();
  await signInAgain();
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
});

test('a session that lost its code gives another before devices are changed', async ({ page }) => {
  const { owner } = await newOwner();
  const first = await setUpDevice(owner, 'First');
  await setUpDevice(owner, 'Second');
  const twoStep = new TwoStepPage(page);
  await new SignInPage(page).signIn(owner.email, owner.password);
  await twoStep.giveCode(codeFor(first));
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  await new ProfilePage(page).open();
  // The session was proved with the first device; its code goes with it.
  await twoStep.remove('First');
  await page.getByRole('button', { name: 'Remove Second' }).click();
  await expect(twoStep.dialog.getByText('Enter a code first')).toBeVisible();
  await twoStep.giveCode(codeFor(first), twoStep.dialog);
  await expect(twoStep.dialog.getByText('This code is not right')).toBeVisible();
});

test('whoever lost the device signs in again once the owner of the database has removed it', async ({
  page,
}) => {
  const { owner } = await newOwner();
  await setUpDevice(owner);
  const twoStep = new TwoStepPage(page);
  await new SignInPage(page).signIn(owner.email, owner.password);
  await expect(twoStep.heading).toBeVisible();
  await expect(page.getByText('Lost your device?')).toBeVisible();
  await sql`delete from auth.mfa_factors where user_id = ${owner.userId}`;
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
});

test('a new password needs the code too, on the profile and after a mailed link', async ({ page }) => {
  const { owner } = await newOwner();
  const secret = await setUpDevice(owner);
  const twoStep = new TwoStepPage(page);
  const [second, third] = [newPassword(), newPassword()];
  await new SignInPage(page).signIn(owner.email, owner.password);
  await twoStep.giveCode(codeFor(secret));
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  await new ProfilePage(page).open();
  await page.getByLabel('Code from the app').fill(codeFor(secret, 600));
  await new ProfilePage(page).changePassword(owner.password, second);
  await expect(page.getByText('This code is not right')).toBeVisible();
  await page.getByLabel('Code from the app').fill(codeFor(secret));
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(new AppFrame(page).message('Password')).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL('/profile');
  await new AppFrame(page).signOut();

  const passwords = new PasswordPages(page);
  await passwords.askForLink(owner.email);
  await passwords.followLink(await confirmationLink(owner.email, 'recovery'));
  await expect(twoStep.heading).toBeVisible();
  await twoStep.giveCode(codeFor(secret));
  await passwords.chooseNewPassword(third);
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  expect((await signIn(owner.email, third)).userId).toBe(owner.userId);
});

test('without two-step verification in the Auth service, the profile says so', async ({ page }) => {
  const { owner } = await newOwner();
  await new SignInPage(page).signIn(owner.email, owner.password);
  await page.route('**/auth/v1/factors', (route) =>
    route.fulfill({
      status: 422,
      headers: { 'access-control-allow-origin': '*', 'x-sb-error-code': 'mfa_totp_enroll_not_enabled' },
      json: { code: 422, error_code: 'mfa_totp_enroll_not_enabled', msg: 'MFA enroll is disabled for TOTP' },
    }),
  );
  await new ProfilePage(page).open();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Two-step verification is not offered here.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Turn on' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`question and set-up are accessible and fit a phone, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 844 });
    const { owner } = await newOwner();
    const twoStep = new TwoStepPage(page);
    const expectSound = async () => {
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    };
    await new SignInPage(page).signIn(owner.email, owner.password);
    await new ProfilePage(page).open();
    const secret = await twoStep.beginSetUp('Phone');
    await expectSound();
    await twoStep.giveCode(codeFor(secret), twoStep.dialog);
    await expect(twoStep.device('Phone')).toBeVisible();
    await expectSound();
    await page.context().clearCookies();
    await new SignInPage(page).signIn(owner.email, owner.password);
    await expect(twoStep.heading).toBeVisible();
    await expectSound();
  });
}
