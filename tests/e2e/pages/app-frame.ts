import { expect, type Page } from '@playwright/test';

/** What surrounds every page of a signed-in person: navigation, clinic switcher, user menu, messages. */
export class AppFrame {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get navigation() {
    return this.page.getByRole('navigation', { name: 'Main navigation' });
  }

  /** A short message at the edge of the screen. */
  message(text: string | RegExp) {
    return this.page.locator('[data-sonner-toast]').filter({ hasText: text });
  }

  /** Leads from one of the person's clinics to another. */
  async switchClinic(name: string): Promise<void> {
    const clinic = this.page.getByRole('menuitem', { name });
    // A click on a page that is still arriving opens nothing; a person clicks again.
    await expect(async () => {
      if (!(await clinic.isVisible()))
        await this.page.getByRole('button', { name: /^Switch clinic/ }).click();
      await expect(clinic).toBeVisible({ timeout: 1000 });
    }).toPass();
    await clinic.click();
    await expect(this.page.getByRole('button', { name: `Switch clinic. Current: ${name}` })).toBeVisible();
  }

  async chooseTheme(name: 'Light' | 'Dark' | 'System'): Promise<void> {
    await this.openUserMenu();
    await this.page.getByRole('menuitemradio', { name }).click();
    await this.page.keyboard.press('Escape');
  }

  async signOut(): Promise<void> {
    await this.openUserMenu();
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(this.page).toHaveURL(/\/sign-in/);
  }

  private async openUserMenu(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Account menu/ })
      .filter({ visible: true })
      .click();
  }
}
