import { expect, type Locator, type Page } from '@playwright/test';

/** Providers, chairs and rooms, and services of a clinic. */
export class CataloguePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string, part: 'services' | 'providers' | 'resources' = 'services'): Promise<void> {
    await this.page.goto(`/${slug}/catalogue?part=${part}`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Catalogue' })).toBeVisible();
    await expect(this.page.locator('[aria-busy="true"]')).toHaveCount(0);
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  entry(name: string): Locator {
    return this.page.getByRole('listitem', { name, exact: true });
  }

  async show(part: string): Promise<void> {
    await this.page.getByRole('radio', { name: part, exact: true }).check();
  }

  /** Opens the form for a new entry of the part that is shown. */
  async openNew(label: string): Promise<void> {
    await this.page.getByRole('button', { name: label, exact: true }).first().click();
    await expect(this.dialog).toBeVisible();
  }

  /** Sends the form and waits until it is gone. */
  async save(label: string): Promise<void> {
    await this.dialog.getByRole('button', { name: label, exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }
}
