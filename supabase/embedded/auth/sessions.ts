/** What GoTrue checks and does around sign-in, password change and sign-out, where lite does less. */
import bcrypt from 'bcryptjs';
import type { HookConfig, ProjectConfig } from '../project-config.ts';
import type { Claims } from '../tokens.ts';
import { readAssurance, readFactors, type AuthDatabase } from './assurance.ts';
import { reportPasswordAttempt } from './password-hook.ts';
import { AuthRefusal, refuseHaste } from './refusal.ts';
import type { AuthService } from './sign-up.ts';

const recentSignInHours = 24;

export interface SignInAttempt {
  db: AuthDatabase;
  service: AuthService;
  hook: HookConfig | null;
  /** Where the attempt comes from. */
  address: string;
}

/** Signs in, in GoTrue's order: ban, password, hook, confirmation. Unknown addresses are no attempt for the hook. */
export async function signIn(
  { db, service, hook, address }: SignInAttempt,
  body: { email?: string; password?: string },
): Promise<object> {
  const refusal = new AuthRefusal(400, 'invalid_credentials', 'Invalid login credentials');
  const user = await service.repo.findUserByEmail(body.email ?? '');
  if (!user?.encrypted_password) throw refusal;
  refuseBanned(user.banned_until);
  const isValid = await bcrypt.compare(body.password ?? '', user.encrypted_password);
  if (hook) await reportPasswordAttempt(db, hook, { userId: user.id, isValid, address });
  if (!isValid) throw refusal;
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
export function refuseBanned(bannedUntil: string | null | undefined, status = 400): void {
  if (bannedUntil === 'infinity' || Date.parse(bannedUntil ?? '') > Date.now()) {
    throw new AuthRefusal(status, 'user_banned', 'User is banned');
  }
}

/**
 * Refuses a change of password or address without the second factor of whoever has one, a change of password on an old
 * session, and one of address too soon after the last mail.
 */
export async function checkUserUpdate(
  { db, service }: { db: AuthDatabase; service: AuthService },
  claims: Claims,
  body: { password?: string; email?: string },
  config: ProjectConfig['auth'],
): Promise<void> {
  if (body.password || body.email) await refuseWithoutSecondFactor(db, service, claims, body);
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

async function refuseWithoutSecondFactor(
  db: AuthDatabase,
  service: AuthService,
  claims: Claims,
  body: { password?: string; email?: string },
): Promise<void> {
  const factors = await readFactors(db, String(claims.sub));
  if (!factors.some(({ status }) => status === 'verified')) return;
  if ((await readAssurance(db, String(claims.session_id))).aal === 'aal2') return;
  if (!body.password && (await service.repo.findUserById(String(claims.sub)))?.email === body.email) return;
  const message = 'AAL2 session is required to update email or password when MFA is enabled.';
  throw new AuthRefusal(401, 'insufficient_aal', message);
}

/** A new password ends every other session of the person. */
export async function endOtherSessions(service: AuthService, claims: Claims): Promise<void> {
  const [user, session] = [String(claims.sub), String(claims.session_id)];
  await service.repo.deleteRefreshTokensForUser(user, session);
  await service.repo.deleteUserSessions(user, session);
}
