import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestStack } from '../../../supabase/embedded/test-stack.ts';
import { anonymous, newPerson, raw, serviceRole, startFixture } from './fixture.ts';

type Person = Awaited<ReturnType<typeof newPerson>>;

let stack: TestStack;
let ana: Person;
let ben: Person;

beforeAll(async () => {
  stack = await startFixture();
  [ana, ben] = [await newPerson(stack), await newPerson(stack)];
});
afterAll(() => stack.stop());

const files = (person: Person) => person.client.storage.from('documents');
const text = (content: string) => new Blob([content], { type: 'text/plain' });

describe('uploads', () => {
  test.each([
    ['a Blob', text('content')],
    ['a File', new File(['content'], 'x.txt', { type: 'text/plain' })],
    ['a Buffer', Buffer.from('content')],
    ['an ArrayBuffer', new TextEncoder().encode('content').buffer],
  ])('%s arrives with its bytes and its type', async (kind, body) => {
    const path = `${ana.id}/${kind}`;
    const { data, error } = await files(ana).upload(path, body, { contentType: 'text/plain' });
    expect(error).toBeNull();
    expect(data).toMatchObject({ path, fullPath: `documents/${path}`, id: expect.any(String) as string });
    const download = await files(ana).download(path);
    expect([await download.data?.text(), download.data?.type]).toEqual(['content', 'text/plain']);
  });

  test('a taken name is 409 and keeps the first content', async () => {
    await files(ana).upload(`${ana.id}/taken`, text('first'));
    const { error } = await files(ana).upload(`${ana.id}/taken`, text('second'));
    expect(error).toMatchObject({ statusCode: '409', message: 'The resource already exists' });
    expect(await (await files(ana).download(`${ana.id}/taken`)).data?.text()).toBe('first');
  });

  test('row-level security: into a foreign folder 403, and nothing is there', async () => {
    const { error } = await files(ben).upload(`${ana.id}/intruder`, text('x'));
    expect(error).toMatchObject({ statusCode: '403', message: 'new row violates row-level security policy' });
    expect((await files(ana).exists(`${ana.id}/intruder`)).data).toBe(false);
  });

  test('an upsert needs an UPDATE policy too', async () => {
    const { error } = await files(ana).upload(`${ana.id}/taken`, text('third'), { upsert: true });
    expect(error).toMatchObject({ statusCode: '403' });
    const replaced = await serviceRole(stack)
      .storage.from('documents')
      .upload(`${ana.id}/taken`, text('third'), { upsert: true });
    expect(replaced.error).toBeNull();
    expect(await (await files(ana).download(`${ana.id}/taken`)).data?.text()).toBe('third');
  });

  test("the bucket's size limit is 413, its types 415, and nothing is kept", async () => {
    const big = await files(ana).upload(`${ana.id}/big`, Buffer.alloc(100_001), {
      contentType: 'text/plain',
    });
    expect(big.error).toMatchObject({ statusCode: '413' });
    const pdf = await files(ana).upload(`${ana.id}/pdf`, Buffer.from('x'), {
      contentType: 'application/pdf',
    });
    expect(pdf.error).toMatchObject({ statusCode: '415' });
    expect((await files(ana).exists(`${ana.id}/big`)).data).toBe(false);
  });

  test('an unknown bucket is 404, an impossible name 400', async () => {
    const { error } = await ana.client.storage.from('nowhere').upload('x', text('x'));
    expect(error).toMatchObject({ statusCode: '404', message: 'Bucket not found' });
    expect((await files(ana).upload(`${ana.id}/<script>`, text('x'))).error).toMatchObject({
      statusCode: '400',
    });
  });

  test('without a session nothing is written', async () => {
    const { error } = await anonymous(stack)
      .storage.from('documents')
      .upload(`${ana.id}/anonymous`, text('x'));
    expect(error).toMatchObject({ statusCode: '403' });
  });
});

