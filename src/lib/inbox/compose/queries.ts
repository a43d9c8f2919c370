import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import * as z from 'zod/mini';
import {
  announcedSchema,
  draftAttachmentSchema,
  draftSchema,
  queuedSchema,
  savedDraftSchema,
  type Announced,
  type Draft,
  type DraftAttachment,
  type DraftValues,
  type Queued,
  type SavedDraft,
} from './schemas.ts';

type DraftOfClinic = { tenantId: string; draftId: string };

/**
 * Begins a mail, filled in: recipients, subject, signature, what is quoted or forwarded. The person's earlier draft of the
 * same kind for the same message is given instead of a second one.
 */
export async function startDraft(input: {
  tenantId: string;
  kind: Draft['kind'];
  accountId: string | null;
  messageId?: string | null;
  clientId?: string | null;
}): Promise<Draft> {
  const answer = await supabase().rpc('start_draft', {
    tenant_id: input.tenantId,
    kind: input.kind,
    account_id: input.accountId ?? undefined,
    message_id: input.messageId ?? undefined,
    client_id: input.clientId ?? undefined,
  });
  return parseAnswer(draftSchema, unwrap(answer));
}

/** A draft as it is now; 404 draft_not_found once it is sent or discarded. */
export async function readDraft({ tenantId, draftId }: DraftOfClinic): Promise<Draft> {
  const answer = await supabase().rpc('get_draft', { tenant_id: tenantId, draft_id: draftId });
  return parseAnswer(draftSchema, unwrap(answer));
}

/** Saves what was typed since `revision`; 409 draft_changed when it was changed in another window meanwhile. */
export async function saveDraft(
  input: DraftOfClinic & { values: Partial<DraftValues>; revision: number },
): Promise<SavedDraft> {
  const answer = await supabase().rpc('save_draft', {
    tenant_id: input.tenantId,
    draft_id: input.draftId,
    fields: input.values,
    revision: input.revision,
  });
  return parseAnswer(savedDraftSchema, unwrap(answer));
}

export async function discardDraft({ tenantId, draftId }: DraftOfClinic): Promise<void> {
  unwrap(await supabase().rpc('discard_draft', { tenant_id: tenantId, draft_id: draftId }));
}

/**
 * Hands a draft over to be sent in a moment, until when it can be taken back. 409 draft_changed, newer_message (unless
 * `ignoreNewer`); 422 no_recipients, recipient_invalid, too_many_recipients.
 */
export async function sendDraft(
  input: DraftOfClinic & { revision: number; thenClose: boolean; ignoreNewer: boolean },
): Promise<Queued> {
  const answer = await supabase().rpc('send_draft', {
    tenant_id: input.tenantId,
    draft_id: input.draftId,
    revision: input.revision,
    then_close: input.thenClose,
    ignore_newer: input.ignoreNewer,
  });
  return parseAnswer(queuedSchema, unwrap(answer));
}

type MessageOfClinic = { tenantId: string; messageId: string };

/** Takes a message back that is not on its way yet: it is a draft again. 409 send_too_late. */
export async function undoSend({ tenantId, messageId }: MessageOfClinic): Promise<Draft> {
  const answer = await supabase().rpc('undo_send', { tenant_id: tenantId, message_id: messageId });
  return parseAnswer(draftSchema, unwrap(answer));
}

/** Sends a message again that failed, or of which nobody knows whether it went out. */
export async function retrySend({ tenantId, messageId }: MessageOfClinic): Promise<void> {
  unwrap(await supabase().rpc('retry_send', { tenant_id: tenantId, message_id: messageId }));
}

/** Announces a file for a draft; its bytes are sent to Storage next, under the name in the answer. */
export async function announceAttachment(
  input: DraftOfClinic & { name: string; contentType: string; size: number },
): Promise<Announced> {
  const answer = await supabase().rpc('announce_draft_attachment', {
    tenant_id: input.tenantId,
    draft_id: input.draftId,
    name: input.name,
    content_type: input.contentType,
    size: input.size,
  });
  return parseAnswer(announcedSchema, unwrap(answer));
}

type AttachmentOfClinic = { tenantId: string; attachmentId: string };

/** The bytes have been sent. Repeating it changes nothing. */
export async function confirmAttachment(input: AttachmentOfClinic): Promise<DraftAttachment> {
  const answer = await supabase().rpc('confirm_draft_attachment', {
    tenant_id: input.tenantId,
    attachment_id: input.attachmentId,
  });
  return parseAnswer(draftAttachmentSchema, unwrap(answer));
}

export async function removeAttachment(input: AttachmentOfClinic): Promise<void> {
  unwrap(
    await supabase().rpc('remove_draft_attachment', {
      tenant_id: input.tenantId,
      attachment_id: input.attachmentId,
    }),
  );
}

/** The text of a canned reply, with what is known of the conversation put in. */
export async function fillReply(input: {
  tenantId: string;
  replyId: string;
  conversationId: string | null;
}): Promise<string> {
  const answer = await supabase().rpc('fill_reply', {
    tenant_id: input.tenantId,
    reply_id: input.replyId,
    // The generated types know no null; the function does.
    conversation_id: input.conversationId as string,
  });
  return parseAnswer(z.string(), unwrap(answer));
}

/** An answer that the clinic's AI provider proposes. 409 not_configured without a key; 429 too_many_suggestions. */
export async function suggestReply(conversationId: string): Promise<string> {
  const answer = await supabase().functions.invoke<unknown>('suggest-reply', {
    body: { conversation_id: conversationId },
  });
  return (await unwrapFunction(z.object({ text: z.string() }), answer)).text;
}
