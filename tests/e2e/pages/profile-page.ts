import { expect, type Page } from '@playwright/test';

export class ProfilePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await this.page.goto('/profile');
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.page.getByLabel('Current password').fill(current);
    await this.page.getByLabel('New password').fill(next);
    await this.page.getByLabel('Password again').fill(next);
    await this.page.getByRole('button', { name: 'Change the password' }).click();
  }

  async changeEmail(address: string): Promise<void> {
    await this.page.getByLabel('New address').fill(address);
    await this.page.getByRole('button', { name: 'Change the address' }).click();
  }

  async chooseLanguage(language: 'en' | 'ro'): Promise<void> {
    const save = this.page.getByRole('button', { name: /^(Save|Salvează)$/ });
    await expect(save).toBeEnabled();
    await this.page.locator('select[name="language"]').selectOption(language);
    await save.click();
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
  }

  async signOutEverywhere(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await expect(this.page).toHaveURL(/\/sign-in/);
  }
}
