import type { Body, ExportWords } from '../values.ts';
import { textOf } from '../writing/words.ts';
import { linkTo } from './paths.ts';
import type { Line } from './source.ts';

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** What no text of HTML may hold (HTML Standard, "Preprocessing the input stream"), and a terminal would obey. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Text of anybody, as it may stand between tags and in a quoted attribute. */
export const escaped = (text: string): string =>
  text.replace(controls, '').replace(/[&<>"']/g, (sign) => signs[sign] ?? '');

// Nothing in a page runs or is fetched, whatever came in.
const policy = "default-src 'none'; style-src 'unsafe-inline'";
const style =
  ':root{color-scheme:light dark}body{font-family:system-ui,sans-serif;line-height:1.5;max-width:44rem;margin:auto;padding:1rem}' +
  'p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}article{margin:0 0 1rem}time,i{opacity:.75}';

export function head(title: string, { language }: ExportWords): string {
  return (
    `<!doctype html>\n<html lang="${escaped(language)}"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
    '<meta name="viewport" content="width=device-width">' +
    `<title>${escaped(title)}</title><style>${style}</style></head>\n<body><h1><bdi>${escaped(title)}</bdi></h1>\n`
  );
}

export const tail = '</body></html>\n';

/** A link to a file of the archive, from a page in `from`: the way up to its root. */
export const link = (name: string, path: string, from = ''): string =>
  `<a href="${escaped(from + linkTo(path))}"><bdi>${escaped(name)}</bdi></a>`;

/** Times as the language of whoever asks says them. */
export const clockOf = ({ language }: ExportWords): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

/** A message as a person reads it. `file`: where in the archive its file is. Empty where it is no message. */
export function rowOf(line: Line, words: ExportWords, clock: Intl.DateTimeFormat, file: string | null): string {
  const { at, sender, body } = line;
  if (!body) return '';
  const when = new Date(at);
  return (
    `<article><p><b><bdi>${escaped(sender.name)}</bdi></b> ` +
    `<time datetime="${when.toISOString()}">${escaped(clock.format(when))}</time></p>` +
    `${saidIn(body, words, file)}</article>\n`
  );
}

function saidIn(body: Body, words: ExportWords, file: string | null): string {
  if (body.type === 'deleted' || body.type === 'unreadable' || body.type === 'unsupported')
    return `<p><i>${escaped(words[body.type])}</i></p>`;
  const said = `<p dir="auto">${escaped(textOf(body))}</p>`;
  return body.type === 'file' && file ? `${said}<p>${link(body.name || file, file, '../')}</p>` : said;
}
