import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { showConversation } from '../../../tests/component/conversation';

it('stays with the newest, however fast they come', async () => {
  const example = await examples.long();
  await showConversation(example);
  const { zone } = example.browser;
  await expect.element(page.getByRole('article').filter({ hasText: '500. ' })).toBeInViewport();
  const turns = [
    () => new Promise((resolve) => setTimeout(resolve)),
    () => new Promise((resolve) => requestAnimationFrame(resolve)),
    () => Promise.resolve()
  ];
  for (let at = 1; at <= 90; at++) {
    zone.say(zone.plaza, '@marta:zone.example' as UserId, `more ${at}. ${'and on '.repeat((at * 7) % 40)}`);
    await turns[at % 3]?.();
  }
  await expect.element(page.getByRole('article').filter({ hasText: 'more 90. ' })).toBeInViewport();
  await expect.element(page.getByRole('button', { name: /^To .*newest|^To \d+ new/ })).not.toBeInTheDocument();
});
