import { describe, expect, it } from 'vitest';
import { editableHtml, htmlOfText, outgoingHtml, textOf, type LetterNode } from './letter.ts';

it('makes paragraphs of lines, and nothing else', () => {
  expect(htmlOfText('Hi <b>"Ana"</b> & co\r\n\n-- \nBright')).toBe(
    '<p>Hi &lt;b&gt;&quot;Ana&quot;&lt;/b&gt; &amp; co</p><p></p><p>-- </p><p>Bright</p>',
  );
});

it('keeps empty lines visible in what is sent, and reads them back', () => {
  const html = '<p>Hi</p><p></p><p>Bye</p>';
  const sent = outgoingHtml(html);
  expect(sent).toBe('<p style="margin: 0">Hi</p><p style="margin: 0"><br></p><p style="margin: 0">Bye</p>');
  expect(editableHtml(sent)).toBe(
    '<p style="margin: 0">Hi</p><p style="margin: 0"></p><p style="margin: 0">Bye</p>',
  );
});

const text = (value: string, href?: string): LetterNode => ({
  type: 'text',
  text: value,
  ...(href ? { marks: [{ type: 'link', attrs: { href } }] } : {}),
});
const paragraph = (...content: LetterNode[]): LetterNode => ({ type: 'paragraph', content });

describe('a letter as plain text', () => {
  it.each([
    [[paragraph(text('Hi')), { type: 'paragraph' }, paragraph(text('Bye'))], 'Hi\n\nBye'],
    [[paragraph(text('a'), { type: 'hardBreak' }, text('b'))], 'a\nb'],
    [
      [
        {
          type: 'bulletList',
          content: [{ type: 'listItem', content: [paragraph(text('a')), paragraph(text('b'))] }],
        },
        {
          type: 'orderedList',
          attrs: { start: 3 },
          content: [
            { type: 'listItem', content: [paragraph(text('c'))] },
            { type: 'listItem', content: [paragraph(text('d'))] },
          ],
        },
      ],
      '- a\n  b\n3. c\n4. d',
    ],
    [[{ type: 'blockquote', content: [paragraph(text('a')), paragraph(text('b'))] }], '> a\n> b'],
    [
      [
        paragraph(
          text('our page', 'https://a.example/x'),
          text(', '),
          text('a.example', 'https://a.example/'),
        ),
      ],
      'our page <https://a.example/x>, a.example',
    ],
  ])('%j', (content, plain) => {
    expect(textOf({ type: 'doc', content })).toBe(plain);
  });
});
