import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';

/** Bringing clients in from a file, over HTTP: trial, import, the same file again, cancelling, two at once. */

const sql = ownerConnection();
afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const tenant_id = clinic.id;

type Import = {
  id: string;
  status: string;
  added: number;
  updated: number;
  unchanged: number;
  failed: number;
};
type Answer = { results: { row: number; outcome: string; errors: { field: string; code: string }[] }[] };

const rowsOf = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const number = from + index;
    return {
      row: number,
      first_name: 'Ana',
      last_name: `Import ${number}`,
      emails: [`import.${number}@example.test`],
      phones: [`0731 ${String(100_000 + number)}`],
      tags: ['Imported'],
      note: `Row ${number}`,
    };
  });

const begin = (row_count: number, file_name = 'clients.csv') =>
  call<Import>(staff.client, 'begin_client_import', { tenant_id, file_name, row_count });
const send = async (import_id: string | null, rows: object[], more: object = {}) =>
  (await call<Answer>(staff.client, 'import_clients', { tenant_id, import_id, rows, ...more })).results;
const outcomes = (results: Answer['results']) => [...new Set(results.map(({ outcome }) => outcome))];
const countClients = async () =>
  Number((await sql`select count(*) from public.clients where tenant_id = ${tenant_id}`)[0]?.count);

describe('a file of clients', () => {
  const rows = rowsOf(1, 250);

  it('is tried without leaving a trace', async () => {
    expect(outcomes(await send(null, rows.slice(0, 50), { dry_run: true }))).toEqual(['added']);
    expect(await countClients()).toBe(0);
  });

  it('comes in slice by slice', async () => {
    const started = await begin(250);
    for (const from of [0, 100, 200])
      expect(outcomes(await send(started.id, rows.slice(from, from + 100)))).toEqual(['added']);
    expect(
      await call<Import>(staff.client, 'finish_client_import', { tenant_id, import_id: started.id }),
    ).toMatchObject({
      status: 'finished',
      added: 250,
    });
    expect(await countClients()).toBe(250);
  });

  it('changes nothing the second time', async () => {
    const started = await begin(250);
    expect(outcomes(await send(started.id, rows))).toEqual(['unchanged']);
    expect(await countClients()).toBe(250);
    const [notes] =
      await sql`select count(*)::int as count from public.client_notes where tenant_id = ${tenant_id}`;
    expect(notes?.count).toBe(250);
  });

  it('names what is wrong in a row and takes in the others', async () => {
    const results = await send(
      null,
      [
        { row: 1, last_name: 'X', emails: ['nope'] },
        { row: 2, last_name: 'Y' },
      ],
      {
        dry_run: true,
      },
    );
    expect(results).toMatchObject([
      { row: 1, outcome: 'failed', errors: [{ field: 'email', code: 'email_invalid' }] },
      { row: 2, outcome: 'added' },
    ]);
  });
});

it('a cancelled import keeps whole slices and takes no more', async () => {
  const before = await countClients();
  const started = await begin(40);
  const [, cancelled] = await Promise.all([
    send(started.id, rowsOf(1001, 1020)).catch((error: Error) => error),
    call<Import>(staff.client, 'finish_client_import', { tenant_id, import_id: started.id, cancelled: true }),
  ]);
  expect(cancelled.status).toBe('cancelled');
  expect(await countClients()).toBe(before + cancelled.added);
  expect([0, 20]).toContain(cancelled.added);
  expect(
    await refusal(staff.client, 'import_clients', {
      tenant_id,
      import_id: started.id,
      rows: rowsOf(1021, 1040),
    }),
  ).toBe('409 import_over');
});

it('the same rows in two imports at once make each client once', async () => {
  const [one, two] = await Promise.all([begin(20), begin(20)]);
  const rows = rowsOf(2001, 2020);
  const both = await Promise.all([send(one.id, rows), send(two.id, rows.toReversed())]);
  expect(both.map(outcomes).toSorted()).toEqual([['added'], ['unchanged']]);
});

it('the imports are a list for members only', async () => {
  const { data } = await staff.client
    .from('client_imports')
    .select('file_name, status')
    .eq('tenant_id', tenant_id);
  expect(data?.length).toBeGreaterThan(2);
  const stranger = (await createClinic(await createSuperAdmin())).owner;
  expect((await stranger.client.from('client_imports').select('id').eq('tenant_id', tenant_id)).data).toEqual(
    [],
  );
});
