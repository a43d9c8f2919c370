import { describe, expect, it } from 'vitest';
import english from '../../messages/en.json' with { type: 'json' };
import romanian from '../../messages/ro.json' with { type: 'json' };

/** A text, or one text for each plural form of a number. */
type Variants = { declarations: string[]; match: Record<string, string> };
type Message = string | Variants[];

const { $schema: _english, ...en } = english as Record<string, Message>;
const { $schema: _romanian, ...ro } = romanian as Record<string, Message>;
const languages: [string, Record<string, Message>][] = [
  ['English', en],
  ['Romanian', ro],
];

const textsOf = (message: Message): string[] =>
  typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));

/** What a caller passes: the placeholders of a text, the inputs of variants. */
function parametersOf(message: Message): string[] {
  const names =
    typeof message === 'string'
      ? [...message.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? [])
      : message.flatMap(({ declarations }) =>
          declarations.flatMap((each) => /^input (\w+)$/.exec(each)?.[1] ?? []),
        );
  return [...new Set(names)].toSorted();
}

/** Parameters that are numbers of something, wherever they appear. */
const COUNTS =
  'age|booked|count|days|done|failed|interval|length|max|min|minutes|number|open|runs|seats|taken|total';
/** Units and prepositions, which are the same after any number. */
const WITHOUT_PLURAL = 'h|min|s|y|of|to|din|la';
const COUNTED = new RegExp(`\\{(${COUNTS})\\} (?!(?:${WITHOUT_PLURAL})\\b)\\p{L}`, 'u');
/** Read by somebody: here the words are the same for every number that can stand there. */
const REVIEWED = new Set([
  'calendar_more',
  'clients_marked',
  'dashboard_due_today',
  'dashboard_missed_of',
  'dashboard_visits_left',
  'free_times_of_day',
  'import_problems_more',
  'platform_and_more',
  'seats_taken',
]);

const FORMS: Record<string, string[]> = { English: ['one', 'other'], Romanian: ['few', 'one', 'other'] };

describe('messages', () => {
  it('are the same in both languages, with the same parameters', () => {
    const shape = (messages: Record<string, Message>): Record<string, string[]> =>
      Object.fromEntries(Object.entries(messages).map(([key, message]) => [key, parametersOf(message)]));
    expect(shape(ro)).toEqual(shape(en));
  });

  it.each(languages)(
    'in %s have plural forms where a number is followed by a word',
    (_language, messages) => {
      const counted = Object.entries(messages).filter(
        ([key, message]) => typeof message === 'string' && COUNTED.test(message) && !REVIEWED.has(key),
      );
      expect(counted).toEqual([]);
    },
  );

  it.each(languages)(
    'in %s have every plural form of the language, and only their own parameters',
    (language, messages) => {
      for (const [key, message] of Object.entries(messages)) {
        if (typeof message === 'string') continue;
        const forms = message.flatMap(({ match }) => Object.keys(match).map((each) => each.split('=')[1]));
        expect([key, forms.toSorted()]).toEqual([key, FORMS[language]]);
        const declared = message.flatMap(({ declarations }) =>
          declarations.map((each) => each.split(' ')[1]),
        );
        const used = textsOf(message).flatMap((text) =>
          [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
        );
        expect([key, used.filter((name) => !declared.includes(name))]).toEqual([key, []]);
      }
    },
  );

  it('address people formally in Romanian', () => {
    const familiar =
      /(?<![\p{L}-])(?:tu|tine|ție|îți|ți|te|tău|ta|tăi|tale|poți|vrei|ești|introdu)(?![\p{L}])|\p{L}-(?:te|ți)(?!\p{L})/iu;
    // Names of commands ("Adaugă client") are short and end without a full stop; sentences are not.
    const command =
      /(?:^|[.:;?!] )(?:Adaugă|Alege|Apasă|Caută|Cere|Completează|Copiază|Deschide|Descarcă|Folosește|Încearcă|Începe|Încheie|Notează|Reîncarcă|Salvează|Schimbă|Scrie|Spune|Șterge|Trage|Verifică|Vezi)(?!\p{L})[^.]*[.?]/iu;
    const addressed = Object.entries(ro).filter(([, message]) =>
      textsOf(message).some((text) => familiar.test(text) || command.test(text)),
    );
    expect(addressed).toEqual([]);
  });

  it('write Romanian letters with a comma below, not with a cedilla', () => {
    const cedilla = Object.entries(ro).filter(([, message]) =>
      textsOf(message).some((text) => /[şţŞŢ]/.test(text)),
    );
    expect(cedilla).toEqual([]);
  });
});
