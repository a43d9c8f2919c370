import { describe, expect, it } from 'vitest';
import { foldQuoted } from './plain-text.ts';

describe('what a text repeats', () => {
  it.each([
    ['Yes.\n\nOn 3 March 2026 at 10:00, Ana <a@b.example> wrote:\n> Can I come?\n> Ana', 'Yes.'],
    ['Yes.\n\nOn 3 March 2026 at 10:00, Ana Maria Popescu\n<a@b.example> wrote:\n> Can I come?', 'Yes.'],
    ['Da.\r\n\r\nPe mar., 3 mar. 2026 la 10:00, Ana a scris:\r\n> Pot veni?', 'Da.'],
    ['Da.\n\nLa 03.03.2026, 10:00, Ana <a@b.example> a scris:\n> Pot veni?', 'Da.'],
    ['Hello\n\n-----Original Message-----\nFrom: Ana\nCan I come?', 'Hello'],
    ['Hello\n> one\n> two\n', 'Hello'],
  ])('is folded: %j', (text, own) => {
    const folded = foldQuoted(text);
    expect(folded.own).toBe(own);
    expect(folded.quoted).not.toBe('');
  });

  it.each([
    'No quotes here.',
    '> Can I come?\nYes.\n> And my son?\nYes, too.',
    'On 3 March Ana wrote:\n> Can I come?\n\nYes, come.',
    '> only a quote',
    '',
  ])('stays as it is: %j', (text) => {
    expect(foldQuoted(text)).toEqual({ own: text, quoted: '' });
  });
});
