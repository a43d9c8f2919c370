import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection, serviceClient } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';
import { addClient, begin, put, textFile, upload, type StoredFile } from './uploads.ts';

/** Uploading, renaming, deleting and bringing back files of clients, as the app does it over HTTP. */

const sql = ownerConnection();
afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const staff = await addStaff(owner, clinic);
const clientId = await addClient(owner, clinic);
const inClinic = { tenant_id: clinic.id };
const bucket = serviceClient().storage.from('client-files');

describe('an upload', () => {
  it.each([
    'plain.txt',
    'Fișă de tratament – Țurcanu.txt',
    'أشعة سينية.txt',
    '歯科.txt',
    '😀👩‍⚕️.txt',
    'a & b #1 100% "x" +.txt',
    `${'x'.repeat(251)}.txt`,
  ])('keeps its name and its bytes: %s', async (name) => {
    const content = textFile(`content of ${name}`, name);
    const file = await upload(staff, clinic, clientId, content);
    expect(file).toMatchObject({ name, state: 'stored', content_type: 'text/plain' });
    expect(file.object_name).toBe(`tenants/${clinic.id}/clients/${clientId}/${file.id}`);
    const { data } = await bucket.download(file.object_name);
    expect(await data?.text()).toBe(`content of ${name}`);
  });

  it('in parts of a path arrives without them', async () => {
    const file = await upload(staff, clinic, clientId, textFile('x', '../../etc/C:\\passwd.txt'));
    expect(file.name).toBe('.._.._etc_C:_passwd.txt');
  });

  it('is on the timeline and in the audit log with who did it', async () => {
    const file = await upload(staff, clinic, clientId, textFile('x', 'panoramic.txt'));
    const { data } = await owner.client
      .from('activities')
      .select('kind, summary, actor_id')
      .match({ ...inClinic, subject_id: file.id });
    expect(data).toEqual([{ kind: 'file_added', summary: 'panoramic.txt', actor_id: staff.userId }]);
    const events = await sql`
      select action, actor_email, target_label from public.audit_events where target_id = ${file.id}`;
    expect(events).toEqual([
      { action: 'file.uploaded', actor_email: staff.email, target_label: 'panoramic.txt' },
    ]);
  });

  it('is not finished before everything has arrived, nor by another size or type', async () => {
    const content = textFile('12345');
    const finish = (file_id: string) => refusal(staff.client, 'finish_upload', { ...inClinic, file_id });
    const nothing = await begin(staff, clinic, clientId, content);
    expect(await finish(nothing.file_id)).toBe('409 upload_incomplete');

    const shorter = await begin(staff, clinic, clientId, content);
    await put(staff.accessToken, shorter.object_name, textFile('1234'));
    expect(await finish(shorter.file_id)).toBe('409 upload_incomplete');

    const another = await begin(staff, clinic, clientId, content);
    await put(staff.accessToken, another.object_name, { ...content, type: 'application/pdf' });
    expect(await finish(another.file_id)).toBe('422 file_type_not_allowed');
  });

  it('does not count when somebody else has sent the bytes', async () => {
    const content = textFile('12345');
    const begun = await begin(staff, clinic, clientId, content);
    expect((await put(owner.accessToken, begun.object_name, content)).status).toBe(200);
    const args = { ...inClinic, file_id: begun.file_id };
    expect(await refusal(staff.client, 'finish_upload', args)).toBe('409 upload_incomplete');
    expect(await refusal(owner.client, 'finish_upload', args)).toBe('404 file_not_found');
    expect(await refusal(owner.client, 'cancel_upload', args)).toBe('404 file_not_found');
  });

  it('can be finished and cancelled again and again', async () => {
    const file = await upload(staff, clinic, clientId);
    const args = { ...inClinic, file_id: file.id };
    expect(await call<StoredFile>(staff.client, 'finish_upload', args)).toEqual(file);
    expect(await call(staff.client, 'cancel_upload', args)).toEqual({ cancelled: false });

    const begun = await begin(staff, clinic, clientId, textFile());
    const other = { ...inClinic, file_id: begun.file_id };
    expect(await call(staff.client, 'cancel_upload', other)).toEqual({ cancelled: true });
    expect(await call(staff.client, 'cancel_upload', other)).toEqual({ cancelled: false });
    expect(await refusal(staff.client, 'finish_upload', other)).toBe('410 file_deleted');
    expect(await refusal(staff.client, 'restore_file', other)).toBe('404 file_not_found');
  });

  it.each([
    [{ size: 0 }, '422 file_empty'],
    [{ size: 50 * 1024 * 1024 + 1 }, '422 file_too_large'],
    [{ content_type: 'text/html' }, '422 file_type_not_allowed'],
    [{ content_type: 'image/svg+xml' }, '422 file_type_not_allowed'],
    [{ content_type: 'application/octet-stream' }, '422 file_type_not_allowed'],
    [{ name: '' }, '422 file_name_invalid'],
    [{ name: 'a\u0007b.txt' }, '422 file_name_invalid'],
    [{ client_id: randomUUID() }, '404 client_not_found'],
    [{ tenant_id: randomUUID() }, '404 clinic_not_found'],
  ])('is refused before anything is sent: %o', async (changed, expected) => {
    const args = {
      ...{ ...inClinic, client_id: clientId, name: 'x.txt', content_type: 'text/plain', size: 5 },
      ...changed,
    };
    expect(await refusal(staff.client, 'begin_upload', args)).toBe(expected);
  });
});

