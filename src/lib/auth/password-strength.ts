import { MIN_PASSWORD_LENGTH } from '#lib/forms/fields.ts';

export type PasswordStrength = 'too_short' | 'weak' | 'fair' | 'strong';

/**
 * A hint, not a rule: length counts most, then how many different characters there are. Words of the person
 * (name, address) and plain rows of keys hold a password at "weak".
 */
export function passwordStrength(password: string, personal: string[] = []): PasswordStrength {
  if (password.length < MIN_PASSWORD_LENGTH) return 'too_short';
  const text = password.toLowerCase();
  const words = personal
    .flatMap((value) => value.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((w) => w.length > 3);
  const distinct = new Set(text).size;
  const predictable =
    words.some((word) => text.includes(word)) || /1234|qwert|asdf|password|parola|abcd/.test(text);
  if (predictable || distinct < 6) return 'weak';
  return password.length >= 14 && distinct >= 9 ? 'strong' : 'fair';
}
