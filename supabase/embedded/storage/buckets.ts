/** /storage/v1/bucket: buckets, under the caller's rights. */
import type { Caller } from '../gateway/api-keys.ts';
import type { Claims } from '../tokens.ts';
import { storageErrors } from './errors.ts';
import { asCaller, findBucket, type BucketRow, type ObjectRow } from './object-rows.ts';
import type { StorageContext } from './context.ts';
import { ownerOf } from './upload.ts';

export async function handleBuckets(
  { sql, files }: StorageContext,
  request: Request,
  caller: Caller,
  [id, action]: string[],
): Promise<Response> {
  switch (`${request.method} ${id ? '/id' : '/'}${action ? `/${action}` : ''}`) {
    case 'GET /':
      return Response.json(
        await asCaller(
          sql,
          caller,
          'storage.bucket.list',
          (transaction) => transaction`select * from storage.buckets order by name`,
        ),
      );
    case 'GET /id':
      return Response.json(
        required(
          await asCaller(sql, caller, 'storage.bucket.get', (transaction) =>
            findBucket(transaction, id ?? ''),
          ),
        ),
      );
    case 'POST /': {
      const body = (await request.json()) as Claims;
      const name = String(body.name ?? body.id);
      const values = { id: String(body.id ?? name), name, owner_id: ownerOf(caller), ...limits(body) };
      await asCaller(
        sql,
        caller,
        'storage.bucket.create',
        (transaction) => transaction`insert into storage.buckets ${transaction(values)}`,
      );
      return Response.json({ name });
    }
    case 'PUT /id': {
      const values = limits((await request.json()) as Claims);
      const updated = await asCaller(
        sql,
        caller,
        'storage.bucket.update',
        (transaction) =>
          transaction`update storage.buckets set ${transaction(values)} where id = ${id ?? ''}`,
      );
      if (updated.count === 0) throw storageErrors.bucketNotFound();
      return Response.json({ message: 'Successfully updated' });
    }
    case 'DELETE /id': {
      const [object] = await sql`select from storage.objects where bucket_id = ${id ?? ''} limit 1`;
      if (object) throw storageErrors.bucketNotEmpty();
      const deleted = await asCaller(
        sql,
        caller,
        'storage.bucket.delete',
        (transaction) => transaction`delete from storage.buckets where id = ${id ?? ''}`,
      );
      if (deleted.count === 0) throw storageErrors.bucketNotFound();
      return Response.json({ message: 'Successfully deleted' });
    }
    case 'POST /id/empty': {
      const rows = await asCaller(
        sql,
        caller,
        'storage.bucket.empty',
        (transaction) =>
          transaction<ObjectRow[]>`delete from storage.objects where bucket_id = ${id ?? ''} returning *`,
      );
      for (const row of rows)
        await files.remove({ bucket: row.bucket_id, name: row.name, version: row.version });
      return Response.json({ message: 'Empty bucket has been queued. Completion may take up to an hour.' });
    }
    default:
      return Response.json(
        { message: 'Route not found', error: 'Not Found', statusCode: '404' },
        { status: 404 },
      );
  }
}

function limits(body: Claims): {
  public: boolean;
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
} {
  return {
    public: body.public === true,
    file_size_limit: body.file_size_limit == null ? null : Number(body.file_size_limit),
    allowed_mime_types: (body.allowed_mime_types as string[] | undefined) ?? null,
  };
}

function required(bucket: BucketRow | undefined): BucketRow {
  if (!bucket) throw storageErrors.bucketNotFound();
  return bucket;
}
