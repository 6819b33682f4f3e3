import { bareJpeg } from './jpeg-metadata';
import { barePng } from './png-metadata';
import { bareWebp } from './webp-metadata';

/** Kinds of pictures that hold more than a picture, each by what its first bytes are, as a browser tells them; «.» is any. */
const kinds = [
  [/^\u00ff\u00d8/, bareJpeg],
  [/^\u0089PNG/, barePng],
  [/^RIFF....WEBP/s, bareWebp]
] as const;
const told = 12;

/**
 * A picture without what stands in it besides: where and when it was taken, by which device and whom, with which program it
 * was changed. How it is to be turned and what its colours are stays. One of another kind is as it was, and not even read.
 * null: it cannot be taken apart.
 */
export async function withoutMetadata(picture: Blob): Promise<Blob | null> {
  const start = String.fromCharCode(...new Uint8Array(await picture.slice(0, told).arrayBuffer()));
  const bare = kinds.find(([begin]) => begin.test(start))?.[1];
  return bare ? bare(new Uint8Array(await picture.arrayBuffer())) : picture;
}
