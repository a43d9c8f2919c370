/** /factors: multi-factor authentication with one-time codes. Source: supabase/auth, internal/api/mfa.go. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { renderSVG } from 'uqr';
import type { ProjectConfig } from '../project-config.ts';
import { callerAddress } from '../gateway/caller-address.ts';
import type { Claims } from '../tokens.ts';
import { noteMethod, readAssurance, readFactors, type AuthDatabase, type Factor } from './assurance.ts';
import { AuthRefusal } from './refusal.ts';
import { requireSession, type SignedIn } from './signed-in.ts';
import type { AuthService } from './sign-up.ts';
import { newSessionAnswer } from './session-answer.ts';

/** GoTrue's default; also how long an unverified factor without a challenge is kept. */
const challengeSeconds = 300;
const maxVerifiedFactors = 10;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface FactorService {
  db: AuthDatabase;
  service: AuthService;
  config: ProjectConfig['auth'];
  jwtSecret: string;
}

type StoredFactor = Factor & { secret: string };

/** Answers a request below /factors; undefined for paths there are none of. `path` is without `/auth/v1`. */
export async function answerFactors(
  services: FactorService,
  request: Request,
  path: string,
  body: Claims,
): Promise<object | undefined> {
  const [, , id, action] = path.split('/');
  const route = `${request.method} ${id ? '/:id' : ''}${action ? `/${action}` : ''}`;
  if (!['POST ', 'DELETE /:id', 'POST /:id/challenge', 'POST /:id/verify'].includes(route)) return undefined;
  const person = await requireSession(services, request);
  if (route === 'POST ') return enrol(services, person, body);
  const factor = await ownFactor(services.db, person, id ?? '');
  switch (route) {
    case 'POST /:id/challenge':
      return challenge(services, factor, callerAddress(request.headers));
    case 'POST /:id/verify':
      return verify(services, person, factor, body, callerAddress(request.headers));
    default:
      return unenrol(services.db, person, factor);
  }
}

async function ownFactor(db: AuthDatabase, person: SignedIn, id: string): Promise<StoredFactor> {
  if (!uuid.test(id)) throw new AuthRefusal(404, 'validation_failed', 'factor_id must be an UUID');
  const { rows } = await sql<StoredFactor>`
    select * from auth.mfa_factors where id = ${id} and user_id = ${person.userId}`.execute(db);
  if (!rows[0]) throw new AuthRefusal(404, 'mfa_factor_not_found', 'Factor not found');
  return rows[0];
}

async function enrol({ db, config }: FactorService, person: SignedIn, body: Claims): Promise<object> {
  const name = typeof body.friendly_name === 'string' ? body.friendly_name : '';
  refuseOtherTypes(body.factor_type);
  if (!config.mfa.totp.enrollEnabled)
    throw new AuthRefusal(422, 'mfa_totp_enroll_not_enabled', 'MFA enroll is disabled for TOTP');
  await refuseFurtherFactor(db, person, name, config.mfa.maxEnrolledFactors);
  const issuer = typeof body.issuer === 'string' && body.issuer ? body.issuer : new URL(config.siteUrl).host;
  const totp = new TOTP({ issuer, label: person.email, secret: new Secret({ size: 20 }) });
  const id = randomUUID();
  const secret = totp.secret.base32;
  await sql`
    insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret, created_at, updated_at)
    values (${id}, ${person.userId}, ${name}, 'totp', 'unverified', ${secret}, now(), now())`.execute(db);
  const uri = totp.toString();
  return {
    id,
    type: 'totp',
    friendly_name: name,
    totp: { qr_code: renderSVG(uri, { ecc: 'H' }), secret, uri },
  };
}

/** Phone and WebAuthn factors are answered as by a project that has them switched off. */
function refuseOtherTypes(type: unknown): void {
  if (type === 'totp') return;
  if (type === 'phone')
    throw new AuthRefusal(422, 'mfa_phone_enroll_not_enabled', 'MFA enroll is disabled for Phone');
  if (type === 'webauthn')
    throw new AuthRefusal(422, 'mfa_webauthn_enroll_not_enabled', 'MFA enroll is disabled for WebAuthn');
  throw new AuthRefusal(400, 'validation_failed', 'factor_type needs to be totp, phone, or webauthn');
}

async function refuseFurtherFactor(
  db: AuthDatabase,
  person: SignedIn,
  name: string,
  maxEnrolledFactors: number,
): Promise<void> {
  await sql`
    delete from auth.mfa_factors as factor
    where status <> 'verified' and created_at < now() - make_interval(secs => ${challengeSeconds})
      and not exists (select from auth.mfa_challenges where factor_id = factor.id)`.execute(db);
  const factors = await readFactors(db, person.userId);
  if (factors.some(({ friendly_name }) => (friendly_name ?? '') === name)) {
    const message = `A factor with the friendly name ${JSON.stringify(name)} for this user already exists`;
    throw new AuthRefusal(422, 'mfa_factor_name_conflict', message);
  }
  const verified = factors.filter(({ status }) => status === 'verified').length;
  if (factors.length >= maxEnrolledFactors || verified >= maxVerifiedFactors) {
    const message = 'Maximum number of verified factors reached, unenroll to continue';
    throw new AuthRefusal(422, 'too_many_enrolled_mfa_factors', message);
  }
  const { aal } = await readAssurance(db, person.sessionId);
  if (verified > 0 && aal !== 'aal2')
    throw new AuthRefusal(403, 'insufficient_aal', 'AAL2 required to enroll a new factor');
}

