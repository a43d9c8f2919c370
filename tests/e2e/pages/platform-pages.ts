import { expect, type Locator, type Page } from '@playwright/test';

export interface NewClinic {
  name: string;
  ownerEmail: string;
  /** Suggested from the name when left out. */
  slug?: string;
  seats?: number;
}

/** The platform's administration: the lists of clinics and people, and the page of each. */
export class PlatformPages {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The list of clinics. */
  async open(): Promise<void> {
    await this.page.goto('/admin/clinics');
    await expect(this.page.getByRole('heading', { level: 1, name: 'Clinics' })).toBeVisible();
  }

  async openPeople(): Promise<void> {
    await this.page.goto('/admin/users');
    await expect(this.page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();
  }

  /** The page of one clinic, by its link in the list. */
  async openClinic(name: string): Promise<void> {
    await this.clinic(name).click();
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  /** The page of one person; their address stands below their name. */
  async openPerson(person: { userId: string; email: string }): Promise<void> {
    await this.page.goto(`/admin/users/${person.userId}`);
    await expect(this.page.getByText(person.email).first()).toBeVisible();
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  clinic(name: string) {
    return this.page.getByRole('link', { name, exact: true });
  }

  /** A row of the list of people, or of a clinic's members. */
  person(email: string): Locator {
    return this.page.getByRole('row').filter({ hasText: email });
  }

  /** A membership on the page of a person. */
  membership(clinic: string): Locator {
    return this.page.getByRole('region', { name: 'Clinics' }).getByRole('listitem', { name: clinic });
  }

  async search(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: /^Search/ }).fill(text);
  }

  async filterByStatus(status: 'All' | 'Active' | 'Suspended' | 'Deleted'): Promise<void> {
    await this.page.getByRole('radio', { name: status }).check();
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

  /** Opens the menu of a clinic, a person or a membership, and chooses from it. */
  async choose(of: string, action: string): Promise<void> {
    await this.page.getByRole('button', { name: `Actions: ${of}` }).click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
    await expect(this.dialog).toBeVisible();
  }

  /** Gives the reason in the open dialog and confirms; a double click counts as one. */
  async confirm(action: string, reason: string): Promise<void> {
    await this.dialog.getByLabel('Reason').fill(reason);
    await this.dialog.getByRole('button', { name: action, exact: true }).dblclick();
  }

  /** Does something that needs a reason and has nothing further to say. */
  async act(of: string, action: string, reason: string): Promise<void> {
    await this.choose(of, action);
    await this.confirm(action, reason);
    await expect(this.dialog).toBeHidden();
  }

  /** On the page of a clinic. */
  async suspend(name: string, reason: string): Promise<void> {
    await this.act(name, 'Suspend', reason);
    await expect(this.page.getByText('This clinic is suspended')).toBeVisible();
  }

  /** On the page of a clinic. */
  async resume(name: string, reason: string): Promise<void> {
    await this.act(name, 'Resume', reason);
    await expect(this.page.getByText('This clinic is suspended')).toBeHidden();
  }
}
