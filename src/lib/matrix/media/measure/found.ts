import type { Shape } from '../../values.ts';

/**
 * What the first bytes of a file say of how large a picture it is, in pixels. `more`: that stands farther on. `broken`: it
 * says that it is a picture, and is none. `none`: it is no picture of a kind that is known here.
 */
export type Found = Shape | 'more' | 'broken' | 'none';

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The four signs by which RIFF, PNG and ISO files name a part. */
export const nameAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
