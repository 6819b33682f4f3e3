import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from '../lab/process.ts';

const checkout = join(import.meta.dirname, '..', '..');

/** s from `npm start` to a zone that says it is ready. */
async function start(clone: string, port: number): Promise<number> {
  const began = performance.now();
  // Not under our own Node's PATH: a newcomer has the system's.
  const env = {
    ...process.env,
    PATH: (process.env.PATH ?? '')
      .split(':')
      .filter((one) => !one.includes('node_modules'))
      .join(':')
  };
  const child = spawn('npm', ['start', '--', '--json', '--port', String(port)], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const ended = once(child, 'exit');
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.includes('"event":"ready"')) return true;
    return false;
  })();
  const reached = await ready;
  const seconds = (performance.now() - began) / 1000;
  await run([process.execPath, join(clone, 'zone', 'main.ts'), 'down'], { cwd: clone });
  await ended;
  if (!reached) throw new Error('the zone never was ready');
  return seconds;
}

/** What is committed, cloned, started and started again. */
export async function starts(port: number): Promise<{ first: number; second: number }> {
  const place = mkdtempSync(join(tmpdir(), 'tertulia-bench-'));
  const clone = join(place, 'tertulia');
  try {
    await run(['git', 'clone', '--quiet', '--local', checkout, clone], { seconds: 120 });
    return { first: await start(clone, port), second: await start(clone, port) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
