/** `10.1.0.0/16` → `10.1.0.0-10.1.255.255`: coturn 4.6 knows no prefix lengths. */
export function firstToLast(range: string): string {
  const [address = '', bits = ''] = range.split('/');
  const wide = address.includes(':');
  const [width, group, parse] = wide ? [128n, 16n, parse6] : [32n, 8n, parse4];
  const host = (1n << (width - BigInt(bits))) - 1n;
  const first = (parse(address) | host) ^ host;
  const print = (value: bigint) =>
    Array.from(
      { length: Number(width / group) },
      (_, index) => (value >> (width - group * BigInt(index + 1))) & ((1n << group) - 1n)
    )
      .map((part) => part.toString(wide ? 16 : 10))
      .join(wide ? ':' : '.');
  return `${print(first)}-${print(first | host)}`;
}

const parse4 = (text: string): bigint => text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);

function parse6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => part.split(':').filter(Boolean);
  const known = [...groups(head), ...groups(tail ?? '')].length;
  const all =
    tail === undefined ? groups(head) : [...groups(head), ...Array<string>(8 - known).fill('0'), ...groups(tail)];
  return all.reduce((value, part) => (value << 16n) | BigInt(`0x${part}`), 0n);
}
