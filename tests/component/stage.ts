import axe from 'axe-core';
import type { Component } from 'svelte';
import { render } from 'vitest-browser-svelte';
import { Session } from '$lib/session/session.svelte';
import type { Platform } from '$lib/settings/notices.svelte';
import type { Example } from '$lib/matrix/fake/examples';
import Stage from './Stage.svelte';

/** Puts a view on a page of its own, in front of an example of the whole app. */
export async function show<View extends Component<never>>(
  example: Example,
  view: View,
  props: Parameters<View>[1],
  platform?: Platform
) {
  const session = new Session(async () => example.browser);
  await session.connect();
  return render(Stage, {
    example,
    session,
    view: view as Component<never> as Component<Record<string, unknown>>,
    given: props,
    platform
  });
}

/** What axe finds wrong with the page as it stands, once what moves has come to rest. */
export async function faults(): Promise<readonly string[]> {
  const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(moving.map(({ finished }) => finished));
  const { violations } = await axe.run(document.body, {
    // The stage is a part of a page: the landmarks around it belong to the layout, which the end-to-end tests check.
    rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } }
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`)
  );
}

export const themes = ['light', 'dark'] as const;

/** As the person chose it. */
export function paint(theme: (typeof themes)[number]): void {
  document.documentElement.dataset.theme = theme;
}
