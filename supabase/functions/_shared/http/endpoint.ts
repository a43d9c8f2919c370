import { AppError, internalError } from '../errors/app-error.ts';
import { createLog, type Log } from '../logging/log.ts';
import { corsHeaders } from './cors.ts';

export interface EndpointOptions {
  /** Name of the function, for the log. */
  name: string;
  method: 'GET' | 'POST';
  /** Address of the app whose pages may call the function. */
  appUrl: string | undefined;
  /** Replaced in tests. */
  log?: (requestId: string) => Log;
}

/**
 * What every function does around its own work: preflight, method, request id, CORS on every answer,
 * and errors as `{ code, message }` with the right status.
 *
 * The handler throws AppError for an answer the caller should see; anything else becomes a 500 whose
 * cause only the log knows. It finds the request id in the header `x-request-id`.
 */
export function endpoint(
  options: EndpointOptions,
  handler: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const requestId = requestIdOf(request);
    const log = options.log?.(requestId) ?? createLog({ function: options.name, request_id: requestId });
    const started = Date.now();
    const response = await answer(options, handler, request, requestId, log);
    const finished = new Response(response.body, response);
    for (const [name, value] of Object.entries(corsHeaders(options.appUrl)))
      finished.headers.set(name, value);
    finished.headers.set('x-request-id', requestId);
    if (!finished.headers.has('cache-control')) finished.headers.set('cache-control', 'no-store');
    if (request.method !== 'OPTIONS')
      log.info('request', { status: finished.status, ms: Date.now() - started });
    return finished;
  };
}

/** The caller's request id when it is harmless to repeat in logs and headers, else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id') ?? '';
  return /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}

async function answer(
  options: EndpointOptions,
  handler: (request: Request) => Promise<Response>,
  request: Request,
  requestId: string,
  log: Log,
): Promise<Response> {
  if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
  try {
    if (request.method !== options.method) {
      throw new AppError(405, 'method_not_allowed', `Use ${options.method}.`);
    }
    const identified = new Request(request);
    identified.headers.set('x-request-id', requestId);
    const response = await handler(identified);
    const refusal = response.headers.get('x-supabase-server-error');
    return refusal ? refused(response, refusal, log) : response;
  } catch (error) {
    const known = error instanceof AppError ? error : internalError(error);
    if (known.status >= 500) log.error('failed', { code: known.code, error: known.cause ?? known });
    return errorResponse(known, options.method);
  }
}

/** `@supabase/server` answers with codes of its own; callers of ours get one vocabulary. */
function refused(response: Response, code: string, log: Log): Response {
  if (response.status === 401) return errorResponse(new AppError(401, 'sign_in_required', 'Please sign in.'));
  log.error('misconfigured', { code });
  return errorResponse(internalError(undefined));
}

function errorResponse(error: AppError, allow?: string): Response {
  const headers = new Headers();
  if (error.retryAfterSeconds !== undefined) headers.set('retry-after', String(error.retryAfterSeconds));
  if (error.status === 405 && allow) headers.set('allow', `${allow}, OPTIONS`);
  return Response.json({ code: error.code, message: error.message }, { status: error.status, headers });
}
