import { saysItIsThere } from './signed-link.ts';

/** What is used of the Storage client. */
export interface ObjectStorage {
  from(bucket: string): {
    download(name: string): PromiseLike<{ data: Blob | null; error: unknown }>;
  };
}

/**
 * The content of an object; null when there is none.
 *
 * @throws AppError 503 `storage_unavailable`
 */
export async function readObject(
  storage: ObjectStorage,
  bucket: string,
  name: string,
): Promise<Uint8Array | null> {
  const { data, error } = await storage.from(bucket).download(name);
  if (data) return new Uint8Array(await data.arrayBuffer());
  // The client leaves the answer to a download unread.
  const { originalError } = (error ?? {}) as { originalError?: unknown };
  const answer = originalError instanceof Response ? originalError : null;
  const body = (await answer?.json().catch(() => undefined)) as { statusCode?: string } | undefined;
  saysItIsThere({ status: answer?.status ?? 0, statusCode: body?.statusCode });
  return null;
}
