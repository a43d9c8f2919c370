/** What every part of the Storage service works with. */
import type postgres from 'postgres';
import type { Caller } from '../gateway/api-keys.ts';
import type { StackKeys } from '../keys.ts';
import { storageErrors } from './errors.ts';
import type { ObjectFiles } from './object-files.ts';
import { asCaller, findObject, type ObjectRow } from './object-rows.ts';

export interface StorageContext {
  /** Session of supabase_storage_admin, who owns the tables. */
  sql: postgres.Sql;
  files: ObjectFiles;
  keys: StackKeys;
  /** Bytes; buckets may set less. */
  fileSizeLimit: number;
}

/** The place of an object. */
export interface Target {
  bucket: string;
  name: string;
}

/** The object if the caller may read it; else as if there were none. */
export async function visibleObject(
  { sql }: StorageContext,
  caller: Caller,
  { bucket, name }: Target,
): Promise<ObjectRow> {
  const operation = 'storage.object.get_authenticated';
  return required(
    await asCaller(sql, caller, operation, (transaction) => findObject(transaction, bucket, name)),
  );
}

export function required(row: ObjectRow | undefined): ObjectRow {
  if (!row) throw storageErrors.objectNotFound();
  return row;
}
