import { m } from '#lib/paraglide/messages.js';

const sentences: Record<string, () => string> = {
  auth: m.mailbox_error_auth,
  throttled: m.mailbox_error_throttled,
  network: m.mailbox_error_network,
  poisoned: m.mailbox_error_poisoned,
  permanent: m.mailbox_error_permanent,
  lease_lost: m.mailbox_error_lease_lost,
};

/** Why mail could not be fetched, and what to do about it. */
export const syncErrorSentence = (code: string): string => (sentences[code] ?? m.mailbox_error_internal)();
