/** For `lab.test.ts`: opens a lab with something in it that ignores signals, says what there is, and stays. */
import { once } from 'node:events';
import { Lab } from './lab.ts';
import { childrenOf, processId, type ProcessId } from './process.ts';

const descendants = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);

const lab = await Lab.open(['a', 'b']);
const stubborn = lab.host('a').spawn(['bash', '-c', `trap '' TERM INT HUP; echo up; while :; do sleep 1; done`], {
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true
});
if (stubborn.stdout) await once(stubborn.stdout, 'data');
const made: ProcessId[] = descendants(process.pid).flatMap((pid) => processId(pid) ?? []);
process.send?.({ made, directory: lab.directory });
