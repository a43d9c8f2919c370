import { optionalEmail } from '#lib/forms/fields.ts';
import { readTypedDate, typeDate } from '#lib/forms/typed-date.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import { CHANNELS, type Client, type Channel, type IdentifierKind } from './schemas.ts';

const text = (max: number) =>
  z.string().check(z.trim(), z.maxLength(max, { error: () => m.field_too_long({ max }) }));

const identifier = <T extends z.ZodMiniType<string, string>>(raw: T) =>
  z.object({
    /** Empty for one that is new. */
    id: z.string(),
    raw,
    label: text(40),
    is_primary: z.boolean(),
    is_shared: z.boolean(),
  });

const phone = z
  .string()
  .check(
    z.trim(),
    z.regex(/^$|^(?=.*\d.*\d.*\d)[0-9+()./ -]{3,40}$/, { error: () => m.client_phone_invalid() }),
  );

/** The values of the client form; empty strings stand for "not given", the date is as it was typed. */
export const clientFormSchema = z
  .object({
    first_name: text(100),
    last_name: text(100),
    emails: z.array(identifier(optionalEmail)),
    phones: z.array(identifier(phone)),
    date_of_birth: z.string().check(
      z.trim(),
      z.refine((typed) => typed === '' || readTypedDate(typed) !== null, {
        error: () => m.field_date_invalid(),
      }),
    ),
    address_line1: text(200),
    address_line2: text(200),
    postal_code: text(20),
    city: text(100),
    region: text(100),
    country: z.string(),
    preferred_channel: z.string(),
    consent_reminders: z.boolean(),
    consent_marketing: z.boolean(),
    tags: z.array(z.string()),
  })
  .check(
    z.refine(({ first_name, last_name }) => first_name + last_name !== '', {
      error: () => m.client_name_required(),
      path: ['last_name'],
    }),
  );
export type ClientForm = z.output<typeof clientFormSchema>;
export type IdentifierForm = ClientForm['emails'][number];

/** What `save_client` takes. */
export type ClientValues = Omit<
  ClientForm,
  'emails' | 'phones' | 'tags' | 'date_of_birth' | 'country' | 'preferred_channel'
> & { date_of_birth: string | null; country: string | null; preferred_channel: Channel | null };
export type IdentifierValues = Omit<IdentifierForm, 'id'> & { id?: string; kind: IdentifierKind };

export const newIdentifier = (isPrimary = false): IdentifierForm => ({
  id: '',
  raw: '',
  label: '',
  is_primary: isPrimary,
  is_shared: false,
});

/** The form's values for a client, or for a new one, who may begin with a few of them. */
export function toClientForm(client?: Client, begin: Partial<ClientForm> = {}): ClientForm {
  const of = (kind: IdentifierKind): IdentifierForm[] => {
    const all = (client?.identifiers ?? [])
      .filter((each) => each.kind === kind)
      .map(({ id, raw, label, is_primary, is_shared }) => ({ id, raw, label, is_primary, is_shared }));
    return all.length > 0 ? all : [newIdentifier(true)];
  };
  return {
    first_name: client?.first_name ?? '',
    last_name: client?.last_name ?? '',
    emails: of('email'),
    phones: of('phone'),
    date_of_birth: typeDate(client?.date_of_birth ?? null),
    address_line1: client?.address_line1 ?? '',
    address_line2: client?.address_line2 ?? '',
    postal_code: client?.postal_code ?? '',
    city: client?.city ?? '',
    region: client?.region ?? '',
    country: client?.country ?? '',
    preferred_channel: client?.preferred_channel ?? '',
    consent_reminders: client?.consent_reminders ?? false,
    consent_marketing: client?.consent_marketing ?? false,
    tags: (client?.tags ?? []).map(({ id }) => id),
    ...begin,
  };
}

/** The form's values as the server takes them; lines left empty are no addresses or numbers. */
export function fromClientForm(form: ClientForm): { values: ClientValues; identifiers: IdentifierValues[] } {
  const { emails, phones, tags: _, ...fields } = form;
  const of = (kind: IdentifierKind, all: IdentifierForm[]): IdentifierValues[] =>
    all
      .filter(({ raw }) => raw.trim() !== '')
      .map(({ id, raw, label, is_primary, is_shared }) => ({
        ...(id ? { id } : {}),
        kind,
        raw: raw.trim(),
        label: label.trim(),
        is_primary,
        is_shared,
      }));
  return {
    values: {
      ...fields,
      date_of_birth: fields.date_of_birth ? readTypedDate(fields.date_of_birth) : null,
      country: fields.country || null,
      preferred_channel: CHANNELS.find((channel) => channel === fields.preferred_channel) ?? null,
    },
    identifiers: [...of('email', emails), ...of('phone', phones)],
  };
}

/** A new client's form begun with what somebody searched for in vain: an address, a number, or a name. */
export function beginFrom(search: string): Partial<ClientForm> {
  const words = search.trim();
  if (words.includes('@')) return { emails: [{ ...newIdentifier(true), raw: words }] };
  if (/^[0-9+()./ -]{3,}$/.test(words)) return { phones: [{ ...newIdentifier(true), raw: words }] };
  const [first = '', ...others] = words.split(/\s+/);
  return others.length > 0 ? { first_name: first, last_name: others.join(' ') } : { last_name: first };
}
