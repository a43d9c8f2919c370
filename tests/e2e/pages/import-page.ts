import { expect, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';

/** The page on which clients are brought in from a file. */
export class ImportPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/clients/import`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Import clients' })).toBeVisible();
  }

  /** Chooses a file with this content. */
  async choose(content: string | Buffer, name = 'clients.csv'): Promise<void> {
    const buffer = typeof content === 'string' ? Buffer.from(content) : content;
    const field = this.page.getByLabel('Choose a file');
    // Before the page has come alive nobody listens to the field.
    await expect(field).toBeEnabled();
    await field.setInputFiles({ name, mimeType: 'text/csv', buffer });
  }

  /** The choice of where a column goes. */
  column(name: string): Locator {
    return this.page.getByLabel(`Where column ${name} goes`);
  }

  async check(): Promise<void> {
    await this.page.getByRole('button', { name: 'Check all rows' }).click();
    await expect(this.page.getByText('All rows are checked')).toBeVisible({ timeout: 60_000 });
  }

  async start(): Promise<void> {
    await this.page.getByRole('button', { name: /^Import [\d,]+ rows$/ }).click();
  }

  async finish(): Promise<void> {
    await this.start();
    await expect(this.page.getByText('The import is done.')).toBeVisible({ timeout: 60_000 });
  }

  /** How many rows had this outcome, such as "added" or "cannot be imported". */
  count(outcome: string): Locator {
    return this.page
      .locator('dl > div')
      .filter({ has: this.page.getByText(outcome, { exact: true }) })
      .locator('dd');
  }

  /** What the list of problems says, as the file that is downloaded. */
  async downloadProblems(): Promise<string> {
    const downloading = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: 'Download the list' }).click();
    return readFile(await (await downloading).path(), 'utf8');
  }
}
