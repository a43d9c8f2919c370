/**
 * /storage/v1: the part of storage-api that supabase-js speaks, on Postgres RLS and the file system.
 * Lite's own answers differ in nearly every route (signing, listing, uploads), so translating them would be more code.
 */
import { caller as callerOf, type Caller } from '../gateway/api-keys.ts';
import type { Handler } from '../gateway/http-server.ts';
import type { Claims } from '../tokens.ts';
import { handleBuckets } from './buckets.ts';
import { required, visibleObject, type StorageContext, type Target } from './context.ts';
import { objectResponse } from './download.ts';
import { storageErrors, storageErrorResponse } from './errors.ts';
import {
  asCaller,
  findBucket,
  findObject,
  listLevel,
  listPage,
  saveObject,
  type ObjectRow,
} from './object-rows.ts';
import { sign, signUpload, signedObject, signedUpload } from './signed-links.ts';
import { checkUploadRight, ownerOf, readUpload, store } from './upload.ts';

export function createStorage(context: StorageContext): Handler {
  return async (request) => {
    const [area = '', ...segments] = new URL(request.url).pathname
      .slice('/storage/v1/'.length)
      .split('/')
      .map(decodeURIComponent);
    const caller = callerOf(request, context.keys);
    if (!caller) return storageErrorResponse(storageErrors.unauthorized());
    try {
      if (area === 'bucket') return await handleBuckets(context, request, caller, segments);
      const answer = area === 'object' ? await handleObjects(context, request, caller, segments) : null;
      return (
        answer ??
        Response.json({ message: 'Route not found', error: 'Not Found', statusCode: '404' }, { status: 404 })
      );
    } catch (error) {
      return storageErrorResponse(error);
    }
  };
}

async function handleObjects(
  context: StorageContext,
  request: Request,
  caller: Caller,
  segments: string[],
): Promise<Response | null> {
  const { sql, files } = context;
  const [first = '', second = ''] = segments;
  const target = (skip: number): Target => ({
    bucket: segments[skip] ?? '',
    name: segments.slice(skip + 1).join('/'),
  });
  const route = `${request.method} ${first}`;
  switch (route) {
    case 'POST list':
      return list(context, caller, second, (await request.json()) as Claims);
    case 'POST list-v2':
      return listV2(context, caller, second, (await request.json()) as Claims);
    case 'POST move':
    case 'POST copy':
      return relocate(context, caller, first as 'move' | 'copy', (await request.json()) as Claims);
    case 'POST sign':
      return sign(
        context,
        caller,
        target(1),
        (await request.json()) as { expiresIn: number; paths?: string[] },
      );
    case 'GET sign':
    case 'HEAD sign':
      return objectResponse(request, await signedObject(context, request, target(1)), files);
    case 'POST upload':
      return signUpload(context, request, caller, target(2));
    case 'PUT upload':
      return signedUpload(context, request, target(2));
    case 'GET public':
    case 'HEAD public': {
      const place = target(1);
      if (!(await findBucket(sql, place.bucket))?.public) throw storageErrors.bucketNotFound();
      return objectResponse(request, required(await findObject(sql, place.bucket, place.name)), files);
    }
    case 'GET info':
      return Response.json(
        objectInfo(await visibleObject(context, caller, target(second === 'authenticated' ? 2 : 1))),
      );
  }
  const place = target(first === 'authenticated' ? 1 : 0);
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return objectResponse(request, await visibleObject(context, caller, place), files);
    case 'POST':
    case 'PUT': {
      const upsert = request.method === 'PUT' || request.headers.get('x-upsert') === 'true';
      const bucket = await checkUploadRight(context, caller, place, upsert);
      const id = await store(context, bucket, place, await readUpload(request), {
        owner: ownerOf(caller),
        upsert,
      });
      return Response.json({ Id: id, Key: `${place.bucket}/${place.name}` });
    }
    case 'DELETE':
      return remove(context, request, caller, place);
    default:
      return null;
  }
}

