import { expect, test } from 'vitest';
import { keyId, keySet, signToken, verifyToken } from './tokens.ts';

const secret = 'a secret of enough length';
const inAnHour = Math.floor(Date.now() / 1000) + 3_600;

test('a signed token verifies and gives its claims back', () => {
  const claims = { sub: 'ana', exp: inAnHour };
  expect(verifyToken(signToken(claims, secret), secret)).toEqual(claims);
});

test('expired, altered, unsigned and foreign tokens do not', () => {
  const token = signToken({ sub: 'ana', exp: inAnHour }, secret);
  const [header, , signature] = token.split('.');
  const altered = `${header}.${Buffer.from('{"sub":"eva"}').toString('base64url')}.${signature}`;
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"eva"}').toString('base64url')}.`;
  const expired = signToken({ sub: 'ana', exp: 1 }, secret);
  for (const bad of [
    altered,
    unsigned,
    expired,
    signToken({ sub: 'ana' }, 'another'),
    'nonsense',
    'a.b.c',
    '',
  ]) {
    expect(verifyToken(bad, secret)).toBeNull();
  }
});

test('the key set names the key the tokens name', () => {
  const header = JSON.parse(
    Buffer.from(signToken({}, secret).split('.')[0] ?? '', 'base64url').toString(),
  ) as object;
  expect(header).toMatchObject({ kid: keyId(secret) });
  expect(keySet(secret).keys).toMatchObject([{ kid: keyId(secret), alg: 'HS256', kty: 'oct' }]);
});
