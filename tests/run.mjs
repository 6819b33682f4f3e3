// `npm test`. Plain JavaScript for the Node that the system has (20 or newer): it brings in the packages, Node 24 among
// them, and what the tests need of Debian, then hands over to runner/main.ts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ensureDebian, ensurePackages } from '../zone/packages.mjs';

/** Browsers, the parts of a zone, and what makes hosts of network namespaces. */
const debian = [
  'ca-certificates',
  'caddy',
  'chromium',
  'coturn',
  'fonts-noto-color-emoji',
  'git',
  'iproute2',
  'iptables',
  'libnss3-tools',
  'nftables',
  'openssl',
  'procps',
  'python3-venv',
  'socat',
  'util-linux'
];

const root = fileURLToPath(new URL('..', import.meta.url));
const ours = `${root}node_modules/.bin/node`;

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  process.stderr.write(`This is Node ${process.version}; 20 or newer is needed.\n`);
  process.exit(2);
}

const findings = [...(await ensurePackages()), ...(await ensureDebian(debian))];
for (const { symptom, effect, fix, log } of findings) {
  process.stderr.write([symptom, effect, fix, ...(log?.lines ?? [])].join('\n  ') + '\n');
}
if (findings.some(({ level }) => level === 'error')) process.exit(2);

const node = major >= 24 || !existsSync(ours) ? process.execPath : ours;
const main = fileURLToPath(new URL('runner/main.ts', import.meta.url));
// Where this process is killed, what it started is told to end.
const leash = existsSync('/usr/bin/setpriv') ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];
const [program = '', ...args] = [...leash, node, '--disable-warning=ExperimentalWarning', main];
const child = spawn(program, [...args, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
child.once('exit', (code) => process.exit(code ?? 1));
