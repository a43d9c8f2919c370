/** A real IMAP server of our own: Dovecot as an unprivileged process, with TLS on the loopback interface. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { ImapFlow } from 'imapflow';
import { systemUser, type SystemUser } from '../paths.ts';
import { spawnTied, stopTied } from '../tied-process.ts';
import type { Certificate } from './certificate.ts';
import { dovecotConfig, masterSeparator } from './dovecot-config.ts';

const program = '/usr/sbin/dovecot';
const startLimitMilliseconds = 10_000;
const passwordLimitMilliseconds = 5_000;
const stopGraceMilliseconds = 5_000;
const masterName = 'keeper';

export interface DovecotOptions {
  port: number;
  /** Keeps the mailboxes and who may open them; has to be reachable for any user of the machine. */
  directory: string;
  certificate: Certificate;
  /** False gives up crash safety for speed; default true. */
  durable?: boolean;
  log: (text: string) => void;
}

export interface Dovecot {
  port: number;
  /** Lets an address sign in with the password, and no other any more; its mailbox is made at the first sign-in. */
  setPassword(address: string, password: string): Promise<void>;
  hasMailbox(address: string): boolean;
  isPassword(address: string, password: string): boolean;
  /** A connection to a mailbox that needs no password of its owner. The caller logs out. */
  connect(address: string): Promise<ImapFlow>;
  /** The directory of a mailbox: a Maildir. */
  mailDirectory(address: string): string;
  stop(): Promise<void>;
}

export const isDovecotInstalled = (): boolean => existsSync(program);

/** Starts Dovecot and waits until it answers. */
export async function startDovecot(options: DovecotOptions): Promise<Dovecot> {
  const user = systemUser(['dovecot', 'nobody']);
  const identity = user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const own = (path: string, mode: number) => {
    if (user) chownSync(path, user.uid, user.gid);
    chmodSync(path, mode);
  };
  const run = mkdtempSync(join(tmpdir(), 'dovecot-'));
  own(run, 0o700);
  // Dovecot opens its own directory to everybody, and puts a link `dovecot.conf` there.
  const base = join(run, 'base');
  mkdirSync(base);
  own(base, 0o755);
  const mailboxes = join(options.directory, 'mailboxes');
  mkdirSync(mailboxes, { recursive: true });
  own(options.directory, 0o711);
  own(mailboxes, 0o700);
  const users = new PasswordFiles(join(options.directory, 'passwords'), own);
  const masters = new PasswordFiles(join(run, 'masters'), own);
  const masterPassword = randomBytes(24).toString('base64url');
  masters.set(masterName, masterPassword);
  for (const name of ['certificate', 'key'] as const) {
    copyFileSync(options.certificate[name], join(run, name));
    own(join(run, name), 0o400);
  }
  const config = join(run, 'dovecot.conf');
  writeFileSync(
    config,
    dovecotConfig({
      ...{ port: options.port, runDirectory: base, mailboxes, durable: options.durable ?? true },
      ...{ users: join(options.directory, 'passwords'), masters: join(run, 'masters') },
      ...{ certificate: join(run, 'certificate'), key: join(run, 'key') },
      ...{ user: identity, userName: nameOf('-un', identity.uid), groupName: groupName(identity) },
    }),
  );
  own(config, 0o600);

  const child = spawnTied({
    command: program,
    args: ['-F', '-c', config],
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
    ...{ cwd: run, user, stopSignal: 'SIGTERM', onOutput: options.log },
  });
  const stop = async () => {
    await stopTied(child, stopGraceMilliseconds);
    rmSync(run, { recursive: true, force: true });
  };
  const authority = readFileSync(options.certificate.authority);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  if (!(await isGreeting(options.port, authority, hasEnded))) {
    await stop();
    throw new Error(`Dovecot did not start on port ${options.port}`);
  }
  const open = async (login: string, pass: string): Promise<ImapFlow> => {
    const client = new ImapFlow({
      ...{ host: '127.0.0.1', port: options.port, secure: true, logger: false, disableAutoIdle: true },
      tls: { ca: authority, servername: 'localhost' },
      auth: { user: login, pass },
    });
    // An error after the answer of a command has nobody else to go to.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  return {
    port: options.port,
    setPassword: async (address, password) => {
      if (users.matches(address, password)) return;
      users.set(address, password);
      const end = Date.now() + passwordLimitMilliseconds;
      for (;;) {
        try {
          return await (await open(address, password)).logout();
        } catch (error) {
          if (Date.now() > end) throw error;
          await sleep(100);
        }
      }
    },
    hasMailbox: (address) => users.has(address),
    isPassword: (address, password) => users.matches(address, password),
    connect: (address) => open(`${address}${masterSeparator}${masterName}`, masterPassword),
    mailDirectory: (address) => join(mailboxes, address, 'mail'),
    stop,
  };
}

