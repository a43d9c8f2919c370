import { describe, expect, it } from 'vitest';
import { isSecretKey } from './secret-key.ts';

const jwt = (claims: object): string =>
  ['{"alg":"HS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

describe('a key that must stay on the server', () => {
  it.each([
    ['a secret key', 'sb_secret_abc', true],
    ['a legacy key of the service role', jwt({ iss: 'supabase-?>', role: 'service_role' }), true],
    ['a publishable key', 'sb_publishable_abc', false],
    ['a legacy anon key', jwt({ iss: 'supabase', role: 'anon' }), false],
    ['something that only looks like a JWT', 'a.b.c', false],
  ])('%s', (_, key, isSecret) => expect(isSecretKey(key)).toBe(isSecret));
});
