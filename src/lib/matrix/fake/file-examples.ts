import type { FileBody } from '../values.ts';
import { richOf } from '../writing/rich.ts';

const at = (id: string) => ({ at: 'zone', content: `mxc://zone.example/${id}`, seal: null }) as const;
const minutes = {
  type: 'file',
  kind: 'file',
  name: 'acta-assemblea-maig.pdf',
  source: at('acta'),
  size: 184_320
} as const;
const blurhash = 'LEHV6nWB2yk8pyo0adR*.7kCMdnj';
const sealed = { ...at('sealed'), seal: { key: 'key', iv: 'iv', sha256: 'hash' } };

/** Files of the neighbourhood: of each kind, with words and without, some that are not there, one too large to be shown unasked. */
export const filesOfAllKinds: readonly FileBody[] = [
  minutes,
  { type: 'file', kind: 'video', name: 'terrat.mp4', source: at('film'), duration: 83_000, blurhash },
  { type: 'file', kind: 'audio', name: 'assaig.wav', source: at('veu'), mimetype: 'audio/wav', duration: 2000 },
  { ...minutes, kind: 'image', name: 'mapa.png', source: at('gone'), blurhash, shape: { width: 300, height: 900 } },
  { ...minutes, kind: 'image', name: 'panorama.png', size: 90_000_000, source: sealed },
  { type: 'file', kind: 'file', name: '' },
  { ...minutes, caption: { text: 'Amb les esmenes', rich: richOf('Amb les <em>esmenes</em>', '') ?? [] } }
];
