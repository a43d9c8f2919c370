/** The one door of the stack: routes by path, answers CORS, and gives every request an id. */
import { randomUUID } from 'node:crypto';
import { requestScope } from '../request-scope.ts';
import type { Handler } from './http-server.ts';

export interface Route {
  /** Path prefix, such as `/rest/v1`. */
  prefix: string;
  handle: Handler;
  /** False for routes that answer CORS themselves, as Edge Functions do. */
  cors: boolean;
}

const exposedHeaders =
  'Content-Range, Content-Location, Content-Length, Preference-Applied, Location, Retry-After, sb-request-id';

/** Builds the handler of the public port. Unknown paths answer 404 as the platform's gateway does. */
export function createGateway(routes: Route[], log: (line: string) => void): Handler {
  return async (request) => {
    const id = randomUUID();
    const { pathname } = new URL(request.url);
    const route = routes.find(({ prefix }) => pathname === prefix || pathname.startsWith(`${prefix}/`));
    if (!route) return Response.json({ message: 'no Route matched with those values' }, { status: 404 });
    if (route.cors && request.method === 'OPTIONS') return preflight(request);
    const scope = {
      id,
      log,
      method: request.method,
      path: pathname,
      headers: visibleHeaders(request.headers, id),
    };
    let response: Response;
    try {
      response = await requestScope.run(scope, () => route.handle(request));
    } catch (error) {
      if (request.signal.aborted) return new Response(null, { status: 499 });
      log(`gateway: ${id} ${request.method} ${pathname} failed: ${(error as Error).message}`);
      response = Response.json({ message: 'An unexpected error occurred' }, { status: 500 });
    }
    const headers = new Headers(response.headers);
    headers.set('sb-request-id', id);
    if (route.cors) {
      headers.set('Access-Control-Allow-Origin', '*');
      headers.set('Access-Control-Expose-Headers', exposedHeaders);
    }
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  };
}

/** A preflight answer that allows what is asked for, as the platform's gateway does. */
export function preflight(request: Request): Response {
  return new Response(null, {
    status: 200,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS',
      'Access-Control-Allow-Headers': request.headers.get('access-control-request-headers') ?? '*',
      'Access-Control-Max-Age': '3600',
      Vary: 'Access-Control-Request-Headers',
    },
  });
}

/**
 * The headers a database function may read, as PostgREST passes them on: the caller's own, and the id under which
 * the answer can be found again, which no caller can choose.
 */
function visibleHeaders(headers: Headers, id: string): Record<string, string> {
  return { ...Object.fromEntries(headers), 'sb-request-id': id };
}
