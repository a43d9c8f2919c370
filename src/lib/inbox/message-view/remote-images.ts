/** Senders whose pictures are always loaded, remembered in this browser, apart for each clinic. */
const KEY = 'chairside.mail-images.';
const MOST = 500;

const read = (tenantId: string): string[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY + tenantId) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
};

/** Whether pictures of this sender are loaded without asking. */
export const isTrusted = (tenantId: string, address: string): boolean =>
  address !== '' && read(tenantId).includes(address.toLowerCase());

/** Loads the pictures of this sender from now on, or asks again. */
export function trust(tenantId: string, address: string, isTrustedNow: boolean): void {
  const others = read(tenantId).filter((each) => each !== address.toLowerCase());
  const next = isTrustedNow ? [...others, address.toLowerCase()].slice(-MOST) : others;
  try {
    localStorage.setItem(KEY + tenantId, JSON.stringify(next));
  } catch {
    // A browser that keeps nothing asks each time.
  }
}
