import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heap, megabytes, turning } from '../../../tests/hostile.ts';
import { text } from './engine/event.ts';
import { bodyOf } from './engine/timeline/body.ts';
import { withoutPiles, withoutTurns } from './unruly.ts';
import { richOf } from './writing/rich.ts';
import { wordsOf } from './writing/words.ts';

const said = (body: string, more: object = {}) => bodyOf('m.room.message', { msgtype: 'm.text', body, ...more });

describe('marks', () => {
  it('that are piled on one another are left out, wherever somebody writes', () => {
    const calm = withoutPiles(heap);
    expect(calm).toMatch(/^Z\p{M}{6}algo$/u);
    expect(text(heap)).toBe(calm);
    expect(said(heap)).toMatchObject({ text: calm });
    expect(wordsOf(richOf(`<b>${heap}</b>`, '') ?? [])).toBe(calm);
    expect(said(heap, { msgtype: 'm.file', filename: heap })).toMatchObject({ name: calm });
    expect(said(heap, { msgtype: 'm.file', filename: 'a.txt' })).toMatchObject({ caption: { text: calm } });
  });

  it.each(['Việt Nam', 'בְּרֵאשִׁ֖ית בָּרָ֣א', 'ที่นี่', 'བསྒྲུབས', 'नमस्ते', '👩🏽‍🚒 🏳️‍🌈 1️⃣'])('of «%s» stay', (written) => {
    expect(withoutTurns(written)).toBe(written);
    expect(said(written)).toMatchObject({ text: written });
  });
});

describe('a name', () => {
  it.each(turning)('turns nothing beside it: %j', (name) => {
    expect(text(name)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(text(name)).toMatch(/\w/);
  });

  it('of nothing but such signs is none', () => {
    expect(text('\u202e \u2069')).toBeUndefined();
  });

  it('is what it was where it is like others, and bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aéب \u200d🙂') }), (name) => {
        expect(text(name) ?? '').toBe(name.trim() === '' ? '' : name);
      })
    );
    for (const long of megabytes) expect(text(long)?.length).toBeLessThanOrEqual(500);
  });

  it('words that turn what they say stay as they were written', () => {
    for (const words of turning) expect(said(words)).toMatchObject({ text: words });
  });
});

it.each(megabytes.map((words) => [words.slice(0, 6), words]))(
  '1 MB of «%s» is soon read, and bounded',
  (_start, words) => {
    const start = performance.now();
    const read = [said(words), said('x', { format: 'org.matrix.custom.html', formatted_body: words })];
    const rich = richOf(`<p>${words}`, '') ?? [];
    expect(wordsOf(rich).length).toBeLessThanOrEqual(64 * 1024);
    expect(JSON.stringify(read).length).toBeLessThan(300 * 1024);
    expect(withoutTurns(heap.repeat(3000))).toHaveLength(11 * 3000);
    expect(performance.now() - start).toBeLessThan(2000);
  }
);
