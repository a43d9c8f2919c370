/** The part of Go's templates that mail templates use: `{{ .Name }}`, `{{ .Data.key }}` and if / else / end with eq. */

type Values = Record<string, unknown>;

const action = /\{\{-?\s*(.*?)\s*-?\}\}/g;

/** Fills in a template; with `html`, values are escaped as Go's html/template does. Throws on an unknown action. */
export function renderTemplate(template: string, values: Values, format: 'html' | 'text'): string {
  let output = '';
  let position = 0;
  /** One entry per open `if`: whether its current branch is written, and whether a branch was taken yet. */
  const branches: { isWritten: boolean; wasTaken: boolean }[] = [];
  const isWriting = () => branches.every((branch) => branch.isWritten);
  for (const match of template.matchAll(action)) {
    if (isWriting()) output += template.slice(position, match.index);
    position = match.index + match[0].length;
    const [word = '', ...rest] = (match[1] ?? '').split(/\s+/);
    const branch = branches.at(-1);
    if (word === 'if') {
      const isTrue = test(rest, values);
      branches.push({ isWritten: isTrue, wasTaken: isTrue });
    } else if (word === 'else' && branch) {
      branch.isWritten = !branch.wasTaken && (rest[0] !== 'if' || test(rest.slice(1), values));
      branch.wasTaken ||= branch.isWritten;
    } else if (word === 'end' && branch) branches.pop();
    else if (!word.startsWith('.')) throw new Error(`Mail template: "${match[0]}" is not supported`);
    else if (isWriting()) output += format === 'html' ? escapeHtml(text(word, values)) : text(word, values);
  }
  return output + template.slice(position);
}

function test(words: string[], values: Values): boolean {
  const [first = '', ...rest] = words;
  if (first !== 'eq') return text(first, values) !== '';
  return (
    new Set(
      rest.map((word) => (word.startsWith('.') ? text(word, values) : word.replace(/^["`]|["`]$/g, ''))),
    ).size === 1
  );
}

function text(path: string, values: Values): string {
  let current: unknown = values;
  for (const key of path.slice(1).split('.')) current = (current as Values | undefined | null)?.[key];
  return typeof current === 'string' ? current : current == null ? '' : JSON.stringify(current);
}

/** Text for HTML, safe in attributes too. */
export function escapeHtml(value: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
