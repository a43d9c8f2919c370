/** POST /signup as GoTrue does it: account and identity in one transaction, and no word about known addresses. */
import { randomUUID } from 'node:crypto';
import bcrypt from 'bcryptjs';
import type { HonoContext } from '@supabase/lite';
import type { ProjectConfig } from '../project-config.ts';
import { newCode } from './one-time-code.ts';
import { AuthRefusal, refuseHaste, unexpected } from './refusal.ts';

export type AuthService = HonoContext['Variables']['authService'];
type User = NonNullable<Awaited<ReturnType<AuthService['repo']['findUserById']>>>;

export interface SignUpBody {
  email?: string;
  password?: string;
  data?: Record<string, unknown>;
}

const bcryptCost = 10;

/**
 * Creates the account and answers with the user, or with a session when a trigger or the configuration has confirmed it.
 * Source: supabase/auth, internal/api/signup.go. Lite has no transaction here and does not look at what triggers did.
 */
export async function signUp(
  service: AuthService,
  body: SignUpBody,
  config: ProjectConfig['auth'],
): Promise<object> {
  if (!config.enableSignup)
    throw new AuthRefusal(422, 'signup_disabled', 'Signups not allowed for this instance');
  if (!config.email.enableSignup)
    throw new AuthRefusal(400, 'email_provider_disabled', 'Email signups are disabled');
  const { password = '', data = {} } = body;
  const email = validEmail(body.email);
  if (!password) throw new AuthRefusal(400, 'validation_failed', 'Signup requires a valid password');
  if (password.length > 72) {
    throw new AuthRefusal(400, 'validation_failed', 'Password cannot be longer than 72 characters');
  }
  service['assertPasswordStrong'](password);

  const known = await service.repo.findUserByEmail(email);
  if (known?.email_confirmed_at) {
    if (!config.email.enableConfirmations)
      throw new AuthRefusal(422, 'user_already_exists', 'User already registered');
    return madeUpUser(email, data);
  }
  const encrypted = known ? '' : await bcrypt.hash(password, bcryptCost);
  const user = await service.repo.transaction(async (repo) => {
    let account = known ?? (await createAccount(repo, email, encrypted, data));
    if (!account.email_confirmed_at && !config.email.enableConfirmations) {
      account = required(await repo.updateUser(account.id, { email_confirmed_at: new Date().toISOString() }));
    }
    if (account.email_confirmed_at) return account;
    refuseHaste(account.confirmation_sent_at, config.email.maxFrequencySeconds);
    return sendConfirmation(service, repo, account, config);
  });
  const identities = await service.repo.findIdentitiesByUserId(user.id);
  const account = service.repo.parseUserJson(user);
  if (!account.email_confirmed_at) return service['mapUserToResponse'](account, identities, 'signup');
  return service['createSessionForUser'](account, identities);
}

/** Sends a fresh confirmation mail and returns the updated account. */
export async function sendConfirmation(
  service: AuthService,
  repo: AuthService['repo'],
  account: User,
  config: ProjectConfig['auth'],
): Promise<User> {
  const email = account.email ?? '';
  const { code, tokenHash } = newCode(email, config.email.otpLength);
  const updated = await repo.updateUser(account.id, {
    confirmation_token: tokenHash,
    confirmation_sent_at: new Date().toISOString(),
  });
  await service['mailer'].sendConfirmation(email, tokenHash, code);
  return required(updated);
}

/** The address in lower case; GoTrue's refusal when it is none. */
export function validEmail(email: string | undefined): string {
  if (!email) throw new AuthRefusal(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled');
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new AuthRefusal(400, 'validation_failed', 'Unable to validate email address: invalid format');
  }
  return email.toLowerCase();
}

async function createAccount(
  repo: AuthService['repo'],
  email: string,
  encryptedPassword: string,
  data: Record<string, unknown>,
): Promise<User> {
  const id = randomUUID();
  try {
    await repo.createUser({ id, email, encrypted_password: encryptedPassword, raw_user_meta_data: data });
  } catch {
    // A trigger refused, or a parallel sign-up was first. GoTrue does not say which.
    throw unexpected('Database error saving new user');
  }
  const identity_data = { ...data, sub: id, email, email_verified: false, phone_verified: false };
  await repo.createIdentity({
    id: randomUUID(),
    provider: 'email',
    provider_id: id,
    user_id: id,
    identity_data,
  });
  // GoTrue copies the identity's data into the user's metadata, whatever a trigger took out of it before.
  const saved = repo.parseUserJson(required(await repo.findUserById(id)));
  const raw_user_meta_data = { ...(saved.raw_user_meta_data as object), ...identity_data };
  return required(await repo.updateUser(id, { raw_user_meta_data }));
}

/** The user GoTrue makes up for a known address, so that the answer does not tell whether there is an account. */
function madeUpUser(email: string, data: Record<string, unknown>): object {
  const now = new Date().toISOString();
  return {
    ...{ id: randomUUID(), aud: 'authenticated', role: '', email, phone: '', confirmation_sent_at: now },
    app_metadata: { provider: 'email', providers: ['email'] },
    ...{ user_metadata: data, identities: [], created_at: now, updated_at: now, is_anonymous: false },
  };
}

function required<T>(row: T | null): T {
  if (row === null) throw unexpected();
  return row;
}
