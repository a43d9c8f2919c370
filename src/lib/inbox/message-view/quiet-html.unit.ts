import { describe, expect, it } from 'vitest';
import { quietHtml } from './quiet-html.ts';

describe('what a browser would complain about', () => {
  it.each([
    ['<p onclick="alert(1)" class="a">x</p>', '<p  class="a">x</p>'],
    ["<svg/onload=alert(1)><img src=x ONERROR='a > b'>", '<svg/><img src=x >'],
    ['<base href="https://evil.example/"><p>x</p>', '<p>x</p>'],
    ['<BASE href=x>y', 'y'],
  ])('is taken out of %j', (html, quiet) => {
    expect(quietHtml(html).html).toBe(quiet);
  });
});

it('style sheets come apart, whatever stands in them', () => {
  expect(
    quietHtml('<style type="text/css"><!-- p > a { color: red } --></style><p>x<STYLE>b{}</style >y'),
  ).toEqual({
    html: '<p>xy',
    sheets: ['<!-- p > a { color: red } -->', 'b{}'],
  });
  expect(quietHtml('<p>x<style>never { closed')).toEqual({ html: '<p>x', sheets: ['never { closed'] });
});

describe('what only looks like it', () => {
  it.each([
    'Our shop on = the corner, 1 < 2',
    '<a title="on time = on budget, onclick=x" href="https://a.example/?on=1">x</a>',
    '<!--[if mso]><style>p { color: red }</style><![endif]--><p>x</p>',
    '<!-- <p onclick="x"> --><p>x</p>',
    '<title>How <p onclick=x> works</title>',
    '<textarea><style>p{}</style></textarea>',
    '<basefont color="red"><p>x</p>',
    '<p',
    '<p only one on on=',
    '<p a"b>one on one</p>',
  ])('stays: %j', (html) => {
    expect(quietHtml(html)).toEqual({ html, sheets: [] });
  });
});

it('a mail of a megabyte takes no time', () => {
  const started = performance.now();
  for (const piece of ['<p onclick="x">', '<p ', '<!--', "<a title='", '<style>', '"<'])
    quietHtml(piece.repeat(1_000_000 / piece.length));
  expect(performance.now() - started).toBeLessThan(5_000);
});
