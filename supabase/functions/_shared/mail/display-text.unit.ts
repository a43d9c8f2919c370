import { describe, expect, it } from 'vitest';
import { displayName, escapeHtml, singleLine } from './display-text.ts';

describe('a text from elsewhere', () => {
  it.each([
    ['Zâmbet Sănătos', 'Zâmbet Sănătos'],
    ['Clinic\r\nBcc: victim@x.example', 'Clinic Bcc: victim@x.example'],
    ['Clinic\u2028next\u0085line\ttab', 'Clinic next line tab'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['a\u200bb\u2066c\ufeffd\u0000e', 'abcde'],
    ['Cafe\u0301', 'Café'],
    ['half \ud800 pair', 'half \ufffd pair'],
    ['  many   spaces ', 'many spaces'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
  ])('becomes one plain line: %j', (text, line) => {
    expect(singleLine(text, 100)).toBe(line);
  });

  it('is cut by what a reader counts as a character', () => {
    expect(singleLine('👩‍⚕️👩‍⚕️👩‍⚕️', 2)).toBe('👩‍⚕️…');
    expect(singleLine('abcdef', 6)).toBe('abcdef');
    expect(singleLine('abc def', 5)).toBe('abc…');
    expect(singleLine('x'.repeat(2_000_000), 10)).toHaveLength(10);
  });

  it('cannot pile up combining marks', () => {
    expect(singleLine(`Z${'\u0335'.repeat(500)}`, 10).length).toBeLessThanOrEqual(6);
  });

  it('holds no address that a mail program would turn into a link', () => {
    expect(displayName('Win at https://evil.example/x', 100)).toBe('Win at https: //evil․example/x');
    expect(displayName('Dr. Popescu & Co. smile.ro', 100)).toBe('Dr. Popescu & Co. smile․ro');
  });

  it('is escaped for HTML', () => {
    expect(escapeHtml(`<b a="1" b='2'>&`)).toBe('&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;');
  });
});
