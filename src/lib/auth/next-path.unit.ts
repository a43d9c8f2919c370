import { describe, expect, it } from 'vitest';
import { safeNextPath, signInPath, twoStepPath } from './next-path.ts';

describe('the page to return to after signing in', () => {
  it.each(['/bright-smile/clients', '/profile?tab=password', '/a/b#c', '/bright-smile/clients?next=//x'])(
    'keeps the path %s of this site',
    (path) => expect(safeNextPath(path)).toBe(path),
  );

  it.each([
    null,
    undefined,
    '',
    'clients',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    '/..//evil.example',
    '/./\\evil.example',
  ])('refuses %j', (value) => expect(safeNextPath(value)).toBeNull());

  it('does not return to the pages of signing in or the redirecting root', () => {
    expect(safeNextPath('/sign-in?next=/profile')).toBeNull();
    expect(safeNextPath('/two-step?next=/profile')).toBeNull();
    expect(safeNextPath('/')).toBeNull();
  });

  it('is carried by the address of the sign-in page, encoded', () => {
    expect(signInPath('/a/b?c=d&e')).toBe('/sign-in?next=%2Fa%2Fb%3Fc%3Dd%26e');
    expect(signInPath('//evil.example')).toBe('/sign-in');
    expect(signInPath()).toBe('/sign-in');
    expect(twoStepPath('/admin')).toBe('/two-step?next=%2Fadmin');
    expect(twoStepPath('/two-step')).toBe('/two-step');
  });
});
