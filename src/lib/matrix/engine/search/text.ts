import type { Body } from '../../values.ts';
import { wordsOf } from '../../writing/words.ts';
import { isDeleted, type Entry } from '../timeline/entry.ts';
import { bodyOfEntry } from '../timeline/rows.ts';
import { beside } from '../timeline/told.ts';

/** What of a body can be searched: what is written, and the name of a file. Empty where that is nothing. */
export function textOf(body: Body | null): string {
  if (body?.type === 'text') return body.rich ? wordsOf(body.rich) : body.text;
  if (body?.type !== 'file') return '';
  const { caption } = body;
  const said = caption && (caption.rich ? wordsOf(caption.rich) : caption.text);
  return [body.voice ? '' : body.name, said].filter(Boolean).join('\n');
}

/** The same of what an event says now, as far as the server tells with it. */
export const textIn = (entry: Entry): string =>
  textOf(bodyOfEntry({ entry, edit: beside(entry), deleted: isDeleted(entry.raw) }));
