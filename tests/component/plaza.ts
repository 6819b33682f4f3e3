import { expect } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { EventId, UserId } from '$lib/matrix/values';
import { showConversation } from './conversation';

export const marta = '@marta:zone.example' as UserId;
/** The row of a message. */
export const article = (text: string) => page.getByRole('article').filter({ hasText: text });

/** The plaza, open in front of Alba, after `before` has happened there. */
export async function open(
  before: (example: Example & { account: UserId; room: string }) => unknown = () => undefined
) {
  const example = (await examples.plaza()) as Example & { account: UserId; room: NonNullable<Example['room']> };
  await before(example);
  await showConversation(example);
  return example;
}

/** Somebody says something in the plaza. */
export const said = ({ browser }: Example, text: string, sender = marta): EventId =>
  browser.zone.say(browser.zone.plaza, sender, text).id;
export const mine = (example: Example & { account: UserId }, text: string): EventId =>
  said(example, text, example.account);

/** The tool bar of a message, by the mouse. */
export async function point(text: string) {
  await article(text).getByText(text).hover();
  const bar = page.getByRole('toolbar', { name: 'What to do with the message' });
  await expect.element(bar).toBeVisible();
  // A press on what still moves is tried again with the list scrolled elsewhere, and then one points at another message.
  await Promise.all(
    bar
      .element()
      .getAnimations()
      .map(({ finished }) => finished)
  );
  return bar;
}

/** Chooses something to do to a message. */
export async function choose(text: string, action: string) {
  const bar = await point(text);
  await bar.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}
