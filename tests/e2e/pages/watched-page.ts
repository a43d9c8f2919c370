import type { Page } from '@playwright/test';

/** What a page does beside what it shows. */
export interface Watched {
  /** Addresses on other servers than the app's and the project's that were asked for. */
  foreign: string[];
  /** Texts of dialogs that scripts have opened. */
  dialogs: string[];
  /** Complaints of the browser itself: scripts that failed, content that the policy blocked. */
  complaints: string[];
}

export function watch(page: Page): Watched {
  const own = [process.env.APP_URL, process.env.SUPABASE_URL].map((url) => new URL(url ?? '').host);
  const watched: Watched = { foreign: [], dialogs: [], complaints: [] };
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && !own.includes(url.host)) watched.foreign.push(request.url());
  });
  page.on('dialog', (dialog) => {
    watched.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => watched.complaints.push(error.message));
  page.on('console', (message) => {
    // A page that answers 403 or 404 is logged as a failed resource; that is what was asked for.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      watched.complaints.push(message.text());
  });
  return watched;
}
