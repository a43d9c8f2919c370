import * as z from 'zod/mini';

const clinic = z.object({ name: z.string(), phone: z.string(), address: z.string() });

/** What `preview_visit` answers to whoever holds the link. */
export const visitPageSchema = z.union([
  z.object({
    state: z.enum(['valid', 'confirmed', 'cancelled']),
    clinic,
    starts_at: z.string(),
    ends_at: z.string(),
    time_zone: z.string(),
    service: z.nullable(z.string()),
    provider: z.nullable(z.string()),
    can_cancel: z.boolean(),
  }),
  z.object({ state: z.enum(['expired', 'moved']), clinic }),
  z.object({ state: z.literal('unknown') }),
]);
export type VisitPage = z.output<typeof visitPageSchema>;
export type KnownVisit = Extract<VisitPage, { starts_at: string }>;

/** What `answer_visit` says beside that: why an answer was not taken. */
export const visitAnswerSchema = z.object({ refused: z.optional(z.enum(['too_late', 'busy'])) });
