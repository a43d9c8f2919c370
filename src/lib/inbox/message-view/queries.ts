import { PUBLIC_SUPABASE_URL } from '$app/env/public';
import { clientFileSchema, type ClientFile } from '#lib/files/schemas.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { AppError, toAppError } from '#lib/supabase/errors.ts';
import { unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import * as z from 'zod/mini';

const linkSchema = z.object({ url: z.string(), expires_in: z.number() });

/**
 * A link that opens an attachment for a minute; that it was asked for is recorded. Throws attachment_waiting while its
 * content is still in the mailbox (it then comes first), attachment_failed (409), attachment_too_large (422).
 */
export async function attachmentLink(
  attachmentId: string,
  disposition: 'inline' | 'attachment',
): Promise<string> {
  const answer = await supabase().functions.invoke<unknown>('attachment-link', {
    body: { attachment_id: attachmentId, disposition },
  });
  const { url } = await unwrapFunction(linkSchema, answer);
  return new URL(url, PUBLIC_SUPABASE_URL).href;
}

/** The content of an attachment to be shown in the page, under the type that was checked. */
export async function attachmentContent(attachmentId: string, contentType: string): Promise<Blob> {
  const url = await attachmentLink(attachmentId, 'inline');
  try {
    const response = await fetch(url, { cache: 'no-store' });
    // The database has checked everything: what Storage does not give out now is a bad moment of its own.
    if (!response.ok) throw new AppError('storage_unavailable', 503);
    const content = await response.blob();
    return content.slice(0, content.size, contentType);
  } catch (error) {
    throw toAppError(error);
  }
}

/** Has the content of an attachment fetched from the mailbox before that of others. */
export async function wantAttachment(tenantId: string, attachmentId: string): Promise<void> {
  unwrap(await supabase().rpc('want_attachment', { tenant_id: tenantId, attachment_id: attachmentId }));
}

/** Copies an attachment to the files of a client; doing it again gives the same file. */
export async function saveAttachment(attachmentId: string, clientId: string): Promise<ClientFile> {
  const answer = await supabase().functions.invoke<unknown>('save-attachment', {
    body: { attachment_id: attachmentId, client_id: clientId },
  });
  return unwrapFunction(clientFileSchema, answer);
}
