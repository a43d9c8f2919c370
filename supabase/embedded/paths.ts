/** Where a stack keeps its data, and who owns it. */
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** What belongs to the checkout, whichever stack runs: the build's stamp, test databases, Deno's packages. */
export const checkoutData = join(repositoryRoot, '.chairside');

/** The directory of the developer's own stack; CHAIRSIDE_DATA names another. */
export const localData = process.env.CHAIRSIDE_DATA ? resolve(process.env.CHAIRSIDE_DATA) : checkoutData;

/** An operating-system user that may run Postgres, which refuses to run as root. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/** The directories and files below a stack's data directory. */
export interface DataPaths {
  root: string;
  keys: string;
  /** The Postgres cluster. Outside `root` when root's directory is closed to the database's user. */
  cluster: string;
  objects: string;
  inbox: string;
  /** The certificate of the stack's mail servers. */
  certificates: string;
  /** Mailboxes of the local mail server; beside the cluster, because another user keeps them. */
  mailServer: string;
  log: string;
  lock: string;
  /** Where the running stack is described for scripts and tests. */
  description: string;
}

/** The unprivileged user for Postgres, or null when this process is unprivileged itself. */
export function databaseUser(): SystemUser | null {
  return systemUser(['postgres', 'nobody']);
}

/** The first of these users that this system has, for what must not run as root; null when this process does not. */
export function systemUser(names: string[]): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of names) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // no such user: try the next
    }
  }
  throw new Error(`This must not run as root, and this system has none of the users ${names.join(', ')}.`);
}

/** Creates the data directory and returns its layout. */
export function prepareDataPaths(directory: string, user: SystemUser | null): DataPaths {
  const root = resolve(directory);
  mkdirSync(root, { recursive: true });
  const parent = clusterParent(root, user);
  mkdirSync(parent, { recursive: true });
  const cluster = join(parent, 'postgres');
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  if (user) chownSync(cluster, user.uid, user.gid);
  chmodSync(cluster, 0o700);
  const paths: DataPaths = {
    root,
    keys: join(root, 'keys.json'),
    cluster,
    objects: join(root, 'objects'),
    inbox: join(root, 'inbox'),
    certificates: join(root, 'certificates'),
    mailServer: join(parent, 'mail'),
    log: join(root, 'stack.log'),
    lock: join(root, 'stack.lock'),
    description: join(root, 'stack.json'),
  };
  for (const path of [paths.objects, paths.inbox]) mkdirSync(path, { recursive: true, mode: 0o700 });
  return paths;
}

/** `root` itself, or a directory in /var/lib when the database's user cannot reach `root` (a checkout in /root). */
function clusterParent(root: string, user: SystemUser | null): string {
  if (!user || isTraversable(root)) return root;
  return join('/var/lib/chairside', createHash('sha256').update(root).digest('hex').slice(0, 16));
}

/** Whether any user of this machine can reach what is in the directory. */
export function isTraversable(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  const parent = dirname(path);
  return parent === path || isTraversable(parent);
}
