import { expect, type Page } from '@playwright/test';

export interface ClientFields {
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
  dateOfBirth?: string;
}

/** The list of a clinic's clients, and the dialog to add or edit one. */
export class ClientsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string, query = ''): Promise<void> {
    await this.page.goto(`/${slug}/clients${query}`);
    // Either clients or a sentence that there are none; never the placeholder rows.
    await expect(
      this.page.getByRole('table').or(this.emptyText).or(this.page.getByText('Nothing found')),
    ).toBeVisible();
  }

  get emptyText() {
    return this.page.getByText('No clients yet');
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  get searchField() {
    return this.page.getByRole('searchbox', { name: 'Search name, phone or e-mail' });
  }

  /** What can be done with the marked clients. */
  get bulkBar() {
    return this.page.getByRole('region', { name: 'Selected clients' });
  }

  /** What the list is narrowed by, each with a button that takes it away. */
  get chips() {
    return this.page.getByRole('list', { name: 'Filters' });
  }

  get views() {
    return this.page.getByRole('group', { name: 'Saved views' });
  }

  /** The link of a client in the list, by full name. */
  client(name: string) {
    return this.page.getByRole('link', { name, exact: true });
  }

  /** The names in the list, from top to bottom. */
  async names(): Promise<string[]> {
    const names = await this.page.locator('[data-client-link]').allTextContents();
    return names.map((name) => name.trim());
  }

  row(name: string) {
    return this.page.getByRole('row').filter({ has: this.client(name) });
  }

  async mark(name: string, options: { shift?: boolean } = {}): Promise<void> {
    await this.page
      .getByRole('checkbox', { name: `Select ${name}`, exact: true })
      .click(options.shift ? { modifiers: ['Shift'] } : {});
  }

  /** Types into the search field, as the clinic's own keys do. */
  async search(text: string): Promise<void> {
    await this.searchField.fill(text);
  }

  /** Opens the filters and shuts them when `choose` is done. */
  async filter(choose: (panel: ReturnType<Page['getByRole']>) => Promise<unknown>): Promise<void> {
    await this.page.getByRole('button', { name: /^Filters/ }).click();
    const panel = this.page.getByRole('dialog', { name: 'Filters' });
    await choose(panel);
    await this.page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
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
      dateOfBirth: 'Date of birth',
    } as const;
    for (const [field, label] of Object.entries(labels)) {
      const value = fields[field as keyof ClientFields];
      if (value !== undefined) await this.dialog.getByLabel(label, { exact: true }).fill(value);
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
