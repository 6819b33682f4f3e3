// The door to every command of a zone. Plain JavaScript for Node 20: it brings in the Node and the packages that the
// rest is written for, then hands over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ensurePackages, nodeFindings } from './packages.mjs';
import { whenNpmLeaves } from './parent.mjs';

/** @import { Finding } from './finding.ts' */

const here = fileURLToPath(new URL('.', import.meta.url));
const ours = `${here}../node_modules/.bin/node`;
const flags = ['--disable-warning=ExperimentalWarning'];
const args = process.argv.slice(2);
const asJson = args.includes('--json');

function report(/** @type {Finding[]} */ findings) {
  for (const finding of findings) {
    if (asJson) {
      process.stdout.write(`${JSON.stringify({ event: 'finding', finding })}\n`);
      continue;
    }
    const mark = finding.level === 'error' ? '✖' : '⚠';
    const log = finding.log
      ? [`  Log:    ${finding.log.path}`, ...finding.log.lines.map((line) => `    │ ${line}`)]
      : [];
    const lines = [
      `${mark} ${finding.id}  ${finding.symptom}`,
      `  Effect: ${finding.effect}`,
      `  Fix:    ${finding.fix}`,
      ...log
    ];
    process.stderr.write(`\n${lines.join('\n')}\n`);
  }
  if (findings.some(({ level }) => level === 'error')) process.exit(2);
}

/** What is being installed ends with this process. */
let left = () => process.exit(1);
whenNpmLeaves(() => left());

report(nodeFindings(process.version));
if (!args.includes('--built')) report(await ensurePackages({ quiet: asJson }));
handOver();

/** Runs the commands themselves on Node 24; what this process is told, they are told. */
function handOver() {
  const node = existsSync(ours) ? ours : process.execPath;
  if (node !== ours) report(nodeFindings(process.version, 24));
  const command = [node, ...flags, `${here}main.ts`, ...args];
  // Where there is a way to become the other program, no second process stays behind.
  if ('execve' in process && typeof process.execve === 'function') process.execve(node, command, process.env);
  // If this process is killed, the other is told to end.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...command], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, (name) => child.kill(name));
  left = () => child.kill('SIGTERM');
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
