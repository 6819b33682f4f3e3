import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { PushTarget, UserId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import NoticesReminder from './NoticesReminder.svelte';
import NoticesStatus from './NoticesStatus.svelte';
import type { Platform } from './notices.svelte';

const target: PushTarget = { endpoint: 'https://push.example/one', p256dh: 'key', auth: 'auth' };
const marta = '@marta:zone.example' as UserId;

function platformOf(more: Partial<Platform> = {}, answer: NotificationPermission = 'granted') {
  let permission: NotificationPermission = 'default';
  const kept = new Map<string, string>();
  return {
    permission: () => permission,
    ask: vi.fn(async () => (permission = answer)),
    subscribe: vi.fn(async () => target),
    unsubscribe: vi.fn(async () => target),
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, to: string) => kept.set(key, to),
      removeItem: (key: string) => kept.delete(key)
    },
    ...more
  } satisfies Platform;
}

async function open(view: typeof NoticesStatus, platform: Platform) {
  const example = (await examples.newcomer()) as Example & { account: UserId };
  await show(example, view, {}, platform);
  const { zone } = example.browser;
  const pushers = () => [...(zone.people.get(example.account)?.pushers.values() ?? [])];
  return { ...example, zone, pushers };
}
const button = (name: string) => page.getByRole('button', { name });

describe('notices', () => {
  it('are asked for when one says so, and the zone learns where the browser is', async () => {
    const platform = platformOf();
    const { pushers } = await open(NoticesStatus, platform);
    expect(platform.ask).not.toHaveBeenCalled();
    await button('Turn notices on').click();
    await expect
      .element(page.getByText('You hear of what is new on this device, also with the page closed.'))
      .toBeVisible();
    expect(pushers()).toEqual([target]);
    await button('Turn notices off').click();
    await expect.element(button('Turn notices on')).toBeVisible();
    expect(pushers()).toEqual([]);
  });

  it('say so where the browser cannot be reached with the page closed', async () => {
    await open(NoticesStatus, platformOf({ subscribe: async () => null }));
    await button('Turn notices on').click();
    await expect.element(page.getByText(/while the page is open somewhere/)).toBeVisible();
  });

  it('say what to do where the browser keeps them back, or has none', async () => {
    await open(NoticesStatus, platformOf({}, 'denied'));
    await button('Turn notices on').click();
    await expect.element(page.getByText(/Allow them in the settings of the browser/)).toBeVisible();
  });

  it('say that there are none', async () => {
    await open(NoticesStatus, platformOf({ permission: () => null }));
    await expect.element(page.getByText(/has no notices/)).toBeVisible();
  });

  it('say why they could not be set, and are on in an open page all the same', async () => {
    const example = platformOf();
    const { browser } = await open(NoticesStatus, example);
    browser.network.failNext('pushers.set', 'unreachable');
    await button('Turn notices on').click();
    await expect.element(page.getByText(/while the page is open somewhere/)).toBeVisible();
    await expect.element(page.getByText('The zone does not answer.')).toBeVisible();
  });

  it('are offered when somebody has written, once', async () => {
    const platform = platformOf();
    const { zone } = await open(NoticesReminder, platform);
    expect(button('Turn notices on').query()).toBeNull();
    zone.say(zone.plaza, marta, 'is anybody there?');
    await expect.element(button('Turn notices on')).toBeVisible();
    await button('Not now').click();
    await expect.element(button('Turn notices on')).not.toBeInTheDocument();
    expect(platform.storage.getItem('tertulia.notices')).toBe('later');
  });

  it.each(themes)('have no fault of accessibility, %s', async (theme) => {
    paint(theme);
    await open(NoticesStatus, platformOf());
    await expect.poll(faults).toEqual([]);
  });
});
