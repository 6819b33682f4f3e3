import { createSocket } from 'node:dgram';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/** Loopback ports of the inner parts, and the relay's own. */
export type Ports = { readonly synapse: number; readonly web: number; readonly turn: number };
export const innerParts = ['synapse', 'web', 'turn'] as const satisfies readonly (keyof Ports)[];

/** The error code of listening there, or null where it works. `port` 0 asks for any; the one got is returned. */
export function tryTcp(host: string | undefined, port: number): Promise<{ port: number } | { code: string }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? 'EUNKNOWN' }));
    server.listen({ host, port, exclusive: true }, () => {
      const bound = server.address();
      server.close(() => resolve({ port: bound && typeof bound === 'object' ? bound.port : port }));
    });
  });
}

function tryUdp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', () => resolve(false));
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** Whether the port is free for every protocol that the part speaks. */
export async function isFree(part: keyof Ports, host: string, port: number): Promise<boolean> {
  if ('code' in (await tryTcp(host, port))) return false;
  return part !== 'turn' || (await tryUdp(host, port));
}

/** A free port for a part; `wanted` where it is free. */
export async function chooseFree(part: keyof Ports, host: string, wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isFree(part, host, wanted))) return wanted;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const any = await tryTcp(host, 0);
    if ('port' in any && (await isFree(part, host, any.port))) return any.port;
  }
  throw new Error(`no free port on ${host}`);
}

/** Who listens on a TCP port, as `program (pid 12)`; null where the system does not tell. */
export function holderOf(port: number): string | null {
  const table = spawnSync('ss', ['-Hltnp', `sport = :${port}`], { encoding: 'utf8', timeout: 3000 });
  const holder = /users:\(\("([^"]+)",pid=(\d+)/.exec(table.stdout ?? '');
  return holder ? `${holder[1]} (pid ${holder[2]})` : null;
}
