import { expect, it } from 'vitest';
import { passwordStrength } from './password-strength.ts';

it.each([
  ['short', 'too_short'],
  ['aaaaaaaaaaaa', 'weak'],
  ['password12', 'weak'],
  ['mySmileClinic', 'weak'],
  ['grey kettle', 'fair'],
  ['grey kettle on tuesday', 'strong'],
])('%j is %s', (password, strength) => {
  expect(passwordStrength(password, ['ana@smileclinic.test', 'Smile'])).toBe(strength);
});
