import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { StackTarget } from './stack-target.ts';

const stateless = { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } };

/** A client as a browser has one; every person gets one of their own. */
export function visitorClient(target: StackTarget): SupabaseClient {
  return createClient(target.url, target.publishableKey, stateless);
}

/** A client with the secret key. It must never sign anybody in: it would become that person. */
export function serviceClient(target: StackTarget): SupabaseClient {
  return createClient(target.url, target.secretKey, stateless);
}
