import { expect, test } from '@playwright/test';
import { addExisting, addStaff, createClinic, createSuperAdmin } from '../support/people.ts';
import { AppFrame } from './pages/app-frame.ts';
import { PlatformPages } from './pages/platform-pages.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { TeamPage } from './pages/team-page.ts';

/** What a person chooses in the frame and in lists: it takes effect at once and is still so afterwards. */

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const second = await createClinic(admin);
await addExisting(second.owner, second.clinic, owner);
const staff = await addStaff(owner, clinic);

test('somebody in two clinics goes from one to the other, in the theme of their choice', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const frame = new AppFrame(page);
  await frame.switchClinic(second.clinic.name);
  await expect(page).toHaveURL(new RegExp(`/${second.clinic.slug}/`));
  await frame.switchClinic(clinic.name);
  await expect(page).toHaveURL(new RegExp(`/${clinic.slug}/`));

  const html = page.locator('html');
  await frame.chooseTheme('Dark');
  await expect(html).toContainClass('dark');
  await page.reload();
  await expect(html).toContainClass('dark');
  await frame.chooseTheme('Light');
  await expect(html).not.toContainClass('dark');
});

test('permissions given and taken are still so after a reload', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const team = new TeamPage(page);
  await team.open(clinic.slug);
  for (const [name, before] of [
    ['Exports', false],
    ['Catalogue', false],
    ['Exports', true],
  ] as const) {
    const permission = team.permission(staff.email, name);
    await expect(permission).toBeChecked({ checked: before });
    await permission.click();
    await expect(permission).toBeChecked({ checked: !before });
    await expect(permission).toBeEnabled();
  }
  await page.reload();
  await expect(team.permission(staff.email, 'Catalogue')).toBeChecked();
  await expect(team.permission(staff.email, 'Exports')).not.toBeChecked();
  await expect(team.permission(staff.email, 'Overbooking')).not.toBeChecked();
});

test('the platform finds a clinic by its name', async ({ page }) => {
  await new SignInPage(page).signIn(admin.email, admin.password);
  const platform = new PlatformPages(page);
  await platform.open();
  await platform.search(clinic.name.toUpperCase());
  await expect(platform.clinic(clinic.name)).toBeVisible();
  await expect(platform.clinic(second.clinic.name)).toHaveCount(0);
  await platform.search('no clinic has this name');
  await expect(page.getByText('Nothing found')).toBeVisible();
});
