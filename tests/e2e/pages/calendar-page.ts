import { expect, type Locator, type Page } from '@playwright/test';

/** The calendar of a clinic and its day board. */
export class CalendarPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the calendar and waits until it shows something. */
  async open(slug: string, query = ''): Promise<void> {
    await this.page.goto(`/${slug}/calendar${query}`);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Calendar' })).toBeVisible();
    await expect(this.page.locator('[data-look]')).toBeVisible();
  }

  async openBoard(slug: string, query = ''): Promise<void> {
    await this.page.goto(`/${slug}/calendar/board${query}`);
    await expect(this.column('Expected')).toBeVisible();
  }

  /** A visit in the grid, by what its button says: "Ana Popescu 10:00–10:45". */
  visit(text: string | RegExp): Locator {
    return this.page.locator('.clinic-calendar').getByRole('button', { name: text });
  }

  /** Chooses from the menu with the rarer things. */
  async choose(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More for the calendar' }).click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** The question after a refusal. */
  get question(): Locator {
    return this.page.getByRole('alertdialog');
  }

  get undo(): Locator {
    return this.page.getByRole('button', { name: 'Undo' }).first();
  }

  /** A column of the day board. */
  column(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** The middle of a wall time in a view of one day, in a provider's column where there are several. */
  async pointAt(time: string, column = 0): Promise<{ x: number; y: number }> {
    const label = this.page.locator(`.ec-body .ec-sidebar time[datetime*="${time.slice(0, 2)}:00"]`).first();
    await label.scrollIntoViewIfNeeded();
    const slot = await label.boundingBox();
    const day = await this.page.locator('.ec-body .ec-day').nth(column).boundingBox();
    if (!slot || !day) throw new Error(`There is no ${time} in the grid`);
    // A quarter of an hour is twenty pixels high; the label stands at the line of its hour.
    const line = slot.y + slot.height / 2;
    return { x: day.x + day.width / 2, y: line + (Number(time.slice(3)) / 15) * 20 + 10 };
  }

  /** Chooses a client in the open dialog by searching. */
  async chooseClient(search: string, name: string): Promise<void> {
    const field = this.dialog.getByRole('combobox', { name: 'Client' });
    await field.click();
    await field.fill(search);
    await this.page.getByRole('option', { name }).click();
  }

  /** Drags with the mouse as a hand does: in steps. */
  async drag(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x, from.y + 8, { steps: 2 });
    await mouse.move(to.x, to.y, { steps: 8 });
    await mouse.up();
  }
}