describe('the bucket', () => {
  it('keeps to its limits when a client lies about size or type', async () => {
    const content = textFile();
    const large = await begin(staff, clinic, clientId, content);
    const bytes = new Uint8Array(50 * 1024 * 1024 + 1);
    expect((await put(staff.accessToken, large.object_name, { ...content, bytes })).statusCode).toBe('413');
    const html = await begin(staff, clinic, clientId, content);
    const sent = await put(staff.accessToken, html.object_name, { ...content, type: 'text/html' });
    expect(sent.statusCode).toBe('415');
    for (const { object_name } of [large, html]) expect((await bucket.exists(object_name)).data).toBe(false);
  });

  it('keeps what it has: a second upload is 409, an overwriting one 403', async () => {
    const file = await upload(staff, clinic, clientId, textFile('first'));
    const second = { ...textFile('second') };
    expect((await put(staff.accessToken, file.object_name, second)).statusCode).toBe('409');
    const overwrite = { headers: { 'x-upsert': 'true' } };
    expect((await put(staff.accessToken, file.object_name, second, overwrite)).statusCode).toBe('403');
    expect((await put(staff.accessToken, file.object_name, second, { method: 'PUT' })).statusCode).toBe(
      '403',
    );
    expect(await (await bucket.download(file.object_name)).data?.text()).toBe('first');
  });
});

describe('a stored file', () => {
  it('is renamed and described, and nothing else of it is changed', async () => {
    const file = await upload(staff, clinic, clientId);
    const files = owner.client.from('client_files');
    const renamed = await files
      .update({ name: 'Röntgen/2026.txt', description: 'Upper left' })
      .match({ ...inClinic, id: file.id })
      .select('name, description, object_name')
      .single();
    expect(renamed.data).toEqual({
      ...{ name: 'Röntgen_2026.txt', description: 'Upper left', object_name: file.object_name },
    });
    for (const change of [{ state: 'deleted' }, { object_name: 'x' }, { client_id: clientId }])
      expect((await files.update(change).eq('id', file.id)).status).toBe(403);
    const bad = await files.update({ name: 'a\nb' }).eq('id', file.id);
    expect([bad.status, bad.error?.hint]).toEqual([422, 'file_name_invalid']);
  });

  it('is deleted, and comes back as it was', async () => {
    const file = await upload(staff, clinic, clientId);
    const args = { ...inClinic, file_id: file.id };
    expect(await call<StoredFile>(owner.client, 'delete_file', args)).toMatchObject({ state: 'deleting' });
    expect(await refusal(owner.client, 'open_file', { ...args, purpose: 'download' })).toBe(
      '410 file_deleted',
    );
    expect(await call<StoredFile>(staff.client, 'restore_file', args)).toEqual(file);
    const actions = await sql`
      select action from public.audit_events where target_id = ${file.id} order by occurred_at`;
    expect(actions.map(({ action }) => action)).toEqual(['file.uploaded', 'file.deleted', 'file.restored']);
  });
});
