/**
 * Stands in for @supabase/realtime-js (vite.config.ts puts it there), which supabase-js always brings along: the
 * app refreshes on focus and on an interval and opens no channel, and 16 kB less is a tenth of the sign-in page.
 * Whoever wants channels takes the alias out again.
 */
export class RealtimeClient {
  setAuth(): Promise<void> {
    return Promise.resolve();
  }

  channel(): never {
    throw new Error('Realtime is not part of this build: see src/lib/supabase/without-realtime.ts');
  }

  getChannels(): [] {
    return [];
  }

  removeAllChannels(): Promise<[]> {
    return Promise.resolve([]);
  }
}
