import { expect, type Page } from '@playwright/test';

export class SignInPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(next?: string): Promise<void> {
    await this.page.goto(next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in');
  }

  get failure() {
    return this.page.getByRole('alert').filter({ hasText: 'Authentication failed' });
  }

  /** Fills in the form and sends it, without waiting for what follows. */
  async submit(email: string, password: string): Promise<void> {
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Opens the page, signs in and waits until the person has arrived somewhere. */
  async signIn(email: string, password: string): Promise<void> {
    await this.open();
    await this.submit(email, password);
    await expect(this.page).not.toHaveURL(/\/sign-in/);
  }
}
