import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, toIcs } from './ics.ts';

const visit: CalendarEvent = {
  uid: '5f0c@chairside',
  sequence: 3,
  createdAt: '2026-11-01T08:00:00.123456+00:00',
  changedAt: '2026-11-20T10:00:00+02:00',
  startsAt: '2026-11-23T09:00:00+02:00',
  endsAt: '2026-11-23T10:00:00+02:00',
  summary: 'Ana Pop',
  isCancelled: false,
};

/** Read by a program that is not ours. */
function read(ics: string): { calendar: ICAL.Component; event: ICAL.Event } {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  const component = calendar.getFirstSubcomponent('vevent');
  if (!component) throw new Error('no event');
  return { calendar, event: new ICAL.Event(component) };
}

const octets = (line: string): number => new TextEncoder().encode(line).length;

describe('a calendar', () => {
  it('is read by other programs', () => {
    const { calendar, event } = read(
      toIcs({ name: 'Dr. Munteanu', events: [{ ...visit, location: 'Chair 1' }] }),
    );
    expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
    expect(calendar.getFirstPropertyValue('x-wr-calname')).toBe('Dr. Munteanu');
    expect(event.startDate.toJSDate()).toEqual(new Date('2026-11-23T07:00:00Z'));
    expect(event.endDate.toJSDate()).toEqual(new Date('2026-11-23T08:00:00Z'));
    expect([event.uid, event.sequence, event.summary, event.location]).toEqual([
      ...['5f0c@chairside', 3, 'Ana Pop', 'Chair 1'],
    ]);
    expect(event.component.getFirstPropertyValue('dtstamp')?.toString()).toBe('2026-11-20T08:00:00Z');
    expect(event.component.getFirstPropertyValue('status')).toBe('CONFIRMED');
  });

  it('says what has been given up', () => {
    const { event } = read(toIcs({ name: 'x', events: [{ ...visit, isCancelled: true }] }));
    expect(event.component.getFirstPropertyValue('status')).toBe('CANCELLED');
    expect(event.component.getFirstPropertyValue('transp')).toBe('TRANSPARENT');
  });

  it('is the same for the same appointments', () => {
    expect(toIcs({ name: 'x', events: [visit] })).toBe(toIcs({ name: 'x', events: [{ ...visit }] }));
  });

  it('may be empty', () => {
    const calendar = new ICAL.Component(ICAL.parse(toIcs({ name: 'x', events: [] })));
    expect(calendar.getAllSubcomponents('vevent')).toEqual([]);
    // RFC 5545 §3.6: one component at least.
    expect(calendar.getAllSubcomponents().map(({ name }) => name)).toEqual(['vtimezone']);
  });
});

describe('text', () => {
  const texts = [
    'comma, semicolon; colon: backslash \\ "quotes"',
    String.raw`a backslash before n: \n, before a comma: \,`,
    'two\nlines\r\nand three\rand four',
    'END:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged',
    'Țurcanu Ștefan, fișă – înainte de coroană '.repeat(6),
    'Нгуен 李小龍 محمد Ελένη '.repeat(9),
    '😀👩‍⚕️🦷'.repeat(30),
    'a'.repeat(200),
    `${'a'.repeat(66)}😀${'b'.repeat(80)}`,
  ];

  it.each(texts)('comes back as it was: %j', (summary) => {
    const ics = toIcs({ name: summary, events: [{ ...visit, summary, location: summary }] });
    const { calendar, event } = read(ics);
    const meant = summary.replace(/\r\n?/g, '\n');
    expect(event.summary).toBe(meant);
    expect(event.location).toBe(meant);
    expect(calendar.getAllSubcomponents('vevent')).toHaveLength(1);
  });

  it.each(texts)('is folded at 75 octets, within no character: %j', (summary) => {
    const ics = toIcs({ name: summary, events: [{ ...visit, summary }] });
    expect(ics.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(ics.endsWith('END:VCALENDAR\r\n')).toBe(true);
    for (const line of ics.split('\r\n')) {
      expect(octets(line)).toBeLessThanOrEqual(75);
      // Half a pair would have become U+FFFD.
      expect(line.isWellFormed()).toBe(true);
    }
  });

  it('fills its lines before it folds them', () => {
    const line = toIcs({ name: 'a'.repeat(200), events: [] })
      .split('\r\n')
      .find((each) => each.startsWith('NAME:'));
    expect(octets(line ?? '')).toBe(75);
  });

  it('contains no control characters', () => {
    const { event } = read(
      toIcs({ name: 'x', events: [{ ...visit, summary: 'a\u0000b\u0007c\u007Fd\u0085e' }] }),
    );
    expect(event.summary).toBe('abcde');
  });
});
