import { expect, type Locator, type Page } from '@playwright/test';

export class MailboxesPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/settings/mail`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Mailboxes' })).toBeVisible();
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  account(address: string): Locator {
    return this.page.getByRole('listitem', { name: address });
  }

  async add(provider: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Connect a mailbox' }).first().click();
    await this.dialog.getByRole('button', { name: provider }).click();
  }

  /** Fills in those fields of the form that are named by their labels. */
  async fillIn(values: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(values))
      await this.dialog.getByLabel(label, { exact: true }).fill(value);
  }

  async press(name: string): Promise<void> {
    await this.dialog.getByRole('button', { name, exact: true }).click();
  }

  /** What is said at a field. */
  async complaint(label: string): Promise<string> {
    const field = this.dialog.getByLabel(label, { exact: true });
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    const ids = (await field.getAttribute('aria-describedby')) ?? '';
    const texts = await Promise.all(
      ids.split(' ').map((id) => this.page.locator(`[id="${id}"]`).textContent()),
    );
    return texts.join(' ');
  }

  async choose(address: string, action: string): Promise<void> {
    await this.page.getByRole('button', { name: `Actions for ${address}` }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }
}
