import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';

type Downloaded = { name: string; content: Buffer };

/** The dialogs with which clients are taken out: the list from the list's menu, a record from the client's. */
export class ExportDialogs {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  async openForList(): Promise<void> {
    await this.page.getByRole('button', { name: 'More about clients' }).click();
    await this.page.getByRole('menuitem', { name: 'Export clients' }).click();
    await expect(this.dialog.getByText('Export clients')).toBeVisible();
  }

  async openForClient(name: string): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^Actions for ${name}`) }).click();
    await this.page.getByRole('menuitem', { name: 'Export record' }).click();
    await expect(this.dialog.getByText(/^Export the record of/)).toBeVisible();
  }

  async export(): Promise<Downloaded> {
    const downloading = this.page.waitForEvent('download', { timeout: 60_000 });
    await this.dialog.getByRole('button', { name: 'Export' }).click();
    const file = await downloading;
    return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
  }
}
