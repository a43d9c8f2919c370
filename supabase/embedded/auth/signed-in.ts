/** Who sends a request that needs a session, as GoTrue's requireAuthentication finds out. */
import { sql } from 'kysely';
import { verifyToken } from '../tokens.ts';
import type { AuthDatabase } from './assurance.ts';
import { AuthRefusal } from './refusal.ts';
import { refuseBanned } from './sessions.ts';

export interface SignedIn {
  userId: string;
  email: string;
  sessionId: string;
}

interface Row {
  email: string | null;
  banned_until: string | null;
  session_id: string | null;
}

/** The person and session of the request's token. Refuses with 401 without one, with 403 when either is gone. */
export async function requireSession(
  { db, jwtSecret }: { db: AuthDatabase; jwtSecret: string },
  request: Request,
): Promise<SignedIn> {
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (!token || token.startsWith('sb_'))
    throw new AuthRefusal(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  const claims = verifyToken(token, jwtSecret);
  if (!claims) throw new AuthRefusal(403, 'bad_jwt', 'invalid JWT: unable to parse or verify signature');
  if (!claims.sub) throw new AuthRefusal(403, 'bad_jwt', 'invalid claim: missing sub claim');
  const userId = String(claims.sub);
  const sessionId = String(claims.session_id);
  const { rows } = await sql<Row>`
    select users.email, users.banned_until::text as banned_until, sessions.id as session_id
    from auth.users left join auth.sessions on sessions.user_id = users.id and sessions.id::text = ${sessionId}
    where users.id::text = ${userId}`.execute(db);
  const [found] = rows;
  if (!found) throw new AuthRefusal(403, 'user_not_found', 'User from sub claim in JWT does not exist');
  if (!found.session_id) {
    const message = 'Session from session_id claim in JWT does not exist';
    throw new AuthRefusal(403, 'session_not_found', message);
  }
  refuseBanned(found.banned_until, 403);
  return { userId, email: found.email ?? '', sessionId };
}
