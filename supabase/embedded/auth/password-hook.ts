/**
 * The hook `auth.hook.password_verification_attempt`, as a database function.
 * Source: supabase/auth, internal/hooks/hookspgfunc and internal/api/token.go.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { HookConfig } from '../project-config.ts';
import type { AuthDatabase } from './assurance.ts';
import { AuthRefusal, unexpected } from './refusal.ts';

interface HookAnswer {
  decision?: string;
  message?: string;
  should_logout_user?: boolean;
  error?: { http_code?: number; message?: string };
}

const defaultMessage = 'Further password verification attempts will be rejected.';
const timeLimitMilliseconds = 2_000;

/** Tells the hook of a password that was checked. Throws its rejection, and 500 when the hook itself fails. */
export async function reportPasswordAttempt(
  db: AuthDatabase,
  hook: HookConfig,
  attempt: { userId: string; isValid: boolean; address: string },
): Promise<void> {
  const metadata = {
    ...{ uuid: randomUUID(), time: new Date().toISOString() },
    ...{ name: 'password-verification', ip_address: attempt.address },
  };
  const answer = await callHook(db, hook, { metadata, user_id: attempt.userId, valid: attempt.isValid });
  if (answer?.error?.message) {
    const { http_code: status = 500, message } = answer.error;
    throw new AuthRefusal(status, 'unexpected_failure', message);
  }
  if (answer?.decision !== 'reject') return;
  if (answer.should_logout_user)
    await sql`delete from auth.sessions where user_id = ${attempt.userId}`.execute(db);
  throw new AuthRefusal(400, 'invalid_credentials', answer.message ?? defaultMessage);
}

/** Runs the function in a transaction of its own, so that what it writes stays also when the sign-in is refused. */
async function callHook(db: AuthDatabase, hook: HookConfig, event: object): Promise<HookAnswer | null> {
  try {
    return await db.transaction().execute(async (transaction) => {
      await sql`select set_config('statement_timeout', ${String(timeLimitMilliseconds)}, true)`.execute(
        transaction,
      );
      const { rows } = await sql<{ answer: HookAnswer | null }>`
        select ${sql.id(hook.schema, hook.function)}(${JSON.stringify(event)}::jsonb) as answer`.execute(
        transaction,
      );
      return rows[0]?.answer ?? null;
    });
  } catch (error) {
    // The log is where a developer finds out why nobody can sign in.
    console.error(`auth: hook ${hook.uri} failed:`, error);
    throw unexpected(`Error running hook URI: ${hook.uri}`);
  }
}
