/** The Deno process that runs the functions: started on first use, restarted with growing pauses when it dies. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { checkoutData } from '../paths.ts';
import { exited, spawnTied, stopTied } from '../tied-process.ts';

/** Where Deno keeps downloaded packages: shared by all stacks of this checkout, filled by the bootstrap. */
export const denoDirectory = process.env.CHAIRSIDE_DENO_DIR ?? join(checkoutData, 'deno');

/** Deno itself; the command in node_modules/.bin is a Node program that would stand between us and it. */
export function denoProgram(): string {
  const { runInstall } = createRequire(import.meta.url)('deno/install_api.cjs') as {
    runInstall: () => string;
  };
  return runInstall();
}

const hostDirectory = join(import.meta.dirname, '../deno');
const startLimitMilliseconds = 30_000;
const stopGraceMilliseconds = 5_000;
const longestPauseMilliseconds = 30_000;

export interface DenoHostOptions {
  /** supabase/functions. */
  directory: string;
  /** What functions see as their environment. */
  environment: Record<string, string>;
  wallLimitMilliseconds: number;
  /** A file with the certificate authority of this stack's own mail servers, which functions trust beside the system's. */
  mailAuthority?: string | undefined;
  log: (text: string) => void;
}

export class DenoHost {
  readonly #options: DenoHostOptions;
  #child: ChildProcess | undefined;
  #address: Promise<string> | undefined;
  #failures = 0;
  #isStopped = false;

  constructor(options: DenoHostOptions) {
    this.#options = options;
  }

  /** Address of the running process, which is started when there is none. */
  address(): Promise<string> {
    if (this.#isStopped) return Promise.reject(new Error('The stack is stopping.'));
    this.#address ??= this.#start();
    return this.#address;
  }

  /** Makes new requests run the files as they are now. */
  async reload(): Promise<void> {
    if (!this.#address) return;
    await fetch(`${await this.#address}/-/reload`, { method: 'POST' }).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#child) await stopTied(this.#child, stopGraceMilliseconds);
  }

  async #start(): Promise<string> {
    const { directory, environment, wallLimitMilliseconds, mailAuthority, log } = this.#options;
    const readable = [directory, hostDirectory, denoDirectory].join(',');
    if (this.#failures > 0) await sleep(Math.min(250 * 2 ** this.#failures, longestPauseMilliseconds));
    const started = Promise.withResolvers<string>();
    const child = spawnTied({
      command: denoProgram(),
      args: [
        ...['run', '--quiet', '--no-check', '--no-prompt', '--unstable-worker-options'],
        ...['--config', join(directory, 'deno.json')],
        // Mail libraries ask for the name of the machine when they are loaded.
        ...['--allow-net', '--allow-env', '--allow-sys=hostname', `--allow-read=${readable}`],
        ...[join(hostDirectory, 'host.ts'), directory, String(wallLimitMilliseconds)],
      ],
      env: {
        ...inheritedEnvironment(),
        ...environment,
        DENO_DIR: denoDirectory,
        DENO_TLS_CA_STORE: 'system',
        ...(mailAuthority ? { DENO_CERT: mailAuthority } : {}),
        NO_COLOR: '1',
      },
      stopSignal: 'SIGTERM',
      onOutput: (text) => {
        const [, port] = /^LISTENING (\d+)$/m.exec(text) ?? [];
        if (port) started.resolve(`http://127.0.0.1:${port}`);
        else log(`functions: ${text.trimEnd()}`);
      },
    });
    this.#child = child;
    void exited(child).then((code) => {
      started.reject(new Error(`Deno ended with code ${code}`));
      if (!this.#isStopped)
        log(`functions: Deno ended with code ${code}; it starts again with the next request`);
      this.#failures += 1;
      this.#address = undefined;
    });
    const address = await Promise.race([
      started.promise,
      sleep(startLimitMilliseconds, null, { ref: false }),
    ]);
    if (address === null) {
      await stopTied(child, 0);
      throw new Error('Deno did not start in time');
    }
    setTimeout(() => (this.#failures = 0), longestPauseMilliseconds).unref();
    return address;
  }
}

/** What Deno itself needs to run and to fetch packages; nothing else of ours reaches the functions. */
function inheritedEnvironment(): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'TMPDIR',
    'SYSTEMROOT',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    'NPM_CONFIG_REGISTRY',
  ];
  const entries = names.map((name) => [name, process.env[name] ?? process.env[name.toLowerCase()]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The developer's secrets for functions, from supabase/functions/.env. */
export function readFunctionSecrets(project: string): Record<string, string> {
  const path = join(project, 'functions/.env');
  return existsSync(path) ? (parseEnv(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}
