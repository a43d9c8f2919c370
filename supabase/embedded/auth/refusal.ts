/** GoTrue's errors. */

/** An error the Auth service answers with. Lite's own errors have the same shape. */
export class AuthRefusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
  toJSON(): object {
    return { code: this.status, error_code: this.code, msg: this.message };
  }
}

/** Refuses a mail that follows too soon on the last one of its kind (`max_frequency`). */
export function refuseHaste(lastSentAt: string | null | undefined, maxFrequencySeconds: number): void {
  if (!lastSentAt) return;
  const left = Math.ceil(maxFrequencySeconds - (Date.now() - Date.parse(lastSentAt)) / 1000);
  if (left <= 0) return;
  const message = `For security purposes, you can only request this after ${left} seconds.`;
  throw new AuthRefusal(429, 'over_email_send_rate_limit', message);
}

/** The answer for an error thrown by lite or by this directory; anything else is an unexpected failure. */
export function refusalResponse(error: unknown): Response {
  const refusal =
    error instanceof Error && 'status' in error && 'toJSON' in error ? (error as AuthRefusal) : unexpected();
  return Response.json(refusal.toJSON(), {
    status: refusal.status,
    headers: { 'X-Sb-Error-Code': refusal.code },
  });
}

export function unexpected(
  message = 'Unexpected failure, please check server logs for more information',
): AuthRefusal {
  return new AuthRefusal(500, 'unexpected_failure', message);
}
