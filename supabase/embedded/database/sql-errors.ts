/** PostgREST's answer to a database error: its table of SQLSTATE and HTTP status, which lite knows only in part. */
import postgres from 'postgres';
import { requestScope } from '../request-scope.ts';

/**
 * HTTP status of a SQLSTATE.
 * Source: PostgREST documentation, "Errors", section "HTTP Status Codes".
 */
export function statusOf(code: string, isAnonymous: boolean): number {
  const exact: Record<string, number> = {
    '23503': 409,
    '23505': 409,
    '25006': 405,
    '21000': 400,
    '42883': 404,
    '42P01': 404,
    '42P17': 500,
    '42501': isAnonymous ? 401 : 403,
    '53400': 500,
    '57P01': 503,
    P0001: 400,
  };
  const byClass: Record<string, number> = {
    '08': 503, '09': 500, '0L': 403, '0P': 403, '25': 500, '28': 403, '2D': 500, '38': 500, '39': 500, '3B': 500,
    '40': 500, '53': 503, '54': 500, '55': 500, '57': 500, '58': 500, F0: 500, HV: 500, P0: 500, XX: 500,
  }; // prettier-ignore
  const raised = /^PT(\d{3})$/.exec(code);
  if (raised) return Number(raised[1]);
  return exact[code] ?? byClass[code.slice(0, 2)] ?? 400;
}

/** The shape lite turns into exactly this status and body: that of `raise sqlstate 'PGRST'`. */
class RestError extends Error {
  readonly code = 'PGRST';
  readonly detail: string;
  constructor(error: postgres.PostgresError, status: number) {
    const { code, message } = error;
    super(JSON.stringify({ code, message, details: error.detail ?? null, hint: error.hint ?? null }));
    this.detail = JSON.stringify({ status, headers: {} });
  }
}

/** Rewrites a database error for lite. Errors that are not the database's, and raised PGRST errors, pass unchanged. */
export function restError(error: unknown): unknown {
  if (!(error instanceof postgres.PostgresError) || error.code === 'PGRST') return error;
  const isAnonymous = (requestScope.getStore()?.role ?? 'anon') === 'anon';
  return new RestError(error, statusOf(error.code, isAnonymous));
}
