import examples from 'libphonenumber-js/mobile/examples';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import { afterAll, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';

/** The database's reading of phone numbers against libphonenumber's, for a mobile number of every country there is. */

const sql = ownerConnection();
afterAll(() => sql.end());

const numbers = getCountries().flatMap((country) => {
  const number = getExampleNumber(country, examples);
  return number ? [{ country, number }] : [];
});

async function differences(write: (number: (typeof numbers)[number]['number']) => string, from?: string) {
  const asked = numbers.map(({ country, number }) => ({
    country: from ?? country,
    written: write(number),
    expected: String(number.number),
  }));
  return sql`
    select a.country, a.written, a.expected, private.normal_phone(a.written, a.country) as found
    from jsonb_to_recordset(${sql.json(asked)}) a (country text, written text, expected text)
    where private.normal_phone(a.written, a.country) is distinct from a.expected`;
}

it('has examples of nearly all countries', () => expect(numbers.length).toBeGreaterThan(230));

it('reads a number as it is dialled inside the country', async () => {
  const found = await differences((number) => number.formatNational());
  // Argentina writes a 15 inside mobile numbers that goes away from abroad, Belarus 8 and 0 in front: no rule of the plan.
  expect(found.map(({ country }) => country as string).filter((c) => !['AR', 'BY'].includes(c))).toEqual([]);
});

it('reads a number as it is dialled from Romania, with a plus or with 00', async () => {
  expect(await differences((number) => number.formatInternational(), 'RO')).toEqual([]);
  expect(await differences((number) => String(number.number).replace('+', '00'), 'RO')).toEqual([]);
});
