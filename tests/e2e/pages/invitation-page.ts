import type { Page } from '@playwright/test';

export interface NewPerson {
  firstName: string;
  lastName: string;
  /** Left out where the page does not ask for one. */
  password?: string;
}

/** The page of an invitation link, in all its states. */
export class InvitationPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
  }

  /** Says what the invitation is for, or why it cannot be used. */
  get heading() {
    return this.page.getByRole('heading', { level: 1 });
  }

  get email() {
    return this.page.getByLabel('E-mail');
  }

  get acceptButton() {
    return this.page.getByRole('button', { name: 'Accept the invitation' });
  }

  get signOutButton() {
    return this.page.getByRole('button', { name: 'Sign out and continue' });
  }

  /** Fills in the form for a new account, without sending it. */
  async fillIn(person: NewPerson): Promise<void> {
    await this.page.getByLabel('First name').fill(person.firstName);
    await this.page.getByLabel('Last name').fill(person.lastName);
    if (person.password === undefined) return;
    await this.page.getByLabel('Password', { exact: true }).fill(person.password);
    await this.page.getByLabel('Password again').fill(person.password);
  }

  async join(): Promise<void> {
    await this.page.getByRole('button', { name: 'Create account and join' }).click();
  }

  /** Accepts as a person who has an account already and is not signed in. */
  async signInAndAccept(password: string): Promise<void> {
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in and accept' }).click();
  }
}
