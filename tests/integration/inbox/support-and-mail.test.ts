import { afterAll, expect, it } from 'vitest';
import { dataApi } from '../../support/environment.ts';
import { callFunction } from '../../support/functions.ts';
import { call, refusal } from '../../support/people.ts';
import { createSupportScene, listClients } from '../platform/support-grants.ts';
import { bringAttachment, connectMailbox, textContent } from './brought-mail.ts';

/** Support access shows whom a clinic has as clients, and nothing that is written to them or by them (docs/inbox.md). */

const scene = await createSupportScene();
const { sql, clinic, owner, openAsNewAdmin } = scene;
afterAll(() => sql.end());

it('shows no mail, whatever the super-admin asks for during an open grant', async () => {
  const mailbox = await connectMailbox(owner, clinic);
  const attachment = await bringAttachment(mailbox, textContent());
  const { conversation_id, message_id } = attachment.message;
  const { supporter, grant } = await openAsNewAdmin();
  // The grant is good: it shows the clients.
  expect((await listClients(supporter, grant)).clients).toHaveLength(2);

  const tables = [
    ...['conversations', 'messages', 'message_attachments', 'conversation_notes', 'conversation_events'],
    ...['mail_drafts', 'mail_accounts', 'mail_runs', 'canned_replies', 'mail_signatures', 'provider_keys'],
  ];
  for (const table of tables) {
    const { status, body } = await dataApi('GET', `${table}?tenant_id=eq.${clinic.id}&select=id`, {
      accessToken: supporter.accessToken,
    });
    expect([table, status, body]).toEqual([table, 200, []]);
  }
  const inClinic = { tenant_id: clinic.id };
  for (const [name, args] of [
    ['list_conversations', inClinic],
    ['inbox_counts', inClinic],
    ['get_conversation', { ...inClinic, conversation_id }],
    ['list_inbox_accounts', inClinic],
    ['list_drafts', inClinic],
    ['start_draft', { ...inClinic, kind: 'reply', message_id }],
  ] as const)
    expect([name, await refusal(supporter.client, name, args)]).toEqual([name, '404 clinic_not_found']);
  const { accessToken } = supporter;
  const opened = { attachment_id: attachment.id, disposition: 'attachment' };
  expect(await callFunction('attachment-link', accessToken, opened)).toMatchObject({ status: 404 });
  expect(await callFunction('suggest-reply', accessToken, { conversation_id })).toMatchObject({
    status: 404,
  });
  expect(await callFunction('mail-sync', accessToken, { account_id: mailbox.id })).toMatchObject({
    status: 404,
  });
  // All of it is there, for those whose mail it is.
  expect(await call(owner.client, 'inbox_counts', inClinic)).toMatchObject({ open: 1 });
});
