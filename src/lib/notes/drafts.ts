/**
 * What somebody is typing, kept in the tab until it is saved: a reload, a lost connection or an expired session loses
 * nothing. Keys name the person, so that the next one at the same computer does not find it.
 */
const PREFIX = 'chairside.draft.';

/** The kept text, empty where there is none. */
export function readDraft(key: string): string {
  try {
    return sessionStorage.getItem(PREFIX + key) ?? '';
  } catch {
    return '';
  }
}

/** Keeps the text, or forgets it when it is empty. */
export function keepDraft(key: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(PREFIX + key, text);
    else sessionStorage.removeItem(PREFIX + key);
  } catch {
    // A browser that keeps nothing still lets people write.
  }
}
