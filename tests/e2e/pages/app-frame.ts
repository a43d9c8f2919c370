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

  get heading() {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** A short message at the edge of the screen. */
  message(text: string | RegExp) {
    return this.page.locator('[data-sonner-toast]').filter({ hasText: text });
  }

  async goTo(name: 'Clients' | 'Team' | 'Settings' | 'Clinics'): Promise<void> {
    await this.navigation.getByRole('link', { name, exact: true }).click();
    await expect(this.heading).toHaveText(name);
  }

  async switchClinic(name: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Switch clinic/ }).click();
    await this.page.getByRole('menuitem', { name }).click();
    await expect(this.page.getByRole('button', { name: `Switch clinic. Current: ${name}` })).toBeVisible();
  }

  /** Opens the user menu and picks one of its items. */
  async chooseFromUserMenu(name: 'Profile' | 'Sign out'): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Account menu/ })
      .filter({ visible: true })
      .click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  async signOut(): Promise<void> {
    await this.chooseFromUserMenu('Sign out');
    await expect(this.page).toHaveURL(/\/sign-in/);
  }
}
