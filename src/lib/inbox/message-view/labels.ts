import { m } from '#lib/paraglide/messages.js';
import type { Message } from './schemas.ts';

/** What a message is that nobody wrote to somebody. */
export function kindLabel(kind: Message['kind']): string {
  if (kind === 'auto_reply') return m.mail_kind_auto_reply();
  if (kind === 'bounce') return m.mail_kind_bounce();
  return kind === 'list' ? m.mail_kind_list() : '';
}
