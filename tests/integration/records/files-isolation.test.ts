import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection, stack } from '../../support/environment.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  refusal,
  type Person,
} from '../../support/people.ts';
import { callFileLink } from '../functions/file-links.ts';
import { addClient, begin, put, textFile, upload, type Begun, type StoredFile } from './uploads.ts';

/** What people of other clinics, and those who have lost their access, get of a clinic's files: nothing. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const [{ clinic, owner }, other, locked] = await Promise.all([
  createClinic(admin),
  createClinic(admin),
  createClinic(admin),
]);
const [staff, removed, suspended] = await Promise.all([
  addStaff(owner, clinic),
  addStaff(owner, clinic),
  addStaff(owner, clinic),
]);
let clientId = '';
let file: StoredFile;
let begun: Begun;

beforeAll(async () => {
  clientId = await addClient(owner, clinic);
  file = await upload(staff, clinic, clientId, textFile('secret'));
  begun = await begin(staff, clinic, clientId, textFile('secret'));
  await call(owner.client, 'remove_member', { tenant_id: clinic.id, user_id: removed.userId });
  await call(admin.client, 'admin_suspend_user', { user_id: suspended.userId, reason: 'test' });
  await call(admin.client, 'admin_suspend_tenant', { tenant_id: locked.clinic.id, reason: 'test' });
});

const outsiders: Array<[string, () => Person]> = [
  ['the owner of another clinic', () => other.owner],
  ['a removed member', () => removed],
  ['a suspended person', () => suspended],
  ['the owner of a suspended clinic', () => locked.owner],
  ['a super-admin', () => admin],
];

describe.each(outsiders)('%s', (_, person) => {
  it('sees no row and changes none', async () => {
    const { accessToken } = person();
    const row = `client_files?id=eq.${file.id}`;
    expect((await dataApi('GET', row, { accessToken })).body).toEqual([]);
    await dataApi('PATCH', row, { accessToken, body: { name: 'taken over.txt' } });
    expect((await dataApi('GET', `${row}&select=name`, { accessToken: owner.accessToken })).body).toEqual([
      { name: file.name },
    ]);
  });

  it('begins, finishes, opens, deletes and restores nothing', async () => {
    const { client } = person();
    const inClinic = { tenant_id: clinic.id };
    const values = { client_id: clientId, name: 'x.txt', content_type: 'text/plain', size: 5 };
    expect(await refusal(client, 'begin_upload', { ...inClinic, ...values })).toBe('404 clinic_not_found');
    for (const name of ['finish_upload', 'cancel_upload'])
      expect(await refusal(client, name, { ...inClinic, file_id: begun.file_id })).toBe(
        '404 clinic_not_found',
      );
    const args = { ...inClinic, file_id: file.id };
    for (const name of ['delete_file', 'restore_file'])
      expect(await refusal(client, name, args)).toBe('404 clinic_not_found');
    expect(await refusal(client, 'open_file', { ...args, purpose: 'preview' })).toBe('404 clinic_not_found');
    expect(await stateOf(file.id)).toBe('stored');
  });

  it("uploads nothing into the clinic's folder, whether the name was announced or not", async () => {
    const { accessToken } = person();
    for (const name of [begun.object_name, `tenants/${clinic.id}/x`, `tenants/${clinic.id}/../x`, 'x']) {
      expect(['400', '403']).toContain((await put(accessToken, name, textFile())).statusCode);
    }
    expect((await put(accessToken, begun.object_name, textFile())).statusCode).toBe('403');
    expect(await objectsBelow(`tenants/${clinic.id}/`)).toBe(1);
  });

  it('gets no link from the function', async () => {
    const input = { tenant_id: clinic.id, file_id: file.id, purpose: 'download' };
    const answer = await callFileLink(person().accessToken, input);
    expect([answer.status, answer.body['code']]).toEqual([404, 'clinic_not_found']);
    expect(answer.body).not.toHaveProperty('url');
  });
});

it("an owner does not reach another clinic's file through their own clinic", async () => {
  const args = { tenant_id: other.clinic.id, file_id: file.id };
  expect(await refusal(other.owner.client, 'delete_file', args)).toBe('404 file_not_found');
  const values = { client_id: clientId, name: 'x.txt', content_type: 'text/plain', size: 5 };
  expect(await refusal(other.owner.client, 'begin_upload', { tenant_id: other.clinic.id, ...values })).toBe(
    '404 client_not_found',
  );
  const answer = await callFileLink(other.owner.accessToken, { ...args, purpose: 'download' });
  expect([answer.status, answer.body['code']]).toEqual([404, 'file_not_found']);
});

describe('past the function', () => {
  it.each([
    ['the uploader', () => staff],
    ['the owner', () => owner],
    ['another clinic', () => other.owner],
  ])('%s can neither sign, read, list, move nor remove an object', async (_, person) => {
    const objects = person().client.storage.from('client-files');
    expect((await objects.createSignedUrl(file.object_name, 60)).data).toBeNull();
    const [many] = (await objects.createSignedUrls([file.object_name], 60)).data ?? [];
    expect(many?.signedUrl ?? null).toBeNull();
    expect((await objects.download(file.object_name)).data).toBeNull();
    expect((await objects.info(file.object_name)).data).toBeNull();
    expect((await objects.list(`tenants/${clinic.id}/clients/${clientId}`)).data).toEqual([]);
    expect((await objects.move(file.object_name, `${file.object_name}-moved`)).error).not.toBeNull();
    expect((await objects.copy(file.object_name, `${file.object_name}-copy`)).error).not.toBeNull();
    await objects.remove([file.object_name]);
    const publicly = await fetch(`${stack.url}/storage/v1/object/public/client-files/${file.object_name}`);
    expect(publicly.ok).toBe(false);
    expect(await objectsBelow(`tenants/${clinic.id}/`)).toBe(1);
  });

  it('without a session nothing is uploaded or read', async () => {
    const anonymous = await put(stack.publishableKey, `tenants/${clinic.id}/x`, textFile());
    expect(anonymous.status).toBeGreaterThanOrEqual(400);
    expect((await dataApi('GET', 'client_files')).status).toBe(401);
    expect(await objectsBelow(`tenants/${clinic.id}/`)).toBe(1);
  });

  it('the sweep is for the service role alone', async () => {
    for (const name of [
      'compare_files',
      'claim_file_removals',
      'record_file_missing',
      'record_file_removals',
    ]) {
      const body =
        name === 'record_file_missing'
          ? { file_id: file.id }
          : name === 'record_file_removals'
            ? { object_names: [] }
            : {};
      const answer = await dataApi('POST', `rpc/${name}`, { accessToken: owner.accessToken, body });
      expect(answer.status).toBe(403);
    }
    expect(await stateOf(file.id)).toBe('stored');
  });
});

async function stateOf(id: string): Promise<string | undefined> {
  const [row] = await sql<Array<{ state: string }>>`select state from public.client_files where id = ${id}`;
  return row?.state;
}

async function objectsBelow(prefix: string): Promise<number> {
  const [row] = await sql<Array<{ count: number }>>`
    select count(*)::int as count from storage.objects
    where bucket_id = 'client-files' and starts_with(name, ${prefix})`;
  return row?.count ?? 0;
}
