import { AppError } from '#lib/supabase/errors.ts';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { safeFileName, uniqueFileNames } from './file-names.ts';
import { packRecord } from './record-archive.ts';
import type { ClientRecord } from './schemas.ts';

const file = (id: string, name: string, state = 'stored') => ({
  ...{ id, name, size: 3, state },
  created_at: '2026-01-01T00:00:00Z',
});

const record: ClientRecord = {
  exported_at: '2026-11-21T10:00:00Z',
  client: { first_name: 'Ana', last_name: 'Pop/../x', email: null },
  notes: [
    {
      ...{ body: '=cmd()', is_pinned: false, revision: 1, created_at: '2026-01-01', created_by: 'u1' },
      ...{ updated_at: '2026-01-01', deleted_at: null },
    },
  ],
  appointments: [
    {
      ...{ starts_at: '2026-11-20T08:00:00Z', ends_at: '2026-11-20T09:00:00Z', status: 'cancelled' },
      ...{ status_changed_at: '2026-11-20T07:00:00Z', cancelled_by: 'client', is_late_cancel: true },
      ...{ status_reason: 'ill', service: 'Filling', provider: 'Dr. One', note: '' },
      ...{ created_at: '2026-11-01T07:00:00Z', created_by: 'u1' },
    },
  ],
  tasks: [],
  files: [
    file('f1', 'scan.pdf'),
    file('f2', 'SCAN.pdf'),
    file('f3', '../../etc/passwd'),
    file('f4', 'lost.png'),
    file('f5', 'gone.png', 'missing'),
    file('f6', 'deleted.png', 'deleted'),
  ],
  activities: [],
  people: { u1: 'Owner Test' },
};
const start = { started_at: '2026-11-21T10:00:00Z', clinic_name: 'B', clinic_slug: 'b', time_zone: 'UTC' };

it('packs everything; a file that cannot be read is named instead', async () => {
  const steps: string[] = [];
  const archive = await packRecord({
    ...{ start, record, signal: new AbortController().signal },
    readFile: (id) =>
      id === 'f4' ? Promise.reject(new AppError('network')) : Promise.resolve(new Blob([`of ${id}`])),
    onProgress: (done, total) => steps.push(`${done}/${total}`),
  });
  expect(archive.name).toBe('Ana Pop_.._x 2026-11-21.zip');
  const content = unzipSync(new Uint8Array(await archive.content.arrayBuffer()));
  expect(Object.keys(content)).toEqual([
    ...['client.json', 'timeline.csv', 'appointments.csv', 'notes.csv', 'tasks.csv'],
    ...['files/scan.pdf', 'files/SCAN (2).pdf', 'files/_.._etc_passwd', 'README.txt'],
  ]);
  const read = (name: string) => strFromU8(content[name] ?? new Uint8Array());
  expect(read('files/SCAN (2).pdf')).toBe('of f2');
  expect(read('notes.csv')).toContain(`Owner Test,,false,,"'=cmd()"`);
  expect(read('appointments.csv')).toContain(
    ',cancelled,2026-11-20T07:00:00Z,client,true,ill,Filling,Dr. One,,2026-11-01T07:00:00Z,Owner Test',
  );
  expect(JSON.parse(read('client.json'))).toEqual(record);
  expect(read('README.txt')).toMatch(/- gone\.png.*\r\n- lost\.png/);
  expect(archive.missing).toHaveLength(2);
  expect(steps).toEqual(['0/4', '1/4', '2/4', '3/4', '4/4']);
});

it('makes names that can be unpacked anywhere', () => {
  expect(safeFileName('..\\..\\evil.exe')).toBe('_.._evil.exe');
  expect(safeFileName('CON.txt')).toBe('_CON.txt');
  expect(safeFileName('photo\u202Egnp.exe')).toBe('photognp.exe');
  expect(safeFileName(' ... ')).toBe('file');
  expect(safeFileName(`${'ș'.repeat(300)}.pdf`)).toBe(`${'ș'.repeat(100)}.pdf`);
  expect(uniqueFileNames(['a', 'A', 'a (2)', '李.png', '李.png'])).toEqual([
    ...['a', 'A (2)', 'a (2) (2)', '李.png', '李 (2).png'],
  ]);
});
