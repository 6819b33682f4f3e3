import { join } from 'node:path';
import { dismiss, remote, type Remote } from '../channel.ts';
import type { Host } from '../host.ts';
import type { Prober } from './prober.ts';

/** A process in a host that measures, in its own time: a busy test does not change its figures. */
export function openProbe(host: Host): Remote<Prober> & { close(): Promise<void> } {
  const child = host.spawn([process.execPath, join(import.meta.dirname, 'prober.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced'
  });
  const { listen, trips, upload, rate } = remote<Prober>(child, `probe in ${host.name}`);
  return { listen, trips, upload, rate, close: () => dismiss(child) };
}
