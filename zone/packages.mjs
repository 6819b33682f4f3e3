// Plain JavaScript: it runs before anything is installed, on the Node that the system has (20 or newer).
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { alone } from './install/lock.mjs';

/** @import { Finding } from './finding.ts' */

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** A network that stumbles is tried again for half a minute, not for two. */
const patience = ['--fetch-retries=3', '--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=10000'];

/**
 * Installs the npm packages of the lock where they are missing, incomplete or other ones.
 * @param {{ quiet?: boolean }} [options] quiet: only findings, no words on the terminal
 * @returns {Promise<Finding[]>} empty where all is there
 */
export async function ensurePackages({ quiet = false } = {}) {
  if (packagesAreThere()) return [];
  mkdirSync(`${checkout}/.svelte-kit`, { recursive: true });
  return alone(`${checkout}/.svelte-kit/packages.lock`, undefined, () => installPackages(quiet));
}

/**
 * @param {boolean} quiet
 * @returns {Promise<Finding[]>}
 */
async function installPackages(quiet) {
  if (packagesAreThere()) return [];
  const started = Date.now();
  if (!quiet) process.stderr.write('Installing npm packages …\n');
  const { code, output } = await run('npm', ['ci', '--no-progress', '--loglevel=error', ...patience], {
    cwd: checkout,
    bound: true
  });
  if (code === 0 && packagesAreThere()) {
    if (!quiet) process.stderr.write(`✔ npm packages  ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return [];
  }
  return [installFinding('packages.npm', 'The npm packages could not be installed', output, 'npm start')];
}

/**
 * What is wrong with the Node that runs this.
 * @param {string} version such as v20.1.0
 * @param {number} least major version that will do; 24 where npm has no Node 24 for this system
 * @returns {Finding[]}
 */
export function nodeFindings(version, least = 20) {
  if (Number(version.replace(/^v/, '').split('.')[0]) >= least) return [];
  return [
    {
      id: 'node.old',
      level: 'error',
      symptom: `This is Node ${version}; ${least} or newer is needed.`,
      effect: 'The zone cannot be installed or started.',
      fix: 'Install Node 24 from your system or nodejs.org, then again: npm start'
    }
  ];
}

/** npm writes node_modules/.package-lock.json last: it names what was really installed. */
export function packagesAreThere(root = checkout) {
  const wanted = readLock(`${root}/package-lock.json`);
  const there = readLock(`${root}/node_modules/.package-lock.json`);
  if (!wanted || !there) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, link }]) => {
    if (path === '' || link) return true;
    const found = there[path];
    if (!found) return optional === true && path !== `node_modules/node-${process.platform}-${process.arch}`;
    return found.version === version && found.integrity === integrity && existsSync(`${root}/${path}/package.json`);
  });
}

/** @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }> | null} */
function readLock(/** @type {string} */ path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    // Missing, or cut short by an interrupted install: either way it names nothing.
    return null;
  }
}

/**
 * Debian packages among `packages` that are not installed; null where this is no Debian system.
 * @param {readonly string[]} packages
 * @returns {string[] | null}
 */
export function missingDebian(packages) {
  try {
    const listed = execFileSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n'], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024
    });
    const installed = new Set(listed.split('\n').filter((line) => line.endsWith(' installed')));
    return packages.filter((name) => !installed.has(`${name} installed`));
  } catch (thrown) {
    if (/** @type {NodeJS.ErrnoException} */ (thrown).code === 'ENOENT') return null;
    throw thrown;
  }
}

/** What a package starts when it is installed, where we run our own. */
const units = { caddy: ['caddy.service', 'caddy-api.service'], coturn: ['coturn.service'] };

/**
 * Installs Debian packages where they are missing, without letting any start a service.
 * @param {readonly string[]} packages
 * @returns {Promise<Finding[]>} empty where all is there
 */
export async function ensureDebian(packages) {
  const missing = missingDebian(packages);
  if (missing === null) return [byHand(packages, 'this system has no apt')];
  if (missing.length === 0) return [];
  const root = process.getuid?.() === 0;
  const sudo = root ? [] : ['sudo', ...(process.stdin.isTTY ? [] : ['-n'])];
  if (!root && (await run('sudo', process.stdin.isTTY ? ['-v'] : ['-n', 'true'])).code !== 0) {
    return [byHand(missing, 'installing them takes root or sudo')];
  }
  const script = installScript(missing);
  const { code, output } = await run(sudo[0] ?? 'sh', [...sudo.slice(1), ...(root ? [] : ['sh']), '-c', script]);
  if (code === 0 && missingDebian(packages)?.length === 0) return [];
  return [
    installFinding(
      'packages.debian',
      `${missing.join(', ')} could not be installed`,
      output,
      `apt-get install ${missing.join(' ')}`
    )
  ];
}

/**
 * While it runs, policy-rc.d forbids every package to start a service (Debian's invoke-rc.d asks it). One that was
 * there before is put back; one that we left behind by dying carries our mark and is not taken for the system's own.
 * @param {readonly string[]} packages plain names
 */
export function installScript(packages, policy = '/usr/sbin/policy-rc.d') {
  const disabled = packages.flatMap((name) => units[/** @type {keyof typeof units} */ (name)] ?? []);
  return `set -eu
policy='${policy}'; mark='# by tertulia, while it installs'
if [ -e "$policy" ] && ! grep -qs "$mark" "$policy"; then mv "$policy" "$policy.before-tertulia"; fi
restore() { rm -f "$policy"; if [ -e "$policy.before-tertulia" ]; then mv "$policy.before-tertulia" "$policy"; fi; }
trap restore EXIT; trap 'exit 130' INT TERM HUP
printf '#!/bin/sh\\n%s\\nexit 101\\n' "$mark" > "$policy"; chmod 755 "$policy"
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 ${packages.join(' ')}; }
install || { apt-get update; install; }
${disabled.length > 0 ? disable(disabled) : ''}
`;
}

/** Also where systemd does not run at this moment (an image, a container): it would start them when it does. */
const disable = (/** @type {readonly string[]} */ services) =>
  `if command -v systemctl >/dev/null; then
  now=''; if [ -d /run/systemd/system ]; then now='--now'; fi
  systemctl disable $now ${services.join(' ')} || true
fi`;

/** @returns {Finding} */
function byHand(/** @type {readonly string[]} */ packages, /** @type {string} */ why) {
  return {
    id: 'packages.debian',
    level: 'warning',
    symptom: `${packages.join(', ')} could not be installed: ${why}.`,
    effect: 'The parts that need them do not start.',
    fix: `Install them yourself, as root: apt-get install ${packages.join(' ')}`
  };
}

/**
 * @param {string} id @param {string} symptom @param {string} output of the installer @param {string} again
 * @returns {Finding}
 */
export function installFinding(id, symptom, output, again) {
  const full = /ENOSPC|no space left on device/i.test(output);
  const offline =
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|temporary failure|could not resolve|unreachable|failed to establish/i.test(
      output
    );
  const why = full ? ': the disk is full' : offline ? ': the network does not answer' : '';
  const fix = full
    ? 'Make room on the disk'
    : offline
      ? 'Connect this machine to the internet'
      : 'Read the lines below';
  return {
    id: full ? 'disk.full' : offline ? 'network.none' : id,
    level: 'error',
    symptom: `${symptom}${why}.`,
    effect: 'The zone was not started. What is installed already is kept.',
    fix: `${fix}, then again: ${again}`,
    log: { path: 'the installer', lines: output.trim().split('\n').slice(-12) }
  };
}

/**
 * Runs a program to its end. `bound`: it is killed when this process dies, so that the next start finds nobody at work.
 * @param {string} program @param {readonly string[]} args
 * @param {{ cwd?: string, signal?: AbortSignal, bound?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} its last 64 KiB of words
 */
export function run(program, args, { bound = false, ...options } = {}) {
  const command = bound ? ['setpriv', '--pdeathsig', 'KILL', '--', program, ...args] : [program, ...args];
  return new Promise((resolve) => {
    const child = spawn(command[0] ?? '', command.slice(1), { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (/** @type {Buffer} */ chunk) => (output = (output + chunk.toString()).slice(-65536));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
