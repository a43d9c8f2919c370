import { safeStyle } from './safe-style.ts';

export type SafeSheet = { css: string; remote: number; hasColours: boolean };

/**
 * The harmless rules of a mail's style sheet: those for elements, also under media queries. The browser reads it, so that
 * no trick of writing gets past; nothing is imported, no font is loaded.
 */
export function safeSheet(text: string, allowRemote: boolean): SafeSheet {
  const result: SafeSheet = { css: '', remote: 0, hasColours: false };
  const sheet = new CSSStyleSheet();
  try {
    // Old mails hide their styles from older programs still.
    sheet.replaceSync(text.replaceAll(/<!--|-->/g, ''));
  } catch {
    return result;
  }
  result.css = rulesOf(sheet.cssRules, result, allowRemote);
  return result;
}

function rulesOf(rules: CSSRuleList, result: SafeSheet, allowRemote: boolean): string {
  let css = '';
  for (const rule of rules) {
    if (rule instanceof CSSStyleRule) {
      // What is not on the screen any more may hide what a person has to see.
      if (/chairside/i.test(rule.selectorText)) continue;
      const { css: declarations, remote, hasColours } = safeStyle(rule.style.cssText, allowRemote);
      result.remote += remote;
      if (hasColours) result.hasColours = true;
      if (declarations) css += `${rule.selectorText} { ${declarations} }\n`;
    } else if (rule instanceof CSSMediaRule) {
      // What a mail would like to look like in the dark is not asked for: it stays on white.
      if (/prefers-color-scheme/i.test(rule.conditionText)) continue;
      const inner = rulesOf(rule.cssRules, result, allowRemote);
      if (inner) css += `@media ${rule.conditionText} {\n${inner}}\n`;
    }
  }
  return css;
}
