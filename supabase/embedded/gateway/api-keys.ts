/** Who calls: the API key, and the person's token if there is one. */
import type { StackKeys } from '../keys.ts';
import { verifyToken, type Claims } from '../tokens.ts';

export interface Caller {
  role: string;
  claims: Claims;
}

/** The role of a request's `apikey`, or the platform gateway's refusal. */
export function keyRole(request: Request, keys: StackKeys): 'anon' | 'service_role' | Response {
  const key = request.headers.get('apikey') ?? new URL(request.url).searchParams.get('apikey');
  if (key === keys.publishableKey) return 'anon';
  if (key === keys.secretKey) return 'service_role';
  return key
    ? refusal('UNAUTHORIZED_INVALID_API_KEY', 'Invalid API key', 'Double check your Supabase `apikey`')
    : refusal(
        'UNAUTHORIZED_MISSING_API_KEY',
        'No API key found in request',
        'No `apikey` request header or url param was found.',
      );
}

function refusal(code: string, message: string, hint: string): Response {
  return Response.json({ message, hint }, { status: 401, headers: { 'sb-error-code': code } });
}

/**
 * The caller of a service that takes either: a person's token in Authorization comes first, then the API key.
 * Null when a token is there but is not valid.
 */
export function caller(request: Request, keys: StackKeys): Caller | null {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer && !bearer.startsWith('sb_')) {
    const claims = verifyToken(bearer, keys.jwtSecret);
    return claims && { role: typeof claims.role === 'string' ? claims.role : 'anon', claims };
  }
  const key = request.headers.get('apikey') ?? bearer;
  const role = key === keys.secretKey ? 'service_role' : 'anon';
  return { role, claims: { role } };
}
