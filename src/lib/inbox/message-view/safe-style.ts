/** CSS of mails: only what colours, measures and aligns; nothing that loads, covers, moves or hides behind an escape. */

const PROPERTIES =
  /^(?:color|background|background-(?:color|image|repeat|position|size)|font|font-(?:family|size|style|weight|variant)|line-height|letter-spacing|text-(?:align|decoration|indent|transform)|text-decoration-(?:line|color|style)|white-space|word-(?:break|spacing|wrap)|overflow-wrap|vertical-align|direction|(?:min-|max-)?(?:width|height)|(?:margin|padding)(?:-(?:top|right|bottom|left))?|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width|radius))?|border-(?:top|bottom)-(?:left|right)-radius|border-(?:collapse|spacing)|display|float|clear|opacity|list-style(?:-(?:type|position))?|table-layout|caption-side|empty-cells|box-sizing|visibility|text-overflow|overflow)$/;

/** Words, numbers and colours. No backslash (escapes), no @, no braces; functions are looked at one by one. */
const VALUE = /^[\w\s#%.,'"()/+*-]*$/;
const FUNCTIONS = new Set(['rgb', 'rgba', 'hsl', 'hsla', 'calc', 'min', 'max']);
/** The frame is as high as its content: what measures itself by the frame would grow without end. */
const VIEWPORT_UNIT = /\d(?:[sld]?v(?:h|w|b|i|min|max))\b/;
const DISPLAY =
  /^(?:none|block|inline|inline-block|table|inline-table|table-(?:cell|row|row-group|header-group|footer-group|column|column-group|caption)|list-item)$/;
const PICTURE = /url\(\s*(["']?)(https?:\/\/[^"'()\\\s<>]+)\1\s*\)/;

export type SafeStyle = {
  css: string;
  /** Pictures on other servers that were in it. */
  remote: number;
  /** Whether it says what something has to look like on white. */
  hasColours: boolean;
};

/**
 * The harmless declarations of a style. Pictures of other servers are taken out, or left in (over https) once somebody has
 * asked for them.
 */
export function safeStyle(style: string, allowRemote = false): SafeStyle {
  const result: SafeStyle = { css: '', remote: 0, hasColours: false };
  const kept: string[] = [];
  // A semicolon inside quotes or brackets tears a declaration apart; its pieces are then refused.
  for (const declaration of style.replaceAll(/\/\*[\s\S]*?\*\//g, ' ').split(/;(?![^(]*\))/)) {
    const at = declaration.indexOf(':');
    if (at < 0) continue;
    const property = declaration.slice(0, at).trim().toLowerCase();
    const value = declaration
      .slice(at + 1)
      .replace(/!\s*important\s*$/i, '')
      .trim();
    if (!PROPERTIES.test(property)) continue;
    const safe = safeValue(property, value, result, allowRemote);
    if (safe === null) continue;
    if (/color|^background$/.test(property) && !/^(?:inherit|initial|unset|transparent|none)$/i.test(safe))
      result.hasColours = true;
    kept.push(`${property}: ${safe}`);
  }
  result.css = kept.join('; ');
  return result;
}

function safeValue(property: string, value: string, result: SafeStyle, allowRemote: boolean): string | null {
  const picture = PICTURE.exec(value);
  if (picture && (property === 'background' || property === 'background-image')) {
    result.remote += 1;
    const rest = value.replace(PICTURE, ' ');
    if (!isHarmless(rest)) return null;
    const address = overHttps(picture[2] ?? '');
    return allowRemote ? value.replace(PICTURE, `url("${address}")`) : rest.trim() || null;
  }
  if (!isHarmless(value) || value === '') return null;
  if (property === 'display') return DISPLAY.test(value.toLowerCase()) ? value : null;
  // Out of the frame there is nothing to see, and whoever hides text pulls it out of sight with these.
  if (/^(?:margin|text-indent|letter-spacing|word-spacing)/.test(property) && /-\s*[\d.]/.test(value))
    return null;
  return value;
}

function isHarmless(value: string): boolean {
  if (!VALUE.test(value) || VIEWPORT_UNIT.test(value.toLowerCase())) return false;
  return [...value.matchAll(/([\w-]*)\s*\(/g)].every(([, name = '']) => FUNCTIONS.has(name.toLowerCase()));
}

/** An address of another server, never without encryption. */
export const overHttps = (address: string): string => address.replace(/^http:/i, 'https:');
