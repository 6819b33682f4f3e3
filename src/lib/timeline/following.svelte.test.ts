import { expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { showConversation } from '../../../tests/component/conversation';

it('stays with the newest, however fast they come', async () => {
  const example = await examples.long();
  await showConversation(example);
  const { zone } = example.browser;
  await expect.element(page.getByRole('article').filter({ hasText: '500. ' })).toBeInViewport();
  // As on a slow machine: it comes late to its own steps, and is told late of its own scrolling.
  const late = (event: Event) => event.stopImmediatePropagation();
  window.addEventListener('scroll', late, { capture: true });
  const steps: FrameRequestCallback[] = [];
  const frames = vi.spyOn(window, 'requestAnimationFrame').mockImplementation((step) => steps.push(step));
  for (let at = 1; at <= 90; at++) {
    zone.say(zone.plaza, '@marta:zone.example' as UserId, `more ${at}. ${'and on '.repeat((at * 7) % 40)}`);
    if (at % 9 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  frames.mockRestore();
  for (const step of steps) requestAnimationFrame(step);
  window.removeEventListener('scroll', late, { capture: true });
  await expect.element(page.getByRole('article').filter({ hasText: 'more 90. ' })).toBeInViewport();
  await expect.element(page.getByRole('button', { name: /^To .*newest|^To \d+ new/ })).not.toBeInTheDocument();
});
