import { expect, type Page } from '@playwright/test';

export interface NewClinic {
  name: string;
  ownerEmail: string;
  /** Suggested from the name when left out. */
  slug?: string;
  seats?: number;
}

/** The platform's administration: the list of clinics and the page of one. */
export class PlatformPages {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await this.page.goto('/admin');
    await expect(this.page.getByRole('heading', { level: 1, name: 'Clinics' })).toBeVisible();
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  clinic(name: string) {
    return this.page.getByRole('link', { name, exact: true });
  }

  async search(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Search clinics' }).fill(text);
  }

  /** Creates a clinic; what became of the owner's invitation then shows in the dialog, which stays open. */
  async createClinic(clinic: NewClinic): Promise<void> {
    await this.page.getByRole('button', { name: 'Create clinic' }).first().click();
    await this.dialog.getByLabel('Name', { exact: true }).fill(clinic.name);
    if (clinic.slug) await this.dialog.getByLabel('Address', { exact: true }).fill(clinic.slug);
    await this.dialog.getByLabel('E-mail of the first owner').fill(clinic.ownerEmail);
    if (clinic.seats) await this.dialog.getByLabel('Seats').fill(String(clinic.seats));
    await this.dialog.getByRole('button', { name: 'Create clinic' }).click();
    await expect(this.dialog.getByRole('heading', { name: `${clinic.name} was created` })).toBeVisible();
  }

  async closeDialog(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Done' }).click();
    await expect(this.dialog).toBeHidden();
  }

  async openClinic(name: string): Promise<void> {
    await this.clinic(name).click();
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  /** On the page of a clinic. */
  async suspend(reason: string): Promise<void> {
    await this.changeStatus('Suspend', reason);
    await expect(this.page.getByText('This clinic is suspended')).toBeVisible();
  }

  /** On the page of a clinic. */
  async resume(reason: string): Promise<void> {
    await this.changeStatus('Resume', reason);
    await expect(this.page.getByText('This clinic is suspended')).toBeHidden();
  }

  private async changeStatus(action: 'Suspend' | 'Resume', reason: string): Promise<void> {
    await this.page.getByRole('button', { name: action, exact: true }).click();
    await this.dialog.getByLabel('Reason').fill(reason);
    await this.dialog.getByRole('button', { name: action, exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }
}
