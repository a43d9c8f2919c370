import type { readSession } from '#lib/auth/session.server.ts';
import type { ChairsideClient } from '#lib/supabase/browser.ts';

declare global {
  namespace App {
    interface Locals {
      /** Talks to Supabase as the person signed in; holds the publishable key only. */
      supabase: ChairsideClient;
      /** The verified session, read at most once per request. */
      getSession: () => ReturnType<typeof readSession>;
    }
  }
}

export {};
