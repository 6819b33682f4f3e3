import { describe, expect, it } from 'vitest';
import { piecesOf } from './highlight';

const kindsIn = (language: string, code: string) =>
  (piecesOf(language, code) ?? []).flatMap(({ text, kind }) => (kind && text.trim() ? [[text, kind]] : []));

describe('code in a message', () => {
  it('is cut into what is shown apart', () => {
    expect(kindsIn('js', 'const a = "b"; // c')).toEqual([
      ['const', 'word'],
      ['"b"', 'text'],
      ['// c', 'note']
    ]);
    expect(kindsIn('python', 'def f(): return 1')).toEqual([
      ['def', 'word'],
      ['f', 'name'],
      ['return', 'word'],
      ['1', 'number']
    ]);
    expect(kindsIn('json', '{"a": true}')).toContainEqual(['true', 'word']);
  });

  it('is all there, in order', () => {
    const code = 'for i in $(seq 3); do\n  echo "<b>$i</b>" # x\ndone';
    const pieces = piecesOf('bash', code) ?? [];
    expect(pieces.map(({ text }) => text).join('')).toBe(code);
    for (const { at, text } of pieces) expect(code.slice(at, at + text.length)).toBe(text);
  });

  it('stays as it is where nobody knows the language, or it is too much', () => {
    expect(piecesOf('klingon', 'x')).toBeNull();
    expect(piecesOf('', 'x')).toBeNull();
    expect(piecesOf('js', 'x'.repeat(20_001))).toBeNull();
  });
});
