import { getLocale } from '#lib/paraglide/runtime.js';

const FORMS = {
  /** "21 Nov, 11:07" */
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  /** The same for another year. */
  dated: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  /** "11:07" */
  time: { hour: '2-digit', minute: '2-digit' },
  /** "Saturday, 21 November 2026" */
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  /** "21 November 2026 at 11:07:02 GMT+2" */
  exact: {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

// One formatter per form, language and zone: a list asks for hundreds, and making one is slow.
const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment in the given IANA zone; without one in the browser's, and in UTC where the browser does not know it. */
export function formatMoment(
  timestamp: string,
  form: keyof typeof FORMS,
  timeZone?: string,
  locale: string = getLocale(),
): string {
  const key = `${form} ${locale} ${timeZone ?? ''}`;
  const format = formats.get(key) ?? create(FORMS[form], locale, timeZone);
  formats.set(key, format);
  return format.format(new Date(timestamp));
}

/** The shortest form that leaves no doubt about the year. */
export function formatShortMoment(timestamp: string, timeZone?: string, now = new Date()): string {
  const isThisYear = new Date(timestamp).getFullYear() === now.getFullYear();
  return formatMoment(timestamp, isThisYear ? 'short' : 'dated', timeZone);
}

function create(options: Intl.DateTimeFormatOptions, locale: string, timeZone?: string): Intl.DateTimeFormat {
  const base = { ...options, hour12: false };
  try {
    return new Intl.DateTimeFormat(locale, { ...base, timeZone });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...base, timeZone: 'UTC' });
  }
}
