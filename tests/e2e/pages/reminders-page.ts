import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';

/** Where owners say when clients are reminded. */
export class RemindersPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page and waits until rules and settings have been read. */
  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/settings/reminders`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Reminders' })).toBeVisible();
    await expect(this.page.getByLabel('Quiet from')).toBeVisible();
    await expect(this.page.locator('[aria-busy="true"]')).toHaveCount(0);
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** A rule, as "E-mail, 2 days before". */
  rule(name: string): Locator {
    return this.page.getByRole('listitem', { name, exact: true });
  }

  /** The example of the e-mail. */
  get preview(): FrameLocator {
    return this.page.frameLocator('iframe[title="What clients receive"]');
  }

  /** Fills in the form of a rule and sends it. */
  async save(rule: { amount: string; unit: string; extra?: string }): Promise<void> {
    await this.dialog.getByLabel('How long before').fill(rule.amount);
    await this.dialog.getByLabel('Unit').selectOption(rule.unit);
    if (rule.extra) await this.dialog.getByLabel('A line of your own').fill(rule.extra);
    await this.dialog.getByRole('button', { name: 'Save' }).click();
  }
}
