import { signInPath } from './next-path.ts';

/** Cookie that remembers the clinic used last. */
export const LAST_CLINIC_COOKIE = 'chairside-clinic';

let leaving = false;
let signingOut = false;

/** Announces a sign-out by the person's own hand: they do not want to come back to this page. */
export function beginSignOut(): void {
  signingOut = true;
}

/**
 * Loads a page afresh. Everything this browser tab held in memory about the person (cache, forms) is gone
 * afterwards, which is why signing in, signing out and a change of person go this way.
 */
export function leaveTo(path: string): void {
  if (leaving) return;
  leaving = true;
  location.assign(path);
}

/** The session ended without the person's doing: to the sign-in page, and back here afterwards. */
export function leaveToSignIn(): void {
  leaveTo(signingOut ? '/sign-in' : signInPath(location.pathname + location.search));
}
