/** The answers that carry tokens or a user, in GoTrue's form. */
import type { ProjectConfig } from '../project-config.ts';
import type { StackKeys } from '../keys.ts';
import { signToken, verifyToken, type Claims } from '../tokens.ts';
import { noteMethod, readAssurance, withFactors, type AuthDatabase } from './assurance.ts';
import type { SignedIn } from './signed-in.ts';
import type { AuthService } from './sign-up.ts';

/**
 * Gives a session's access token the claims GoTrue puts in and the key id that Edge Functions look for. `method` is
 * how the session was signed in just now; none for a refresh, which keeps what the session has.
 */
export async function completeSession(
  { db, keys, issuer }: { db: AuthDatabase; keys: StackKeys; issuer: string },
  session: Claims,
  method: string | null,
): Promise<Claims> {
  const claims = verifyToken(String(session.access_token), keys.jwtSecret);
  if (!claims || !session.user) return session;
  const sessionId = String(claims.session_id);
  if (method) await noteMethod(db, sessionId, method);
  const user = await withFactors(db, session.user as Claims);
  const complete = {
    iss: issuer,
    ...claims,
    ...{ phone: user.phone ?? '', app_metadata: user.app_metadata, user_metadata: user.user_metadata },
    ...(await readAssurance(db, sessionId)),
    is_anonymous: false,
  };
  return { ...session, access_token: signToken(complete, keys.jwtSecret), user };
}

/** A session's answer after its refresh token was replaced, in lite's form: completeSession does the rest. */
export async function newSessionAnswer(
  services: { service: AuthService; config: ProjectConfig['auth']; jwtSecret: string },
  person: SignedIn,
  refreshToken: string,
): Promise<object> {
  const { service, config, jwtSecret } = services;
  const user = await service.getUser(person.userId);
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = issuedAt + config.jwtExpiry;
  const claims = {
    ...{ sub: person.userId, aud: user.aud, role: user.role, email: person.email },
    ...{ session_id: person.sessionId, iat: issuedAt, exp: expiresAt },
  };
  return {
    access_token: signToken(claims, jwtSecret),
    ...{ token_type: 'bearer', expires_in: config.jwtExpiry, expires_at: expiresAt },
    ...{ refresh_token: refreshToken, user },
  };
}
