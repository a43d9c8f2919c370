/** The codes and token hashes that mails carry, in the form lite looks them up. */
import { createHash, randomInt } from 'node:crypto';

/** A code for the mail's text and the hash for its link. */
export function newCode(email: string, length: number): { code: string; tokenHash: string } {
  const code = Array.from({ length }, () => randomInt(10)).join('');
  return { code, tokenHash: hashCode(email, code) };
}

export function hashCode(email: string, code: string): string {
  return createHash('sha256')
    .update(email.toLowerCase() + code)
    .digest('hex');
}
