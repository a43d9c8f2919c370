import type { MailAddress, Message } from './schemas.ts';

/** Who somebody is in a mail: their name, or their address where they gave none. */
export const nameOf = ({ name, address }: MailAddress): string => name.trim() || address;

/** "Ana Pop <ana@example.org>", as mail programs write it. */
export const addressLine = ({ name, address }: MailAddress): string =>
  name.trim() ? `${name.trim()} <${address}>` : address;

/**
 * Whether the provider of the mailbox found that the mail does not come from where its sender's address says (DMARC).
 * Where it says nothing, nothing is known.
 */
export const isSenderRefuted = ({
  authentication,
  direction,
}: Pick<Message, 'authentication' | 'direction'>) =>
  direction === 'inbound' && /\bdmarc=(?:fail|permerror)\b/i.test(authentication);

/**
 * Another address inside a sender's name, such as "bank@example.org" <x@evil.example>, which many programs show in place of
 * the real one; null without.
 */
export function claimedAddress({ from_name, from_address }: Pick<Message, 'from_name' | 'from_address'>) {
  const found = /[\w.+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/u.exec(from_name)?.[0] ?? null;
  return found && found.toLowerCase() !== from_address ? found : null;
}
