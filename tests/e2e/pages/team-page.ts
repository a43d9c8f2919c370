import { expect, type Page } from '@playwright/test';

/** The team of a clinic. The platform's page of a clinic shows the same lists. */
export class TeamPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(slug: string): Promise<void> {
    await this.page.goto(`/${slug}/team`);
    await expect(this.page.getByRole('heading', { name: 'Members' })).toBeVisible();
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  get seats() {
    return this.page.getByText(/^Seats: \d+ of \d+ taken$/);
  }

  member(email: string) {
    return this.page.getByRole('region', { name: 'Members' }).getByRole('listitem', { name: email });
  }

  invitation(email: string) {
    return this.page.getByRole('region', { name: 'Invitations' }).getByRole('listitem', { name: email });
  }

  /** Sends an invitation; its outcome then shows in the dialog, which stays open. */
  async invite(email: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Invite', exact: true }).click();
    await this.dialog.getByLabel('E-mail').fill(email);
    await this.dialog.getByRole('button', { name: 'Send invitation' }).click();
  }

  /** Invites and waits for the word that the mail went out. */
  async inviteByMail(email: string): Promise<void> {
    await this.invite(email);
    await expect(this.dialog.getByText(`The e-mail to ${email} was sent.`)).toBeVisible();
    await this.dialog.getByRole('button', { name: 'Done' }).click();
    await expect(this.dialog).toBeHidden();
  }

  async resend(email: string): Promise<void> {
    await this.invitation(email).getByRole('button', { name: 'Resend' }).click();
  }

  async withdraw(email: string): Promise<void> {
    await this.invitation(email).getByRole('button', { name: 'Withdraw' }).click();
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click();
    await expect(this.invitation(email)).toBeHidden();
  }

  async remove(email: string): Promise<void> {
    await this.member(email)
      .getByRole('button', { name: /^Remove/ })
      .click();
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'Remove from the clinic' }).click();
    await expect(this.member(email)).toBeHidden();
  }

  restoreButton(email: string) {
    return this.member(email).getByRole('button', { name: /^Restore/ });
  }

  /** Gives a disabled member their access back. */
  async restore(email: string, reason: string): Promise<void> {
    await this.restoreButton(email).click();
    await this.dialog.getByLabel('Reason').fill(reason);
    await this.dialog.getByRole('button', { name: 'Restore access' }).click();
    await expect(this.dialog).toBeHidden();
  }

  permission(email: string, name: 'Overbooking' | 'Catalogue' | 'Exports') {
    return this.member(email).getByRole('switch', { name: new RegExp(`^${name}`) });
  }
}
