import { describe, expect, it } from 'vitest';
import { linkify, misleadingHost, safeHref } from './links.ts';

describe('where links may lead', () => {
  it.each([
    ['https://clinic.example/a?b=c#d', 'https://clinic.example/a?b=c#d'],
    [' http://clinic.example ', 'http://clinic.example/'],
    ['mailto:ana@clinic.example?subject=Hi', 'mailto:ana@clinic.example?subject=Hi'],
    ['tel:+40 721 000 000', 'tel:+40%20721%20000%20000'],
    ['https://bank.example:secret@evil.example/x', 'https://evil.example/x'],
    ['ht\ntps://clinic.example/', 'https://clinic.example/'],
  ])('%s', (href, safe) => {
    expect(safeHref(href)).toBe(safe);
  });

  it.each([
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    ' \u0001javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://clinic.example/1',
    'ms-word:ofe|u|http://evil.example/x.docm',
    'cid:1',
    '/settings',
    '//evil.example',
    '#top',
    'settings',
    '',
  ])('never to %j', (href) => {
    expect(safeHref(href)).toBeNull();
  });
});

describe('links whose text names another place', () => {
  it.each([
    ['https://bank.example/login', 'https://evil.example/', 'evil.example'],
    ['bank.example', 'https://bank.example.evil.example/', 'bank.example.evil.example'],
    ['www.bank.example', 'https://bank.example/x', null],
    ['Bank.Example', 'https://www.bank.example/x', null],
    ['Log in here', 'https://evil.example/', null],
    ['ana@bank.example', 'mailto:ana@evil.example', null],
    ['bаnk.example', 'https://bank.example/', 'bank.example'],
  ])('%s → %s: %s', (text, href, host) => {
    expect(misleadingHost(text, href)).toBe(host);
  });
});

describe('links in plain text', () => {
  it('leaves the punctuation around them alone', () => {
    expect(linkify('See (https://a.example/x_(y)), or www.b.example. Write to ana@c.example!')).toEqual([
      { text: 'See (' },
      { text: 'https://a.example/x_(y)', href: 'https://a.example/x_(y)' },
      { text: '), or ' },
      { text: 'www.b.example', href: 'https://www.b.example/' },
      { text: '. Write to ' },
      { text: 'ana@c.example', href: 'mailto:ana@c.example' },
      { text: '!' },
    ]);
  });

  it('makes none of a script', () => {
    expect(linkify('javascript:alert(1) data:text/html,x')).toEqual([
      { text: 'javascript:alert(1) data:text/html,x' },
    ]);
  });

  it('keeps every character', () => {
    const text = 'a <https://a.example/>\n> b\n\nhttps:// www. x@y';
    expect(
      linkify(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});
