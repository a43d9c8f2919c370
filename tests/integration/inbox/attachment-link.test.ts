import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection, serviceClient, stack } from '../../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { bring, bringAttachment, connectMailbox, textContent, type Content } from './brought-mail.ts';
import { callFunction } from '../../support/functions.ts';

/** Links to what is attached to mail: for members, for a minute, recorded each time, and nothing that a browser would run. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { owner: stranger } = await createClinic(admin);
const mailbox = await connectMailbox(owner, clinic);

const link = (
  attachment_id: string,
  disposition = 'attachment',
  token: string | null = staff.accessToken,
  headers = {},
) => callFunction('attachment-link', token, { attachment_id, disposition }, headers);
const follow = (url: unknown) => fetch(new URL(String(url), stack.url));
const eventsOf = (id: string) => sql`
  select action, actor_email, target_label, user_agent, details from public.audit_events
  where target_id = ${id} and target_type = 'attachment' order by occurred_at`;
const content = (name: string, type: string, text = '<script>alert(1)</script>'): Content => ({
  ...{ name, type, bytes: new TextEncoder().encode(text) },
});
const png: Content = {
  ...{ name: 'tooth.png', type: 'image/png', bytes: Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10]) },
};

describe('a link', () => {
  it('saves the attachment under its name, for a minute', async () => {
    const attachment = await bringAttachment(mailbox, textContent('content', 'Fișă – Țurcanu 😀 #1.txt'));
    const { status, body } = await link(attachment.id);
    expect([status, body]).toEqual([
      200,
      {
        ...{ url: expect.stringMatching(/^\/storage\/v1\/object\/sign\/mail-attachments\//), expires_in: 60 },
        ...{
          name: 'Fișă – Țurcanu 😀 #1.txt',
          content_type: 'text/plain',
          size: 7,
          disposition: 'attachment',
        },
      },
    ]);
    const response = await follow(body['url']);
    expect(await response.text()).toBe('content');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    const [, claims = ''] = (new URL(String(body['url']), stack.url).searchParams.get('token') ?? '').split(
      '.',
    );
    const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(exp - iat).toBe(60);
  });

  it('is recorded with who, what and which conversation, but not with the name the sender chose', async () => {
    const attachment = await bringAttachment(mailbox, png);
    await link(attachment.id, 'inline', staff.accessToken, { 'user-agent': 'Surgery browser 1' });
    await link(attachment.id, 'attachment', staff.accessToken, { 'user-agent': 'Surgery browser 1' });
    const recorded = {
      ...{ actor_email: staff.email, target_label: null, user_agent: 'Surgery browser 1' },
      details: {
        ...{ conversation_id: attachment.message.conversation_id, message_id: attachment.message.message_id },
        ...{ content_type: 'image/png', size: 8 },
      },
    };
    expect(await eventsOf(attachment.id)).toEqual([
      { action: 'attachment.previewed', ...recorded },
      { action: 'attachment.downloaded', ...recorded },
    ]);
  });

  it.each([
    ['picture.png', 'image/png', 'image/png'],
    ['photo.jpg', 'image/jpg', 'image/jpeg'],
    ['scan.pdf', 'application/octet-stream', 'application/pdf'],
    ['', 'image/webp', 'image/webp'],
    ['notes.txt', 'text/plain; charset=x', 'text/plain'],
  ])('shows in place what is harmless: %s, %s', async (name, type, served) => {
    const attachment = await bringAttachment(mailbox, content(name, type));
    const { body } = await link(attachment.id, 'inline');
    expect(body).toMatchObject({ disposition: 'inline', content_type: served });
    const response = await follow(body['url']);
    expect(response.headers.get('content-type')).toBe(served);
    expect(response.headers.get('content-disposition')).toBeNull();
  });

  it.each([
    ['page.html', 'text/html'],
    ['page.png', 'text/html'],
    ['picture.svg', 'image/svg+xml'],
    ['picture.png', 'image/svg+xml'],
    ['code.js', 'text/javascript'],
    ['setup.exe', 'application/x-msdownload'],
    ['setup.exe', 'image/png'],
    ['invoice.pdf.exe', 'application/pdf'],
    ['invoice.exe.pdf', 'application/pdf'],
    ['SHORTCUT.LNK', 'text/plain'],
    ['disk.iso', 'text/plain'],
    ['macro.docm', 'application/vnd.ms-word.document.macroEnabled.12'],
    ['macro.docm', 'text/plain'],
    ['feed', 'application/xhtml+xml'],
    ['trailing.html. ', 'text/plain'],
    ['x.unknown', 'not a type'],
  ])('only saves what a browser or a computer would run, as plain bytes: %s, %s', async (name, type) => {
    const attachment = await bringAttachment(mailbox, content(name, type));
    const { body } = await link(attachment.id, 'inline');
    expect(body).toMatchObject({ disposition: 'attachment', content_type: 'application/octet-stream' });
    const response = await follow(body['url']);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('only saves documents, which have their own type', async () => {
    const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    const attachment = await bringAttachment(mailbox, content('letter.docx', type));
    expect((await link(attachment.id, 'inline')).body).toMatchObject({
      disposition: 'attachment',
      content_type: type,
    });
  });
});

describe('an attachment that cannot be opened', () => {
  const only = async (state: string) => {
    const [attachment] = (await bring(mailbox, {}, [png])).attachments;
    if (!attachment) throw new Error('nothing is attached');
    if (state !== 'waiting')
      await sql`update public.message_attachments set state = ${state} where id = ${attachment.id}`;
    return attachment;
  };

  it('is 409 while it is still to be fetched, and then comes before the others', async () => {
    const attachment = await only('waiting');
    const { status, body, headers } = await link(attachment.id);
    expect([status, body['code'], headers.get('retry-after')]).toEqual([409, 'attachment_not_ready', '10']);
    const [row] =
      await sql`select wanted_at is not null as is_wanted from public.message_attachments where id = ${attachment.id}`;
    expect(row).toEqual({ is_wanted: true });
    expect(await eventsOf(attachment.id)).toEqual([]);
  });

  it.each([
    ['too_large', 422, 'attachment_too_large'],
    ['failed', 409, 'attachment_failed'],
  ])('says that it is %s', async (state, expected, code) => {
    const attachment = await only(state);
    const { status, body } = await link(attachment.id);
    expect([status, body['code'], body['url']]).toEqual([expected, code, undefined]);
    expect(await eventsOf(attachment.id)).toEqual([]);
  });

  it('is 410 when its object is gone, recorded once, and can be fetched again', async () => {
    const attachment = await bringAttachment(mailbox, png);
    await serviceClient().storage.from('mail-attachments').remove([attachment.object_name]);
    const { status, body } = await link(attachment.id, 'inline');
    expect([status, body['code'], body['url']]).toEqual([410, 'attachment_missing', undefined]);
    expect((await link(attachment.id)).body['code']).toBe('attachment_failed');
    const missing = (await eventsOf(attachment.id)).filter(({ action }) => action === 'attachment.missing');
    expect(missing).toHaveLength(1);
    const { data } = await staff.client.rpc('want_attachment', {
      tenant_id: clinic.id,
      attachment_id: attachment.id,
    });
    expect(data).toMatchObject({ state: 'waiting' });
  });
});

describe('a call', () => {
  it('for another clinic’s attachment answers as for one that does not exist', async () => {
    const attachment = await bringAttachment(mailbox, png);
    const theirs = await link(attachment.id, 'inline', stranger.accessToken);
    const none = await link(randomUUID(), 'inline', stranger.accessToken);
    expect([theirs.status, theirs.body]).toEqual([
      404,
      expect.objectContaining({ code: 'attachment_not_found' }),
    ]);
    expect([none.status, none.body]).toEqual([theirs.status, theirs.body]);
    expect(await eventsOf(attachment.id)).toEqual([]);
  });

  it('without a session is refused', async () => {
    const attachment = await bringAttachment(mailbox, png);
    for (const token of [null, stack.publishableKey, stack.secretKey, `${owner.accessToken}x`])
      expect((await link(attachment.id, 'inline', token)).status).toBe(401);
    expect(await eventsOf(attachment.id)).toEqual([]);
  });

  it.each(['', '[]', '{}', '{"attachment_id":"1","disposition":"inline"}'])(
    'with bad input gets 400: %s',
    async (body) => {
      const answer = await callFunction('attachment-link', staff.accessToken, body);
      expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_input']);
    },
  );

  it('around the function gets no object: nobody has a policy to read the bucket', async () => {
    const attachment = await bringAttachment(mailbox, png);
    const bucket = owner.client.storage.from('mail-attachments');
    expect((await bucket.createSignedUrl(attachment.object_name, 600)).data).toBeNull();
    expect((await bucket.download(attachment.object_name)).data).toBeNull();
  });
});
