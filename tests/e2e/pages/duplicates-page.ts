import { expect, type Locator, type Page } from '@playwright/test';

/** The list of possible duplicates. */
export class DuplicatesPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/clients/duplicates`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Possible duplicates' })).toBeVisible();
  }

  get emptyText(): Locator {
    return this.page.getByText('No duplicates found');
  }

  /** The pair of two clients, whichever is named first. */
  pair(one: string, other: string): Locator {
    const named = (a: string, b: string) =>
      this.page.getByRole('article', { name: `${a} and ${b}`, exact: true });
    return named(one, other).or(named(other, one));
  }

  async merge(pair: Locator): Promise<void> {
    await pair.getByRole('link', { name: 'Merge…' }).click();
  }

  async dismiss(pair: Locator): Promise<void> {
    await pair.getByRole('button', { name: 'Not the same person' }).click();
  }
}

/** Where two records become one. */
export class MergePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string, keepId: string, mergeId?: string): Promise<void> {
    await this.page.goto(`/${slug}/clients/merge?keep=${keepId}${mergeId ? `&merge=${mergeId}` : ''}`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Merge two records' })).toBeVisible();
  }

  side(name: 'Stays' | 'Is merged into it'): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** The choices of a field. */
  field(name: string): Locator {
    return this.page.getByRole('group', { name, exact: true });
  }

  async choose(field: string, value: string): Promise<void> {
    await this.field(field).getByRole('radio', { name: value, exact: true }).check();
  }

  async swap(): Promise<void> {
    await this.page.getByRole('button', { name: 'Swap' }).click();
  }

  async confirm(): Promise<void> {
    await this.page.getByRole('button', { name: 'Merge records' }).click();
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('[data-sonner-toast]').filter({ hasText: text });
  }

  async undo(): Promise<void> {
    await this.toast('was merged into').getByRole('button', { name: 'Undo' }).click();
  }
}
