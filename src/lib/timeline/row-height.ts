import { pictureSize } from '$lib/files/picture-size';
import type { Block, Body, FileBody } from '$lib/matrix/values';
import { lineOf, wordsOf } from '$lib/matrix/writing/words';

/** px of a line, and characters that one holds. */
const [line, width] = [22, 58];

const linesOf = (text: string): number =>
  text.split('\n').reduce((sum, part) => sum + 1 + Math.floor(part.length / width), 0);

/** px that a message's words will take, about: before it has been drawn. */
export function wordsHeight(body: Body): number {
  if (body.type === 'file') return fileHeight(body);
  if (body.type !== 'text') return line;
  if (!body.rich) return line * linesOf(body.text);
  return body.rich.reduce((sum, block) => sum + blockHeight(block) + 6, -6);
}

function fileHeight(body: FileBody): number {
  const caption = body.caption ? 6 + wordsHeight({ type: 'text', style: 'plain', ...body.caption }) : 0;
  const isSeen = (body.kind === 'image' || body.kind === 'video') && body.source;
  return caption + (isSeen ? pictureSize(body).height : 46);
}

function blockHeight(block: Block): number {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return line * linesOf(lineOf(block.of));
    case 'code':
      return Math.min(384, 18 * block.text.split('\n').length + 18);
    case 'table':
      return 28 * block.rows.length;
    case 'quote':
    case 'list':
      return line * linesOf(wordsOf([block]));
    case 'rule':
      return 9;
  }
}
