import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlOfText, safeHtml } from './safe-html.ts';

describe('HTML that leaves the clinic', () => {
  it.each([
    ['<p>Bună ziua, <strong>Ana</strong>!</p>', '<p>Bună ziua, <strong>Ana</strong>!</p>'],
    ['<P CLASS="x" onclick=alert(1) style="color:red">a</P>', '<p>a</p>'],
    ['<a href="https://x.example/?a=1&amp;b=2">x</a>', '<a href="https://x.example/?a=1&amp;b=2">x</a>'],
    ['<a href=mailto:a@x.example>x</a>', '<a href="mailto:a@x.example">x</a>'],
    ['<td colspan="2" rowspan=x>a</td>', '<td colspan="2">a</td>'],
    ['a &lt;b&gt; &amp; &euro; &unknown', 'a &lt;b&gt; &amp; &euro; &amp;unknown'],
    ['1 < 2 & 3 > 2', '1 &lt; 2 &amp; 3 &gt; 2'],
    ['<ul><li>a<li>b</ul>c', '<ul><li>a<li>b</li></li></ul>c'],
    ['<b><i>a</b>b</i>', '<b><i>a</i></b>b'],
    ['</div></blockquote>a', 'a'],
    ['a<br/>b<hr>', 'a<br>b<hr>'],
    ['<o:p>a</o:p><font face="x">b</font>', 'ab'],
    ['a<!-- b --><!DOCTYPE html><?xml x?>c', 'ac'],
  ])('keeps plain formatting: %s', (given, expected) => {
    expect(safeHtml(given)).toBe(expected);
  });

  it.each([
    '<script>alert(1)</script>',
    '<script src=//evil.example></script >',
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    '<img src=x onerror=alert(1)>',
    '<img src="https://evil.example/pixel.gif">',
    '<img src="cid:other">',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<style>@import url(//evil.example)</style>',
    '<iframe srcdoc="&lt;script&gt;"></iframe>',
    '<form action=//evil.example><input></form>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="&#106;avascript&colon;alert(1)">x</a>',
    '<a href="&#x6A&#x61vascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="\u200bjavascript:alert(1)">x</a>',
    `<a href='https://x.example" onmouseover="alert(1)'>x</a>`,
    '<p title="><script>alert(1)</script>">x</p>',
    '<p a="<img src=x onerror=alert(1)>',
    '<textarea><img src=x onerror=alert(1)></textarea>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<base href="https://evil.example/"><link rel=stylesheet href=x><meta http-equiv=refresh content=0>',
    '<!--><script>alert(1)</script>-->',
    '<plaintext><script>alert(1)</script>',
    '<template><script>alert(1)</script></template><noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  ])('has nothing in it that runs or fetches: %s', (given) => {
    expectHarmless(safeHtml(given));
  });

  it('shows pictures that are attached', () => {
    expect(safeHtml('<img src="cid:logo@x" alt="Logo" width=40 onload=x>', ['logo@x'])).toBe(
      '<img src="cid:logo@x" alt="Logo" width="40">',
    );
  });

  it('is harmless whatever it is given, and stays as it is when it is made safe once more', () => {
    const piece = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '/',
        '=',
        ' ',
        '&',
        ';',
        '#',
        '\n',
        '<!--',
        '-->',
        'javascript:',
        'onload',
        'x',
      ],
      ...['<script>', '</script>', '<a href=', '<img src=', '<p ', '</p>', '<style>', '<svg>', '&lt;', '\0'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const once = safeHtml(pieces.join(''));
        expectHarmless(once);
        expect(safeHtml(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not slow with what is built to be', () => {
    const started = performance.now();
    safeHtml('<p '.repeat(20_000));
    safeHtml(`<a ${'"'.repeat(20_000)}`);
    safeHtml('<!--'.repeat(20_000));
    safeHtml('<script>'.repeat(20_000));
    safeHtml('<div>'.repeat(20_000));
    safeHtml(`"<a '"'`.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('a text as HTML', () => {
  it('keeps its lines and means what it says', () => {
    expect(htmlOfText('a <b>\r\n\n"c" & d')).toBe('<div>a &lt;b&gt;<br><br>&quot;c&quot; &amp; d</div>');
  });
});

/** Everything between < and > is a tag of the list, with the attributes of the list. */
function expectHarmless(html: string): void {
  const harmless =
    /^<(?:\/?(?:p|div|br|hr|span|b|strong|i|em|u|s|sub|sup|a|ul|ol|li|blockquote|pre|code|h[1-6]|table|thead|tbody|tfoot|tr|td|th|caption)|a href="(?:https?:\/\/|mailto:|tel:)[^"<>]*"|t[dh](?: (?:col|row)span="\d+")+)>$/i;
  for (const [found] of html.matchAll(/<[^>]*>?/g)) expect(found).toMatch(harmless);
  expect(html.replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
}
