import type { ClientForm } from '#lib/clients/form.ts';
import type { Conversation } from './schemas.ts';

/** What the form of a new client begins with: the sender's name, cut where most names are, and the address. */
export function senderAsClient({
  counterpart_name,
  counterpart_address,
}: Pick<Conversation, 'counterpart_name' | 'counterpart_address'>): Partial<ClientForm> {
  const { first_name, last_name } = nameParts(counterpart_name);
  return {
    first_name,
    last_name,
    emails: counterpart_address
      ? [{ id: '', raw: counterpart_address, label: '', is_primary: true, is_shared: false }]
      : [],
  };
}

/** "Popescu, Ana" and "Ana Popescu" alike; an address instead of a name says nothing. */
export function nameParts(name: string): { first_name: string; last_name: string } {
  const plain = name.replaceAll(/["“”']/g, '').trim();
  if (plain.includes('@')) return { first_name: '', last_name: '' };
  const comma = plain.split(',');
  if (comma.length === 2) return { first_name: (comma[1] ?? '').trim(), last_name: (comma[0] ?? '').trim() };
  const words = plain.split(/\s+/);
  const last_name = words.length > 1 ? (words.pop() ?? '') : '';
  return { first_name: words.join(' '), last_name };
}
