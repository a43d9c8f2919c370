import * as z from 'zod/mini';

const transitionSchema = z.object({
  from: z.string(),
  to: z.string(),
  verb: z.string(),
  performed_by: z.array(z.string()),
  needs_reason: z.boolean(),
  note: z.nullable(z.string()),
});
/** One permitted change of a status: what it is called, and who may do it. */
export type Transition = z.output<typeof transitionSchema>;

const entitySchema = z.object({
  entity: z.string(),
  statuses: z.array(z.string()),
  transitions: z.array(transitionSchema),
});
export type TransitionsOfEntity = z.output<typeof entitySchema>;

export const transitionsSchema = z.object({ entities: z.array(entitySchema) });

/** The way from one status to another; undefined where there is none. */
export function findTransition(
  { transitions }: Pick<TransitionsOfEntity, 'transitions'>,
  from: string,
  to: string,
): Transition | undefined {
  return transitions.find((transition) => transition.from === from && transition.to === to);
}
