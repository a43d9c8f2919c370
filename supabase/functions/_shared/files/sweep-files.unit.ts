import { describe, expect, it } from 'vitest';
import { type ClaimedRemoval, type ComparedFiles, sweepFiles, type SweepPorts } from './sweep-files.ts';

const slice = (is_done: boolean, missing: ComparedFiles['missing'] = []): ComparedFiles => ({
  ...{ is_done, files: 3, objects: 2, missing, orphans: 0 },
});
const removal = (name: string, reason: ClaimedRemoval['reason']): ClaimedRemoval => ({
  ...{ object_name: name, bucket_id: 'client-files', reason },
  ...{ tenant_id: 't', file_id: reason === 'orphan' ? null : 'f' },
});

class FakePorts implements SweepPorts {
  slices: ComparedFiles[] = [slice(true)];
  due: ClaimedRemoval[][] = [];
  stuck = new Set<string>();
  removed: string[] = [];
  buckets: string[] = [];
  logged: Array<[string, Record<string, unknown>]> = [];
  async compare() {
    return this.slices.shift() ?? slice(false);
  }
  async claim() {
    return this.due.shift() ?? [];
  }
  async remove(bucketId: string, names: string[]) {
    this.buckets.push(bucketId);
    this.removed.push(...names.filter((name) => !this.stuck.has(name)));
  }
  async settle(names: string[]) {
    return names.filter((name) => this.removed.includes(name));
  }
  log(event: string, fields: Record<string, unknown>) {
    this.logged.push([event, fields]);
  }
}

describe('sweeping files', () => {
  it('compares slice by slice until all is compared, and tells what is missing', async () => {
    const ports = new FakePorts();
    ports.slices = [slice(false), slice(false, [{ file_id: 'f1', tenant_id: 't1' }]), slice(true)];
    expect(await sweepFiles(ports)).toMatchObject({ files: 9, objects: 6, missing: 1, left: 0 });
    expect(ports.logged).toEqual([['file_missing', { file_id: 'f1', tenant_id: 't1' }]]);
  });

  it('ends a run that would take too long', async () => {
    const ports = new FakePorts();
    ports.slices = [];
    ports.claim = async () => [removal('again', 'orphan')];
    expect(await sweepFiles(ports)).toMatchObject({ files: 120, removed: { orphan: 40 } });
  });

  it('removes what is claimed and counts it by reason, logging ids but no names', async () => {
    const ports = new FakePorts();
    ports.due = [[removal('a', 'deleted'), removal('b', 'orphan')], [removal('c', 'abandoned')]];
    expect(await sweepFiles(ports)).toMatchObject({
      removed: { deleted: 1, cancelled: 0, abandoned: 1, orphan: 1 },
      left: 0,
    });
    expect(ports.removed).toEqual(['a', 'b', 'c']);
    expect(ports.logged[0]).toEqual([
      'object_removed',
      { bucket_id: 'client-files', reason: 'deleted', tenant_id: 't', file_id: 'f' },
    ]);
  });

  it('asks each bucket for what is its own, and goes on when one of them fails', async () => {
    const ports = new FakePorts();
    ports.due = [[removal('a', 'deleted'), { ...removal('m', 'deleted'), bucket_id: 'mail-attachments' }]];
    const remove = ports.remove.bind(ports);
    ports.remove = (bucketId, names) =>
      bucketId === 'client-files' ? Promise.reject(new Error('down')) : remove(bucketId, names);
    expect(await sweepFiles(ports)).toMatchObject({ removed: { deleted: 1 }, left: 1 });
    expect([ports.buckets, ports.removed]).toEqual([['mail-attachments'], ['m']]);
  });

  it('counts as left what is still there', async () => {
    const ports = new FakePorts();
    ports.due = [[removal('a', 'deleted'), removal('b', 'deleted')]];
    ports.stuck.add('b');
    expect(await sweepFiles(ports)).toMatchObject({ removed: { deleted: 1 }, left: 1 });
  });

  it('goes on when Storage fails for a slice', async () => {
    const ports = new FakePorts();
    ports.due = [[removal('a', 'deleted')], [removal('b', 'deleted')]];
    const remove = ports.remove.bind(ports);
    ports.remove = (bucketId, names) =>
      names.includes('a') ? Promise.reject(new Error('storage down')) : remove(bucketId, names);
    expect(await sweepFiles(ports)).toMatchObject({ removed: { deleted: 1 }, left: 1 });
    expect(ports.logged.map(([event]) => event)).toEqual(['removal_failed', 'object_left', 'object_removed']);
  });

  it('stops when the database cannot be asked', async () => {
    const ports = new FakePorts();
    ports.due = [[removal('a', 'deleted')]];
    ports.settle = () => Promise.reject(new Error('database gone'));
    await expect(sweepFiles(ports)).rejects.toThrow('database gone');
  });
});
