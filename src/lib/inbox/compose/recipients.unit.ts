import { describe, expect, it } from 'vitest';
import { isAddress, parseRecipients, withRecipients } from './recipients.ts';

const of = (name: string, address: string) => ({ name, address });

describe('people in a text', () => {
  it.each([
    ['ana@a.example', [of('', 'ana@a.example')]],
    ['Ana Pop <Ana@A.example>', [of('Ana Pop', 'ana@a.example')]],
    ['"Pop, Ana" <ana@a.example>, ion@b.example', [of('Pop, Ana', 'ana@a.example'), of('', 'ion@b.example')]],
    [
      'a@a.example; b@b.example\nc@c.example\td@d.example',
      ['a', 'b', 'c', 'd'].map((x) => of('', `${x}@${x}.example`)),
    ],
    ['a@a.example b@b.example', [of('', 'a@a.example'), of('', 'b@b.example')]],
    ['mailto:ana@a.example', [of('', 'ana@a.example')]],
    ['Ana <mailto:ana@a.example>', [of('Ana', 'ana@a.example')]],
    ['"Ana \\"A\\" Pop" <ana@a.example>', [of('Ana "A" Pop', 'ana@a.example')]],
    [' , ;\n', []],
    ['Ana Pop', [of('', 'Ana Pop')]],
    ['"never closed\nion@b.example', [of('', '"never closed'), of('', 'ion@b.example')]],
  ])('%j', (text, people) => {
    expect(parseRecipients(text)).toEqual(people);
  });

  it('are not found in a name that looks like an address', () => {
    expect(parseRecipients('bank@bank.example <x@evil.example>')).toEqual([
      of('bank@bank.example', 'x@evil.example'),
    ]);
  });
});

it.each([
  [true, 'ana.pop+x@mail.a-b.example'],
  [false, 'ana@a'],
  [false, 'ana@-a.example'],
  [false, 'ana pop@a.example'],
  [false, 'ana@a.example\nbcc: x@y.example'],
  [false, `${'a'.repeat(250)}@a.example`],
])('an address: %s %s', (is, text) => {
  expect(isAddress(text)).toBe(is);
});

it('nobody is written to twice', () => {
  expect(
    withRecipients(
      [of('Ana', 'ana@a.example')],
      [of('', 'ANA@a.example'), of('', 'b@b.example'), of('B', 'b@b.example')],
    ),
  ).toEqual([of('Ana', 'ana@a.example'), of('', 'b@b.example')]);
});