describe('downloads', () => {
  test("another person's file is 404, not 403", async () => {
    expect((await files(ben).download(`${ana.id}/taken`)).error).toMatchObject({
      statusCode: '404',
      message: 'Object not found',
    });
  });

  test('a byte range is 206, an impossible one 416', async () => {
    const headers = { authorization: `Bearer ${ana.token}` };
    const path = `/storage/v1/object/authenticated/documents/${ana.id}/a%20Buffer`;
    const part = await raw(stack, path, { headers: { ...headers, range: 'bytes=3-' } });
    expect(part).toMatchObject({ status: 206, body: { text: 'tent' } });
    expect(part.headers.get('content-range')).toBe('bytes 3-6/7');
    expect((await raw(stack, path, { headers: { ...headers, range: 'bytes=99-' } })).status).toBe(416);
  });

  test('info tells size and type, exists tells whether', async () => {
    const { data } = await files(ana).info(`${ana.id}/a Buffer`);
    expect(data).toMatchObject({ size: 7, contentType: 'text/plain', bucketId: 'documents' });
    expect((await files(ana).exists(`${ana.id}/none`)).data).toBe(false);
  });
});

describe('signed links (storage-api answers { signedURL })', () => {
  test('one: opens without a session, with the name asked for, and only that object', async () => {
    const { data, error } = await files(ana).createSignedUrl(`${ana.id}/a Buffer`, 60, {
      download: 'notes.txt',
    });
    expect(error).toBeNull();
    const response = await fetch(data?.signedUrl ?? '');
    expect([response.status, await response.text()]).toEqual([200, 'content']);
    expect(response.headers.get('content-disposition')).toContain('notes.txt');
    const other = await fetch((data?.signedUrl ?? '').replace('a%20Buffer', 'taken'));
    expect(other.status).toBe(400);
  });

  test('several: each with its link or its error', async () => {
    const { data } = await files(ana).createSignedUrls([`${ana.id}/taken`, `${ben.id}/none`], 60);
    expect(data).toMatchObject([
      { path: `${ana.id}/taken`, error: null },
      { path: `${ben.id}/none`, signedUrl: null, error: expect.stringContaining('does not exist') as string },
    ]);
    expect((await fetch(data?.[0]?.signedUrl ?? '')).status).toBe(200);
  });

  test('an expired link is refused, and so is one for a file the caller cannot read', async () => {
    const { data } = await files(ana).createSignedUrl(`${ana.id}/taken`, -1);
    expect((await fetch(data?.signedUrl ?? '')).status).toBe(400);
    expect((await files(ben).createSignedUrl(`${ana.id}/taken`, 60)).error).toMatchObject({
      statusCode: '404',
    });
  });

  test('a signed upload works once without a session and belongs to the signer', async () => {
    const { data } = await files(ana).createSignedUploadUrl(`${ana.id}/later`);
    const upload = () =>
      anonymous(stack)
        .storage.from('documents')
        .uploadToSignedUrl(data?.path ?? '', data?.token ?? '', text('later'));
    expect((await upload()).error).toBeNull();
    expect((await upload()).error).toMatchObject({ statusCode: '409' });
    const [row] = await stack.stack.database
      .admin`select owner_id from storage.objects where name = ${`${ana.id}/later`}`;
    expect(row?.owner_id).toBe(ana.id);
    expect((await files(ben).createSignedUploadUrl(`${ana.id}/foreign`)).error).toMatchObject({
      statusCode: '403',
    });
  });
});

