/** Uploads: what supabase-js sends, checked against the bucket, stored under the caller's rights. */
import { randomUUID } from 'node:crypto';
import type { ReadableStream } from 'node:stream/web';
import type { Caller } from '../gateway/api-keys.ts';
import { storageErrors } from './errors.ts';
import {
  asCaller,
  findBucket,
  findObject,
  saveObject,
  type BucketRow,
  type NewObject,
} from './object-rows.ts';
import type { StorageContext } from './context.ts';

export interface Upload {
  content: ReadableStream | null;
  mimetype: string;
  cacheControl: string;
  userMetadata: Record<string, unknown> | null;
}

/** Characters storage-api allows in a key. */
const validKey = /^[\w/!\-.*'() &$@=;:+,?]+$/;

/** Reads the body: multipart with the file in an unnamed field, as supabase-js sends a Blob, or the bytes themselves. */
export async function readUpload(request: Request): Promise<Upload> {
  const type = request.headers.get('content-type') ?? 'application/octet-stream';
  if (!type.startsWith('multipart/form-data')) {
    return {
      content: request.body as ReadableStream | null,
      mimetype: type,
      cacheControl: request.headers.get('cache-control') ?? 'no-cache',
      userMetadata: json(Buffer.from(request.headers.get('x-metadata') ?? '', 'base64').toString()),
    };
  }
  const form = await request.formData();
  const file = [...form.values()].find((field) => field instanceof Blob);
  const cacheSeconds = form.get('cacheControl');
  return {
    content: (file?.stream() ?? null) as ReadableStream | null,
    mimetype: file?.type || 'application/octet-stream',
    cacheControl: typeof cacheSeconds === 'string' ? `max-age=${cacheSeconds}` : 'no-cache',
    userMetadata: json(String(form.get('metadata') ?? '')),
  };
}

/** Fails unless the caller may write this object. Nothing is written. */
export async function checkUploadRight(
  { sql }: StorageContext,
  caller: Caller,
  place: { bucket: string; name: string },
  upsert: boolean,
): Promise<BucketRow> {
  if (!validKey.test(place.name)) throw storageErrors.invalidKey(place.name);
  const bucket = await findBucket(sql, place.bucket);
  if (!bucket) throw storageErrors.bucketNotFound();
  const probe = new Error('undo');
  const row: NewObject = {
    ...place,
    owner: ownerOf(caller),
    version: randomUUID(),
    metadata: null,
    userMetadata: null,
  };
  await asCaller(sql, caller, 'storage.object.upload', async (transaction) => {
    await saveObject(transaction, row, upsert);
    throw probe;
  }).catch((error: unknown) => {
    if (error !== probe) throw error;
  });
  return bucket;
}

/** Stores the bytes, then the row, then drops the version it replaces. The rights were checked before. */
export async function store(
  { sql, files, fileSizeLimit }: StorageContext,
  bucket: BucketRow,
  place: { bucket: string; name: string },
  upload: Upload,
  options: { owner: string | null; upsert: boolean },
): Promise<string> {
  const mimetype = upload.mimetype.split(';')[0]?.trim() ?? '';
  const allowed = bucket.allowed_mime_types;
  const isAllowed = (pattern: string) =>
    pattern === mimetype ||
    pattern === '*/*' ||
    (pattern.endsWith('/*') && mimetype.startsWith(pattern.slice(0, -1)));
  if (allowed?.length && !allowed.some(isAllowed)) throw storageErrors.mimeType(mimetype);
  const limit = Math.min(bucket.file_size_limit ?? fileSizeLimit, fileSizeLimit);
  const written = await files.write(place.bucket, place.name, upload.content, limit);
  const before = await findObject(sql, place.bucket, place.name);
  const row: NewObject = {
    ...place,
    owner: options.owner,
    version: written.version,
    metadata: {
      ...{ eTag: written.eTag, size: written.size, contentLength: written.size, httpStatusCode: 200 },
      ...{
        mimetype: upload.mimetype,
        cacheControl: upload.cacheControl,
        lastModified: new Date().toISOString(),
      },
    },
    userMetadata: upload.userMetadata,
  };
  try {
    await saveObject(sql, row, options.upsert);
  } catch (error) {
    await files.remove({ ...place, version: written.version });
    throw error;
  }
  if (before) await files.remove({ ...place, version: before.version });
  return (await findObject(sql, place.bucket, place.name))?.id ?? '';
}

export function ownerOf(caller: Caller): string | null {
  return typeof caller.claims.sub === 'string' ? caller.claims.sub : null;
}

function json(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
