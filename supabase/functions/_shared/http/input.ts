import type { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

const maxBytes = 65_536;

/**
 * Reads and checks the JSON body of a request.
 *
 * @throws AppError 400 `invalid_input`; the message names the field, never what was in it
 */
export async function readInput<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.infer<Schema>> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes)
    throw invalidInput('The body is too large.');
  const text = await request.text();
  if (text.length > maxBytes) throw invalidInput('The body is too large.');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalidInput('The body is not valid JSON.');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'body';
  throw invalidInput(`${field}: ${issue?.message ?? 'invalid'}`);
}

function invalidInput(message: string): AppError {
  return new AppError(400, 'invalid_input', message);
}
