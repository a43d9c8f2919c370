import { expect, type Page } from '@playwright/test';

export interface ClientFields {
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
}

/** The list of a clinic's clients, and the dialog to add or edit one. */
export class ClientsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/clients`);
    // Either clients or the sentence that there are none; never the placeholder rows.
    await expect(this.page.getByRole('table').or(this.emptyText)).toBeVisible();
  }

  get emptyText() {
    return this.page.getByText('No clients yet');
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  /** The link of a client in the list, by full name. */
  client(name: string) {
    return this.page.getByRole('link', { name, exact: true });
  }

  async openNew(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Add (the first )?client$/ })
      .first()
      .click();
  }

  async openEdit(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Edit ${name}` }).click();
  }

  async fillIn(fields: ClientFields): Promise<void> {
    const labels = {
      firstName: 'First name',
      lastName: 'Last name',
      email: 'E-mail',
      phone: 'Phone',
    } as const;
    for (const [field, label] of Object.entries(labels)) {
      const value = fields[field as keyof ClientFields];
      if (value !== undefined) await this.dialog.getByLabel(label).fill(value);
    }
  }

  /** Sends the form, without waiting for the answer. */
  async submit(): Promise<void> {
    await this.dialog.getByRole('button', { name: /^(Add client|Save)$/ }).click();
  }

  /** Adds a client and waits until the list shows it. */
  async add(fields: ClientFields): Promise<void> {
    await this.openNew();
    await this.fillIn(fields);
    await this.submit();
    await expect(this.dialog).toBeHidden();
    await expect(this.client(`${fields.firstName ?? ''} ${fields.lastName ?? ''}`.trim())).toBeVisible();
  }
}
