import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { startOf } from '../supervision/started.mjs';

/**
 * Runs alone: two zones of one checkout that start at once install and build one after the other. The lock is a file
 * that names its owner; that of a dead one is nobody's. Waits as long as the owner works, or until `signal`.
 * @template T
 * @param {string} path
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function alone(path, signal, run) {
  while (!(await take(path))) await setTimeout(100, undefined, { signal });
  try {
    return await run();
  } finally {
    await unlink(path);
  }
}

let tries = 0;

async function take(/** @type {string} */ path) {
  tries += 1;
  const mine = `${path}.${process.pid}.${tries}`;
  await writeFile(mine, `${process.pid} ${startOf(process.pid)}`);
  try {
    // Made with its content at once, or not at all.
    await link(mine, path);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
    await removeAbandoned(path, mine);
    return false;
  } finally {
    await unlink(mine);
  }
}

/** Takes the lock of a dead owner away, by way of `aside`. */
async function removeAbandoned(/** @type {string} */ path, /** @type {string} */ aside) {
  const owner = await ownerOf(path);
  if (owner === null || isAlive(owner)) return;
  try {
    await rename(path, aside);
  } catch (thrown) {
    // Another one was faster.
    if (codeOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  // Between looking and taking, another may have put a lock of its own there: back with it.
  if ((await ownerOf(aside)) !== owner) await link(aside, path);
}

const codeOf = (/** @type {unknown} */ thrown) => /** @type {NodeJS.ErrnoException} */ (thrown).code;
const ownerOf = (/** @type {string} */ path) => readFile(path, 'utf8').catch(() => null);

function isAlive(/** @type {string} */ owner) {
  const [pid = 0, started] = owner.split(' ').map(Number);
  return startOf(pid) === started;
}
