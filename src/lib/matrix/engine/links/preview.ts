import * as v from 'valibot';
import type { LinkPreview, Shape } from '../../values.ts';
import { text } from '../event.ts';
import { address, pixels } from '../timeline/file-body.ts';

/** What the zone says of a page: nobody has looked at any of it (Matrix 1.16 client-server, `GET /media/preview_url`). */
export const told = v.record(v.string(), v.unknown());

/** A text of somebody as one line. */
const line = (value: unknown, most: number): string => (text(value, most) ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();

function shapeOf(width: unknown, height: unknown): Shape | undefined {
  const read = v.safeParse(v.object({ width: pixels, height: pixels }), { width, height });
  return read.success ? read.output : undefined;
}

/** null: there is nothing to show. */
export function previewOf(page: v.InferOutput<typeof told>): LinkPreview | null {
  const [title, description] = [line(page['og:title'], 200), line(page['og:description'], 400)];
  const image = page['og:image'];
  const shape = shapeOf(page['og:image:width'], page['og:image:height']);
  const picture =
    typeof image === 'string' && address.test(image)
      ? { source: { at: 'zone', content: image, seal: null } as const, ...(shape && { shape }) }
      : null;
  if (title === '' && description === '' && !picture) return null;
  return { title, description, site: line(page['og:site_name'], 80), picture };
}
