import { beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { withoutPiles, withoutTurns } from '$lib/matrix/unruly';
import type { Body } from '$lib/matrix/values';
import { isolate } from '$lib/ui/words';
import { showConversation } from '../../../tests/component/conversation';
import { paint } from '../../../tests/component/stage';
import { heap, megabytes, turning } from '../../../tests/hostile';

/** As much of a message as the engine gives to a page. */
const longest = 64 * 1024;

async function say(...texts: readonly string[]) {
  const example = await examples.direct();
  const { browser, room, account } = example;
  const target = room && browser.zone.rooms.get(room);
  if (!target || !account) throw new Error('nobody is here');
  await showConversation(example);
  await expect.element(page.getByRole('log')).toBeVisible();
  for (const text of texts) browser.zone.say(target, account, { type: 'text', style: 'plain', text } satisfies Body);
}
const log = () => page.getByRole('log').element();
const row = (text: string) => page.getByRole('article').filter({ hasText: text });
const boxOf = (element: Element) => element.getBoundingClientRect();
/** Whether the letters of it stand from left to right. */
function isInOrder(place: Element): boolean {
  const [words] = place.childNodes;
  if (!words) throw new Error('no words');
  const sides = Array.from(words.textContent ?? '', (_, at) => {
    const range = document.createRange();
    range.setStart(words, at);
    range.setEnd(words, at + 1);
    return range.getBoundingClientRect().left;
  });
  return sides.every((side, at) => at === 0 || side > (sides[at - 1] ?? 0));
}

beforeEach(() => paint('light'));

describe('a message that is not like others', () => {
  it.each(megabytes.map((text) => [text.slice(0, 6), text]))(
    'of 1 MB, «%s», stays in its column, and one goes on writing below it',
    async (_start, text) => {
      await say(text.slice(0, longest), 'after it');
      await expect.element(row('after it')).toBeVisible();
      expect(log().scrollWidth).toBe(log().clientWidth);
      const field = page.getByRole('textbox', { name: 'Write a message' });
      await field.fill('quickly');
      const start = performance.now();
      await userEvent.keyboard('{Enter}');
      await expect.element(row('quickly')).toBeVisible();
      expect(performance.now() - start).toBeLessThan(2000);
      log().scrollTop -= 300;
      await expect.poll(() => log().scrollWidth - log().clientWidth).toBe(0);
    }
  );

  it('with marks piled up is no higher than another', async () => {
    await say(withoutPiles(heap), 'after it');
    await expect.element(row('after it')).toBeVisible();
    const height = (text: string) => {
      const bubble = row(text).element().querySelector('[data-bubble]');
      return bubble ? boxOf(bubble).height : 0;
    };
    expect(height('algo')).toBeGreaterThan(0);
    expect(height('algo')).toBeLessThan(1.5 * height('after it'));
  });

  it.each(turning)('that turns what it says turns nothing beside it: %j', async (text) => {
    await say(text, 'after it');
    await expect.element(row('after it')).toBeVisible();
    const times = [...document.querySelectorAll('article time')];
    expect(times.length).toBeGreaterThan(1);
    for (const time of times) expect(isInOrder(time)).toBe(true);
  });
});

it('a name cannot turn the sentence that it is in', () => {
  const place = document.createElement('p');
  document.body.append(place);
  const turns = (name: string) => {
    const words = document.createElement('span');
    words.textContent = 'came in';
    place.replaceChildren(isolate(name), ' ', words);
    return !isInOrder(words);
  };
  // What is kept out: the isolate around a name holds none of this.
  expect(turning.filter(turns)).not.toEqual([]);
  expect(turning.map(withoutTurns).filter(turns)).toEqual([]);
  place.remove();
});
