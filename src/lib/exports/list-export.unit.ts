import { EVERYBODY } from '#lib/clients/filter.ts';
import type { ClientPage, ClientRow } from '#lib/clients/schemas.ts';
import { AppError } from '#lib/supabase/errors.ts';
import { expect, it, vi } from 'vitest';
import { ListExport } from './list-export.svelte.ts';

// Without Svelte's compiler a rune is just its value; what the export does is the same.
vi.stubGlobal('$state', <T>(value: T): T => value);

const start = {
  started_at: '2026-11-21T10:00:00Z',
  clinic_name: 'Bright',
  clinic_slug: 'bright',
  time_zone: 'UTC',
};
const question = { ...EVERYBODY, search: 'pop', filter: { has_email: true } };

const client = (number: number): ClientRow => ({
  id: `c${number}`,
  first_name: 'Ana',
  last_name: number === 1 ? '=cmd()' : `Țurcanu ${number}`,
  email: null,
  phone: '+40 721 000 111',
  date_of_birth: null,
  last_activity_at: null,
  last_activity_kind: null,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  archived_at: null,
  tags: [{ id: 't', name: 'VIP', colour: 'red' }],
  open_tasks: 0,
});

function pages(total: number) {
  return vi.fn(({ after }: { after?: ClientPage['next'] }): Promise<ClientPage> => {
    const from = Number(after ?? 0);
    const count = Math.min(1000, total - from);
    const clients = Array.from({ length: count }, (_, index) => client(from + index + 1));
    return Promise.resolve({ clients, next: from + count < total ? from + count : null, is_fuzzy: false });
  });
}

it('writes 200,000 clients page by page', { timeout: 60_000 }, async () => {
  const begin = vi.fn(() => Promise.resolve(start));
  const list = pages(200_000);
  const file = await new ListExport({ begin, list }).run({ tenantId: 't', question });
  expect(begin).toHaveBeenCalledExactlyOnceWith({
    tenantId: 't',
    filter: { search: 'pop', has_email: true },
  });
  expect(list).toHaveBeenCalledTimes(200);
  expect(file).toMatchObject({ name: 'chairside-clients-bright-2026-11-21.csv', count: 200_000 });
  let breaks = 0;
  for await (const chunk of file!.content.stream() as unknown as AsyncIterable<Uint8Array>)
    for (const byte of chunk) if (byte === 10) breaks += 1;
  expect(breaks).toBe(200_001);
  const beginning = await file!.content.slice(0, 400).arrayBuffer();
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(beginning)).toMatch(
    /^\uFEFFfirst_name,last_name,email,phone,/,
  );
});

it('defuses formulas', async () => {
  const work = new ListExport({ begin: () => Promise.resolve(start), list: pages(2) });
  const text = await (await work.run({ tenantId: 't', question }))!.content.text();
  expect(text).toContain(`Ana,"'=cmd()",,"'+40 721 000 111",,VIP`);
});

it('goes on after a failure, and forgets everything when it is cancelled', async () => {
  const list = pages(2500);
  const work = new ListExport({ begin: () => Promise.resolve(start), list });
  list.mockImplementationOnce(list.getMockImplementation()!).mockRejectedValueOnce(new AppError('network'));
  await expect(work.run({ tenantId: 't', question })).rejects.toThrow('network');
  expect(work.count).toBe(1000);
  expect((await work.run({ tenantId: 't', question }))?.count).toBe(2500);
  list.mockImplementationOnce(async (input) => {
    const page = await pages(2500)(input);
    work.cancel();
    return page;
  });
  expect(await work.run({ tenantId: 't', question })).toBeNull();
  expect(work.count).toBe(0);
});
