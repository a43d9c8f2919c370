import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import {
  cannedReplySchema,
  signatureSchema,
  type CannedReply,
  type ReplyForm,
  type Signature,
} from './schemas.ts';

/** Cache keys of this domain, under the clinic they belong to. */
export const inboxToolKeys = {
  replies: (tenantId: string) => ['tenant', tenantId, 'canned-replies'] as const,
  signatures: (tenantId: string) => ['tenant', tenantId, 'signatures'] as const,
};

/** The canned replies of a clinic by title. */
export async function listCannedReplies(tenantId: string): Promise<CannedReply[]> {
  const answer = await supabase()
    .from('canned_replies')
    .select('id, title, body, shortcut')
    .eq('tenant_id', tenantId)
    .order('title');
  return parseAnswer(z.array(cannedReplySchema), unwrap(answer)).toSorted((a, b) =>
    a.title.localeCompare(b.title),
  );
}

/** Adds a canned reply (without an id) or changes it. */
export async function saveCannedReply(input: {
  tenantId: string;
  replyId: string | null;
  values: ReplyForm;
}): Promise<void> {
  const { title, body, shortcut } = input.values;
  unwrap(
    await supabase().rpc('save_canned_reply', {
      tenant_id: input.tenantId,
      // The generated types know no null; the function does.
      reply_id: input.replyId as string,
      fields: { title, body, shortcut: shortcut || null },
    }),
  );
}

export async function deleteCannedReply(input: { tenantId: string; replyId: string }): Promise<void> {
  unwrap(await supabase().rpc('delete_canned_reply', { tenant_id: input.tenantId, reply_id: input.replyId }));
}

/** The signatures of the mailboxes and of the person with this id. */
export async function listSignatures(input: { tenantId: string; selfId: string }): Promise<Signature[]> {
  const answer = await supabase()
    .from('mail_signatures')
    .select('id, account_id, user_id, body')
    .eq('tenant_id', input.tenantId)
    .or(`user_id.is.null,user_id.eq.${input.selfId}`);
  return parseAnswer(z.array(signatureSchema), unwrap(answer));
}

/** Sets one's own signature (for one mailbox, or for all without its id), or a mailbox's; null: the next one applies. */
export async function saveSignature(input: {
  tenantId: string;
  accountId: string | null;
  isMine: boolean;
  body: string | null;
}): Promise<void> {
  unwrap(
    await supabase().rpc('save_signature', {
      tenant_id: input.tenantId,
      account_id: input.accountId as string,
      is_mine: input.isMine,
      body: input.body as string,
    }),
  );
}

export const cannedReplyOptions = (tenantId: string) =>
  queryOptions({
    queryKey: inboxToolKeys.replies(tenantId),
    queryFn: () => listCannedReplies(tenantId),
    staleTime: 60_000,
  });

export const signatureOptions = (tenantId: string, selfId: string) =>
  queryOptions({
    queryKey: [...inboxToolKeys.signatures(tenantId), selfId] as const,
    queryFn: () => listSignatures({ tenantId, selfId }),
  });
