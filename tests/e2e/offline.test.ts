import type { Page } from '@playwright/test';
import { mediaUrl } from '../../src/lib/matrix/media/address.ts';
import type { AccountId } from '../../src/lib/matrix/values.ts';
import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { keptForOffline } from './pages/offline.ts';
import { say } from './words.ts';

/** What a picture at an address comes to in the page: its width, or that it did not load. */
const picture = (page: Page, address: string): Promise<number | 'broken'> =>
  page.evaluate(
    (src) =>
      new Promise<number | 'broken'>((resolve) => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => resolve('broken');
        image.src = src;
      }),
    address
  );

test('the app opens without the zone, at any address, and shows what was there', async ({ arrive, zone }) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.createRoom('Attic');
  await alba.conversation.send('between us');
  await expect(alba.conversation.delivery('between us', 'delivery_sent')).toBeVisible();
  await alba.chats.open('Plaza');
  await expect(alba.conversation.titled('Plaza')).toBeVisible();
  await alba.conversation.send('before the cut');
  await expect(alba.conversation.delivery('before the cut', 'delivery_sent')).toBeVisible();
  await keptForOffline(alba.page);

  // The worst of lines: it takes every request and answers none.
  await zone.signal('edge', 'SIGSTOP');
  try {
    await alba.page.goto('/chats');
    await expect(alba.chats.row('Plaza')).toContainText('before the cut');
    await alba.page.reload();
    await expect(alba.chats.row('Plaza')).toContainText('before the cut');
    await alba.chats.open('Plaza');
    await expect(alba.conversation.messages('before the cut')).toBeVisible();
    await alba.chats.open('Attic');
    await expect(alba.conversation.messages('between us')).toBeVisible();
    await alba.page.goto('/settings');
    await expect(alba.page.getByRole('heading', { name: say('section_settings'), level: 1 })).toBeVisible();
  } finally {
    await zone.signal('edge', 'SIGCONT');
  }
});

test('a picture shows with the rights of who looks, runs nothing, and goes when she signs out', async ({
  arrive,
  zone,
  tolerated
}) => {
  // What is refused on purpose; and a page that is no page of ours asks for an icon.
  tolerated.push(/status of 40[14]/);
  const alba = await (await arrive()).register('alba');
  const elsewhere = await Account.signIn(zone, alba.name, alba.password);
  const drawing =
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="24"><script>top.ran = self.ran = true</script></svg>';
  const content = await elsewhere.upload(drawing, 'image/svg+xml');
  const address = mediaUrl(elsewhere.id as AccountId, content) ?? '';
  const [unclaimed = ''] = address.split('?');
  await keptForOffline(alba.page);

  const statuses = (addresses: readonly string[]) =>
    alba.page.evaluate((all) => Promise.all(all.map(async (one) => (await fetch(one)).status)), addresses);
  // A page that has just been claimed asks past its service worker for another moment.
  await expect.poll(() => statuses([address])).toEqual([200]);
  expect(await picture(alba.page, address)).toBe(48);
  expect(await picture(alba.page, unclaimed)).toBe('broken');
  const other = mediaUrl('@nobody:localhost' as AccountId, content) ?? '';
  expect(await statuses([address, unclaimed, other])).toEqual([200, 401, 401]);
  const part = await alba.page.evaluate(async (one) => {
    const answer = await fetch(one, { headers: { range: 'bytes=0-3' } });
    return [answer.status, await answer.text(), answer.headers.get('content-security-policy')];
  }, address);
  expect(part).toEqual([206, '<svg', expect.stringMatching(/sandbox/)]);

  // As a page of its own it gets no token.
  const opened = await alba.context.newPage();
  expect((await opened.goto(`${alba.origin}${address}`))?.status()).toBe(401);
  await opened.close();

  const media = () => alba.page.evaluate(async () => (await caches.keys()).filter((name) => name.includes('media')));
  expect(await media()).toEqual([`tertulia-media:${elsewhere.id}`]);
  await alba.signOut();
  expect(await media()).toEqual([]);
  expect(await statuses([address])).toEqual([401]);
});
