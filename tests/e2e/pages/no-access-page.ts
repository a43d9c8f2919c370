import type { Page } from '@playwright/test';

/** What somebody sees who may not enter: the reason, and a way out. */
export class NoAccessPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get accountSuspended() {
    return this.page.getByRole('heading', { name: 'Your account is suspended' });
  }

  get clinicSuspended() {
    return this.page.getByRole('heading', { name: 'Your clinic is suspended' });
  }

  get removed() {
    return this.page.getByRole('heading', { name: 'You no longer belong to this clinic' });
  }

  /** A page for people with another role (403). */
  get forbidden() {
    return this.page.getByRole('heading', { name: 'You do not have access to this page' });
  }

  /** A page that does not exist, or not for this person (404). */
  get notFound() {
    return this.page.getByRole('heading', { name: 'This page does not exist' });
  }
}
