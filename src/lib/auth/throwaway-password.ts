/** A password that nobody is told: for an account whose person chooses one after confirming the address. */
export function throwawayPassword(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(33))));
}
