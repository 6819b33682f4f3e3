import type { Block } from '../values.ts';
import { htmlFormat } from './content.ts';

type Content = Record<string, unknown>;

/** What was read, by the content that it stands in: it goes when that goes. */
const forms = new WeakMap<Content, readonly Block[] | null>();

const htmlIn = ({ format, formatted_body: html }: Content): string | null =>
  format === htmlFormat && typeof html === 'string' && html !== '' ? html : null;

/** Reads the formats of contents, so that `formOf` knows them. The reader of HTML is loaded when it is first needed. */
export async function readForms(contents: readonly Content[]): Promise<void> {
  const unread = contents.filter((content) => htmlIn(content) !== null && !forms.has(content));
  if (unread.length === 0) return;
  const { richOf } = await import('./rich.ts');
  for (const content of unread) forms.set(content, richOf(htmlIn(content) ?? '', String(content.body ?? '')));
}

/** The format of a message that has one and was read; the text alone says all otherwise. */
export const formOf = (content: Content): readonly Block[] | undefined => forms.get(content) ?? undefined;
