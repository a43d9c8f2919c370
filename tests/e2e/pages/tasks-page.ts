import { expect, type Locator, type Page } from '@playwright/test';

/** The tasks of a clinic, as a list and as a board. */
export class TasksPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string, query = ''): Promise<void> {
    await this.page.goto(`/${slug}/tasks${query}`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Tasks' })).toBeVisible();
    // Buttons work once the page is alive.
    await expect(this.page.getByRole('button', { name: 'More fields' })).toBeEnabled();
  }

  get newField(): Locator {
    return this.page.getByRole('textbox', { name: 'New task: type and press Enter' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** A task's row or card, by title. */
  task(title: string): Locator {
    return this.page.locator('[data-task]').filter({ has: this.title(title) });
  }

  title(title: string): Locator {
    return this.page.getByRole('button', { name: `Edit ${title}`, exact: true });
  }

  checkbox(title: string): Locator {
    return this.page.getByRole('checkbox', { name: new RegExp(`(Complete|Reopen) ${title}$`) });
  }

  /** A column of the board: Open, In progress or Done. */
  column(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** Writes a task down and waits until the list shows it. */
  async add(title: string): Promise<void> {
    await this.newField.fill(title);
    await this.newField.press('Enter');
    await expect(this.title(title)).toBeVisible();
  }

  async choose(list: string): Promise<void> {
    await this.page.getByRole('radio', { name: new RegExp(`^${list}`) }).check();
  }

  /** The message with its button to undo. */
  get undo(): Locator {
    return this.page.getByRole('button', { name: 'Undo' }).first();
  }
}
