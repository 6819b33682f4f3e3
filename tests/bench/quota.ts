/** A share of one processor for a browser with all its processes (cgroups). */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { childrenOf } from '../lab/process.ts';

const root = '/sys/fs/cgroup';
/** us */
const period = 100_000;

const family = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(family)];

/** Version 2 has one tree, version 1 one a controller. */
function place(name: string): { group: string; limit: (share: number) => void } {
  const unified = existsSync(`${root}/cgroup.controllers`);
  const group = `${root}/${unified ? '' : 'cpu/'}${name}`;
  const write = (file: string, value: string) => writeFileSync(`${group}/${file}`, value);
  const limit = (share: number) => {
    const quota = String(Math.round(share * period));
    if (unified) return write('cpu.max', `${quota} ${period}`);
    write('cpu.cfs_period_us', String(period));
    write('cpu.cfs_quota_us', quota);
  };
  return { group, limit };
}

/** Runs `work` while the process and all its children have `share` of one processor. Throws where that cannot be had. */
export async function withShare<T>(pid: number, share: number, work: () => Promise<T>): Promise<T> {
  const name = `tertulia-bench-${process.pid}`;
  const { group, limit } = place(name);
  mkdirSync(group);
  try {
    limit(share);
    for (const one of family(pid)) writeFileSync(`${group}/cgroup.procs`, String(one));
    return await work();
  } finally {
    const outer = group.slice(0, -name.length);
    for (const one of readFileSync(`${group}/cgroup.procs`, 'utf8').split('\n').filter(Boolean))
      if (existsSync(`/proc/${one}`)) writeFileSync(`${outer}cgroup.procs`, one);
    rmdirSync(group);
  }
}