async function challenge(
  { db, config }: FactorService,
  factor: StoredFactor,
  address: string,
): Promise<object> {
  refuseVerification(config);
  const id = randomUUID();
  await sql`
    with challenged as (update auth.mfa_factors set last_challenged_at = clock_timestamp() where id = ${factor.id})
    insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
    values (${id}, ${factor.id}, now(), ${address})`.execute(db);
  const expires_at = Math.floor(Date.now() / 1000) + challengeSeconds;
  return { id, type: factor.factor_type, expires_at };
}

async function verify(
  services: FactorService,
  person: SignedIn,
  factor: StoredFactor,
  body: Claims,
  address: string,
): Promise<object> {
  const { db, config } = services;
  if (!body.code) throw new AuthRefusal(400, 'validation_failed', 'Code needs to be non-empty');
  refuseVerification(config);
  await checkChallenge(db, factor, String(body.challenge_id), address);
  const totp = new TOTP({ secret: Secret.fromBase32(factor.secret) });
  if (totp.validate({ token: String(body.code), window: 1 }) === null)
    throw new AuthRefusal(422, 'mfa_verification_failed', 'Invalid TOTP code entered');
  const refreshToken = randomUUID();
  await db.transaction().execute(async (transaction) => {
    await sql`update auth.mfa_challenges set verified_at = now() where id = ${body.challenge_id}`.execute(
      transaction,
    );
    await sql`
      update auth.mfa_factors set status = 'verified', updated_at = now()
      where id = ${factor.id} and status <> 'verified'`.execute(transaction);
    await noteMethod(transaction, person.sessionId, 'totp');
    await sql`update auth.sessions set aal = 'aal2', factor_id = ${factor.id} where id = ${person.sessionId}`.execute(
      transaction,
    );
    // A refresh token from before the code must not lead to an aal2 session, so the new one has no parent.
    await sql`
      update auth.refresh_tokens set revoked = true, updated_at = now()
      where session_id = ${person.sessionId} and not revoked`.execute(transaction);
    await sql`
      insert into auth.refresh_tokens (id, token, user_id, session_id)
      values (${randomUUID()}, ${refreshToken}, ${person.userId}, ${person.sessionId})`.execute(transaction);
    await sql`delete from auth.sessions where user_id = ${person.userId} and coalesce(aal, 'aal1') < 'aal2'`.execute(
      transaction,
    );
    await sql`
      delete from auth.mfa_factors
      where user_id = ${person.userId} and status = 'unverified' and factor_type = ${factor.factor_type}
    `.execute(transaction);
  });
  return newSessionAnswer(services, person, refreshToken);
}

/** A challenge is good for one success, from the address that asked for it, for five minutes. */
async function checkChallenge(
  db: AuthDatabase,
  factor: StoredFactor,
  id: string,
  address: string,
): Promise<void> {
  const { rows } = await sql<{ is_open: boolean; has_expired: boolean }>`
    select verified_at is null and ip_address = ${address}::inet as is_open,
      created_at + make_interval(secs => ${challengeSeconds}) < now() as has_expired
    from auth.mfa_challenges where id = ${uuid.test(id) ? id : null}::uuid and factor_id = ${factor.id}`.execute(
    db,
  );
  const [found] = rows;
  if (!found) {
    const message = 'MFA factor with the provided challenge ID not found';
    throw new AuthRefusal(422, 'mfa_factor_not_found', message);
  }
  if (!found.is_open) {
    const message = 'Challenge and verify IP addresses mismatch.';
    throw new AuthRefusal(422, 'mfa_ip_address_mismatch', message);
  }
  if (!found.has_expired) return;
  await sql`delete from auth.mfa_challenges where id = ${id}`.execute(db);
  const message = `MFA challenge ${id} has expired, verify against another challenge or create a new challenge.`;
  throw new AuthRefusal(422, 'mfa_challenge_expired', message);
}

function refuseVerification(config: ProjectConfig['auth']): void {
  if (!config.mfa.totp.verifyEnabled)
    throw new AuthRefusal(422, 'mfa_totp_verify_not_enabled', 'MFA verification is disabled for TOTP');
}

async function unenrol(db: AuthDatabase, person: SignedIn, factor: StoredFactor): Promise<object> {
  const { aal } = await readAssurance(db, person.sessionId);
  if (factor.status === 'verified' && aal !== 'aal2')
    throw new AuthRefusal(422, 'insufficient_aal', 'AAL2 required to unenroll verified factor');
  await db.transaction().execute(async (transaction) => {
    await sql`delete from auth.mfa_factors where id = ${factor.id}`.execute(transaction);
    await sql`
      delete from auth.mfa_amr_claims where authentication_method = 'totp' and session_id in
        (select id from auth.sessions where factor_id = ${factor.id})`.execute(transaction);
    await sql`
      update auth.sessions set aal = 'aal1', factor_id = null
      where user_id = ${person.userId} and factor_id = ${factor.id}`.execute(transaction);
  });
  return { id: factor.id };
}
