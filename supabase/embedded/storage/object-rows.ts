/** storage.buckets and storage.objects, read and written as the caller so that row-level security decides. */
import type postgres from 'postgres';
import type { Caller } from '../gateway/api-keys.ts';

export interface BucketRow {
  id: string;
  name: string;
  owner: string | null;
  owner_id: string | null;
  public: boolean;
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
  created_at: string;
  updated_at: string;
}

export interface ObjectMetadata {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
}

export interface ObjectRow {
  id: string;
  bucket_id: string;
  name: string;
  owner: string | null;
  owner_id: string | null;
  version: string;
  metadata: ObjectMetadata;
  user_metadata: Record<string, unknown> | null;
  created_at: string;
  updated_at: string;
  last_accessed_at: string;
}

export type Transaction = postgres.TransactionSql;

/** Runs `work` as the caller; `operation` is what policies see as `storage.operation()`. */
export function asCaller<T>(
  sql: postgres.Sql,
  caller: Caller,
  operation: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return sql.begin(async (transaction) => {
    await transaction`select
      set_config('search_path', 'storage, public, extensions', true),
      set_config('storage.operation', ${operation}, true),
      set_config('request.jwt.claims', ${JSON.stringify(caller.claims)}, true),
      set_config('role', ${caller.role}, true)`;
    return work(transaction);
  }) as Promise<T>;
}

export async function findBucket(
  sql: postgres.Sql | Transaction,
  id: string,
): Promise<BucketRow | undefined> {
  const [bucket] = await sql<BucketRow[]>`select * from storage.buckets where id = ${id}`;
  return bucket;
}

export async function findObject(
  sql: postgres.Sql | Transaction,
  bucket: string,
  name: string,
): Promise<ObjectRow | undefined> {
  const [row] = await sql<ObjectRow[]>`
    select * from storage.objects where bucket_id = ${bucket} and name = ${name}`;
  return row;
}

export interface NewObject {
  bucket: string;
  name: string;
  owner: string | null;
  version: string;
  metadata: ObjectMetadata | null;
  userMetadata: Record<string, unknown> | null;
}

/** Inserts the row, or with `upsert` replaces it. Without `upsert` a taken name fails with 23505. */
export async function saveObject(
  sql: postgres.Sql | Transaction,
  row: NewObject,
  upsert: boolean,
): Promise<void> {
  const owner = row.owner && /^[0-9a-f-]{36}$/i.test(row.owner) ? row.owner : null;
  const values = {
    ...{ bucket_id: row.bucket, name: row.name, owner, owner_id: row.owner, version: row.version },
    ...{
      metadata: row.metadata as postgres.JSONValue,
      user_metadata: row.userMetadata as postgres.JSONValue,
    },
  };
  await sql`
    insert into storage.objects ${sql(values)}
    ${
      upsert
        ? sql`on conflict (bucket_id, name) do update set version = excluded.version, owner = excluded.owner,
            owner_id = excluded.owner_id, metadata = excluded.metadata, user_metadata = excluded.user_metadata,
            updated_at = now()`
        : sql``
    }`;
}

export interface ListOptions {
  prefix: string;
  search: string;
  limit: number;
  offset: number;
  sortBy: { column: string; order: string };
}

const sortColumns = ['name', 'updated_at', 'created_at', 'last_accessed_at'];

/** One level below the prefix: folders first, with null for all but the name, then objects by their relative names. */
export async function listLevel(sql: Transaction, bucket: string, options: ListOptions): Promise<object[]> {
  const prefix = options.prefix.replace(/\/*$/, '/').replace(/^\/+/, '');
  const column = sortColumns.includes(options.sortBy.column) ? options.sortBy.column : 'name';
  const order = options.sortBy.order === 'desc' ? sql`desc` : sql`asc`;
  return sql`
    with below as (
      select substr(name, ${prefix.length + 1}) as rest, id, updated_at, created_at, last_accessed_at, metadata
      from storage.objects where bucket_id = ${bucket} and starts_with(name, ${prefix})
    ), entries as (
      select distinct split_part(rest, '/', 1) as name, null::uuid as id, null::timestamptz as updated_at,
        null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata
      from below where strpos(rest, '/') > 0
      union all select * from below where strpos(rest, '/') = 0
    )
    select * from entries where strpos(lower(name), lower(${options.search})) > 0 or ${options.search} = ''
    order by id is not null, ${sql(column)} ${order}, name limit ${options.limit} offset ${options.offset}`;
}

export interface ListV2Options {
  prefix: string;
  withDelimiter: boolean;
  limit: number;
  /** The last key of the page before. */
  after: string;
}

/** The newer listing: full keys, by key, page after page. */
export async function listPage(
  sql: Transaction,
  bucket: string,
  options: ListV2Options,
): Promise<ListedEntry[]> {
  const key = options.withDelimiter
    ? sql`case when strpos(rest, '/') > 0 then ${options.prefix} || split_part(rest, '/', 1) || '/' else name end`
    : sql`name`;
  return sql<ListedEntry[]>`
    with below as (
      select *, substr(name, ${options.prefix.length + 1}) as rest from storage.objects
      where bucket_id = ${bucket} and starts_with(name, ${options.prefix})
    ), keyed as (select ${key} as key, below.* from below)
    select distinct on (key) key, key <> name as is_folder, id, updated_at, created_at, last_accessed_at, metadata
    from keyed where key > ${options.after} order by key limit ${options.limit}`;
}

export interface ListedEntry {
  key: string;
  is_folder: boolean;
  id: string;
  updated_at: string;
  created_at: string;
  last_accessed_at: string;
  metadata: ObjectMetadata;
}
