import { mostPixels, shownAs } from '$lib/matrix/media/shown-as';
import type { FileBody, Shape } from '$lib/matrix/values';

/** px that a picture takes among messages at most, and where nobody says how large it is. */
const most: Shape = { width: 320, height: 340 };
const unknown: Shape = { width: 260, height: 195 };
/** px below which nobody could press it. */
const least = 44;

/** px in which a picture or a film is shown among messages: known before it is there, so that nothing moves when it comes. */
export function pictureSize({ shape }: Pick<FileBody, 'shape'>): Shape {
  if (!shape) return unknown;
  const scale = Math.min(1, most.width / shape.width, most.height / shape.height);
  const fit = (length: number) => Math.max(least, Math.round(length * scale));
  return { width: fit(shape.width), height: fit(shape.height) };
}

/** Bytes of an encrypted picture without a thumbnail that is fetched to be shown. */
const fetched = 12_000_000;

/** Whether the zone gives a picture smaller: it can read it, and knows how it is coded (Synapse, `thumbnail_requirements`). */
export const isMadeSmall = (source: FileBody['source'], type: string | undefined): boolean =>
  source?.at === 'zone' && source.seal === null && (type === undefined || /^image\/(?:jpeg|png|gif|webp)$/.test(type));

/** Whether a picture is shown without being asked for, and of what: its thumbnail, or itself where that is said to be light. */
export function previewOf({ source, thumbnail, shape, size = 0, mimetype }: FileBody): FileBody['source'] {
  const isLight = (shape ? shape.width * shape.height : 0) <= mostPixels && size <= fetched;
  if (isMadeSmall(source, mimetype)) return source;
  return thumbnail ?? (isLight ? source : undefined);
}

/** What says that it is a picture and is none that a browser shows without harm is a file like any other. */
export const isPicture = ({ kind, source, mimetype }: FileBody): boolean =>
  kind === 'image' && source !== undefined && shownAs(mimetype ?? 'image/png').startsWith('image/');
