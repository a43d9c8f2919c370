import { expect, type Locator, type Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';

/** The six digits that an authenticator app shows for a key; `shiftSeconds` looks at another moment. */
export function codeFor(secret: string, shiftSeconds = 0): string {
  const timestamp = Date.now() + shiftSeconds * 1000;
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
}

/** The question for a code after signing in, and the section of the profile where devices are set up. */
export class TwoStepPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1, name: 'Enter the code' });
  }

  get signOutButton(): Locator {
    return this.page.getByRole('button', { name: 'Sign out' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  device(name: string): Locator {
    return this.page.getByRole('list', { name: 'Two-step verification' }).getByText(name, { exact: true });
  }

  /** Answers the question for a code, on its page or in a dialog. */
  async giveCode(code: string, within: Page | Locator = this.page): Promise<void> {
    await within.getByLabel('Code from the app').fill(code);
    await within.getByRole('button', { name: /^(Continue|Confirm the code)$/ }).click();
  }

  /** Begins to set up a device on the profile page, and returns the key its app has to be told. */
  async beginSetUp(name: string): Promise<string> {
    await this.page.getByRole('button', { name: /^(Turn on|Add a device)$/ }).click();
    await this.dialog.getByLabel('Name of the device').fill(name);
    await this.dialog.getByRole('button', { name: 'Continue' }).click();
    await expect(this.dialog.getByRole('img', { name: 'QR code' })).toBeVisible();
    return this.dialog.getByLabel('Or type this key into the app').inputValue();
  }

  /** Sets up a device on the profile page. */
  async setUp(name: string): Promise<string> {
    const secret = await this.beginSetUp(name);
    await this.giveCode(codeFor(secret), this.dialog);
    await expect(this.device(name)).toBeVisible();
    return secret;
  }

  async remove(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Remove ${name}` }).click();
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await expect(this.device(name)).toHaveCount(0);
  }
}
