import * as v from 'valibot';
import type { Body, Caption, FileBody, Shape, Source } from '../../values.ts';
import { withoutPiles } from '../../unruly.ts';
import { formOf } from '../../writing/formatted.ts';
import { lenient } from '../event.ts';
import type { Echo } from './rows.ts';

const unpadded = (text: string): string => text.replace(/=+$/, '');
const base64 = (length: number) => v.pipe(v.string(), v.regex(/^[\w+/-]+=*$/), v.transform(unpadded), v.length(length));

/** Matrix 1.16 client-server, "Sending encrypted attachments", `EncryptedFile` of version 2. */
const encryptedFile = v.object({
  url: v.string(),
  v: v.literal('v2'),
  key: v.object({ alg: v.literal('A256CTR'), k: base64(43) }),
  iv: base64(22),
  hashes: v.object({ sha256: base64(43) })
});

/** Farther than any screen or sensor reaches, bytes that no disk holds: it is no measure. */
export const pixels = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

const info = v.object({
  mimetype: lenient(
    v.pipe(
      v.string(),
      v.maxLength(200),
      // Parameters say how it is coded, which a browser finds out by itself.
      v.transform((type) => type.replace(/;.*/s, '').trim().toLowerCase()),
      v.regex(/^[a-z]+\/[\w.+-]+$/)
    )
  ),
  size: lenient(count),
  w: lenient(pixels),
  h: lenient(pixels),
  duration: lenient(count),
  thumbnail_url: lenient(v.string()),
  thumbnail_file: lenient(encryptedFile),
  // MSC2448, as all who send it do.
  'xyz.amorgan.blurhash': lenient(v.pipe(v.string(), v.minLength(6), v.maxLength(166)))
});
/** MSC3246: whole numbers up to 1024, at most 120 or so. */
const loudest = 1024;
const waveform = v.pipe(v.array(v.pipe(v.number(), v.minValue(0))), v.maxLength(1000));
const audio = v.object({ duration: lenient(count), waveform: lenient(waveform) });
const content = v.object({
  body: lenient(v.string()),
  filename: lenient(v.string()),
  url: lenient(v.string()),
  file: lenient(encryptedFile),
  info: lenient(info),
  'org.matrix.msc1767.audio': lenient(audio),
  'org.matrix.msc3245.voice': lenient(v.looseObject({})),
  'org.matrix.msc3245.voice.v2': lenient(v.looseObject({}))
});

const fileKinds = { 'm.image': 'image', 'm.video': 'video', 'm.audio': 'audio', 'm.file': 'file' } as const;

/** An address of media (Matrix 1.16 client-server, "Matrix Content (mxc://) URIs"). */
export const address = /^mxc:\/\/[\w.:[\]-]+\/[\w-]+$/;

/** Signs that steer how a name is read and are not seen: `acta\u202efdp.exe` would show as «actaexe.pdf». */
const unseen = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\uFEFF]/gu;
const longestName = 255;
const longestCaption = 64 * 1024;

const nameOf = (said: string | undefined): string =>
  withoutPiles((said ?? '').slice(0, 10 * longestName).replace(unseen, ''))
    .trim()
    .slice(0, longestName);

function sourceOf(url: string | undefined, file: v.InferOutput<typeof encryptedFile> | undefined): Source | undefined {
  const content = file?.url ?? url;
  if (content === undefined || !address.test(content)) return undefined;
  return { at: 'zone', content, seal: file ? { key: file.key.k, iv: file.iv, sha256: file.hashes.sha256 } : null };
}

const shapeOf = (width: number | undefined, height: number | undefined): Shape | undefined =>
  width !== undefined && height !== undefined ? { width, height } : undefined;

/** What is said with a file: where it has a name of its own, the body is its caption (Matrix 1.16, "Media captions"). */
function captionOf(
  all: Record<string, unknown>,
  { body, filename }: v.InferOutput<typeof content>
): Caption | undefined {
  if (filename === undefined || body === undefined || body === filename || body.trim() === '') return undefined;
  const rich = formOf(all);
  return { text: withoutPiles(body.slice(0, longestCaption)), ...(rich && { rich }) };
}

/** How loud a voice message is along its length. As others draw it, 120 parts are enough. */
function voiceOf(read: v.InferOutput<typeof content>): readonly number[] | undefined {
  if (!read['org.matrix.msc3245.voice'] && !read['org.matrix.msc3245.voice.v2']) return undefined;
  const all = read['org.matrix.msc1767.audio']?.waveform ?? [];
  const every = Math.ceil(all.length / 120);
  return all.filter((_, index) => index % every === 0).map((level) => Math.min(1, level / loudest));
}

/** The same without what is undefined. */
const said = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;

/** What a message with a file says; null: it is about none (Matrix 1.16 client-server, "m.image", "m.video", "m.audio", "m.file"). */
export function fileBodyOf(all: Record<string, unknown>): FileBody | null {
  const { msgtype } = all;
  if (typeof msgtype !== 'string' || !Object.hasOwn(fileKinds, msgtype)) return null;
  const kind = fileKinds[msgtype as keyof typeof fileKinds];
  const read = v.parse(content, all);
  const about = read.info;
  return {
    type: 'file',
    kind,
    name: nameOf(read.filename ?? read.body),
    ...said({
      source: sourceOf(read.url, read.file),
      mimetype: about?.mimetype,
      size: about?.size,
      shape: shapeOf(about?.w, about?.h),
      duration: about?.duration ?? read['org.matrix.msc1767.audio']?.duration,
      thumbnail: sourceOf(about?.thumbnail_url, about?.thumbnail_file),
      blurhash: about?.['xyz.amorgan.blurhash'],
      voice: kind === 'audio' ? voiceOf(read) : undefined,
      caption: captionOf(all, read)
    })
  };
}

/** What a list and a quote show of a file: neither its place nor its keys. */
export const inBrief = (body: Body): Body =>
  body.type === 'file' ? { type: 'file', kind: body.kind, name: body.name, ...(body.voice && { voice: [] }) } : body;

/** One's own file while it waits to be sent. null: the message has none. */
export function waitingFile({ transaction, content, file }: Echo): FileBody | null {
  if (!file) return null;
  const from = (part: 'file' | 'thumbnail') => ({ at: 'outbox', transaction, part }) as const;
  const body = fileBodyOf(content);
  return (
    body && {
      ...body,
      source: from('file'),
      ...(file.thumbnail && { thumbnail: from('thumbnail') })
    }
  );
}
