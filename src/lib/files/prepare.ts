import { encode } from 'blurhash';
import { shownAs } from '$lib/matrix/media/shown-as';
import type { Attachment, FileKind, Shape } from '$lib/matrix/values';
import { withoutMetadata } from './metadata';

/** px of the longer sides of a thumbnail, and bytes below which a picture needs none. */
const small: Shape = { width: 800, height: 600 };
const light = 150_000;
/** px of the picture that a blurhash is made of, and its parts across and down. */
const [sample, parts] = [32, [4, 3]] as const;
/** Seconds into a film from which its picture is taken, and ms that a browser may take to open one. */
const [moment, patience] = [1, 10_000];

const kindOf = (type: string): FileKind => {
  const [kind] = shownAs(type).split('/');
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file';
};

/**
 * Finds out what a message says of a file: how large a picture is, how long a sound, and what it looks like. What the
 * browser cannot open goes as a file like any other. The picture is decoded beside the page, which goes on meanwhile.
 */
export async function attachmentOf(file: File): Promise<Attachment> {
  let plain: Attachment = { kind: 'file', name: file.name, bytes: file };
  const kind = kindOf(file.type);
  try {
    if (kind === 'image') {
      const bare = await withoutMetadata(file);
      // What the browser cannot draw goes without the place, too.
      plain = { ...plain, bytes: bare ?? file };
      return { ...plain, kind, ...(await lookAt(file)), bytes: bare ?? (await redrawn(file)) };
    }
    if (kind === 'video') return { ...plain, kind, ...(await watch(file)) };
    if (kind === 'audio') return { ...plain, kind, ...(await lengthOf(file)) };
  } catch (thrown) {
    console.warn('sent as a file like any other:', file.type, thrown instanceof Error ? thrown.name : thrown);
  }
  return plain;
}

/** A picture that cannot be taken apart, as it looks and nothing else. */
const redrawn = async (file: File): Promise<Blob> =>
  drawn(await createImageBitmap(file)).canvas.convertToBlob({ type: file.type, quality: 0.92 });

type Look = Pick<Attachment, 'shape' | 'blurhash' | 'thumbnail'>;

async function lookAt(file: File): Promise<Look> {
  const picture = await createImageBitmap(file);
  try {
    const look = await lookOf(picture, file.type === 'image/jpeg' ? file.type : 'image/webp');
    const isSmall = picture.width <= small.width && picture.height <= small.height;
    const { thumbnail, ...rest } = look;
    // A thumbnail of something that moves would stand still.
    const needsOne = file.type !== 'image/gif' && (!isSmall || file.size > light);
    return needsOne && thumbnail && thumbnail.bytes.size < file.size ? look : rest;
  } finally {
    picture.close();
  }
}

/** What a picture looks like: its measures, a thumbnail, and from afar. */
async function lookOf(picture: ImageBitmap, type: string): Promise<Look> {
  const { width, height } = picture;
  const shape = fitting({ width, height }, small);
  const [less, least] = await Promise.all([
    resized(picture, shape),
    resized(picture, { width: sample, height: sample })
  ]);
  const pixels = drawn(least).getImageData(0, 0, sample, sample).data;
  const bytes = await drawn(less).canvas.convertToBlob({ type, quality: 0.8 });
  return { shape: { width, height }, blurhash: encode(pixels, sample, sample, ...parts), thumbnail: { bytes, shape } };
}

function fitting({ width, height }: Shape, most: Shape): Shape {
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const resized = (picture: ImageBitmap, { width, height }: Shape): Promise<ImageBitmap> =>
  createImageBitmap(picture, { resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' });

function drawn(picture: ImageBitmap): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(picture, 0, 0);
  picture.close();
  return context;
}

/** Resolves at an event of a medium; rejects where the browser cannot open it. */
function reached(medium: HTMLMediaElement, event: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => reject(new Error('not opened in time')), patience);
  medium.addEventListener(event, () => resolve(), { once: true });
  medium.addEventListener('error', () => reject(new Error('not opened')), { once: true });
  return promise.finally(() => clearTimeout(late));
}

/** ms; nothing where a recorder has not written it. */
const lasting = ({ duration }: HTMLMediaElement) =>
  Number.isFinite(duration) ? { duration: Math.round(duration * 1000) } : {};

async function opened<T extends HTMLMediaElement, R>(
  medium: T,
  file: File,
  use: (medium: T) => Promise<R>
): Promise<R> {
  const address = URL.createObjectURL(file);
  try {
    medium.muted = true;
    medium.preload = 'auto';
    const metadata = reached(medium, 'loadedmetadata');
    medium.src = address;
    await metadata;
    return await use(medium);
  } finally {
    medium.removeAttribute('src');
    medium.load();
    URL.revokeObjectURL(address);
  }
}

const lengthOf = (file: File) => opened(document.createElement('audio'), file, async (sound) => lasting(sound));

const watch = (file: File) =>
  opened(document.createElement('video'), file, async (film) => {
    const there = reached(film, 'seeked');
    film.currentTime = Math.min(moment, (film.duration || 0) / 2);
    await there;
    const picture = await createImageBitmap(film);
    try {
      return { ...(await lookOf(picture, 'image/jpeg')), ...lasting(film) };
    } finally {
      picture.close();
    }
  });
