import { describe, expect, test } from 'vitest';
import { SqlSyntaxError, splitStatements } from './statements.ts';

const texts = async (sql: string) => (await splitStatements(sql)).map(({ text }) => text);

describe('splitStatements', () => {
  test('quotes, dollar quotes, comments and SQL-standard bodies hold semicolons', async () => {
    const parts = [
      "insert into t values ('a;b''c;')",
      'create function f() returns int language sql as $body$ select 1; select 2; $body$',
      'create function g() returns int language sql begin atomic select 1; select 2; end',
      'select "odd;name" /* not ; here */ from t -- nor ; here',
    ];
    expect(await texts(parts.join(';\n'))).toEqual(parts);
  });

  test('lines count from the first word, after comments and empty lines', async () => {
    const statements = await splitStatements('-- header\n\nselect 1;\n\n/* two\n lines */ select 2;');
    expect(statements.map(({ line }) => line)).toEqual([3, 6]);
  });

  test('characters of several bytes do not shift the places', async () => {
    expect(await texts("select 'ăîșț';\nselect 'ü';")).toEqual(["select 'ăîșț'", "select 'ü'"]);
  });

  test('an empty file has no statements', async () => {
    expect(await texts('-- nothing yet\n')).toEqual([]);
  });

  test('a syntax error names its line', async () => {
    await expect(splitStatements('select 1;\nselect from where;\n')).rejects.toThrow(SqlSyntaxError);
    await expect(splitStatements('select 1;\nselekt 2;')).rejects.toMatchObject({ line: 2 });
  });

  test('policies on tables of the services are told apart, in every form', async () => {
    const sql = `
      create policy p on storage.objects for select using (true);
      alter policy p on storage.objects using (false);
      drop policy p on storage.objects;
      create policy p on public.t for select using (true);
      drop policy p on public.t;
      drop table storage.nothing;`;
    const statements = await splitStatements(sql);
    expect(statements.map(({ needsPlatform }) => needsPlatform)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
