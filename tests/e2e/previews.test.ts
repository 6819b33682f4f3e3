import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, pagesAt, test } from './fixtures.ts';
import { say } from './words.ts';

const picture = readFileSync(join(import.meta.dirname, '../../static/icon-512.png'));

test('in an encrypted room one chooses to see where links lead; it comes into its place, and one link can be hidden', async ({
  arrive
}) => {
  const released = Promise.withResolvers<void>();
  const web = createServer(async ({ url }, response) => {
    if (url === '/bread.png') return response.setHeader('content-type', 'image/png').end(picture);
    await released.promise;
    const tags = { title: 'Bread on Saturday', description: 'From eight on.', image: '/bread.png' };
    const head = Object.entries(tags).map(([name, text]) => `<meta property="og:${name}" content="${text}">`);
    return response
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><html><head>${head.join('')}</head></html>`);
  }).listen(0, pagesAt);
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Bakery');
  const { page, conversation } = alba;
  await conversation.send(`who comes? http://${pagesAt}:${port}/bread`);
  await expect(conversation.reached('who comes?')).toBeVisible();
  const card = conversation.log.getByRole('link', { name: `${pagesAt}:${port} /bread` });
  await expect(card).toHaveCount(0);
  await page.getByRole('button', { name: say('details') }).click();
  await page.getByRole('checkbox', { name: say('link_previews_show') }).check();
  await page.getByRole('button', { name: say('close') }).click();
  await expect(card).toBeVisible();
  const words = conversation.log.getByText('who comes?');
  const before = await words.boundingBox();
  released.resolve();
  const bread = conversation.log.getByRole('link', { name: /^Bread on Saturday .*From eight on\.$/ });
  await expect(bread).toBeVisible();
  const shown = bread.locator('img');
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  // By the service worker, as other pictures of the zone.
  await expect(shown).toHaveAttribute('src', /^\/_matrix\/client\/v1\/media\/thumbnail\//);
  expect(await words.boundingBox()).toEqual(before);

  await page.getByRole('button', { name: say('link_preview_hide') }).click();
  await expect(bread).toHaveCount(0);
  await page.reload();
  await expect(conversation.messages('who comes?')).toBeVisible();
  await expect(bread).toHaveCount(0);
  web.close();
});
