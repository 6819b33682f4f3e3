import { parseDocument } from 'htmlparser2';
import { isTag, isText, type ChildNode, type Element } from 'domhandler';
import { parseUserId } from '../../../../protocol/address.ts';
import { parseMatrixLink } from '../../../../protocol/matrix-link.ts';
import { withoutPiles } from '../unruly.ts';
import type { Block, Cell, Inline, Mark } from '../values.ts';
import { lineOf } from './words.ts';

/** Matrix 1.16 client-server, "m.room.message msgtypes": deeper nesting is not shown. */
const deepest = 100;
/** Elements and texts that are read: what comes after is left out, and a flood costs nothing. */
const most = 5_000;
const longest = 64 * 1024;

const marks: Readonly<Record<string, Mark>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  del: 'struck',
  s: 'struck',
  strike: 'struck',
  u: 'underlined',
  sup: 'raised',
  sub: 'lowered'
};
const blocks = new Set(
  'p div blockquote pre ul ol table hr h1 h2 h3 h4 h5 h6 details summary caption li tr'.split(' ')
);
/** What is not shown, with all that is in it: `mx-reply` is the quote that older clients put before an answer. */
const unseen = new Set('mx-reply script style head title template iframe object noscript'.split(' '));

/**
 * The HTML of a message as data (Matrix 1.16 client-server, `org.matrix.custom.html` and the elements that it allows):
 * of what others send no markup reaches a page, and what is not in these types cannot be shown. null: it says no more
 * than `text`, or nothing at all.
 */
export function richOf(html: string, text: string): readonly Block[] | null {
  const document = parseDocument(withoutPiles(html.slice(0, longest)), { decodeEntities: true, lowerCaseTags: true });
  const read = new Reader().blocks(document.children, 0);
  const [first, second] = read;
  if (!first) return null;
  const isPlain = !second && first.type === 'paragraph' && first.of.every((part) => typeof part === 'string');
  return isPlain && first.of.join('').trim() === text.trim() ? null : read;
}

class Reader {
  #left = most;

  blocks(nodes: readonly ChildNode[], depth: number): Block[] {
    const found: Block[] = [];
    let line: Inline[] = [];
    const endLine = () => {
      const of = trimmed(line);
      if (of.length > 0) found.push({ type: 'paragraph', of });
      line = [];
    };
    for (const node of this.#some(nodes, depth)) {
      if (isTag(node) && this.#isBlock(node, depth)) {
        endLine();
        found.push(...this.#block(node, depth + 1));
      } else line.push(...this.#inline(node, depth + 1, false));
    }
    endLine();
    return found;
  }

  /** A block, or a mark around blocks: `<b><p>…</p></b>` is no line. */
  #isBlock(node: Element, depth: number): boolean {
    if (blocks.has(node.name)) return true;
    if (depth > deepest || node.name === 'a') return false;
    return node.children.some((child) => isTag(child) && blocks.has(child.name));
  }

  #block(node: Element, depth: number): Block[] {
    switch (node.name) {
      case 'hr':
        return [{ type: 'rule' }];
      case 'pre':
        return [this.#code(node)];
      case 'blockquote': {
        const of = this.blocks(node.children, depth);
        return of.length > 0 ? [{ type: 'quote', of }] : [];
      }
      case 'ul':
      case 'ol':
        return this.#list(node, depth);
      case 'table':
        return this.#table(node, depth);
      case 'h1':
      case 'h2':
      case 'h3':
      case 'h4':
      case 'h5':
      case 'h6': {
        const of = this.#line(node, depth);
        return of.length > 0 ? [{ type: 'heading', level: Number(node.name[1]), of }] : [];
      }
      default:
        return this.blocks(node.children, depth);
    }
  }

  #code(node: Element): Block {
    const inner = node.children.find((child): child is Element => isTag(child) && child.name === 'code');
    const named = /(?:^|\s)language-([\w+#.-]{1,30})/.exec(inner?.attribs.class ?? '');
    return { type: 'code', language: named?.[1] ?? '', text: this.#text(inner ?? node).replace(/\n$/, '') };
  }

  #list(node: Element, depth: number): Block[] {
    const items = this.#some(node.children, depth).flatMap((child) => {
      if (!isTag(child) || child.name !== 'li') return [];
      const item = this.blocks(child.children, depth + 1);
      return item.length > 0 ? [item] : [];
    });
    if (items.length === 0) return [];
    const first = Number.parseInt(node.attribs.start ?? '1', 10);
    return [{ type: 'list', start: node.name === 'ul' ? null : Number.isSafeInteger(first) ? first : 1, items }];
  }

