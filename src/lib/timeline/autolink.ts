import { matrixTo, parseMatrixLink } from '$protocol/matrix-link';

/** `at`: where in the text it begins. */
export type Token = { readonly at: number; readonly text: string; readonly href: string | null };

const candidate =
  /\b(?:https?:\/\/|mailto:|www\.|matrix:(?=(?:u|r|roomid)\/))[^\s<>"“”«»`]+|(?<![^\s(])[#@][^\s<>"“”«»`:]+:[^\s<>"“”«»`]+/giu;
const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Cuts a text where links begin and end. Only http, https, mailto and `matrix:` become links, and the ids of rooms and
 * people, `#plaza:zone.example`; whoever shows the tokens puts them into the page as text. `text` of all tokens together
 * is the input.
 */
export function autolink(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(candidate)) {
    const link = withoutTail(found);
    const href = hrefOf(link);
    if (href === null) continue;
    if (index > end) tokens.push({ at: end, text: text.slice(end, index), href: null });
    tokens.push({ at: index, text: link, href });
    end = index + link.length;
  }
  if (end < text.length) tokens.push({ at: end, text: text.slice(end), href: null });
  return tokens;
}

/** The sentence's own punctuation is no part of the address, nor a bracket that was opened before it. */
function withoutTail(link: string): string {
  let kept = link;
  for (;;) {
    const last = kept.at(-1) ?? '';
    const opening = closing[last];
    const isStray = opening !== undefined && kept.split(opening).length < kept.split(last).length;
    if (!isStray && !/[.,;:!?…'’*_~]/u.test(last)) return kept;
    kept = kept.slice(0, -last.length);
  }
}

/** Or else a word with a colon in it would be one: `#later:today`. */
const hasServer = /:(?:.*[.\]]|localhost\b)/;

const leading = (link: string): string | null => (parseMatrixLink(link) ? link : null);

function hrefOf(link: string): string | null {
  if (/^[#@]/.test(link)) return hasServer.test(link) ? leading(matrixTo(link)) : null;
  if (/^matrix:/i.test(link)) return leading(link);
  const whole = link.toLowerCase().startsWith('www.') ? `https://${link}` : link;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  if (url.protocol === 'mailto:') return /^[^@\s]+@[^@\s]+$/.test(url.pathname) ? url.href : null;
  // A name and a password before the host serve only to deceive.
  if (url.username !== '' || url.password !== '' || !/[.:]|^localhost$/.test(url.hostname)) return null;
  return url.href;
}
