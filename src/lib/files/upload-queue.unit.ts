import { AppError } from '#lib/supabase/errors.ts';
import { expect, it, vi } from 'vitest';
import type { BegunUpload } from './schemas.ts';
import { UploadQueue, type Upload, type UploadSteps } from './upload-queue.svelte.ts';

// Without Svelte's compiler a rune is just its value; what the queue does is the same.
vi.stubGlobal('$state', <T>(value: T): T => value);

const target = { tenantId: 't', clientId: 'c' };
const textFile = (name: string, content = 'content') => new File([content], name);
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Steps whose sending waits until the test lets it end. */
class HeldSteps implements UploadSteps {
  steps: string[] = [];
  sending = new Map<string, { resolve: () => void; reject: (error: unknown) => void }>();
  failFinish: unknown = null;
  begin = async ({ file }: Upload): Promise<BegunUpload> => {
    this.steps.push(`begin ${file.name}`);
    return { file_id: file.name, object_name: file.name, bucket: 'b' };
  };
  send: UploadSteps['send'] = ({ file }, _, { signal, onProgress }) =>
    new Promise((resolve, reject) => {
      onProgress(3);
      this.sending.set(file.name, { resolve, reject });
      signal.addEventListener('abort', () => reject(new AppError('upload_cancelled')));
    });
  finish = async ({ file }: Upload) => {
    this.steps.push(`finish ${file.name}`);
    if (this.failFinish) throw this.failFinish;
  };
  cancel = async ({ file }: Upload) => void this.steps.push(`cancel ${file.name}`);
}

function started(...files: File[]) {
  const steps = new HeldSteps();
  const queue = new UploadQueue(steps);
  const stored: string[] = [];
  queue.add(target, files, () => stored.push('one'));
  return { steps, queue, stored };
}
const states = (queue: UploadQueue) => queue.uploads.map(({ file, state }) => `${file.name} ${state}`);

it('sends three at a time, and the next when one is done', async () => {
  const { steps, queue, stored } = started(...['a', 'b', 'c', 'd'].map((name) => textFile(`${name}.txt`)));
  await settled();
  expect(states(queue)).toEqual(['a.txt sending', 'b.txt sending', 'c.txt sending', 'd.txt waiting']);
  steps.sending.get('b.txt')?.resolve();
  await settled();
  expect(states(queue)).toEqual(['a.txt sending', 'c.txt sending', 'd.txt sending']);
  expect([stored.length, queue.isBusy]).toEqual([1, true]);
});

it('never sends what cannot be kept, and does not offer to try it again', () => {
  const { steps, queue } = started(textFile('page.html'), textFile('empty.txt', ''));
  expect(states(queue)).toEqual(['page.html failed', 'empty.txt failed']);
  expect(queue.uploads.map(({ error, canRetry }) => [error, canRetry])).toEqual([
    [{ code: 'file_type_not_allowed' }, false],
    [{ code: 'file_empty' }, false],
  ]);
  expect([steps.steps, queue.isBusy]).toEqual([[], false]);
});

it('starts a failed one anew, giving the first attempt up', async () => {
  const { steps, queue } = started(textFile('a.txt'));
  await settled();
  steps.sending.get('a.txt')?.reject(new AppError('network'));
  await settled();
  expect(states(queue)).toEqual(['a.txt failed']);
  const [upload] = queue.uploads;
  if (upload) queue.retry(upload);
  await settled();
  expect(states(queue)).toEqual(['a.txt sending']);
  expect(steps.steps).toEqual(['begin a.txt', 'cancel a.txt', 'begin a.txt']);
});

it('does not send again what has arrived when only the end failed', async () => {
  const { steps, queue, stored } = started(textFile('a.txt'));
  await settled();
  steps.failFinish = new AppError('network');
  steps.sending.get('a.txt')?.resolve();
  await settled();
  expect(states(queue)).toEqual(['a.txt failed']);
  steps.failFinish = null;
  const [upload] = queue.uploads;
  if (upload) queue.retry(upload);
  await settled();
  expect([states(queue), stored.length]).toEqual([[], 1]);
  expect(steps.steps).toEqual(['begin a.txt', 'finish a.txt', 'finish a.txt']);
});

it('cancels one under way and goes on with the others', async () => {
  const { steps, queue } = started(textFile('a.txt'), textFile('b.txt'));
  await settled();
  const [upload] = queue.uploads;
  expect(upload?.sent).toBe(3);
  if (upload) queue.remove(upload);
  await settled();
  expect(states(queue)).toEqual(['b.txt sending']);
  expect(steps.steps.filter((step) => step.startsWith('cancel'))).toEqual(['cancel a.txt']);
});

it('keeps the uploads of clients apart', () => {
  const { queue } = started(textFile('page.html'));
  expect(queue.of(target)).toHaveLength(1);
  expect(queue.of({ ...target, clientId: 'other' })).toEqual([]);
});
