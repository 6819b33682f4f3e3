/** What can be done to the part of a text that is selected. */
export type Format = 'bold' | 'italic' | 'strike' | 'code' | 'link' | 'quote' | 'list';

/** A part of a text, and what it becomes; then `[start, end)` is selected. */
export type Change = {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly start: number;
  readonly end: number;
};

const marks = { bold: '**', italic: '_', strike: '~~', code: '`' } as const;
const prefixes = { quote: '> ', list: '- ' } as const;

/** Formats what is selected as Markdown does or, where it is formatted so, takes that back. */
export function formatted(text: string, start: number, end: number, format: Format): Change {
  if (format === 'quote' || format === 'list') return lines(text, start, end, prefixes[format]);
  if (format === 'link') return link(text, start, end);
  if (format === 'code' && text.slice(start, end).includes('\n')) return fenced(text, start, end);
  return marked(text, start, end, marks[format]);
}

function marked(text: string, selectionStart: number, selectionEnd: number, mark: string): Change {
  // Space at the border is not part of what is meant, and would break the mark.
  const selected = text.slice(selectionStart, selectionEnd);
  const start = selectionStart + (selected.trim() === '' ? 0 : selected.length - selected.trimStart().length);
  const end = selected.trim() === '' ? selectionEnd : selectionEnd - (selected.length - selected.trimEnd().length);
  const inner = text.slice(start, end);
  const size = mark.length;
  if (inner.length >= 2 * size && inner.startsWith(mark) && inner.endsWith(mark)) {
    return { from: start, to: end, insert: inner.slice(size, -size), start, end: end - 2 * size };
  }
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return { from: start - size, to: end + size, insert: inner, start: start - size, end: end - size };
  }
  return { from: start, to: end, insert: `${mark}${inner}${mark}`, start: start + size, end: end + size };
}

function link(text: string, start: number, end: number): Change {
  const inner = text.slice(start, end);
  if (/^https?:\/\/\S+$/.test(inner)) {
    return { from: start, to: end, insert: `[](${inner})`, start: start + 1, end: start + 1 };
  }
  const target = 'https://';
  const at = start + inner.length + 3;
  return { from: start, to: end, insert: `[${inner}](${target})`, start: at, end: at + target.length };
}

function fenced(text: string, start: number, end: number): Change {
  const inner = text.slice(start, end);
  const before = start > 0 && text[start - 1] !== '\n' ? '\n' : '';
  const after = end < text.length && text[end] !== '\n' ? '\n' : '';
  const insert = `${before}\`\`\`\n${inner}\n\`\`\`${after}`;
  const at = start + before.length + 4;
  return { from: start, to: end, insert, start: at, end: at + inner.length };
}

/** All lines that the selection touches. */
function lines(text: string, start: number, end: number, prefix: string): Change {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const stop = text.indexOf('\n', end);
  const to = stop < 0 ? text.length : stop;
  const all = text.slice(from, to).split('\n');
  const isOn = all.every((line) => line.startsWith(prefix));
  const insert = all.map((line) => (isOn ? line.slice(prefix.length) : prefix + line)).join('\n');
  const size = isOn ? -prefix.length : prefix.length;
  return { from, to, insert, start: Math.max(from, start + size), end: from + insert.length - (to - end) };
}
