import { expect, type Page } from '@playwright/test';

type Tab = 'Overview' | 'Timeline' | 'Notes' | 'Files' | 'Tasks';

/** The page of one client: header, tabs, and the dialog to edit the record. */
export class ClientPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string, clientId: string, tab?: Lowercase<Tab>): Promise<void> {
    await this.page.goto(`/${slug}/clients/${clientId}${tab ? `?tab=${tab}` : ''}`);
    await expect(this.page.getByRole('navigation', { name: 'Parts of the record' })).toBeVisible();
  }

  heading(name: string) {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  async goTo(tab: Tab): Promise<void> {
    const link = this.page
      .getByRole('navigation', { name: 'Parts of the record' })
      .getByRole('link', { name: tab, exact: true });
    await link.click();
    await expect(link).toHaveAttribute('aria-current', 'page');
  }

  /** The cards of the overview. */
  card(title: string) {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  async edit(): Promise<void> {
    await this.page.getByRole('button', { name: 'Edit', exact: true }).click();
    await expect(this.dialog.getByLabel('First name')).toBeVisible();
  }

  field(label: string) {
    return this.dialog.getByLabel(label, { exact: true });
  }

  async save(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  }

  /** Chooses an item of the menu with everything that can be done with the client. */
  async choose(item: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Actions for / }).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }
}
