import { describe, expect, it } from 'vitest';
import { SLUG, suggestSlug } from './slug.ts';

describe('the address suggested for a clinic', () => {
  it.each([
    ['Bright Smile Dental', 'bright-smile-dental'],
    ['Clinica Surâsul, Iași', 'clinica-surasul-iasi'],
    ['Ţăndărică & Şerban', 'tandarica-serban'],
    ["Dr. O'Neil’s", 'dr-oneils'],
    ['Straße 7 / Łódź', 'strasse-7-lodz'],
    ['  --  ', ''],
    ['牙科', ''],
  ])('for %j is %j', (name, slug) => expect(suggestSlug(name)).toBe(slug));

  it('is never longer than an address may be, nor ends in a hyphen', () => {
    const slug = suggestSlug(`${'a'.repeat(47)} bcd`);
    expect(slug).toBe('a'.repeat(47));
    expect(slug).toMatch(SLUG);
  });
});
