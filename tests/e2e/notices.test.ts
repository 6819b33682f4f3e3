import type { BrowserContext, Page } from '@playwright/test';
import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import type { Person } from './pages/person.ts';
import { say } from './words.ts';

type Shown = { readonly title: string; readonly body: string; readonly tag: string };

/** What the desktop shows of the app, as its own page is told. */
const shown = (page: Page): Promise<readonly Shown[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
  });

/** Contexts of tests are private windows, which are never subscribed to a push service. */
const noPush = /does not support the Push API in incognito mode/;

async function turnOn(person: Person): Promise<void> {
  await person.context.grantPermissions(['notifications'], { origin: person.origin });
  await person.page.goto('/settings');
  await person.page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
  await person.page.getByRole('button', { name: say('notices_turn_on') }).click();
  // No push service is reached from here: what is told with the page closed is delivered by the test below.
  await expect(person.page.getByText(say('notices_on_open'))).toBeVisible();
}

/** Delivers a push as a push service does, to the service worker of the app. */
async function push(context: BrowserContext, origin: string, data: object): Promise<void> {
  const elsewhere = await context.newPage();
  const session = await context.newCDPSession(elsewhere);
  const { promise: registrationId, resolve } = Promise.withResolvers<string>();
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
    if (own) resolve(own.registrationId);
  });
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.deliverPushMessage', {
    origin,
    registrationId: await registrationId,
    data: JSON.stringify(data)
  });
  await elsewhere.close();
}

test('a message is told on the desktop while one is elsewhere, once, and no longer when it was read', async ({
  arrive,
  tolerated
}) => {
  tolerated.push(noPush);
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Kitchen');
  await turnOn(bo);
  await bo.page.goto('/people');
  const again = await (await arrive()).signIn(bo.name, bo.password);
  // Tests see to it that every page believes to be in front; this one is behind another.
  const emulation = await bo.context.newCDPSession(bo.page);
  await emulation.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const front = await bo.context.newPage();
  await front.bringToFront();
  await expect.poll(() => bo.page.evaluate(() => document.hasFocus())).toBe(false);
  await alba.conversation.send('the bread is ready');
  await expect
    .poll(() => shown(bo.page))
    .toEqual([{ title: 'Kitchen', body: expect.stringContaining('the bread is ready'), tag: expect.any(String) }]);
  const icon = bo.page.locator('link[rel=icon]');
  await expect(icon).toHaveAttribute('href', '/icon-unread.svg');
  await again.chats.open('Kitchen');
  await expect(alba.conversation.delivery('the bread is ready', 'delivery_read')).toBeVisible();
  await expect.poll(() => shown(bo.page)).toEqual([]);
  await expect(icon).toHaveAttribute('href', '/icon.svg');
  await front.close();
  await emulation.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  await bo.signOut();
  await expect.poll(() => bo.page.evaluate(() => localStorage.getItem('tertulia.notices'))).toBeNull();
});

test('with every page closed the service worker tells what was pushed, and nothing that is encrypted', async ({
  arrive,
  zone,
  tolerated
}) => {
  tolerated.push(noPush);
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.chats.createRoom('Square', { sealed: false });
  await alba.conversation.invite(bo.name);
  await bo.chats.accept('Square');
  const room = decodeURIComponent(new URL(alba.page.url()).pathname.split('/').at(-1) ?? '');
  await turnOn(bo);
  await alba.conversation.send('benches for all');
  await expect(alba.conversation.reached('benches for all')).toBeVisible();
  const elsewhere = await Account.signIn(zone, alba.name, alba.password);
  const event = (await elsewhere.events(room)).findLast(({ content }) => content.body === 'benches for all')?.event_id;
  const account = `@${bo.name}:localhost`;
  await bo.page.close();
  await push(bo.context, bo.origin, { account, room, event, unread: 1 });
  const page = await bo.context.newPage();
  await page.goto('/settings');
  const told = { title: 'Square', body: `${alba.name}: benches for all`, tag: `${account} ${room}` };
  await expect.poll(() => shown(page)).toEqual([told]);
  await page.close();

  // Read elsewhere: nothing is left to be told. And what is no push of ours is none.
  for (const data of [{ account, unread: 0 }, { unread: 'x' }, { account: 5, room, event: '$e' }])
    await push(bo.context, bo.origin, data);
  const last = await bo.context.newPage();
  await last.goto('/settings');
  await expect.poll(() => shown(last)).toEqual([]);
});
