import { expect, type Page } from '@playwright/test';

/** "Forgot your password", the page behind its mail's link, and the one that sets a new password. */
export class PasswordPages {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async askForLink(email: string): Promise<void> {
    await this.page.goto('/forgot-password');
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByRole('button', { name: 'Send the link' }).click();
    await expect(this.page.getByRole('status')).toContainText('If this address has an account');
  }

  /** Opens a link of a mail and presses its button: only that uses the link up. */
  async followLink(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.getByRole('button', { name: /^(Continue|Confirm)/ }).click();
  }

  async chooseNewPassword(password: string): Promise<void> {
    await expect(this.page).toHaveURL(/\/reset-password/);
    await this.page.getByLabel('New password').fill(password);
    await this.page.getByLabel('Password again').fill(password);
    await this.page.getByRole('button', { name: 'Save the new password' }).click();
    await expect(this.page).not.toHaveURL(/\/reset-password/);
  }
}
