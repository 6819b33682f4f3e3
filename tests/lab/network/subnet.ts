/**
 * A /24 of 10.64.0.0/10 (private, RFC 1918) that the machine has no route into, as its first three numbers. Networks of the
 * lab are invisible to the machine and to each other; different ones make their packets and logs easy to tell apart.
 * @param routes the text of /proc/net/route
 * @param seed where to begin
 */
export function freeSubnet(routes: string, seed: number): string {
  const taken = routes
    .trim()
    .split('\n')
    .slice(1)
    .map(readRoute)
    .filter((route) => route.mask !== 0);
  for (let i = 0; i < 1 << 14; i++) {
    const n = (seed + i) % (1 << 14);
    const base = ((10 << 24) | (64 << 16) | (n << 8)) >>> 0;
    const overlaps = taken.some(({ to, mask }) => {
      const wider = (mask & 0xffffff00) >>> 0;
      return (to & wider) >>> 0 === (base & wider) >>> 0;
    });
    if (!overlaps) return [base >>> 24, (base >>> 16) & 255, (base >>> 8) & 255].join('.');
  }
  throw new Error('the machine routes all of 10.64.0.0/10');
}

/** Columns 2 and 8 (proc(5)): addresses in hexadecimal with the bytes reversed. */
function readRoute(line: string): { to: number; mask: number } {
  const columns = line.split('\t');
  const read = (hex = '0'): number => Buffer.from(hex.padStart(8, '0'), 'hex').readUInt32LE();
  return { to: read(columns[1]), mask: read(columns[7]) };
}
