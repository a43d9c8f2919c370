import { ResendError } from './resend-validation.ts';

/** Something that goes wrong with the next requests. */
export interface Fault {
  /** How many requests it hits; default 1. */
  times?: number;
  /** Only mail to this address, so that tests running side by side do not meet each other's faults. */
  to?: string;
  /** Answer with this status instead of accepting the mail. */
  status?: number;
  /** Resend's name of the error; a fitting one when absent. */
  name?: string;
  message?: string;
  headers?: Record<string, string>;
  /** Wait before answering. */
  delayMs?: number;
  /** The mail is accepted, but the answer is cut off in the middle. */
  truncate?: boolean;
  /** The connection is closed without an answer; the mail is accepted unless there is a status. */
  hangUp?: boolean;
}

const namesByStatus: Record<number, [string, string]> = {
  401: ['validation_error', 'API key is invalid'],
  403: ['validation_error', 'The example.com domain is not verified.'],
  409: [
    'concurrent_idempotent_requests',
    'Same idempotency key used while original request is still in progress.',
  ],
  422: ['validation_error', 'We found an error with one or more fields in the request.'],
  429: ['rate_limit_exceeded', 'Too many requests. See rate limit response headers.'],
  451: ['security_error', 'We may have found a security issue with the request.'],
};

/** The faults still to come, in the order they were added. */
export class FaultPlan {
  private readonly pending: Array<Fault & { left: number }> = [];

  add(fault: Fault): Fault {
    this.pending.push({ ...fault, left: fault.times ?? 1 });
    return fault;
  }

  clear(): { cleared: number } {
    return { cleared: this.pending.splice(0).length };
  }

  /** The fault that hits a mail to these addresses, used up by this call. */
  take(to: readonly string[]): Fault | undefined {
    const fault = this.pending.find((each) => each.to === undefined || to.includes(each.to));
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left === 0) this.pending.splice(this.pending.indexOf(fault), 1);
    return fault;
  }
}

/** The error a fault answers with, or null when it lets the mail through. */
export function refusalOf(fault: Fault | undefined): ResendError | null {
  if (fault?.status === undefined) return null;
  const [name, message] = namesByStatus[fault.status] ?? [
    'internal_server_error',
    'An unexpected error occurred.',
  ];
  return new ResendError(fault.status, fault.name ?? name, fault.message ?? message, fault.headers);
}

/** Reads a fault from the control API. */
export function readFault(body: unknown): Fault {
  if (typeof body !== 'object' || body === null)
    throw new ResendError(422, 'validation_error', 'Not a fault.');
  return body as Fault;
}
