import { describe, expect, it } from 'vitest';
import type { Block, Body } from '$lib/matrix/values';
import { wordsHeight } from './row-height';

const said = (text: string, rich?: readonly Block[]): Body => ({
  type: 'text',
  style: 'plain',
  text,
  ...(rich && { rich })
});

describe('the height of what is not drawn yet', () => {
  it('grows with the words and with the lines', () => {
    expect(wordsHeight(said('a'))).toBe(22);
    expect(wordsHeight(said('a\nb'))).toBe(44);
    expect(wordsHeight(said('a'.repeat(120)))).toBe(66);
  });

  it('is that of the format where there is one', () => {
    const code: Block = { type: 'code', language: '', text: 'a\nb\nc' };
    expect(wordsHeight(said('```\na\nb\nc\n```', [code]))).toBe(72);
    expect(wordsHeight(said('', [{ type: 'paragraph', of: ['a'] }, code]))).toBe(22 + 6 + 72);
  });

  it('is bounded for code, which scrolls', () => {
    expect(wordsHeight(said('', [{ type: 'code', language: '', text: '\n'.repeat(500) }]))).toBe(384);
  });
});
