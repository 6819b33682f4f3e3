import MarkdownIt, { type StateInline, type Token } from 'markdown-it';
import type { Person } from '../values.ts';
import { matrixTo } from '../../../../protocol/matrix-link.ts';

/** Tokens that say no more than the text itself does: a message of these alone is sent without a format. */
const bare = new Set(['inline', 'paragraph_open', 'paragraph_close', 'text', 'text_special', 'softbreak', 'hardbreak']);

const isLetter = /[\p{L}\p{N}_]/u;

/** `@` and the name of one of the people becomes a link to her (Matrix 1.16 client-server, "User and room mentions"). */
function mention(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== '@' || isLetter.test(src[pos - 1] ?? '')) return false;
  const { mentions } = state.env as { mentions: readonly Person[] };
  const person = mentions.find(
    ({ name }) => src.startsWith(name, pos + 1) && !isLetter.test(src[pos + 1 + name.length] ?? '')
  );
  if (!person) return false;
  if (!silent) {
    const open = state.push('link_open', 'a', 1);
    open.attrs = [['href', matrixTo(person.id)]];
    state.push('text', '', 0).content = `@${person.name}`;
    state.push('link_close', 'a', -1);
  }
  state.pos += 1 + person.name.length;
  return true;
}

function parser(): InstanceType<typeof MarkdownIt> {
  const parser = new MarkdownIt({ html: false, breaks: true, linkify: true });
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  // Who indents a line or underlines one by dashes means just that; a picture is sent as a file.
  parser.disable(['code', 'lheading', 'reference', 'image']);
  parser.inline.ruler.before('link', 'mention', mention);
  // The rule that is there runs over an `@`.
  parser.inline.ruler.at('text', plain);
  return parser;
}

/** Where one of these stands, something other than text may begin. */
const special = /[\n!#$%&*+\-:<=>@[\\\]^_`{}~]/g;

function plain(state: StateInline, silent: boolean): boolean {
  special.lastIndex = state.pos;
  const end = special.exec(state.src)?.index ?? state.posMax;
  if (end === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

let made: InstanceType<typeof MarkdownIt> | undefined;

const isBare = ({ type, markup, children }: Token): boolean =>
  markup === 'linkify' || (bare.has(type) && (children ?? []).every(isBare));

/**
 * Markdown as HTML (CommonMark, with tables and strikethrough; HTML in it is text). null: it has no format. `mentions`
 * are those whose names stand in it after an `@`, longer names first.
 */
export function htmlOf(text: string, mentions: readonly Person[]): string | null {
  made ??= parser();
  const env = { mentions: [...mentions].sort((a, b) => b.name.length - a.name.length) };
  const tokens = made.parse(text, env);
  if (tokens.every(isBare)) return null;
  return made.renderer.render(tokens, made.options, env).trim();
}