const saltBytes = 16;
const digestBytes = 32;
const digestOf = (password: string, salt: Buffer): Buffer =>
  createHash('sha256').update(password).update(salt).digest();

/** Dovecot's passwd files, one for each name: of a file it has read, it notices a change only after a second. */
class PasswordFiles {
  readonly #directory: string;
  readonly #own: (path: string, mode: number) => void;

  constructor(directory: string, own: (path: string, mode: number) => void) {
    this.#directory = directory;
    this.#own = own;
    mkdirSync(directory, { recursive: true });
    own(directory, 0o700);
  }

  has(name: string): boolean {
    return isFileName(name) && existsSync(join(this.#directory, name));
  }

  set(name: string, password: string): void {
    if (!isFileName(name)) throw new Error(`${name} cannot have a mailbox here`);
    const salt = randomBytes(saltBytes);
    const hash = Buffer.concat([digestOf(password, salt), salt]).toString('base64');
    const path = join(this.#directory, name);
    // Dovecot compares length and second of the file, so that every other password is followed by a sign.
    const mark = this.has(name) && !readFileSync(path, 'utf8').includes('#') ? '#' : '';
    writeFileSync(`${path}.new`, `${name}:{SSHA256}${hash}:::::${mark}\n`);
    this.#own(`${path}.new`, 0o600);
    renameSync(`${path}.new`, path);
  }

  matches(name: string, password: string): boolean {
    if (!this.has(name)) return false;
    const line = readFileSync(join(this.#directory, name), 'utf8');
    const kept = Buffer.from(/\{SSHA256\}([^:]+)/.exec(line)?.[1] ?? '', 'base64');
    if (kept.length !== digestBytes + saltBytes) return false;
    const [digest, salt] = [kept.subarray(0, digestBytes), kept.subarray(digestBytes)];
    return timingSafeEqual(digest, digestOf(password, salt));
  }
}

const isFileName = (name: string): boolean => /^[\w.+@-]+$/.test(name) && !name.startsWith('.');

/** Whether a greeting comes, in time. Before that, Dovecot would not even stop in an orderly way. */
async function isGreeting(port: number, authority: Buffer, hasEnded: () => boolean): Promise<boolean> {
  for (const end = Date.now() + startLimitMilliseconds; Date.now() < end && !hasEnded(); await sleep(25)) {
    const isReady = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: authority });
      socket.once('data', (greeting) => resolve(String(greeting).startsWith('* OK')));
      socket.once('error', () => resolve(false)).once('close', () => resolve(false));
      socket.once('data', () => socket.destroy()).setTimeout(startLimitMilliseconds, () => socket.destroy());
    });
    if (isReady) return !hasEnded();
  }
  return false;
}

const groupName = ({ uid }: SystemUser): string => nameOf('-gn', uid);

/** `id -un` or `id -gn` of a user. */
function nameOf(flag: '-un' | '-gn', uid: number): string {
  return execFileSync('id', [flag, String(uid)], { encoding: 'utf8' }).trim();
}
