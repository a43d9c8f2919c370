import * as z from 'zod/mini';

/** Shapes of what the client RPCs answer. Timestamps are ISO strings, days YYYY-MM-DD. */

export const tagSchema = z.object({ id: z.string(), name: z.string(), colour: z.string() });
export type Tag = z.output<typeof tagSchema>;

export const identifierKindSchema = z.enum(['email', 'phone']);
export type IdentifierKind = z.output<typeof identifierKindSchema>;

const identifierSchema = z.object({
  id: z.string(),
  kind: identifierKindSchema,
  /** As somebody wrote it. */
  raw: z.string(),
  /** Lower-case address or E.164 number; null for digits that are no phone number of any country. */
  normalised: z.nullable(z.string()),
  label: z.string(),
  is_primary: z.boolean(),
  /** Several clients have it, such as a family's phone. */
  is_shared: z.boolean(),
});

export const channelSchema = z.enum(['email', 'phone', 'sms']);
export type Channel = z.output<typeof channelSchema>;
export const CHANNELS = channelSchema.options;

const person = {
  id: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  email: z.nullable(z.string()),
  phone: z.nullable(z.string()),
  date_of_birth: z.nullable(z.string()),
  last_activity_at: z.nullable(z.string()),
  last_activity_kind: z.nullable(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
  archived_at: z.nullable(z.string()),
  tags: z.array(tagSchema),
};

export const clientSchema = z.object({
  ...person,
  address_line1: z.string(),
  address_line2: z.string(),
  postal_code: z.string(),
  city: z.string(),
  region: z.string(),
  country: z.nullable(z.string()),
  preferred_channel: z.nullable(channelSchema),
  consent_reminders: z.boolean(),
  consent_marketing: z.boolean(),
  merged_into: z.nullable(z.string()),
  merged_at: z.nullable(z.string()),
  identifiers: z.array(identifierSchema),
});
/** A patient or contact of a clinic, whole. */
export type Client = z.output<typeof clientSchema>;

const clientRowSchema = z.object({ ...person, open_tasks: z.number() });
/** A client as the list shows it. */
export type ClientRow = z.output<typeof clientRowSchema>;

export const clientPageSchema = z.object({
  clients: z.array(clientRowSchema),
  /** Where the next page begins; its content is the server's own matter. */
  next: z.nullable(z.json()),
  /** Nothing matched exactly: these names are only similar. */
  is_fuzzy: z.boolean(),
});
export type ClientPage = z.output<typeof clientPageSchema>;

export const archiveAnswerSchema = z.object({ changed: z.number() });
export const taggingAnswerSchema = z.object({ added: z.number(), removed: z.number() });

/** Whose address or number it is, as the refusal "identifier_taken" says. */
export const takenIdentifierSchema = z.object({
  client_id: z.string(),
  name: z.string(),
  kind: identifierKindSchema,
  value: z.string(),
});
export type TakenIdentifier = z.output<typeof takenIdentifierSchema>;