  #table(node: Element, depth: number): Block[] {
    const [captions, rows]: [Block[], Cell[][]] = [[], []];
    for (const child of this.#some(node.children, depth)) {
      if (!isTag(child)) continue;
      if (child.name === 'caption') captions.push(...this.blocks(child.children, depth + 1));
      const lines = child.name === 'tr' ? [child] : /^t(head|body|foot)$/.test(child.name) ? child.children : [];
      for (const line of this.#some(lines, depth)) {
        if (!isTag(line) || line.name !== 'tr') continue;
        const cells = this.#some(line.children, depth).filter((cell) => isTag(cell) && /^t[dh]$/.test(cell.name));
        rows.push((cells as Element[]).map((cell) => ({ heading: cell.name === 'th', of: this.#line(cell, depth) })));
      }
    }
    const filled = rows.filter((row) => row.length > 0);
    return filled.length > 0 ? [...captions, { type: 'table', rows: filled }] : captions;
  }

  /** All in one line, whatever it is made of. */
  #line(node: Element, depth: number): Inline[] {
    return trimmed(this.#inlines(node.children, depth, false));
  }

  #inlines(nodes: readonly ChildNode[], depth: number, inLink: boolean): Inline[] {
    return joined(this.#some(nodes, depth).flatMap((node) => this.#inline(node, depth + 1, inLink)));
  }

  #inline(node: ChildNode, depth: number, inLink: boolean): Inline[] {
    if (isText(node)) return [node.data.replace(/[ \t\r\n\f]+/g, ' ')];
    if (!isTag(node) || unseen.has(node.name)) return [];
    const { name, attribs, children } = node;
    if (name === 'br') return ['\n'];
    if (name === 'img') return [attribs.alt ?? attribs.title ?? ''];
    if (name === 'code') return [{ type: 'code', text: this.#text(node) }];
    const of = this.#inlines(children, depth, inLink || name === 'a');
    if (of.length === 0) return [];
    const reason = attribs['data-mx-spoiler'];
    if (reason !== undefined) return [{ type: 'spoiler', reason, of }];
    if (name === 'a' && !inLink) return [...linked(attribs.href ?? '', of)];
    const mark = Object.hasOwn(marks, name) ? marks[name] : undefined;
    if (mark) return [{ type: mark, of }];
    // Something that stands by itself, where only a line can stand.
    return blocks.has(name) ? ['\n', ...of, '\n'] : of;
  }

  /** What is seen of nodes, as long as not too much was. */
  #some(nodes: readonly ChildNode[], depth: number): readonly ChildNode[] {
    if (depth > deepest || this.#left <= 0) return [];
    const seen = nodes.slice(0, this.#left).filter((node) => isText(node) || (isTag(node) && !unseen.has(node.name)));
    this.#left -= seen.length;
    return seen;
  }

  /** The text in an element, as it stands there. Not by recursion: it may be deep. */
  #text(node: Element): string {
    const parts: string[] = [];
    const waiting: ChildNode[] = [node];
    for (let next = waiting.pop(); next && this.#left > 0; next = waiting.pop()) {
      this.#left--;
      if (isText(next)) parts.push(next.data);
      else if (isTag(next) && next.name === 'br') parts.push('\n');
      else if (isTag(next)) waiting.push(...next.children.toReversed());
    }
    return parts.join('');
  }
}

const looksLikeRoom = /^[#!@]\S+:\S+$/;
const looksLikeAddress = /^(?:https?:\/\/|www\.)\S+$/i;

function linked(href: string, of: readonly Inline[]): readonly Inline[] {
  const matrix = parseMatrixLink(href);
  if (matrix?.to === 'person') {
    const { person } = matrix;
    return [{ type: 'person', person: { id: person, name: nameIn(of) || (parseUserId(person)?.localpart ?? person) } }];
  }
  const text = lineOf(of).trim();
  if (matrix) {
    const isOther = text === '' || looksLikeAddress.test(text) || (looksLikeRoom.test(text) && text !== matrix.room);
    return [{ type: 'link', href: href.trim(), of: isOther ? [matrix.room] : of }];
  }
  if (!URL.canParse(href)) return of;
  const url = new URL(href);
  const isAllowed = ['http:', 'https:', 'mailto:'].includes(url.protocol) && url.username === '' && url.password === '';
  if (!isAllowed) return of;
  // A text that names another place than the link leads to serves only to deceive: the place itself is shown.
  const named = looksLikeAddress.test(text) ? text.replace(/^www\./i, 'https://www.') : null;
  const deceives = named !== null && (!URL.canParse(named) || new URL(named).host !== url.host);
  return [{ type: 'link', href: url.href, of: deceives ? [url.href] : of }];
}

const nameIn = (of: readonly Inline[]): string => lineOf(of).trim().replace(/^@/, '').slice(0, 100);

/** Texts that follow each other are one, and a space beside a space or at a line's end is none. */
function joined(parts: readonly Inline[]): Inline[] {
  const found: Inline[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (typeof part !== 'string' || typeof last !== 'string') found.push(part);
    else found[found.length - 1] = last + part;
  }
  return found
    .map((part) => (typeof part === 'string' ? part.replace(/ *\n */g, '\n').replace(/ {2,}/g, ' ') : part))
    .filter((part) => part !== '');
}

/** Without space and line ends at both ends. */
function trimmed(parts: readonly Inline[]): Inline[] {
  const found = joined(parts);
  const [first, last] = [found[0], found.at(-1)];
  if (typeof first === 'string') found[0] = first.trimStart();
  if (typeof last === 'string') found[found.length - 1] = (found.length === 1 ? String(found[0]) : last).trimEnd();
  return found.filter((part) => part !== '');
}
