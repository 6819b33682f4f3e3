import type { Attachment, FileSeal } from '../values.ts';

const typeOf = { image: 'm.image', video: 'm.video', audio: 'm.audio', file: 'm.file' } as const;

/** MSC3246: the greatest number of a waveform. */
const loudest = 1024;

/** Where a file has been put: its `mxc://` address, and what opens it. */
export type Stored = { readonly content: string; readonly seal: FileSeal | null };

const encrypted = ({ content, seal }: { content: string; seal: FileSeal }) => ({
  url: content,
  v: 'v2',
  key: { alg: 'A256CTR', ext: true, k: seal.key, key_ops: ['encrypt', 'decrypt'], kty: 'oct' },
  iv: seal.iv,
  hashes: { sha256: seal.sha256 }
});
const placed = ({ content, seal }: Stored, plain: string, sealed: string) =>
  seal ? { [sealed]: encrypted({ content, seal }) } : { [plain]: content };

/** The content of a message with a file, before anybody knows where the file will be. `caption`: as of a message. */
export function contentOfFile(attachment: Attachment, caption: object) {
  const { kind, name, bytes, shape, duration, blurhash, voice, thumbnail } = attachment;
  const { body, ...rest } = caption as { body: string };
  return {
    ...rest,
    msgtype: typeOf[kind],
    body: body === '' ? name : body,
    filename: name,
    // As other clients write it (MSC3245 and MSC1767, which are in no specification yet).
    ...(voice && {
      'org.matrix.msc3245.voice': {},
      'org.matrix.msc1767.audio': { duration, waveform: voice.map((level) => Math.round(level * loudest)) }
    }),
    info: {
      mimetype: bytes.type || 'application/octet-stream',
      size: bytes.size,
      ...(shape && { w: shape.width, h: shape.height }),
      ...(duration !== undefined && { duration }),
      ...(blurhash !== undefined && { 'xyz.amorgan.blurhash': blurhash }),
      ...(thumbnail && {
        thumbnail_info: {
          mimetype: thumbnail.bytes.type,
          size: thumbnail.bytes.size,
          w: thumbnail.shape.width,
          h: thumbnail.shape.height
        }
      })
    }
  };
}

/** The same once the file is at the zone. */
export function placeFile(
  content: Record<string, unknown>,
  { file, thumbnail }: { readonly file: Stored; readonly thumbnail: Stored | null }
): Record<string, unknown> {
  return {
    ...content,
    ...placed(file, 'url', 'file'),
    info: { ...(content.info as object), ...(thumbnail && placed(thumbnail, 'thumbnail_url', 'thumbnail_file')) }
  };
}

/**
 * In clear beside what is encrypted: the files that a message names, so that the zone, which took them in and cannot read
 * the message, deletes them with it (`synapse/module/tertulia_zone/files.py`).
 */
export const filesField = 'org.tertulia.media';

/** The addresses of all files that the content of a message names. */
export function filesIn(content: Record<string, unknown>): readonly string[] {
  const { url, file, info } = content as Named & {
    info?: { thumbnail_url?: unknown; thumbnail_file?: { url?: unknown } };
  };
  const places = [url, file?.url, info?.thumbnail_url, info?.thumbnail_file?.url];
  return places.filter((one) => typeof one === 'string' && one.startsWith('mxc://')) as string[];
}

type Named = { readonly url?: unknown; readonly file?: { readonly url?: unknown } };
