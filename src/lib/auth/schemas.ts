import { email, newPasswordTwice, passwordsMatch, requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

export const signInSchema = z.object({
  email,
  password: z.string().check(z.minLength(1, { error: () => m.field_password_required() })),
});
export type SignInForm = z.output<typeof signInSchema>;

export const forgotPasswordSchema = z.object({ email });

export const resetPasswordSchema = z.object(newPasswordTwice).check(passwordsMatch());

export const signUpSchema = z
  .object({
    first_name: requiredText(100, () => m.field_first_name_required()),
    last_name: requiredText(100, () => m.field_last_name_required()),
    ...newPasswordTwice,
  })
  .check(passwordsMatch());
export type SignUpForm = z.output<typeof signUpSchema>;

/** A code of an authenticator app; what people paste along with it, spaces above all, is left out. */
const code = z.string().check(
  z.overwrite((value) => value.replace(/\D/g, '')),
  z.regex(/^\d{6}$/, { error: () => m.two_step_code_required() }),
);
export const codeSchema = z.object({ code });

export const deviceSchema = z.object({ name: requiredText(60, () => m.two_step_name_required()) });

/** `code` is asked of those who have set up two-step verification. */
export function changePasswordSchema(asksForCode: boolean) {
  return z
    .object({
      current_password: z.string().check(z.minLength(1, { error: () => m.field_password_required() })),
      code: asksForCode ? code : z.string(),
      ...newPasswordTwice,
    })
    .check(passwordsMatch());
}
export type ChangePasswordForm = z.output<ReturnType<typeof changePasswordSchema>>;

export const changeEmailSchema = z.object({ email });

export const profileSchema = z.object({
  first_name: requiredText(100, () => m.field_first_name_required()),
  last_name: requiredText(100, () => m.field_last_name_required()),
  language: z.enum(['en', 'ro']),
  time_zone: z.string(),
});
export type ProfileForm = z.output<typeof profileSchema>;

/** The kinds of links in our mails that /auth/confirm understands. */
export const confirmationTypeSchema = z.enum(['recovery', 'email_change', 'signup', 'email', 'invite']);
export type ConfirmationType = z.output<typeof confirmationTypeSchema>;
