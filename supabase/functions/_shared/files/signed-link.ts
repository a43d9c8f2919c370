import type { SupabaseClient } from '@supabase/supabase-js';
import { AppError } from '../errors/app-error.ts';

/** Seconds for which a link opens an object. */
export const linkSeconds = 60;

/** Links to the objects of a private bucket. */
export interface SignedLinks {
  /** A signed address of the object, for `linkSeconds`; null when Storage has no such object. */
  sign(objectName: string): Promise<URL | null>;
  /** Whether Storage can give out what the link names. Throws when it cannot tell. */
  isThere(link: URL): Promise<boolean>;
}

export interface SignedLink {
  /** Below the address of the project, which a function does not always know by the name browsers use. */
  url: string;
  expires_in: number;
}

/**
 * A link that opens an object for a minute, or null when there is no such object.
 *
 * @param saveAs the name under which browsers save it; null to show it in place
 */
export async function signedLink(
  links: SignedLinks,
  objectName: string,
  saveAs: string | null,
): Promise<SignedLink | null> {
  const link = await links.sign(objectName);
  if (!link || !(await links.isThere(link))) return null;
  if (saveAs !== null) link.searchParams.set('download', saveAs);
  return { url: `${link.pathname}${link.search}`, expires_in: linkSeconds };
}

/**
 * Links signed by Storage.
 *
 * @param admin the service role, because nobody else may sign: who can sign can make links that never end
 */
export function storageLinks(admin: SupabaseClient, bucket: string): SignedLinks {
  return {
    sign: async (objectName) => {
      const { data, error } = await admin.storage.from(bucket).createSignedUrl(objectName, linkSeconds);
      if (data) return new URL(data.signedUrl);
      const { status = 0, statusCode } = error as { status?: number; statusCode?: string };
      saysItIsThere({ status, statusCode });
      return null;
    },
    isThere: async (link) => {
      const response = await fetch(link, { headers: { range: 'bytes=0-0' } });
      const body = response.ok ? undefined : await response.json().catch(() => undefined);
      await response.body?.cancel().catch(() => undefined);
      return saysItIsThere({
        status: response.status,
        statusCode: (body as { statusCode?: string } | undefined)?.statusCode,
      });
    },
  };
}

/** What Storage answers about an object, as far as it matters here. */
export interface StorageAnswer {
  status: number;
  /** `statusCode` of the body: Storage answers 400 to most failures and tells there what it means. */
  statusCode: string | undefined;
}

/**
 * Whether an answer says that an object is there.
 *
 * @throws AppError 503 `storage_unavailable` when the answer tells neither: a file must not count as lost because Storage
 *   has a bad moment
 */
export function saysItIsThere({ status, statusCode }: StorageAnswer): boolean {
  if (status >= 200 && status < 300) return true;
  if (status === 404 || (status === 400 && statusCode === '404')) return false;
  throw new AppError(503, 'storage_unavailable', 'The file storage does not answer. Please try again.', {
    cause: new Error(`Storage answered ${status} ${statusCode ?? ''}`),
  });
}
