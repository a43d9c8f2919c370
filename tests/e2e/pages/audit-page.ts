import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';

/** The audit trail, a clinic's own or the platform's. */
export class AuditPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await expect(this.page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();
    await expect(this.page.locator('[aria-busy="true"]')).toHaveCount(0);
  }

  /** The line of an event, found by its sentence. */
  event(sentence: string | RegExp): Locator {
    return this.page.getByRole('listitem').filter({ hasText: sentence });
  }

  get nothingFound() {
    return this.page.getByText('No events match');
  }

  /** Opens the details of an event and returns its line with them. */
  async expand(sentence: string | RegExp): Promise<Locator> {
    const line = this.event(sentence).first();
    await line.getByRole('button', { name: /^Details/ }).click();
    await expect(line.getByText('Event', { exact: true })).toBeVisible();
    return line;
  }

  async search(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Text' }).fill(text);
  }

  async filterByActor(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Who' }).fill(text);
  }

  async filterByAction(label: string): Promise<void> {
    await this.page.getByLabel('What', { exact: true }).selectOption({ label });
  }

  async filterByPeriod(label: string): Promise<void> {
    await this.page.getByLabel('When', { exact: true }).selectOption({ label });
  }

  async filterByClinic(name: string): Promise<void> {
    const field = this.page.getByRole('combobox', { name: 'Clinic' });
    await field.click();
    await field.pressSequentially(name);
    await this.page.getByRole('option', { name }).click();
    await expect(field).toHaveValue(name);
  }

  get exportDialog() {
    return this.page.getByRole('dialog', { name: 'Export the audit trail' });
  }

  async openExport(): Promise<void> {
    await this.page.getByRole('button', { name: 'Export CSV' }).click();
    await expect(this.exportDialog).toBeVisible();
  }

  /** Exports what the filters show, and returns the file. */
  async export(): Promise<{ name: string; content: Buffer }> {
    await this.openExport();
    const download = this.page.waitForEvent('download');
    await this.exportDialog.getByRole('button', { name: 'Export', exact: true }).click();
    const file = await download;
    return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
  }
}
