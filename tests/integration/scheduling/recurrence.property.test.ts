import fc from 'fast-check';
import { RRule } from 'rrule';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';

/** Rules of RFC 5545 expanded by the database: against the library rrule over random rules, and the RFC's own examples. */

const sql = ownerConnection();
afterAll(() => sql.end());

/** Wall times are written as if they were UTC, here and in the library. */
async function expand(
  rule: string,
  first: string,
  until: string,
  max = 400,
  zone = 'UTC',
): Promise<string[]> {
  const rows = await sql<{ at: string }[]>`
    select to_char(at, 'YYYY-MM-DD"T"HH24:MI') as at
    from private.expand_rrule(${rule}, ${first}::timestamp, ${until}::timestamp, ${max}, ${zone}) at`;
  return rows.map(({ at }) => at);
}

function expected(rule: string, first: string, until: string, max = 400): string[] {
  const options = RRule.parseString(rule);
  const set = new RRule({ ...options, dtstart: new Date(`${first}Z`) });
  return set
    .between(new Date(`${first}Z`), new Date(`${until}Z`), true)
    .slice(0, max)
    .map((at) => at.toISOString().slice(0, 16));
}

const refusalOf = async (rule: string): Promise<string> => {
  try {
    await expand(rule, '2026-01-01T09:00', '2027-01-01T00:00');
    return 'no refusal';
  } catch (error) {
    const { code, hint, detail } = error as { code: string; hint: string; detail: string };
    return `${code} ${hint} ${detail}`;
  }
};

const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const some = <T>(of: fc.Arbitrary<T>, most = 3) => fc.uniqueArray(of, { minLength: 1, maxLength: most });
const signed = (most: number) => fc.integer({ min: -most, max: most }).filter((n) => n !== 0);
const perhaps = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
// The library looks for the next time until the year 9999, which takes it long where there is none.
const day = fc
  .integer({ min: 0, max: 800 })
  .map((n) => new Date(Date.UTC(9990, 0, 1 + n)).toISOString().slice(0, 10));

