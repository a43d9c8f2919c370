/** The HTML of a mail without what a browser complains about while it reads it, and its style sheets. */
export type QuietHtml = { html: string; sheets: string[] };

/**
 * Comments, elements whose content is no markup, and tags, much as the HTML standard takes them apart. Each goes on to the end
 * where it is not closed, so that nothing is looked at twice.
 */
const INSIDE = /((?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^"'>])*)(?:>|$)/.source;
const PIECES = new RegExp(
  [
    /<!--(?:-?>|[\s\S]*?(?:--!?>|$))/.source,
    `<(style|script|title|textarea|xmp|noembed|noframes)(?=[\\s/>])${INSIDE}([\\s\\S]*?)(?:</\\1(?=[\\s/>])[^>]*(?:>|$)|$)`,
    `<([a-z][^\\s/>]*)${INSIDE}`,
  ].join('|'),
  'gi',
);
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?/g;

/**
 * Takes out style sheets, bases and event handlers. The app's policy forbids all of them, and a browser reports that even
 * for a document that is only read and never shown. Nothing depends on this: the mail is made safe afterwards.
 */
export function quietHtml(html: string): QuietHtml {
  const sheets: string[] = [];
  const quiet = html.replaceAll(
    PIECES,
    (whole: string, element?: string, _?: string, content?: string, tag?: string, attributes?: string) => {
      if (element?.toLowerCase() === 'style') {
        sheets.push(content ?? '');
        return '';
      }
      if (tag === undefined || attributes === undefined) return whole;
      if (tag.toLowerCase() === 'base') return '';
      const end = whole.slice(1 + tag.length + attributes.length);
      return `<${tag}${attributes.replaceAll(ATTRIBUTE, withoutHandler)}${end}`;
    },
  );
  return { html: quiet, sheets };
}

/** A word alone is no handler: it may be text of a tag that is not closed as it should be. */
const withoutHandler = (given: string, name: string): string =>
  /^on[a-z]+$/i.test(name) && given !== name ? '' : given;
