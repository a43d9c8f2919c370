import { setTimeout as pause } from 'node:timers/promises';

/** A link in the newest mail to an address that has one, from the stack's inbox; null while there is none. */
async function findLink(email: string, pattern: RegExp): Promise<string | null> {
  const inboxUrl = process.env.INBOX_URL;
  if (!inboxUrl) throw new Error('INBOX_URL is not set: these tests read the mail that the app sends');
  const json = async <T>(path: string): Promise<T> =>
    (await fetch(`${inboxUrl}${path}`)).json() as Promise<T>;
  for (const { id } of await json<{ id: string }[]>(`/messages?to=${encodeURIComponent(email)}`)) {
    const mail = await json<{ text: string; html: string }>(`/messages/${id}`);
    const link = pattern.exec(`${mail.text}\n${mail.html.replaceAll('&amp;', '&')}`)?.[0];
    if (link) return link;
  }
  return null;
}

/** The same, waiting for it to arrive; `before` is done before each look. */
export async function newestLink(
  email: string,
  pattern: RegExp,
  before: () => Promise<void> = async () => {},
): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    await before();
    const link = await findLink(email, pattern);
    if (link) return link;
    await pause(100);
  }
  throw new Error(`no mail with a link like ${pattern.source} has arrived for ${email}`);
}

export const invitationLink = (email: string): Promise<string> =>
  newestLink(email, /https?:\/\/[^\s"'<]+\/invite\/[\w-]{43}/);
export const confirmationLink = (email: string, type: string): Promise<string> =>
  newestLink(email, new RegExp(`https?://[^\\s"'<]+/auth/confirm\\?[^\\s"'<]*type=${type}[^\\s"'<]*`));
