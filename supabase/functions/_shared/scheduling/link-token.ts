const encoder = new TextEncoder();

/**
 * The token of a link that stays the same however often it is made: HMAC-SHA-256 over purpose and id, base64url.
 *
 * A mail that is sent again has to be the same mail, and the token itself is stored nowhere. `purpose` keeps the links of
 * one kind from being good for another.
 *
 * @throws when there is no secret: a link anybody could make is worse than none
 */
export async function linkToken(secret: string, purpose: string, id: string): Promise<string> {
  if (secret.length < 16) throw new Error('A link needs a secret of 16 characters at least.');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const signature = await crypto.subtle.sign(
    'HMAC',
    key,
    encoder.encode(`chairside link\n${purpose}\n${id}`),
  );
  return btoa(String.fromCharCode(...new Uint8Array(signature)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** How the database knows a token: SHA-256 of its text, lower-case hex (private.hash_token). */
export async function tokenHash(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(token));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
