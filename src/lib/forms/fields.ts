import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

/** Shared fields of forms. Their messages are functions, so that they follow the language of the moment. */

export const MIN_PASSWORD_LENGTH = 10;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** An address, trimmed and in lower case: addresses compare without regard to case everywhere. */
export const email = z
  .string()
  .check(
    z.trim(),
    z.toLowerCase(),
    z.minLength(1, { error: () => m.field_email_required() }),
    z.maxLength(254, { error: () => m.field_too_long({ max: 254 }) }),
    z.regex(EMAIL, { error: () => m.field_email_invalid() }),
  );

/** Like `email`, but may be left empty. */
export const optionalEmail = z
  .string()
  .check(
    z.trim(),
    z.toLowerCase(),
    z.maxLength(254, { error: () => m.field_too_long({ max: 254 }) }),
    z.regex(/^$|^[^\s@]+@[^\s@]+\.[^\s@]+$/, { error: () => m.field_email_invalid() }),
  );

/** A password that somebody chooses now. 72 bytes is what bcrypt, which stores it, can tell apart. */
export const newPassword = z.string().check(
  z.minLength(MIN_PASSWORD_LENGTH, { error: () => m.field_password_short({ min: MIN_PASSWORD_LENGTH }) }),
  z.refine((value) => new TextEncoder().encode(value).length <= 72, { error: () => m.field_password_long() }),
);

/** A text that must not be empty, up to `max` characters. */
export function requiredText(max: number, missing: () => string) {
  return z
    .string()
    .check(
      z.trim(),
      z.minLength(1, { error: missing }),
      z.maxLength(max, { error: () => m.field_too_long({ max }) }),
    );
}

/** Fields of every form in which a new password is typed twice. */
export const newPasswordTwice = { password: newPassword, password_again: z.string() };

/** Reports a second password that differs from the first, at the second. */
export function passwordsMatch<T extends { password: string; password_again: string }>() {
  return z.refine<T>(({ password, password_again }) => password === password_again, {
    error: () => m.field_passwords_differ(),
    path: ['password_again'],
  });
}
