import type { MailAddress } from '../message-view/schemas.ts';

/** As the database takes them. */
const ADDRESS = /^[^\s@<>",;:()\\]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/i;

/** Whether mail can be sent to it. */
export const isAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);

/**
 * People out of whatever somebody types or pastes: "Ana Pop <ana@a.example>, ion@b.example; …", a column of a table, lines
 * of a letter. What is no address stays as it is, to be seen and corrected.
 */
export function parseRecipients(text: string): MailAddress[] {
  return split(text).map(parseOne);
}

/** Separators inside quotes or angle brackets belong to a name or an address. */
function split(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  let isInside = false;
  for (const each of text.replaceAll(/\u00a0/g, ' ')) {
    if (each === '"') isQuoted = !isQuoted;
    else if (each === '<' && !isQuoted) isInside = true;
    else if (each === '>' && !isQuoted) isInside = false;
    // A quote or bracket that is never closed ends with its line.
    if (each === '\n' || each === '\r') [isQuoted, isInside] = [false, false];
    if (/[,;\n\r\t]/.test(each) && !isQuoted && !isInside) {
      parts.push(part);
      part = '';
    } else part += each;
  }
  parts.push(part);
  return parts
    .flatMap((each) => {
      // "a@x.example b@x.example": addresses in a row.
      const words = each.trim().split(/\s+/);
      return words.length > 1 && words.every(isAddress) ? words : [each.trim()];
    })
    .filter((each) => each !== '');
}

function parseOne(text: string): MailAddress {
  const found = /^(.*?)\s*<\s*(?:mailto:)?([^<>]*?)\s*>$/s.exec(text);
  const address = (found?.[2] ?? text.replace(/^mailto:/i, '')).trim();
  const name = (found?.[1] ?? '').replace(/^["']|["']$/g, '').replaceAll(/\\(["\\])/g, '$1');
  return { name: name.trim(), address: isAddress(address) ? address.toLowerCase() : address };
}

/** Recipients with others added, nobody twice. */
export function withRecipients(there: MailAddress[], added: MailAddress[]): MailAddress[] {
  const known = new Set(there.map(({ address }) => address.toLowerCase()));
  const news = added.filter(({ address }) => {
    const key = address.toLowerCase();
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
  return [...there, ...news];
}
