import type { Locator, Page } from '@playwright/test';

/** What a client sees who follows the link in an offer. */
export class OfferPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
  }

  get title(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** Day, time, service and provider. */
  get facts(): Locator {
    return this.page.getByTestId('offer-facts');
  }

  async claim(): Promise<void> {
    await this.page.getByRole('button', { name: 'Book this time' }).click();
  }

  async decline(): Promise<void> {
    await this.page.getByRole('button', { name: 'It does not suit me' }).click();
  }
}
