import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import type { Database } from '#lib/supabase/database.types.ts';
import { optionalEmail } from '#lib/forms/fields.ts';

/** A patient or contact of a clinic. */
export type Client = Database['public']['Tables']['clients']['Row'];

/** The values of the client form; empty strings stand for "not given". */
export const clientFormSchema = z
  .object({
    first_name: z.string().check(z.trim(), z.maxLength(100, { error: () => m.field_too_long({ max: 100 }) })),
    last_name: z.string().check(z.trim(), z.maxLength(100, { error: () => m.field_too_long({ max: 100 }) })),
    email: optionalEmail,
    phone: z
      .string()
      .check(z.trim(), z.regex(/^$|^[0-9+()./ -]{3,40}$/, { error: () => m.client_phone_invalid() })),
  })
  .check(
    z.refine(({ first_name, last_name }) => first_name + last_name !== '', {
      error: () => m.client_name_required(),
      path: ['last_name'],
    }),
  );
export type ClientForm = z.output<typeof clientFormSchema>;

/** The form's values for a client, or for a new one. */
export function toClientForm(client?: Client): ClientForm {
  return {
    first_name: client?.first_name ?? '',
    last_name: client?.last_name ?? '',
    email: client?.email ?? '',
    phone: client?.phone ?? '',
  };
}
