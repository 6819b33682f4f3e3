import { withoutPiles } from '../../unruly.ts';
import type { Body } from '../../values.ts';
import { withoutQuote } from '../../writing/content.ts';
import { formOf } from '../../writing/formatted.ts';
import { isVerification } from '../crypto/verification-event.ts';
import { relation } from '../event.ts';
import { fileBodyOf } from './file-body.ts';

const styles = { 'm.text': 'plain', 'm.emote': 'emote', 'm.notice': 'automatic' } as const;
const longest = 64 * 1024;

const wordsIn = (body: unknown): string | undefined =>
  typeof body === 'string' && body.trim() !== '' ? withoutPiles(body.slice(0, longest)) : undefined;

const has = <T extends object>(table: T, key: unknown): key is keyof T =>
  typeof key === 'string' && Object.hasOwn(table, key);

/** What a message says (Matrix 1.16 client-server, "m.room.message msgtypes"). null: nothing to show by itself. */
export function bodyOf(type: string, content: Record<string, unknown>): Body | null {
  if (type === 'm.sticker') {
    const picture = fileBodyOf({ ...content, msgtype: 'm.image' });
    return picture?.source ? picture : { type: 'text', style: 'plain', text: wordsIn(content.body) ?? '' };
  }
  if (type !== 'm.room.message' || isVerification({ type, content })) return null;
  if (['m.replace', 'm.annotation'].includes(relation(content)?.type ?? '')) return null;
  // A deleted message keeps its type and loses its content (Matrix 1.16, "Redactions").
  if (Object.keys(content).length === 0) return { type: 'deleted' };
  const file = fileBodyOf(content);
  if (file) return file;
  const { msgtype, body } = content;
  const written = wordsIn(body);
  if (written === undefined) return { type: 'unsupported' };
  const rich = formOf(content);
  return {
    type: 'text',
    style: has(styles, msgtype) ? styles[msgtype] : 'plain',
    text: withoutQuote(written, content),
    ...(rich && { rich })
  };
}
