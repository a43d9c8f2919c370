import { expect, test, type Page } from '@playwright/test';
import { addMailbox, bringMail } from '../support/brought-mail.ts';
import { createClinic, createSuperAdmin } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** How much JavaScript a page needs before anybody has done anything with it: what comes later, comes when it is used. */

const KB = 1_000;
const { clinic, owner } = await createClinic(await createSuperAdmin());
const mailbox = await addMailbox(clinic.id);
const { conversationId } = await bringMail(mailbox, {
  ...{ html: '<p>With <b>HTML</b></p>', files: [{ name: 'plan.pdf', type: 'application/pdf', size: 10 }] },
});

/** Bytes of the scripts that a page has loaded so far, as they come over the wire. */
const loadedBytes = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const scripts = resources.filter(({ name }) => new URL(name).pathname.endsWith('.js'));
    const sizes = new Map(scripts.map((script) => [script.name, script.encodedBodySize]));
    return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  });

async function openedBytes(page: Page, path: string): Promise<number> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.waitForLoadState('networkidle');
  return loadedBytes(page);
}

test('the first page is light', async ({ page }) => {
  const bytes = await openedBytes(page, '/sign-in');
  expect(bytes).toBeGreaterThan(50 * KB);
  expect(bytes).toBeLessThanOrEqual(150 * KB);
});

for (const [name, path] of [
  ['the inbox', `/${clinic.slug}/inbox`],
  ['a conversation', `/${clinic.slug}/inbox/${conversationId}`],
  ['mailboxes', `/${clinic.slug}/settings/mail`],
] as const)
  test(`${name}: no more than a page may load`, async ({ page }) => {
    await new SignInPage(page).signIn(owner.email, owner.password);
    const bytes = await openedBytes(page, path);
    test.info().annotations.push({ type: 'kB', description: String(Math.round(bytes / KB)) });
    expect(bytes).toBeGreaterThan(100 * KB);
    expect(bytes).toBeLessThanOrEqual(300 * KB);
  });

test('the editor comes when somebody writes', async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
  const before = await openedBytes(page, `/${clinic.slug}/inbox/${conversationId}`);
  await page.getByRole('button', { name: 'Reply', exact: true }).last().click();
  await expect(page.getByTestId('letter')).toBeFocused();
  expect((await loadedBytes(page)) - before).toBeGreaterThan(80 * KB);
});