const recurrence = fc
  .constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')
  .chain((frequency) => {
    const counts = frequency === 'MONTHLY' || frequency === 'YEARLY';
    const numbered = fc
      .tuple(signed(frequency === 'MONTHLY' ? 5 : 8), weekday)
      .map(([n, name]) => `${n}${name}`);
    return fc.record({
      FREQ: fc.constant(frequency),
      INTERVAL: perhaps(fc.integer({ min: 1, max: 5 })),
      BYMONTH: perhaps(some(fc.integer({ min: 1, max: 12 }))),
      BYMONTHDAY: frequency === 'WEEKLY' ? fc.constant(undefined) : perhaps(some(signed(31))),
      // The library takes plain and numbered weekdays in one rule for "both at once", the RFC for "either".
      BYDAY: perhaps(counts ? fc.oneof(some(weekday), some(numbered)) : some(weekday, 4)),
      // The library takes the first of a set as its last but one when there is no such, and a day at two positions twice.
      BYSETPOS: counts
        ? perhaps(fc.oneof(some(fc.integer({ min: 1, max: 6 }), 2), fc.constant([-1])))
        : fc.constant(undefined),
      WKST: perhaps(weekday),
      end: fc.oneof(
        fc.constant(undefined),
        fc.integer({ min: 1, max: 40 }).map((n) => `COUNT=${n}`),
        day.map((on) => `UNTIL=${on.replaceAll('-', '')}T120000Z`),
      ),
    });
  })
  .map(({ end, BYSETPOS, ...parts }) =>
    [
      ...Object.entries({
        ...parts,
        BYSETPOS: parts.BYDAY || parts.BYMONTHDAY || parts.BYMONTH ? BYSETPOS : undefined,
      })
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${String(value)}`),
      ...(end ? [end] : []),
    ].join(';'),
  );

describe('a rule', () => {
  it('gives the times that the library gives, whatever the rule', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        recurrence,
        day,
        fc.constantFrom('00:00', '09:30', '12:00', '23:45'),
        fc.integer({ min: 30, max: 1500 }),
        async (rule, on, time, days) => {
          const first = `${on}T${time}`;
          const until = new Date(Date.parse(`${first}Z`) + days * 86_400_000).toISOString().slice(0, 16);
          const times = expected(rule, first, until);
          found += times.length;
          expect(await expand(rule, first, until)).toEqual(times);
        },
      ),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(2000);
  });
});

/** RFC 5545, 3.8.5.3, all from 09:00 in New York: the rule, the first time, and what the RFC writes below it. */
const examples: [rule: string, first: string, times: string | number, last?: string][] = [
  ['FREQ=DAILY;COUNT=10', '1997-09-02', 10, '1997-09-11'],
  ['FREQ=DAILY;UNTIL=19971224T000000Z', '1997-09-02', 113, '1997-12-23'],
  ['FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09-02', '09-02 09-12 09-22 10-02 10-12'],
  ['FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA', '1998-01-01', 93, '2000-01-31'],
  ['FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1', '1998-01-01', 93, '2000-01-31'],
  ['FREQ=WEEKLY;COUNT=10', '1997-09-02', '09-02 09-09 09-16 09-23 09-30 10-07 10-14 10-21 10-28 11-04'],
  ['FREQ=WEEKLY;UNTIL=19971224T000000Z', '1997-09-02', 17, '1997-12-23'],
  ['FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH', '1997-09-02', 10, '1997-10-02'],
  ['FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR', '1997-09-01', 25, '1997-12-22'],
  [
    'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
    '1997-09-02',
    '09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16',
  ],
  ['FREQ=MONTHLY;COUNT=10;BYDAY=1FR', '1997-09-05', 10, '1998-06-05'],
  ['FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR', '1997-09-05', '09-05 10-03 11-07 12-05'],
  ['FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU', '1997-09-07', 10, '1998-05-31'],
  ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', '1997-09-22', '09-22 10-20 11-17 12-22 01-19 02-16'],
  ['FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6', '1997-09-28', '09-28 10-29 11-28 12-29 01-29 02-26'],
  ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15', '1997-09-02', 10, '1998-01-15'],
  [
    'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
    '1997-09-30',
    '09-30 10-01 10-31 11-01 11-30 12-01 12-31 01-01 01-31 02-01',
  ],
  ['FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15', '1997-09-10', 10, '1999-03-13'],
  ['FREQ=MONTHLY;INTERVAL=2;BYDAY=TU;COUNT=7', '1997-09-02', '09-02 09-09 09-16 09-23 09-30 11-04 11-11'],
  ['FREQ=YEARLY;COUNT=10;BYMONTH=6,7', '1997-06-10', 10, '2001-07-10'],
  ['FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3', '1997-03-10', 10, '2003-03-10'],
  ['FREQ=YEARLY;BYDAY=20MO;COUNT=3', '1997-05-19', '05-19 05-18 05-17'],
  ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=11', '1997-03-13', 11, '1999-03-25'],
  ['FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8;COUNT=13', '1997-06-05', 13, '1997-08-28'],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5', '1997-09-02', '02-13 03-13 11-13 08-13 10-13'],
  ['FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=10', '1997-09-13', 10, '1998-06-13'],
  [
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3',
    '1996-11-05',
    '11-05 11-07 11-02',
  ],
  ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997-09-04', '09-04 10-07 11-06'],
  [
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7',
    '1997-09-29',
    '09-29 10-30 11-27 12-30 01-29 02-26 03-30',
  ],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08-05', '08-05 08-10 08-19 08-24'],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08-05', '08-05 08-17 08-19 08-31'],
  ['FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '2007-01-15', '01-15 01-30 02-15 03-15 03-30'],
];

describe("the RFC's examples", () => {
  it.each(examples)('%s', async (rule, first, times, last) => {
    const found = await expand(rule, `${first}T09:00`, '2010-01-01T00:00', 400, 'America/New_York');
    expect(found.every((at) => at.endsWith('T09:00'))).toBe(true);
    const written = typeof times === 'string' ? times : [times, last];
    expect(
      typeof times === 'string'
        ? found.map((at) => at.slice(5, 10)).join(' ')
        : [found.length, found.at(-1)?.slice(0, 10)],
    ).toEqual(written);
  });

  it('a last day counts as a whole one', async () => {
    expect(await expand('FREQ=DAILY;UNTIL=20260103', '2026-01-01T18:00', '2027-01-01T00:00')).toHaveLength(3);
  });

  it('a last moment is one of the clinic, wherever that is', async () => {
    const until = 'FREQ=DAILY;UNTIL=20260103T150000Z';
    expect(await expand(until, '2026-01-01T09:30', '2027-01-01T00:00', 9, 'America/New_York')).toHaveLength(
      3,
    );
    expect(await expand(until, '2026-01-01T10:30', '2027-01-01T00:00', 9, 'America/New_York')).toHaveLength(
      2,
    );
  });
});

describe('what is no rule', () => {
  it.each([
    ['', 'rule_invalid', 'FREQ'],
    ['COUNT=3', 'rule_invalid', 'FREQ'],
    ['FREQ=OFTEN', 'rule_invalid', 'FREQ'],
    ['FREQ=DAILY;', 'rule_invalid', ''],
    ['FREQ=DAILY;COUNT=0', 'rule_invalid', 'COUNT'],
    ['FREQ=DAILY;INTERVAL=-1', 'rule_invalid', 'INTERVAL'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20260101', 'rule_invalid', 'UNTIL'],
    ['FREQ=DAILY;UNTIL=20261340', 'rule_invalid', 'UNTIL'],
    ['FREQ=DAILY;UNTIL=20260101T100000', 'rule_invalid', 'UNTIL'],
    ['FREQ=DAILY;UNTIL=20260101T106199Z', 'rule_invalid', 'UNTIL'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'rule_invalid', 'FREQ=WEEKLY'],
    ['FREQ=WEEKLY;BYDAY=2TU', 'rule_invalid', 'BYDAY'],
    ['FREQ=MONTHLY;BYDAY=0TU', 'rule_invalid', 'BYDAY'],
    ['FREQ=WEEKLY;BYMONTHDAY=3', 'rule_invalid', 'BYMONTHDAY'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'rule_invalid', 'BYMONTHDAY'],
    ['FREQ=YEARLY;BYMONTH=-1', 'rule_invalid', 'BYMONTH'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'rule_invalid', 'BYSETPOS'],
    ['FREQ=DAILY;WKST=XX', 'rule_invalid', 'WKST'],
    ['FREQ=DAILY;X-WEEKS=1', 'rule_invalid', 'X-WEEKS=1'],
    ['FREQ=HOURLY', 'rule_not_supported', 'FREQ'],
    ['FREQ=DAILY;BYHOUR=9,10', 'rule_not_supported', 'BYHOUR'],
    ['FREQ=YEARLY;BYWEEKNO=20', 'rule_not_supported', 'BYWEEKNO'],
    ['FREQ=YEARLY;BYYEARDAY=100', 'rule_not_supported', 'BYYEARDAY'],
    ['FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1', 'rule_not_supported', 'BYSETPOS'],
  ])('%s', async (rule, code, part) => {
    expect(await refusalOf(rule)).toBe(`PT422 ${code} ${part}`);
  });
});
