import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { supabase } from '#lib/supabase/browser.ts';
import { AppError } from '#lib/supabase/errors.ts';
import type { BegunUpload } from './schemas.ts';

/** What Storage means by the status in its body, in the words of this app. */
const REFUSALS: Record<string, string> = {
  '401': 'sign_in_required',
  '403': 'forbidden',
  '413': 'file_too_large',
  '415': 'file_type_not_allowed',
};

/**
 * Sends a file's bytes to Storage. With XMLHttpRequest, because fetch tells nothing of how far it has come.
 *
 * Throws an AppError; an aborted one has the code "upload_cancelled".
 */
export async function sendObject(input: {
  begun: BegunUpload;
  content: Blob;
  contentType: string;
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
}): Promise<void> {
  const { data } = await supabase().auth.getSession();
  const token = data.session?.access_token;
  if (!token) throw new AppError('sign_in_required', 401);
  const { begun, content, contentType, onProgress, signal } = input;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new AppError('upload_cancelled'));
    const request = new XMLHttpRequest();
    request.open('POST', `${PUBLIC_SUPABASE_URL}/storage/v1/object/${begun.bucket}/${begun.object_name}`);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('apikey', PUBLIC_SUPABASE_PUBLISHABLE_KEY);
    request.setRequestHeader('content-type', contentType);
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('error', () => reject(new AppError('network')));
    request.addEventListener('abort', () => reject(new AppError('upload_cancelled')));
    request.addEventListener('load', () => {
      // The name is new and the person's own: when it is taken, an answer got lost and the bytes are there.
      const status = statusOf(request);
      if (status < 300 || status === 409) resolve();
      else reject(new AppError(REFUSALS[String(status)] ?? 'storage_unavailable', status));
    });
    signal.addEventListener('abort', () => request.abort(), { once: true });
    // A plain blob: the type of a File would be added to the one that was announced.
    request.send(content.slice(0, content.size, contentType));
  });
}

/** Storage answers 400 to most failures and tells in the body what it means. */
function statusOf(request: XMLHttpRequest): number {
  if (request.status !== 400) return request.status;
  try {
    const { statusCode } = JSON.parse(request.responseText) as { statusCode?: unknown };
    return Number(statusCode) || 400;
  } catch {
    return 400;
  }
}
