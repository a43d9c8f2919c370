import { supabase } from '#lib/supabase/browser.ts';
import { leaveTo, leaveToSignIn } from './leaving.ts';

/**
 * Follows what happens to the session in other tabs and on the server: signed out there, this tab goes to the
 * sign-in page; somebody else signed in there, this tab starts over as them. Returns how to stop watching.
 */
export function watchSession(userId: string): () => void {
  const { data } = supabase().auth.onAuthStateChange((event, session) => {
    if (event === 'SIGNED_OUT') leaveToSignIn();
    else if (session && session.user.id !== userId) leaveTo('/');
  });
  return () => data.subscription.unsubscribe();
}
