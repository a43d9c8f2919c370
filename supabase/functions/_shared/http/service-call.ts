import type { SupabaseClient } from '@supabase/supabase-js';
import { fromDatabaseError } from '../errors/database-error.ts';

/**
 * Calls functions of the database as the service role, for what no person may do.
 *
 * @returns the answer of the function; it throws AppError with the database's code
 */
export function serviceCall(
  supabaseAdmin: SupabaseClient,
): (rpc: string, values: Record<string, unknown>) => Promise<unknown> {
  return async (rpc, values) => {
    const { data, error } = await supabaseAdmin.rpc(rpc, values);
    if (error) throw fromDatabaseError(error);
    return data;
  };
}
