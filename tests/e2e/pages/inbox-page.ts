import { expect, type Locator, type Page } from '@playwright/test';

/** The shared inbox: lists, conversations, and the one that is open. */
export class InboxPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string, rest = ''): Promise<void> {
    await this.page.goto(`/${slug}/inbox${rest}`);
    // Buttons work once the page is alive.
    await expect(this.page.getByRole('button', { name: 'More about the inbox' })).toBeEnabled();
    await expect(this.page.locator('[aria-busy="true"]')).toHaveCount(0);
  }

  get list(): Locator {
    return this.page.getByRole('region', { name: 'Conversations' });
  }

  /** The part of the page that shows what is open. */
  get reading(): Locator {
    return this.page.getByRole('region', { name: 'Reading' });
  }

  /** A conversation's row, by its subject. */
  row(subject: string): Locator {
    return this.list.locator('[data-conversation]').filter({ hasText: subject });
  }

  /** The link of a row, which has the focus while keys lead along the list. */
  link(subject: string): Locator {
    return this.row(subject).locator('[data-conversation-link]');
  }

  get rows(): Locator {
    return this.list.locator('[data-conversation]');
  }

  get subject(): Locator {
    return this.page.locator('[data-thread-subject]');
  }

  /** A list by name: Open, Mine, Unassigned, Snoozed, Closed, All, Drafts. */
  async choose(list: string): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Lists of conversations' })
      .filter({ visible: true })
      .getByRole('link', { name: new RegExp(`^${list}`) })
      .click();
    await expect(this.page).toHaveURL(
      list === 'Open' ? /\/inbox$/ : new RegExp(`list=${list.toLowerCase()}`),
    );
  }

  mark(name: string): Locator {
    return this.list.getByRole('checkbox', { name: `Select ${name}` });
  }

  get bulk(): Locator {
    return this.page.getByRole('region', { name: 'Selected conversations' });
  }

  get search(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search mail' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Buttons of the open conversation. */
  act(name: string): Locator {
    return this.reading.getByRole('button', { name, exact: true }).first();
  }

  /** Takes back what a message at the edge of the page says was done: earlier ones may be there still. */
  async undo(what: string): Promise<void> {
    await this.page
      .locator('[data-sonner-toast]')
      .filter({ hasText: what })
      .getByRole('button', { name: 'Undo', exact: true })
      .click();
  }
}
