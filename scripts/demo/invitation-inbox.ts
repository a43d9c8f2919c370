import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../accounts/command-failure.ts';

interface InboxMessage {
  id: string;
  text?: string | null;
  html?: string | null;
}

/** The invitation tokens in the mails to an address, newest first. */
export async function invitationTokens(inboxUrl: string, email: string): Promise<string[]> {
  const messages = await read<InboxMessage[]>(`${inboxUrl}/messages?to=${encodeURIComponent(email)}`);
  const tokens: string[] = [];
  for (const { id } of messages) {
    const { text, html } = await read<InboxMessage>(`${inboxUrl}/messages/${encodeURIComponent(id)}`);
    const token = /\/invite\/([\w-]{43})/.exec(text || html || '')?.[1];
    if (token) tokens.push(token);
  }
  return tokens;
}

/** Waits until one of the mailed tokens passes the check; null after ten seconds. */
export async function awaitInvitationToken(
  inboxUrl: string,
  email: string,
  isValid: (token: string) => Promise<boolean>,
): Promise<string | null> {
  for (const end = Date.now() + 10_000; Date.now() < end; await pause(200)) {
    for (const token of await invitationTokens(inboxUrl, email)) if (await isValid(token)) return token;
  }
  return null;
}

async function read<T>(url: string): Promise<T> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new CommandFailure('unreachable', 'The local inbox cannot be reached.', { cause });
  });
  if (!response.ok) throw new CommandFailure('refused', `The local inbox answered ${response.status}.`);
  return (await response.json()) as T;
}
