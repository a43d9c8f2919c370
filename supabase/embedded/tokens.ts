/** HS256 JSON Web Tokens and the key they are signed with. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type Claims = Record<string, unknown>;

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signatureOf = (input: string, secret: string) => createHmac('sha256', secret).update(input).digest();

/** The id under which the key is published to Edge Functions. */
export function keyId(secret: string): string {
  return createHash('sha256').update(`key id of ${secret}`).digest('hex').slice(0, 16);
}

export function signToken(claims: Claims, secret: string): string {
  const input = `${encode({ alg: 'HS256', kid: keyId(secret), typ: 'JWT' })}.${encode(claims)}`;
  return `${input}.${signatureOf(input, secret).toString('base64url')}`;
}

/** The claims of a token that is signed with `secret` and not expired, else null. */
export function verifyToken(token: string, secret: string): Claims | null {
  const [header, payload, signature] = token.split('.');
  if (!header || !payload || !signature) return null;
  const expected = signatureOf(`${header}.${payload}`, secret);
  const actual = Buffer.from(signature, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Claims;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    const isExpired = typeof claims.exp === 'number' && claims.exp < Date.now() / 1000;
    return alg === 'HS256' && !isExpired ? claims : null;
  } catch {
    return null;
  }
}

/** The key set Edge Functions verify tokens with, as in `SUPABASE_JWKS`. */
export function keySet(secret: string): { keys: object[] } {
  const k = Buffer.from(secret).toString('base64url');
  return { keys: [{ kty: 'oct', alg: 'HS256', use: 'sig', kid: keyId(secret), k }] };
}
