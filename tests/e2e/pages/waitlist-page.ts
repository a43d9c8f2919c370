import { expect, type Locator, type Page } from '@playwright/test';

/** The waiting list of a clinic. */
export class WaitlistPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the list and waits until it has been read. */
  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/calendar/waitlist`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Waiting list' })).toBeVisible();
    await expect(this.page.locator('[aria-busy="true"]')).toHaveCount(0);
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Somebody's entry, by name. */
  entry(name: string): Locator {
    return this.page.getByTestId('waitlist-entry').filter({ hasText: name });
  }

  /** Chooses a client in the open form by searching. */
  async chooseClient(search: string, name: string): Promise<void> {
    const field = this.dialog.getByRole('combobox', { name: 'Client' });
    await field.click();
    await field.fill(search);
    await this.page.getByRole('option', { name }).click();
  }

  /** Chooses from the menu of somebody's entry. */
  async choose(name: string, action: string): Promise<void> {
    await this.entry(name)
      .getByRole('button', { name: `What to do with ${name}` })
      .click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** Takes the offer to somebody back. */
  async withdraw(name: string): Promise<void> {
    await this.entry(name).getByRole('button', { name: 'Withdraw' }).click();
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click();
  }

  /** Shows who is waiting ("Waiting") or those who no longer do ("Done"). */
  async show(part: 'Waiting' | 'Done'): Promise<void> {
    await this.page.getByRole('radio', { name: part, exact: true }).check();
  }
}
