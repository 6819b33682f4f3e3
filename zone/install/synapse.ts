import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../files.ts';
import { Trouble, type Finding } from '../finding.ts';
import type { Layout } from '../layout.ts';
import { installFinding, run } from '../packages.mjs';
import { alone } from './lock.mjs';

/** The environment that belongs to the requirements as they are now: another version lives beside it. */
export const environmentOf = (layout: Layout): string =>
  join(layout.synapseEnvironments, sha256(readFileSync(layout.requirements)).slice(0, 12));

export const pythonOf = (layout: Layout): string => join(environmentOf(layout), 'bin', 'python');
const stampOf = (environment: string): string => join(environment, '.complete');

/** The stamp is written last: an environment without it was interrupted and is made again. */
export const isSynapseInstalled = (layout: Layout): boolean => existsSync(stampOf(environmentOf(layout)));

/** Makes the Python environment of the homeserver from the locked requirements. @throws Trouble */
export async function installSynapse(layout: Layout, signal: AbortSignal): Promise<void> {
  const environment = environmentOf(layout);
  await mkdir(layout.synapseEnvironments, { recursive: true });
  await alone(`${environment}.lock`, signal, async () => {
    if (isSynapseInstalled(layout)) return;
    await rm(environment, { recursive: true, force: true });
    const python = await findPython();
    if (python === null) throw new Trouble(noPython);
    await must(python, ['-m', 'venv', environment], signal);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
    const locked = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--requirement', layout.requirements];
    await must(pythonOf(layout), [...pip, ...locked], signal);
    await writeFile(stampOf(environment), '');
  });
}

async function must(program: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { code, output } = await run(program, args, { signal, bound: true });
  if (code !== 0)
    throw new Trouble(installFinding('synapse.install', 'The homeserver could not be installed', output, 'npm start'));
}

/** The first Python of the system that is new enough and can make environments; null where none is. */
export async function findPython(): Promise<string | null> {
  const test = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  for (const name of ['python3', '/usr/bin/python3', 'python3.11', 'python3.12', 'python3.13']) {
    if ((await run(name, ['-c', test])).code === 0) return name;
  }
  return null;
}

const noPython: Finding = {
  id: 'python.missing',
  level: 'error',
  symptom: 'There is no Python 3.11 or newer that can make virtual environments.',
  effect: 'The homeserver cannot be installed.',
  fix: 'Install it: apt-get install python3 python3-venv'
};
