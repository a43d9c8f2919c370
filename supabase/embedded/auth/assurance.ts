/** How strongly a session is signed in: its methods (amr), its assurance level (aal), and the person's factors. */
import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Claims } from '../tokens.ts';

export type AuthDatabase = Kysely<unknown>;

/** A factor as GoTrue puts it into the user object. */
export interface Factor {
  id: string;
  created_at: string;
  updated_at: string;
  status: 'unverified' | 'verified';
  friendly_name: string | null;
  factor_type: string;
  phone: string | null;
  last_challenged_at: string | null;
}

/** Methods that raise a session to aal2. */
const secondFactors = ['totp', 'mfa/phone', 'mfa/webauthn'];

export async function readFactors(db: AuthDatabase, userId: string): Promise<Factor[]> {
  const { rows } = await sql<Factor>`
    select id, created_at, updated_at, status, friendly_name, factor_type, phone, last_challenged_at
    from auth.mfa_factors where user_id = ${userId} order by created_at`.execute(db);
  return rows;
}

/** Notes that a session was signed in by a method, or again by it. */
export async function noteMethod(db: AuthDatabase, sessionId: string, method: string): Promise<void> {
  await sql`
    insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
    values (${randomUUID()}, ${sessionId}, now(), now(), ${method})
    on conflict on constraint mfa_amr_claims_session_id_authentication_method_pkey do update set updated_at = now()
  `.execute(db);
}

/** The claims of a session's next access token; the newest method comes first. */
export async function readAssurance(
  db: AuthDatabase,
  sessionId: string,
): Promise<{ aal: 'aal1' | 'aal2'; amr: { method: string; timestamp: number }[] }> {
  const { rows: amr } = await sql<{ method: string; timestamp: number }>`
    select authentication_method as method, extract(epoch from date_trunc('second', updated_at))::int as timestamp
    from auth.mfa_amr_claims where session_id = ${sessionId} order by updated_at desc`.execute(db);
  return { aal: amr.some(({ method }) => secondFactors.includes(method)) ? 'aal2' : 'aal1', amr };
}

/** A user object with its factors; GoTrue leaves an empty list out, and the name of a factor that has none. */
export async function withFactors(db: AuthDatabase, user: Claims): Promise<Claims> {
  const factors = await readFactors(db, String(user.id));
  if (factors.length === 0) return user;
  const shown = factors.map(({ friendly_name, ...factor }) => ({
    ...factor,
    ...(friendly_name ? { friendly_name } : {}),
  }));
  return { ...user, factors: shown };
}
