import { expect, type Page } from '@playwright/test';
import type { Clinic } from '../../support/people.ts';

/** Support access, from both sides: the super-admin's pages under a grant, and the clinic's banner and settings. */
export class SupportPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** On the platform's page of a clinic: opens support access, which leads to the clinic's records. */
  async openAccess(clinic: Clinic, reason: string): Promise<void> {
    await this.openMenu(clinic);
    await this.offer.click();
    await this.confirm(reason);
    await expect(this.page).toHaveURL(/\/admin\/support\//);
  }

  /** Opens the menu of the platform's page of a clinic. */
  async openMenu(clinic: Clinic): Promise<void> {
    await this.page.goto(`/admin/clinics/${clinic.id}`);
    await this.page.getByRole('button', { name: `Actions: ${clinic.name}` }).click();
  }

  get offer() {
    return this.page.getByRole('menuitem', { name: 'Open support access' });
  }

  /** In the dialog that asks for a reason. */
  async confirm(reason: string): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: 'Open support access' }).click();
  }

  get frame() {
    return this.page.getByRole('note').filter({ hasText: 'Every look is recorded' });
  }

  client(name: string) {
    return this.page.getByRole('link', { name });
  }

  async search(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Search clients' }).fill(text);
    await this.page.getByRole('button', { name: 'Search', exact: true }).click();
  }

  over(title: string) {
    return this.page.getByRole('heading', { level: 1, name: title });
  }

  /** What members of the clinic see on every page. */
  get banner() {
    return this.page.getByRole('region', { name: 'Support access is open' });
  }

  /** As an owner, from the banner. */
  async endFromBanner(): Promise<void> {
    await this.banner.getByRole('button', { name: 'End access' }).click();
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'End access' }).click();
    await expect(this.banner).toBeHidden();
  }

  /** A grant in the list of the clinic's settings. */
  grant(reason: string) {
    return this.page
      .getByRole('region', { name: 'Support access', exact: true })
      .getByRole('listitem', { name: reason });
  }
}
