import { readFileSync } from 'node:fs';

/**
 * When a process was started, in ticks since boot; with its number this names it for good.
 * @param {number} pid
 * @returns {number | null} null: there is no such process, or only its corpse is left
 */
export function startOf(pid) {
  try {
    // The name in parentheses may hold anything: the 22nd field is counted from behind it (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? null : Number(fields[19]);
  } catch (thrown) {
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (thrown);
    if (['ENOENT', 'ESRCH'].includes(code)) return null;
    throw thrown;
  }
}
