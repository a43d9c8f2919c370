import { AppError } from '#lib/supabase/errors.ts';
import { expect, it, vi } from 'vitest';
import { ImportRun } from './run.svelte.ts';
import type { ClientImport, ImportRow } from './schemas.ts';

// Without Svelte's compiler a rune is just its value; what the run does is the same.
const rune = <T>(value: T): T => value;
vi.stubGlobal('$state', Object.assign(rune, { raw: rune }));

const started = { id: 'i1', added: 0, updated: 0, unchanged: 0, failed: 0 } as ClientImport;

function set(count: number, isTrial = false) {
  const rows: ImportRow[] = Array.from({ length: count }, (_, index) => ({ row: index + 1 }));
  const send = vi.fn(({ rows: slice }: { rows: ImportRow[] }) =>
    Promise.resolve(
      slice.map(({ row }) => ({
        row,
        outcome: row === 3 ? ('failed' as const) : ('added' as const),
        errors: row === 3 ? [{ field: 'email', code: 'email_invalid', value: 'x' }] : [],
      })),
    ),
  );
  const finish = vi.fn(() => Promise.resolve({ ...started, added: count - 1, failed: 1 }));
  const begin = vi.fn(() => Promise.resolve(started));
  const run = new ImportRun(
    rows,
    {
      ...{ tenantId: 't', isTrial, fileName: 'a.csv', mapping: {} },
      options: { on_match: 'update', on_taken: 'refuse' },
    },
    { begin, send, finish },
  );
  return { run, begin, send, finish };
}

it('sends slices in order and sums up', async () => {
  const { run, send, finish } = set(250);
  await run.run();
  expect(send.mock.calls.map(([{ rows }]) => rows.length)).toEqual([100, 100, 50]);
  expect(run).toMatchObject({ status: 'finished', done: 250, counts: { added: 249, failed: 1 } });
  expect(run.problems).toMatchObject([{ row: 3, code: 'email_invalid' }]);
  expect(finish).toHaveBeenCalledWith({ tenantId: 't', importId: 'i1', isCancelled: false });
});

it('tries without beginning an import', async () => {
  const { run, begin, finish } = set(5, true);
  await run.run();
  expect(begin).not.toHaveBeenCalled();
  expect(finish).not.toHaveBeenCalled();
  expect(run).toMatchObject({ status: 'finished', counts: { added: 4, failed: 1 } });
});

it('goes on with the same slice after the connection was lost', async () => {
  const { run, begin, send } = set(250);
  send.mockResolvedValueOnce([]).mockRejectedValueOnce(new AppError('network'));
  await expect(run.run()).rejects.toThrow('network');
  expect(run).toMatchObject({ status: 'stopped', done: 100, isUnderWay: true });
  await run.run();
  expect(begin).toHaveBeenCalledTimes(1);
  expect(send.mock.calls.map(([{ rows }]) => rows[0]?.row)).toEqual([1, 101, 101, 201]);
});

it('asks a busy server for less at once', async () => {
  const { run, send } = set(60);
  send.mockRejectedValueOnce(new AppError('unexpected', 500));
  await run.run();
  expect(send.mock.calls.map(([{ rows }]) => rows.length)).toEqual([60, 25, 25, 10]);
});

it('keeps whole slices when it is cancelled', async () => {
  const { run, send, finish } = set(250);
  send.mockImplementationOnce(() => run.cancel().then(() => []));
  await run.run();
  expect(send).toHaveBeenCalledTimes(1);
  expect(finish).toHaveBeenCalledWith({ tenantId: 't', importId: 'i1', isCancelled: true });
  expect(run.status).toBe('cancelled');
});
