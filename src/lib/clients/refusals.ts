import { toAppError } from '#lib/supabase/errors.ts';
import { takenIdentifierSchema, type TakenIdentifier } from './schemas.ts';

/** Whose address or number it is, when a client could not be saved because another one has it; else null. */
export function readTakenIdentifier(error: unknown): TakenIdentifier | null {
  const { code, cause } = toAppError(error);
  if (code !== 'identifier_taken') return null;
  const details = (cause as { details?: unknown } | undefined)?.details;
  if (typeof details !== 'string') return null;
  try {
    const result = takenIdentifierSchema.safeParse(JSON.parse(details));
    return result.success ? result.data : null;
  } catch {
    // Without the detail the sentence for the code still says what is wrong.
    return null;
  }
}

/** Whether an address or number typed into the form is the one that was refused. */
export function isSameIdentifier(
  kind: TakenIdentifier['kind'],
  typed: string,
  taken: TakenIdentifier,
): boolean {
  if (kind !== taken.kind) return false;
  if (kind === 'email') return typed.trim().toLowerCase() === taken.value.trim().toLowerCase();
  // Written in another way, a number still ends in the same digits.
  const [a, b] = [typed, taken.value].map((text) => text.replace(/\D/g, '').slice(-9));
  return a !== '' && a === b;
}