describe('listing, moving, removing', () => {
  test('list: one level, folders with id null, names relative to the prefix', async () => {
    await files(ben).upload(`${ben.id}/letters/one.txt`, text('1'));
    await files(ben).upload(`${ben.id}/letters/2026/two.txt`, text('22'));
    await files(ben).upload(`${ben.id}/top.txt`, text('333'));
    const { data } = await files(ben).list(ben.id);
    expect(data?.map(({ name, id }) => [name, id === null])).toEqual([
      ['letters', true],
      ['top.txt', false],
    ]);
    expect(data?.[1]?.metadata).toMatchObject({ size: 3, mimetype: 'text/plain' });
    const inside = await files(ben).list(`${ben.id}/letters`, { sortBy: { column: 'name', order: 'desc' } });
    expect(inside.data?.map(({ name }) => name)).toEqual(['2026', 'one.txt']);
    expect((await files(ben).list(ben.id, { search: 'TOP' })).data).toHaveLength(1);
    expect((await files(ben).list(ana.id)).data).toEqual([]);
  });

  test('listV2: full keys, folders apart, page by page', async () => {
    const first = await files(ben).listV2({ prefix: `${ben.id}/`, with_delimiter: true, limit: 1 });
    expect(first.data).toMatchObject({
      hasNext: true,
      folders: [{ key: `${ben.id}/letters/` }],
      objects: [],
    });
    const cursor = first.data?.nextCursor ?? '';
    const second = await files(ben).listV2({ prefix: `${ben.id}/`, with_delimiter: true, cursor });
    expect(second.data).toMatchObject({ hasNext: false, objects: [{ key: `${ben.id}/top.txt` }] });
  });

  test('copy and move keep the content', async () => {
    const service = serviceRole(stack).storage.from('documents');
    expect((await files(ben).copy(`${ben.id}/top.txt`, `${ben.id}/copy.txt`)).error).toBeNull();
    expect((await service.move(`${ben.id}/copy.txt`, `${ben.id}/moved.txt`)).error).toBeNull();
    expect(await (await files(ben).download(`${ben.id}/moved.txt`)).data?.text()).toBe('333');
    expect((await files(ben).exists(`${ben.id}/copy.txt`)).data).toBe(false);
  });

  test("remove returns what went; a foreign file stays, and the answer does not tell that it's there", async () => {
    const foreign = await files(ana).remove([`${ben.id}/top.txt`]);
    expect(foreign).toMatchObject({ data: [], error: null });
    const own = await files(ben).remove([`${ben.id}/top.txt`, `${ben.id}/none`]);
    expect(own.data?.map(({ name }) => name)).toEqual([`${ben.id}/top.txt`]);
    expect((await files(ben).exists(`${ben.id}/top.txt`)).data).toBe(false);
  });
});

describe('buckets', () => {
  test('the service role manages them; others are refused', async () => {
    const { storage } = serviceRole(stack);
    expect((await storage.createBucket('open', { public: true })).data).toEqual({ name: 'open' });
    expect((await ana.client.storage.createBucket('mine')).error).toMatchObject({ statusCode: '403' });
    await storage.from('open').upload('logo.txt', text('logo'));
    expect((await storage.deleteBucket('open')).error).toMatchObject({ statusCode: '409' });
    expect((await fetch(storage.from('open').getPublicUrl('logo.txt').data.publicUrl)).status).toBe(200);
    expect(
      (await fetch(storage.from('documents').getPublicUrl(`${ana.id}/taken`).data.publicUrl)).status,
    ).toBe(400);
    await storage.emptyBucket('open');
    expect((await storage.deleteBucket('open')).error).toBeNull();
    expect((await storage.getBucket('open')).error).toMatchObject({ statusCode: '404' });
  });

  test('SQL may not delete objects behind the service', async () => {
    const deletion = stack.stack.database.admin`delete from storage.objects`;
    await expect(deletion).rejects.toThrow('Direct deletion from storage tables is not allowed');
  });
});

test('1 MB goes up and comes down unchanged', async () => {
  const { storage } = serviceRole(stack);
  await storage.createBucket('large');
  const content = randomBytes(1024 * 1024);
  expect((await storage.from('large').upload('noise', content)).error).toBeNull();
  const { data } = await storage.from('large').download('noise');
  expect(Buffer.compare(Buffer.from((await data?.arrayBuffer()) ?? new ArrayBuffer()), content)).toBe(0);
  expect((await storage.from('large').upload('more', Buffer.alloc(1024 * 1024 + 1))).error).toMatchObject({
    statusCode: '413',
  });
});
