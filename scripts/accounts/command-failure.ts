/** Why a command failed; each has its own exit code. */
export const exitCodes = {
  unexpected: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  password: 5,
  interrupted: 130,
} as const;

/** A failure with a message for the person at the keyboard. */
export class CommandFailure extends Error {
  readonly reason: keyof typeof exitCodes;

  constructor(reason: keyof typeof exitCodes, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The shape shared by errors of the Data API and of Auth. */
export interface ServiceError {
  message: string;
  code?: string | null | undefined;
  hint?: string | null | undefined;
  status?: number | undefined;
}

/** Says in one sentence why the stack refused, by the class of the error. */
export function failureOf(error: ServiceError, what: string): CommandFailure {
  const detail = `${what}: ${error.message}`;
  if (/fetch failed|network|ECONN|ENOTFOUND|timeout/i.test(error.message) || error.status === 0) {
    return new CommandFailure('unreachable', `The stack cannot be reached. (${detail})`);
  }
  if (error.code === 'PGRST202') {
    return new CommandFailure(
      'refused',
      'The stack has no Chairside schema yet. Apply the migrations first: supabase db push',
    );
  }
  if (error.code === '42501' || error.status === 401 || error.status === 403) {
    return new CommandFailure(
      'refused',
      `The stack refused the key. Is it the secret key of this project? (${detail})`,
    );
  }
  if (error.code === 'weak_password')
    return new CommandFailure('password', `The password was refused: ${error.message}`);
  if (error.status === 429)
    return new CommandFailure('refused', `Too many attempts. Wait a few minutes. (${detail})`);
  return new CommandFailure('refused', detail);
}
