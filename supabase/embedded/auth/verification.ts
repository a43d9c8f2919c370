/** POST /verify and POST /resend where GoTrue differs from lite. */
import type { ProjectConfig } from '../project-config.ts';
import { hashCode, newCode } from './one-time-code.ts';
import { AuthRefusal, refuseHaste } from './refusal.ts';
import { sendConfirmation, validEmail, type AuthService } from './sign-up.ts';

export interface VerifyBody {
  type?: string;
  email?: string;
  token?: string;
  token_hash?: string;
}

const halfConfirmed = 'Confirmation link accepted. Please proceed to confirm link sent to the other email';

/** Answers with a session, or with a message when the other mailbox has to confirm too. */
export async function verify(
  service: AuthService,
  body: VerifyBody,
  config: ProjectConfig['auth'],
): Promise<object> {
  if (body.type === 'email_change') return verifyEmailChange(service, body, config);
  return service.verifyOtp({ ...body, type: await litesType(service, body) });
}

/** `email` stands for whichever of sign-up confirmation and magic link the token belongs to. */
async function litesType(service: AuthService, body: VerifyBody): Promise<string> {
  const isConfirmation = async () =>
    (await service.repo.findUserByToken('confirmation_token', tokenHash(body))) !== null;
  if (body.type === 'email') return (await isConfirmation()) ? 'signup' : 'magiclink';
  if (body.type === 'invite') return 'signup';
  if (['signup', 'magiclink', 'recovery', 'reauthentication'].includes(body.type ?? ''))
    return body.type ?? '';
  throw new AuthRefusal(400, 'validation_failed', 'Verify requires a verification type');
}

/**
 * With `double_confirm_changes` the first of the two mailboxes only notes its consent; the second changes the address.
 * Source: supabase/auth, internal/api/verify.go, emailChangeVerify. Lite is content with the old mailbox alone.
 */
async function verifyEmailChange(
  service: AuthService,
  body: VerifyBody,
  config: ProjectConfig['auth'],
): Promise<object> {
  const hash = tokenHash(body);
  return service.repo.transaction(async (repo) => {
    const byCurrent = await repo.findUserByToken('email_change_token_current', hash);
    const user = byCurrent ?? (await repo.findUserByToken('email_change_token_new', hash));
    const column = byCurrent ? 'email_change_token_current' : 'email_change_token_new';
    const sentAt = Date.parse(user?.email_change_sent_at ?? '');
    const isFresh = Date.now() - sentAt < config.email.otpExpiry * 1000;
    if (!user || !isFresh || !(await repo.claimUserToken(user.id, column, hash))) {
      throw new AuthRefusal(403, 'otp_expired', 'Email link is invalid or has expired');
    }
    if (config.email.doubleConfirmChanges && user.email && !user.email_change_confirm_status) {
      await repo.updateUser(user.id, { email_change_confirm_status: 1 });
      return { msg: halfConfirmed, code: '200' };
    }
    await repo.updateUser(user.id, { email_change_confirm_status: 0 });
    const outside = service.repo;
    service.repo = repo;
    try {
      return await service['completeVerifyOtp'](user, column, 'email_change');
    } finally {
      service.repo = outside;
    }
  });
}

/** Sends the mail of an unfinished sign-up or e-mail change again. Unknown addresses get the same answer. */
export async function resend(
  service: AuthService,
  body: { type?: string; email?: string },
  config: ProjectConfig['auth'],
): Promise<object> {
  const kinds = ['signup', 'email_change'];
  if (!kinds.includes(body.type ?? '')) {
    const message = 'Missing one of these types: signup, email_change, sms, phone_change';
    throw new AuthRefusal(400, 'validation_failed', message);
  }
  if (!body.email) throw new AuthRefusal(400, 'validation_failed', 'Type provided requires an email address');
  const { repo } = service;
  const user = await repo.findUserByEmail(validEmail(body.email));
  if (user && body.type === 'signup' && !user.email_confirmed_at) {
    refuseHaste(user.confirmation_sent_at, config.email.maxFrequencySeconds);
    await sendConfirmation(service, repo, user, config);
  }
  if (user?.email && user.email_change && body.type === 'email_change') {
    refuseHaste(user.email_change_sent_at, config.email.maxFrequencySeconds);
    const current = newCode(user.email, config.email.otpLength);
    const next = newCode(user.email_change, config.email.otpLength);
    await repo.updateUser(user.id, {
      email_change_token_current: current.tokenHash,
      email_change_token_new: next.tokenHash,
      email_change_sent_at: new Date().toISOString(),
      email_change_confirm_status: 0,
    });
    await service['mailer'].sendEmailChange(user.email, current.tokenHash, current.code, {
      ...{ currentEmail: user.email, newEmail: user.email_change },
      ...{ tokenNew: next.code, tokenHashNew: next.tokenHash },
    });
  }
  return {};
}

function tokenHash(body: VerifyBody): string {
  return body.token_hash ?? hashCode(body.email ?? '', body.token ?? '');
}
