import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AppError, errorMessage } from './errors.ts';

const migrations = new URL('../../../supabase/migrations/', import.meta.url);
const sql = readdirSync(migrations)
  .map((name) => readFileSync(new URL(name, migrations), 'utf8'))
  .join('\n');
// One code is put together in SQL: 'tenant_not_' and the status that was expected.
const codes = ['tenant_not_suspended'].concat(
  [...sql.matchAll(/private\.refuse\(\s*\d+,\s*'(\w+[a-z])'|hint\s*=\s*'(\w+)'/g)].map(
    ([, refused, hinted]) => refused ?? hinted ?? '',
  ),
);

it('finds the refusals of the database', () => expect(codes).toContain('no_seats_left'));

it.each([...new Set(codes)].toSorted())('the refusal %s has a sentence of its own', (code) => {
  expect(errorMessage({ hint: code, status: 422 })).not.toBe(errorMessage(new AppError('unexpected')));
});
