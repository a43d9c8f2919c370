import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, defaultProject, openDatabase } from '../../supabase/embedded/database/database.ts';
import { type Engine, findEngine } from '../../supabase/embedded/database/engine.ts';
import { loadKeys } from '../../supabase/embedded/keys.ts';
import { databaseUser, prepareDataPaths } from '../../supabase/embedded/paths.ts';
import { freePort } from '../../supabase/embedded/test-stack.ts';

export interface DurableDatabase {
  engine: Engine;
  /** Session of the superuser. */
  admin: Database['admin'];
  /** Logs in as the owner of the database. */
  ownerUrl: string;
  /** Stops the server and deletes its data. */
  stop(): Promise<void>;
}

/**
 * A throw-away database with all migrations that syncs every commit to the disk, as production does.
 *
 * Test stacks do not: they would make what a commit costs look like nothing, and with it everything added to it like a lot.
 */
export async function startDurableDatabase(project = defaultProject): Promise<DurableDatabase> {
  const engine = findEngine();
  const user = databaseUser();
  const data = mkdtempSync(join(tmpdir(), 'chairside-bench-'));
  chmodSync(data, 0o711);
  const paths = prepareDataPaths(data, user);
  const removeData = () => {
    for (const path of [data, paths.cluster]) rmSync(path, { recursive: true, force: true });
  };
  const quiet = () => undefined;
  try {
    const database = await openDatabase({
      ...{ engine, paths, user, project, seed: false, durable: true, log: quiet, progress: quiet },
      port: await freePort(),
      keys: await loadKeys(paths.keys),
    });
    const stop = async () => {
      await database.stop();
      removeData();
    };
    return { engine, admin: database.admin, ownerUrl: database.url('postgres'), stop };
  } catch (error) {
    removeData();
    throw error;
  }
}
