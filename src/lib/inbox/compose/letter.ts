/** What the editor writes, as it goes out: HTML that looks the same everywhere, and the same as plain text. */

/** The parts of the editor's document (JSON of ProseMirror) that there are. */
export type LetterNode = {
  type: string;
  text?: string;
  content?: LetterNode[];
  attrs?: Record<string, unknown>;
  marks?: { type: string; attrs?: Record<string, unknown> }[];
};

/** Plain text as paragraphs of HTML, one for each line, as they are when they are typed. */
export function htmlOfText(text: string): string {
  const escape = (line: string): string =>
    line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => `<p>${escape(line)}</p>`)
    .join('');
}

/** The editor's HTML as it is kept and sent: mail programs give paragraphs space of their own, and fold empty ones away. */
export const outgoingHtml = (html: string): string =>
  html.replaceAll('<p>', '<p style="margin: 0">').replaceAll(/(<p[^>]*>)<\/p>/g, '$1<br></p>');

/** The same as the editor reads it. */
export const editableHtml = (html: string): string => html.replaceAll(/(<p[^>]*>)<br\s*\/?><\/p>/g, '$1</p>');

/** The letter as plain text, for programs that show nothing else. */
export function textOf(node: LetterNode): string {
  return blocks(node.content ?? []).join('\n');
}

function blocks(nodes: LetterNode[]): string[] {
  return nodes.flatMap((node) => {
    const inner = node.content ?? [];
    if (node.type === 'bulletList') return inner.flatMap((item) => listItem(item, '- '));
    if (node.type === 'orderedList') {
      const start = typeof node.attrs?.['start'] === 'number' ? node.attrs['start'] : 1;
      return inner.flatMap((item, at) => listItem(item, `${start + at}. `));
    }
    if (node.type === 'blockquote') return blocks(inner).map((line) => `> ${line}`);
    return inner.map(inline).join('').split('\n');
  });
}

function listItem(item: LetterNode, mark: string): string[] {
  return blocks(item.content ?? []).map((line, at) => (at === 0 ? mark : ' '.repeat(mark.length)) + line);
}

function inline(node: LetterNode): string {
  if (node.type === 'hardBreak') return '\n';
  const text = node.text ?? '';
  const href = node.marks?.find(({ type }) => type === 'link')?.attrs?.['href'];
  if (typeof href !== 'string') return text;
  const bare = (address: string): string =>
    address.replace(/^(?:mailto:|tel:|https?:\/\/)/i, '').replace(/\/$/, '');
  return bare(href) === bare(text) ? text : `${text} <${href}>`;
}
