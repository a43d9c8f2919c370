import { AppError, internalError } from './app-error.ts';

/** The error body of the Data API. */
export interface DatabaseError {
  code?: string | null;
  message?: string | null;
  hint?: string | null;
  details?: string | null;
}

/**
 * Turns an error of the Data API into an answer.
 *
 * The database refuses with `PTnnn`: nnn is the HTTP status, `hint` the stable code, `message` the
 * sentence, and for 429 `details` the seconds to wait. Anything else is a defect of ours, so the
 * caller gets no detail of it.
 */
export function fromDatabaseError(error: DatabaseError): AppError {
  const status = /^PT(4\d\d)$/.exec(error.code ?? '')?.[1];
  if (!status || !error.hint || !error.message) {
    return internalError(new Error(`database error ${error.code ?? 'without code'}: ${error.message ?? ''}`));
  }
  const seconds = status === '429' && /^\d+$/.test(error.details ?? '') ? Number(error.details) : undefined;
  return new AppError(Number(status), error.hint, error.message, { retryAfterSeconds: seconds });
}
