/** An error that answers the caller: its message is meant to be read by a person, its code by a program. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly status: number;
  readonly code: string;
  /** Seconds after which a retry makes sense; becomes the `Retry-After` header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What the caller learns about a failure that is ours: nothing but that it happened. The cause goes to the log. */
export function internalError(cause: unknown): AppError {
  return new AppError(500, 'internal', 'Something went wrong on our side. Please try again.', { cause });
}
