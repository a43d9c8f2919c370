import type { SupabaseClient } from '@supabase/supabase-js';
import { fromDatabaseError } from '../errors/database-error.ts';

/**
 * Calls functions of the database as the person who calls this one, so that the database decides and the audit log knows who
 * it was, from where and with what.
 *
 * @returns the answer of the function; it throws AppError with the database's code
 */
export function personCall(
  supabase: SupabaseClient,
  request: Request,
): (rpc: string, values: Record<string, unknown>) => Promise<unknown> {
  return async (rpc, values) => {
    const asked = supabase.rpc(rpc, values);
    for (const header of ['x-request-id', 'x-forwarded-for', 'user-agent']) {
      const value = request.headers.get(header);
      if (value) asked.setHeader(header, value);
    }
    const { data, error } = await asked;
    if (error) throw fromDatabaseError(error);
    return data;
  };
}
