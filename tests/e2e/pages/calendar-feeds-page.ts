import { expect, type Locator, type Page } from '@playwright/test';

/** The secret addresses at which calendar programs read appointments. */
export class CalendarFeedsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page and waits until the feeds have been read. */
  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/settings/calendar-feeds`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Calendar feeds' })).toBeVisible();
    await expect(this.page.locator('[aria-busy="true"]')).toHaveCount(0);
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  get newButton(): Locator {
    return this.page.getByRole('button', { name: 'New feed' });
  }

  feed(name: string): Locator {
    return this.page.getByRole('listitem', { name, exact: true });
  }

  /** Makes a feed of what the form offers first, or of somebody, and returns its address. */
  async create(feed: { name: string; of?: string; shows: string }): Promise<string> {
    await this.newButton.click();
    await this.dialog.getByLabel('Name').fill(feed.name);
    if (feed.of) await this.dialog.getByLabel('Appointments').selectOption(feed.of);
    await this.dialog.getByLabel('What it shows').selectOption(feed.shows);
    await this.dialog.getByRole('button', { name: 'Make feed' }).click();
    await expect(this.dialog.getByText('This address is shown once.')).toBeVisible();
    const address = await this.dialog.getByLabel('Address').inputValue();
    await this.dialog.getByRole('button', { name: 'Done' }).click();
    await expect(this.dialog).toBeHidden();
    return address;
  }

  async end(name: string): Promise<void> {
    await this.feed(name)
      .getByRole('button', { name: `End ${name}?` })
      .click();
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'End feed' }).click();
    await expect(this.feed(name)).toContainText('Ended');
  }
}