async function list(
  { sql }: StorageContext,
  caller: Caller,
  bucket: string,
  body: Claims,
): Promise<Response> {
  const sortBy = body.sortBy as { column?: string; order?: string } | undefined;
  const options = {
    ...{ prefix: String(body.prefix ?? ''), search: String(body.search ?? '') },
    ...{ limit: Number(body.limit ?? 100), offset: Number(body.offset ?? 0) },
    sortBy: { column: sortBy?.column ?? 'name', order: sortBy?.order ?? 'asc' },
  };
  const operation = 'storage.object.list';
  return Response.json(
    await asCaller(sql, caller, operation, (transaction) => listLevel(transaction, bucket, options)),
  );
}

async function listV2(
  { sql }: StorageContext,
  caller: Caller,
  bucket: string,
  body: Claims,
): Promise<Response> {
  const limit = Math.min(Number(body.limit ?? 1000), 1000);
  const options = {
    ...{ prefix: String(body.prefix ?? ''), withDelimiter: body.with_delimiter === true, limit: limit + 1 },
    after: Buffer.from(String(body.cursor ?? ''), 'base64url').toString(),
  };
  const entries = await asCaller(sql, caller, 'storage.object.list_v2', (transaction) =>
    listPage(transaction, bucket, options),
  );
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  return Response.json({
    hasNext: entries.length > limit,
    ...(entries.length > limit && last ? { nextCursor: Buffer.from(last.key).toString('base64url') } : {}),
    folders: shown.filter((entry) => entry.is_folder).map(({ key }) => ({ name: key, key })),
    objects: shown
      .filter((entry) => !entry.is_folder)
      .map(({ key, is_folder: _isFolder, ...entry }) => ({ ...entry, name: key, key })),
  });
}

async function remove(
  { sql, files }: StorageContext,
  request: Request,
  caller: Caller,
  place: Target,
): Promise<Response> {
  const { prefixes = [] } = place.name
    ? { prefixes: [place.name] }
    : ((await request.json()) as { prefixes?: string[] });
  const removed = await asCaller(
    sql,
    caller,
    'storage.object.delete_many',
    (transaction) => transaction<ObjectRow[]>`
      delete from storage.objects where bucket_id = ${place.bucket} and name in ${transaction(prefixes.length ? prefixes : [''])}
      returning *`,
  );
  for (const row of removed)
    await files.remove({ bucket: row.bucket_id, name: row.name, version: row.version });
  if (!place.name) return Response.json(removed);
  if (removed.length === 0) throw storageErrors.objectNotFound();
  return Response.json({ message: 'Successfully deleted' });
}

async function relocate(
  { sql, files }: StorageContext,
  caller: Caller,
  kind: 'move' | 'copy',
  body: Claims,
): Promise<Response> {
  const bucket = String(body.bucketId);
  const source = String(body.sourceKey);
  const to = { bucket: String(body.destinationBucket ?? bucket), name: String(body.destinationKey) };
  const before = await asCaller(sql, caller, `storage.object.${kind}`, async (transaction) => {
    const row = required(await findObject(transaction, bucket, source));
    const version = await files.copy({ bucket, name: source, version: row.version }, to);
    if (kind === 'move') {
      const moved = await transaction`
        update storage.objects set bucket_id = ${to.bucket}, name = ${to.name}, version = ${version}, updated_at = now()
        where bucket_id = ${bucket} and name = ${source}`;
      if (moved.count === 0) throw storageErrors.objectNotFound();
    } else {
      const copy = {
        ...to,
        owner: ownerOf(caller),
        version,
        metadata: row.metadata,
        userMetadata: row.user_metadata,
      };
      await saveObject(transaction, copy, false);
    }
    return row;
  });
  if (kind === 'copy') return Response.json({ Key: `${to.bucket}/${to.name}` });
  await files.remove({ bucket, name: source, version: before.version });
  return Response.json({ message: 'Successfully moved' });
}

function objectInfo(row: ObjectRow): object {
  const { size, mimetype, cacheControl, eTag } = row.metadata;
  return {
    ...{ id: row.id, name: row.name, bucket_id: row.bucket_id, version: row.version, size, etag: eTag },
    ...{ content_type: mimetype, cache_control: cacheControl, metadata: row.user_metadata },
    ...{ last_modified: row.updated_at, created_at: row.created_at },
  };
}
