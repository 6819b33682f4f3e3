import type { Shape } from '../../values.ts';
import { nameAt, viewOf, type Found } from './found.ts';

/** ISO/IEC 14496-12, 4.2: a part of the file. `from` is where its content begins. */
type Box = { readonly type: string; readonly from: number; readonly to: number };

/** What is drawn as a picture: AVIF, and HEIF, which some browsers draw. */
const brands = new Set(['avif', 'avis', 'mif1', 'msf1', 'heic', 'heix', 'heif']);
/** Where the measures stand: those of pictures (ISO/IEC 23008-12, 6.5.3) and those of tracks (ISO/IEC 14496-12, 8.3.2). */
const [picture, track] = ['ispe', 'tkhd'];
/** Parts in which others lie, and bytes of their content before these. */
const within: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0, moov: 0, trak: 0 };
/** Measures stand no deeper. */
const deepest = 4;

/** The largest that it says of any picture or track in it. */
export function avifShape(file: Uint8Array): Found {
  const first = boxAt(file, 0);
  if (typeof first === 'string') return first;
  if (first.to > file.length) return 'more';
  const names = brandsIn(file, first);
  if (!names.some((name) => brands.has(name))) return 'none';
  // One that moves has its tracks behind its pictures.
  const last = names.includes('avis') ? 'moov' : 'meta';
  const shapes: Shape[] = [];
  for (let at = first.to; ;) {
    const box = boxAt(file, at);
    if (typeof box === 'string') return box;
    if (box.type === 'meta' || box.type === 'moov') {
      if (box.to > file.length) return 'more';
      shapes.push(...shapesIn(file, box, 1));
    }
    if (box.type === last) return largest(shapes) ?? 'broken';
    at = box.to;
  }
}

function boxAt(file: Uint8Array, at: number): Box | 'more' | 'broken' {
  if (at + 16 > file.length) return 'more';
  const view = viewOf(file);
  const [short, type] = [view.getUint32(at), nameAt(file, at + 4)];
  const head = short === 1 ? 16 : 8;
  const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short || Infinity;
  return size < head ? 'broken' : { type, from: at + head, to: at + size };
}

function brandsIn(file: Uint8Array, { from, to }: Box): readonly string[] {
  const names = [nameAt(file, from)];
  // Between the first and the others stands its version.
  for (let at = from + 8; at + 4 <= to; at += 4) names.push(nameAt(file, at));
  return names;
}

function shapesIn(file: Uint8Array, { type, from, to }: Box, depth: number): readonly Shape[] {
  const view = viewOf(file);
  if (type === picture && from + 12 <= to)
    return [{ width: view.getUint32(from + 4), height: view.getUint32(from + 8) }];
  // In 65536ths.
  if (type === track && from + 8 <= to) return [{ width: view.getUint16(to - 8), height: view.getUint16(to - 4) }];
  const before = within[type];
  const found: Shape[] = [];
  if (before === undefined || depth > deepest) return found;
  for (let at = from + before; at + 8 <= to;) {
    const end = at + (view.getUint32(at) || to - at);
    if (end > to || end < at + 8) break;
    found.push(...shapesIn(file, { type: nameAt(file, at + 4), from: at + 8, to: end }, depth + 1));
    at = end;
  }
  return found;
}

function largest(shapes: readonly Shape[]): Shape | undefined {
  const pixels = ({ width, height }: Shape) => width * height;
  return shapes.reduce<Shape | undefined>(
    (one, other) => (one && pixels(one) >= pixels(other) ? one : other),
    undefined
  );
}
