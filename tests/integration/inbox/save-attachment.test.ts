import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection, serviceClient, stack } from '../../support/environment.ts';
import { addStaff, call, createClinic, createSuperAdmin } from '../../support/people.ts';
import { callFileLink } from '../functions/file-links.ts';
import { addClient, put, type StoredFile } from '../records/uploads.ts';
import { bring, bringAttachment, connectMailbox, textContent, type Content } from './brought-mail.ts';
import { callFunction } from '../../support/functions.ts';

/** Attachments and pictures of mails among a client's files: as if uploaded, once, with where they come from. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { clinic: otherClinic, owner: stranger } = await createClinic(admin);
const mailbox = await connectMailbox(owner, clinic);
const clientId = await addClient(owner, clinic);

const save = (attachment_id: string, client_id = clientId, token: string | null = staff.accessToken) =>
  callFunction('save-attachment', token, { attachment_id, client_id });
const filesOf = (attachmentId: string) =>
  sql<Array<StoredFile & { client_id: string }>>`
    select * from public.client_files where source_attachment_id = ${attachmentId} order by created_at`;
const png: Content = {
  ...{
    name: '',
    type: 'image/png',
    bytes: Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10]),
    isInline: true,
  },
};

describe('saving', () => {
  it('gives the client a file with the name and the content of the attachment', async () => {
    const attachment = await bringAttachment(mailbox, textContent('content', 'Fișă – 😀.txt'));
    const { status, body } = await save(attachment.id);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        ...{
          tenant_id: clinic.id,
          client_id: clientId,
          name: 'Fișă – 😀.txt',
          content_type: 'text/plain',
          size: 7,
        },
        ...{ state: 'stored', created_by: staff.userId, source_attachment_id: attachment.id },
      }),
    ]);
    const input = { tenant_id: clinic.id, file_id: body['id'], purpose: 'preview' };
    const opened = await callFileLink(owner.accessToken, input);
    const response = await fetch(new URL(String(opened.body['url']), stack.url));
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/plain', 'content']);
  });

  it('is on the record and on the timeline like an upload', async () => {
    const attachment = await bringAttachment(mailbox, textContent());
    const id = String((await save(attachment.id)).body['id']);
    const events = await sql`
      select action, actor_email, target_label from public.audit_events where target_id = ${id} order by occurred_at`;
    expect(events).toEqual([
      { action: 'file.uploaded', actor_email: staff.email, target_label: 'notes.txt' },
    ]);
    const activities = await sql`
      select kind, summary, actor_id from public.activities where subject_id = ${id} and client_id = ${clientId}`;
    expect(activities).toEqual([{ kind: 'file_added', summary: 'notes.txt', actor_id: staff.userId }]);
  });

  it('takes pictures from within a text, and names those that have no name', async () => {
    const attachment = await bringAttachment(mailbox, png);
    expect((await save(attachment.id)).body).toMatchObject({
      name: 'image.png',
      content_type: 'image/png',
      size: 8,
    });
  });

  it('again, also at the same moment, gives the same file', async () => {
    const attachment = await bringAttachment(mailbox, textContent());
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        save(attachment.id, clientId, at % 2 ? owner.accessToken : staff.accessToken),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    expect((await save(attachment.id)).body['id']).toBe(answers[0]?.body['id']);
    const files = await filesOf(attachment.id);
    expect(files.map(({ state }) => state)).toEqual(['stored']);
    const events = await sql`
      select from public.audit_events where target_id = ${files[0]?.id ?? ''} and action = 'file.uploaded'`;
    expect(events).toHaveLength(1);
  });

  it('for another client, or once the file is deleted, gives another file', async () => {
    const attachment = await bringAttachment(mailbox, textContent());
    const first = String((await save(attachment.id)).body['id']);
    const sibling = await addClient(owner, clinic, 'Sibling');
    expect((await save(attachment.id, sibling)).body).toMatchObject({ client_id: sibling, state: 'stored' });
    await call(owner.client, 'delete_file', { tenant_id: clinic.id, file_id: first });
    const again = await save(attachment.id);
    expect(again.body).toMatchObject({ client_id: clientId, state: 'stored' });
    expect(again.body['id']).not.toBe(first);
  });

  it('outlives the mail', async () => {
    const attachment = await bringAttachment(mailbox, textContent());
    const id = String((await save(attachment.id)).body['id']);
    await sql`delete from public.conversations where id = ${attachment.message.conversation_id}`;
    const [file] =
      await sql`select state, tenant_id, source_attachment_id from public.client_files where id = ${id}`;
    expect(file).toEqual({ state: 'stored', tenant_id: clinic.id, source_attachment_id: null });
    expect(
      (await callFileLink(owner.accessToken, { tenant_id: clinic.id, file_id: id, purpose: 'download' }))
        .status,
    ).toBe(200);
  });
});

describe('what a client’s file cannot be', () => {
  it.each([
    ['archive.zip', 'application/zip'],
    ['page.html', 'text/html'],
    ['setup.exe', 'image/png'],
  ])('is not saved: %s, %s', async (name, type) => {
    const attachment = await bringAttachment(mailbox, { ...png, name, type });
    const { status, body } = await save(attachment.id);
    expect([status, body['code']]).toEqual([422, 'file_type_not_allowed']);
    expect(await filesOf(attachment.id)).toEqual([]);
  });

  it('is not saved before it is fetched', async () => {
    const [attachment] = (await bring(mailbox, {}, [textContent()])).attachments;
    const { status, body } = await save(attachment?.id ?? '');
    expect([status, body['code']]).toEqual([409, 'attachment_not_ready']);
    expect(await filesOf(attachment?.id ?? '')).toEqual([]);
  });

  it('is 410 when its object is gone, and leaves no file behind', async () => {
    const attachment = await bringAttachment(mailbox, textContent());
    await serviceClient().storage.from('mail-attachments').remove([attachment.object_name]);
    const { status, body } = await save(attachment.id);
    expect([status, body['code']]).toEqual([410, 'attachment_missing']);
    expect((await filesOf(attachment.id)).map(({ state }) => state)).toEqual(['deleting']);
    expect(
      await sql`select from public.activities where client_id = ${clientId} and kind = 'file_added' and subject_id in
      (select id from public.client_files where source_attachment_id = ${attachment.id})`,
    ).toEqual([]);
  });

  it('is not what a person puts in its place', async () => {
    const attachment = await bringAttachment(mailbox, textContent('genuine'));
    const begun = await call<{ file_id: string; target: string }>(staff.client, 'begin_saving_attachment', {
      ...{ attachment_id: attachment.id, client_id: clientId },
    });
    await put(staff.accessToken, begun.target, textContent('forgery'));
    const { error, status } = await staff.client.rpc('finish_saving_attachment', { file_id: begun.file_id });
    expect([status, error?.hint]).toEqual([409, 'upload_incomplete']);
    const [file] = await filesOf(attachment.id);
    expect(file?.state).toBe('uploading');
  });
});

describe('a call', () => {
  it('for an attachment or a client of another clinic answers as for one that does not exist', async () => {
    const attachment = await bringAttachment(mailbox, textContent());
    const theirClient = await addClient(stranger, otherClinic);
    const unknown = await save(randomUUID(), theirClient, stranger.accessToken);
    const theirs = await save(attachment.id, theirClient, stranger.accessToken);
    expect([theirs.status, theirs.body]).toEqual([
      404,
      expect.objectContaining({ code: 'attachment_not_found' }),
    ]);
    expect([unknown.status, unknown.body]).toEqual([theirs.status, theirs.body]);
    const strangeClient = await save(attachment.id, theirClient);
    const noClient = await save(attachment.id, randomUUID());
    expect([strangeClient.status, strangeClient.body['code']]).toEqual([404, 'client_not_found']);
    expect([noClient.status, noClient.body]).toEqual([strangeClient.status, strangeClient.body]);
    expect(await filesOf(attachment.id)).toEqual([]);
  });

  it('without a session is refused', async () => {
    const attachment = await bringAttachment(mailbox, textContent());
    for (const token of [null, stack.publishableKey, stack.secretKey])
      expect((await save(attachment.id, clientId, token)).status).toBe(401);
    expect(await filesOf(attachment.id)).toEqual([]);
  });
});
