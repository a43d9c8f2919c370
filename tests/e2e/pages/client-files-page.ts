import { expect, type Locator, type Page } from '@playwright/test';
import { ClientPage } from './client-page.ts';

export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** The files of one client. */
export class ClientFilesPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string, clientId: string): Promise<void> {
    await new ClientPage(this.page).open(slug, clientId, 'files');
    await expect(this.page.getByRole('button', { name: 'Choose files' })).toBeEnabled();
  }

  async choose(...files: ChosenFile[]): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(files);
  }

  /** Drops files onto the panel, or pastes them into the page, as a browser reports it. */
  async give(how: 'drop' | 'paste', ...files: ChosenFile[]): Promise<void> {
    const given = files.map(({ name, mimeType, buffer }) => ({
      name,
      mimeType,
      base64: buffer.toString('base64'),
    }));
    await this.page.locator('[data-slot=drop-zone]').evaluate(
      (zone, input) => {
        const transfer = new DataTransfer();
        for (const { name, mimeType, base64 } of input.given) {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type: mimeType }));
        }
        const event =
          input.how === 'drop'
            ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
        zone.dispatchEvent(event);
      },
      { how, given },
    );
  }

  /** The row of a stored file. */
  file(name: string): Locator {
    return this.page
      .getByRole('table', { name: 'Files of this client' })
      .getByRole('row')
      .filter({ has: this.page.getByRole('button', { name: `Open ${name}`, exact: true }) });
  }

  upload(name: string): Locator {
    return this.page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: name });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async preview(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Open ${name}`, exact: true }).click();
    await expect(this.dialog.getByRole('heading', { name, exact: true })).toBeVisible();
  }

  async act(name: string, item: string): Promise<void> {
    await this.page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }
}
