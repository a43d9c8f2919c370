import { setTimeout as pause } from 'node:timers/promises';

/** The links of the newest mail to an address, from the stack's inbox; waits for it to arrive. */
export async function newestLink(email: string, pattern: RegExp): Promise<string> {
  const inboxUrl = process.env.INBOX_URL;
  if (!inboxUrl) throw new Error('INBOX_URL is not set: these tests read the mail that the app sends');
  const json = async <T>(path: string): Promise<T> =>
    (await fetch(`${inboxUrl}${path}`)).json() as Promise<T>;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    for (const { id } of await json<{ id: string }[]>(`/messages?to=${encodeURIComponent(email)}`)) {
      const mail = await json<{ text: string; html: string }>(`/messages/${id}`);
      const link = pattern.exec(`${mail.text}\n${mail.html.replaceAll('&amp;', '&')}`)?.[0];
      if (link) return link;
    }
    await pause(100);
  }
  throw new Error(`no mail with a link like ${pattern.source} has arrived for ${email}`);
}

export const invitationLink = (email: string): Promise<string> =>
  newestLink(email, /https?:\/\/[^\s"'<]+\/invite\/[\w-]{43}/);
export const confirmationLink = (email: string, type: string): Promise<string> =>
  newestLink(email, new RegExp(`https?://[^\\s"'<]+/auth/confirm\\?[^\\s"'<]*type=${type}[^\\s"'<]*`));
