/** Applies supabase/migrations and seed.sql as the CLI does, as the role `postgres`, keeping the CLI's history table. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import postgres from 'postgres';
import { SqlSyntaxError, lineAt, splitStatements, type Statement } from './statements.ts';

/** A statement of a file failed. The message names file, line and cause. */
export class MigrationError extends Error {}

const migrationName = /^(\d+)_(.+)\.sql$/;

/** Creates what the CLI creates, so that `supabase migration list` and `db push` understand this database. */
export async function ensureHistory(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create schema if not exists supabase_migrations authorization postgres;
    create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
    alter table supabase_migrations.schema_migrations owner to postgres;
  `);
}

/** Applies the migrations that are not in the history yet, each in one transaction. Returns their file names. */
export async function applyMigrations(sql: postgres.Sql, directory: string): Promise<string[]> {
  const applied = new Set(
    (await sql`select version from supabase_migrations.schema_migrations`).map(
      (row) => row.version as string,
    ),
  );
  const files = existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => migrationName.test(name))
        .toSorted()
    : [];
  const pending = files.filter((name) => !applied.has(name.split('_')[0] ?? ''));
  for (const name of pending) {
    const [, version, title] = migrationName.exec(name) ?? [];
    await runFile(sql, join(directory, name), async (transaction, statements) => {
      await transaction`
        insert into supabase_migrations.schema_migrations (version, name, statements)
        values (${version ?? ''}, ${title ?? ''}, ${statements.map((statement) => statement.text)})`;
    });
  }
  return pending;
}

/** Runs a seed file, if it exists, in one transaction. */
export async function applySeed(sql: postgres.Sql, path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  await runFile(sql, path, async () => undefined);
  return true;
}

async function runFile(
  sql: postgres.Sql,
  path: string,
  record: (transaction: postgres.TransactionSql, statements: Statement[]) => Promise<void>,
): Promise<void> {
  const text = readFileSync(path, 'utf8');
  try {
    const statements = await splitStatements(text);
    await sql.begin(async (transaction) => {
      await transaction`set local session authorization postgres`;
      for (const statement of statements) await runStatement(transaction, statement, path);
      await transaction`set local session authorization postgres`;
      await record(transaction, statements);
    });
  } catch (error) {
    if (error instanceof SqlSyntaxError)
      throw new MigrationError(`${basename(path)}:${error.line}: ${error.message}`);
    throw error;
  }
}

async function runStatement(
  transaction: postgres.TransactionSql,
  statement: Statement,
  path: string,
): Promise<void> {
  try {
    if (statement.needsPlatform) await transaction`set local session authorization default`;
    await transaction.unsafe(statement.text);
    if (statement.needsPlatform) await transaction`set local session authorization postgres`;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    const offset = error.position ? Number(error.position) - 1 : 0;
    const line = statement.line + lineAt(statement.text, offset) - 1;
    const details = [error.detail, error.hint, error.where].filter(Boolean).map((text) => `\n  ${text}`);
    throw new MigrationError(
      `${basename(path)}:${line}: ${error.message} (${error.code})${details.join('')}`,
    );
  }
}
