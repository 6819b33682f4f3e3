/** The zone gets a newer build while people have the older one open: two real builds on one origin. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Account } from '../lab/account.ts';
import { makeNewerBuild } from '../lab/newer-build.ts';
import { expect, test } from './fixtures.ts';
import { enginesOf, withoutSharedWorkers } from './pages/engine.ts';
import { Conversation } from './pages/conversation.ts';
import { keptForOffline } from './pages/offline.ts';
import { say } from './words.ts';

const checkout = join(import.meta.dirname, '..', '..');

/** Of which build a page is, by the engine that it names. */
const buildOf = (page: Page) => page.evaluate(() => document.documentElement.dataset.engine);

/** The builds of which this browser keeps files. */
const buildsKept = (page: Page) =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('tertulia-build:')));

for (const way of ['one worker for all tabs', 'a worker for each tab'] as const) {
  test(`a newer build takes over from an older one: ${way}`, async ({ arrive, zone, tolerated }) => {
    test.setTimeout(180_000);
    const alba = await arrive();
    if (way === 'a worker for each tab') await withoutSharedWorkers(alba.page);
    await alba.register('alba');
    await alba.chats.createRoom('Attic');
    await alba.conversation.send('before');
    await expect(alba.conversation.delivery('before', 'delivery_sent')).toBeVisible();
    await keptForOffline(alba.page);
    const second = await alba.context.newPage();
    await second.goto(alba.page.url());
    const inSecond = new Conversation(second);
    await expect(inSecond.messages('before')).toBeVisible();
    const [older] = await enginesOf(alba);
    const [olderKept] = await buildsKept(alba.page);

    // What waits to be sent and what is half written, as the newer build comes.
    tolerated.push(/status of 50[234]/);
    await zone.signal('synapse', 'SIGSTOP');
    await inSecond.send('queued');
    await expect(inSecond.delivery('queued', 'delivery_waiting')).toBeVisible();
    await alba.conversation.field.fill('half a ');
    const newest = join(zone.data, '..', `newer-${way.length}`);
    makeNewerBuild(join(checkout, 'build'), newest);
    const back = await zone.deploy(newest);
    try {
      const third = await alba.context.newPage();
      const inThird = new Conversation(third);
      // Where the zone takes its time, a page opens as it was kept; the next one is new.
      await expect(async () => {
        await third.goto(alba.page.url());
        expect(await buildOf(third)).not.toBe(await buildOf(alba.page));
      }).toPass();
      await expect(inThird.delivery('queued', 'delivery_waiting')).toBeVisible();
      await expect(inThird.field).toHaveValue('half a ');
      await expect.poll(() => enginesOf(alba)).toHaveLength(1);
      expect(await enginesOf(alba)).not.toContain(older);

      // The older tabs stay as they were, say what to do, and write nothing into the newer one's store.
      for (const page of [alba.page, second]) await expect(page.getByText(say('version_newer'))).toBeVisible();
      for (const shown of [alba.conversation, inSecond]) await expect(shown.messages(/before|queued/)).toHaveCount(2);
      await alba.conversation.send('half a sentence');
      await expect(alba.page.getByText(say('failure_newer_version'))).toBeVisible();
      await expect(inThird.field).toHaveValue('half a ');

      await zone.signal('synapse', 'SIGCONT');
      await expect(inThird.delivery('queued', 'delivery_sent')).toBeVisible({ timeout: 60_000 });
      for (const page of [alba.page, second]) {
        await page.getByRole('button', { name: say('version_reload') }).click();
        await expect(page.getByText(say('version_newer'))).toBeHidden();
        await expect.poll(() => buildOf(page)).toBe(await buildOf(third));
      }
      for (const shown of [alba.conversation, inSecond, inThird])
        await expect(shown.messages(/before|queued|half/)).toHaveText([/before/, /queued/]);
      await expect(alba.conversation.field).toHaveValue('half a sentence');
      await alba.conversation.send('half a sentence, and the rest');
      await expect(inSecond.messages('and the rest')).toBeVisible();
      await expect(alba.conversation.delivery('and the rest', 'delivery_sent')).toBeVisible();

      const room = decodeURIComponent(new URL(alba.page.url()).pathname.split('/').pop() ?? '');
      const events = await (await Account.signIn(zone, alba.name, alba.password)).events(room);
      expect(events.filter(({ type }) => type === 'm.room.encrypted')).toHaveLength(3);
      // Nobody is of the older one any more: it goes, once the newer one is kept.
      await expect.poll(() => buildsKept(alba.page)).toEqual([expect.not.stringMatching(`^${olderKept}$`)]);
    } finally {
      await back();
    }
  });
}
