import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import postgres from 'postgres';

/** A variable the suite cannot do without: it runs against any stack that is named by URL and keys. */
function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set: the integration tests need a stack to run against (see CONTRIBUTING.md)`,
    );
  return value;
}

export const stack = {
  url: required('SUPABASE_URL'),
  publishableKey: required('SUPABASE_PUBLISHABLE_KEY'),
  secretKey: required('SUPABASE_SECRET_KEY'),
  dbUrl: required('SUPABASE_DB_URL'),
};

const stateless = { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } };

/** A client without a session, as a visitor's browser has one. */
export function anonymousClient(): SupabaseClient {
  return createClient(stack.url, stack.publishableKey, stateless);
}

/** The service role, which only functions and scripts have; tests use it for what those would do. */
export function serviceClient(): SupabaseClient {
  return createClient(stack.url, stack.secretKey, stateless);
}

/** The database as its owner: to lay out rows no API would accept, and to prove that a refused write changed nothing. */
export function ownerConnection(): postgres.Sql {
  return postgres(stack.dbUrl, { max: 4, onnotice: () => {} });
}

export interface Answer {
  status: number;
  body: unknown;
}

/** One raw request to the Data API, so that status and body are seen as any program sees them. */
export async function dataApi(
  method: string,
  path: string,
  options: { accessToken?: string | undefined; body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(`${stack.url}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: stack.publishableKey,
      'content-type': 'application/json',
      prefer: 'return=minimal',
      ...(options.accessToken ? { authorization: `Bearer ${options.accessToken}` } : {}),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}
