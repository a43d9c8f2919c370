import type { PostgrestSingleResponse } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { AppError, toAppError } from './errors.ts';

/** The data of a Data API answer; throws an AppError for anything that is not a success. */
export function unwrap<T>({ data, error, status }: PostgrestSingleResponse<T>): T {
  if (error) throw toAppError({ ...error, status });
  return data;
}

/** Checks the shape of an RPC's json answer, which the generated types know nothing about. */
export function parseAnswer<T extends z.ZodMiniType>(schema: T, answer: unknown): z.output<T> {
  const result = schema.safeParse(answer);
  if (!result.success) throw new AppError('unexpected', 200, { cause: result.error });
  return result.data;
}

const functionError = z.object({ code: z.string(), message: z.optional(z.string()) });

/** The json answer of an Edge Function; its `{ code, message }` errors become an AppError. */
export async function unwrapFunction<T extends z.ZodMiniType>(
  schema: T,
  { data, error, response }: { data: unknown; error: unknown; response?: Response },
): Promise<z.output<T>> {
  if (!error) return parseAnswer(schema, data);
  if (!response) throw toAppError(error);
  const body = functionError.safeParse(await response.json().catch(() => null));
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const { code } = toAppError({ code: body.success ? body.data.code : '', status: response.status });
  throw new AppError(code, response.status, { retryAfter: Number.isNaN(retryAfter) ? null : retryAfter });
}
