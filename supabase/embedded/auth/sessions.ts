/** What GoTrue checks and does around sign-in, password change and sign-out, where lite does less. */
import bcrypt from 'bcryptjs';
import type { ProjectConfig } from '../project-config.ts';
import type { StackKeys } from '../keys.ts';
import { signToken, verifyToken, type Claims } from '../tokens.ts';
import { AuthRefusal, refuseHaste } from './refusal.ts';
import type { AuthService } from './sign-up.ts';

const recentSignInHours = 24;

/** Signs in. The password is checked first, so that a stranger cannot learn that an account is unconfirmed or banned. */
export async function signIn(
  service: AuthService,
  body: { email?: string; password?: string },
): Promise<object> {
  const user = await service.repo.findUserByEmail(body.email ?? '');
  const isRight =
    !!user?.encrypted_password && (await bcrypt.compare(body.password ?? '', user.encrypted_password));
  if (!user || !isRight) throw new AuthRefusal(400, 'invalid_credentials', 'Invalid login credentials');
  refuseBanned(user.banned_until);
  if (!user.email_confirmed_at) throw new AuthRefusal(400, 'email_not_confirmed', 'Email not confirmed');
  const identities = await service.repo.findIdentitiesByUserId(user.id);
  const session = await service['createSessionForUser'](service.repo.parseUserJson(user), identities, 'user');
  return { ...session, weak_password: null };
}

export async function refuseBannedRefresh(service: AuthService, refreshToken: string): Promise<void> {
  const token = await service.repo.findRefreshToken(refreshToken);
  if (token) refuseBanned((await service.repo.findUserById(token.user_id))?.banned_until);
}

/** GoTrue understands `infinity`; a JavaScript date does not. */
function refuseBanned(bannedUntil: string | null | undefined): void {
  if (bannedUntil === 'infinity' || Date.parse(bannedUntil ?? '') > Date.now()) {
    throw new AuthRefusal(400, 'user_banned', 'User is banned');
  }
}

/** Refuses a change of password on an old session, and of address too soon after the last mail. */
export async function checkUserUpdate(
  service: AuthService,
  claims: Claims,
  body: { password?: string; email?: string },
  config: ProjectConfig['auth'],
): Promise<void> {
  if (body.password && config.email.securePasswordChange) {
    const session = await service.repo.findSessionById(String(claims.session_id));
    if (session && Date.now() - Date.parse(session.created_at) > recentSignInHours * 3_600_000) {
      throw new AuthRefusal(400, 'reauthentication_needed', 'Password update requires reauthentication');
    }
  }
  if (body.email) {
    const user = await service.repo.findUserById(String(claims.sub));
    if (body.email.toLowerCase() === user?.email) return;
    refuseHaste(user?.email_change_sent_at, config.email.maxFrequencySeconds);
    await service.repo.updateUser(String(claims.sub), { email_change_confirm_status: 0 });
  }
}

/** A new password ends every other session of the person. */
export async function endOtherSessions(service: AuthService, claims: Claims): Promise<void> {
  const [user, session] = [String(claims.sub), String(claims.session_id)];
  await service.repo.deleteRefreshTokensForUser(user, session);
  await service.repo.deleteUserSessions(user, session);
}

/** Gives a session's access token the claims GoTrue puts in, and the key id that Edge Functions look for. */
export function completeToken(session: Claims, keys: StackKeys, issuer: string): Claims {
  const claims = verifyToken(String(session.access_token), keys.jwtSecret);
  const user = session.user as Claims | undefined;
  if (!claims || !user) return session;
  const complete = {
    iss: issuer,
    ...claims,
    ...{ phone: user.phone ?? '', app_metadata: user.app_metadata, user_metadata: user.user_metadata },
    ...{ aal: 'aal1', is_anonymous: false },
  };
  return { ...session, access_token: signToken(complete, keys.jwtSecret) };
}
