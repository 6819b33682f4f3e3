import type { Page } from '@playwright/test';
import { Account, patiently } from '../lab/account.ts';
import { drawings, markup } from '../hostile.ts';
import { expect, test } from './fixtures.ts';
import { say } from './words.ts';

/** Some for where many words have no room, one of each sort. */
const few = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<svg onload=alert(1)><script>alert(1)</script></svg>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '{@html "<img src=x onerror=alert(1)>"}',
  'javascript:alert(1)'
];
const image = '<img src=x onerror=alert(1)>';

/** What runs says so in a dialog, from whichever frame. */
function running(page: Page): readonly string[] {
  const ran: string[] = [];
  page.on('dialog', (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  return ran;
}

/** What of others' markup has become a part of the page, whether it runs here or the zone's policy stops it. */
const taken = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const own = (address: string) => /^(?:blob:|\/|https?:|mailto:|#|$)/.test(address);
    const found = [...document.querySelectorAll('main *, dialog *, [role=dialog] *, #picture *')].filter((element) => {
      const { localName: name } = element;
      if (['script', 'iframe', 'object', 'embed', 'base', 'meta', 'style', 'foreignobject'].includes(name)) return true;
      if (element instanceof HTMLImageElement && !/^(?:blob:|\/_matrix\/)/.test(element.getAttribute('src') ?? ''))
        return true;
      return element.getAttributeNames().some((attribute) => {
        const value = element.getAttribute(attribute) ?? '';
        return attribute.startsWith('on') || (/^(?:xlink:)?href$|action$/.test(attribute) && !own(value));
      });
    });
    return found.map(({ outerHTML }) => outerHTML.slice(0, 200));
  });

test('markup in names, topics, messages, files and signs is text', async ({ arrive, zone, tolerated }) => {
  test.setTimeout(300_000);
  // The zone makes no thumbnails of what is no picture.
  tolerated.push(/status of 400/);
  // What records the journey looks into pictures by itself, which the zone's policy forbids to everybody.
  tolerated.push(/^Connecting to 'blob:/);
  const alba = await (await arrive()).register('alba');
  const ran = running(alba.page);
  const mallory = await Account.register(zone, `mallory-of-${alba.name}`);
  const me = encodeURIComponent(mallory.id);
  await mallory.call('PUT', `/v3/profile/${me}/displayname`, { displayname: image });
  const [script = ''] = few;
  const room = await mallory.createRoom({ name: script, topic: image, invite: [`@${alba.name}:localhost`] });
  await expect(alba.chats.row(script)).toBeVisible();
  expect(await taken(alba.page)).toEqual([]);
  await alba.chats.accept(script);
  await expect(alba.conversation.titled(script)).toBeVisible();

  const put = (type: string, content: Record<string, unknown>, key = '') => {
    const path = `/v3/rooms/${encodeURIComponent(room)}/state/${type}/${encodeURIComponent(key)}`;
    return patiently(() => mallory.call('PUT', path, content));
  };
  const tell = (content: Record<string, unknown>) => mallory.sendEvent(room, 'm.room.message', content);
  const html = (formatted: string) => ({ format: 'org.matrix.custom.html', formatted_body: formatted });
  const first = await tell({ msgtype: 'm.text', body: 'the first of all' });
  for (const piece of markup) {
    await tell({ msgtype: 'm.text', body: piece });
    await tell({ msgtype: 'm.text', body: piece, ...html(`<b>so</b> ${piece}`) });
    await tell({ msgtype: 'm.file', filename: piece, body: piece, url: piece, ...html(`<i>with</i> ${piece}`) });
  }
  for (const piece of few) {
    await put('m.room.name', { name: piece });
    await put('m.room.topic', { topic: piece });
    await put('m.room.member', { membership: 'join', displayname: piece, avatar_url: piece }, mallory.id);
    await mallory.sendEvent(room, 'm.reaction', {
      'm.relates_to': { rel_type: 'm.annotation', event_id: first, key: piece }
    });
    await tell({ msgtype: 'm.emote', body: piece });
    await tell({ msgtype: 'm.notice', body: piece, ...html(`<pre><code class="${piece}">${piece}</code></pre>`) });
    const answered = { 'm.in_reply_to': { event_id: first } };
    await tell({ msgtype: 'm.text', body: `> ${piece}\n\n${piece}`, 'm.relates_to': answered });
  }
  for (const drawing of drawings) {
    const url = await mallory.upload(drawing, 'image/svg+xml');
    for (const mimetype of ['image/svg+xml', 'image/png'])
      await tell({
        msgtype: 'm.image',
        body: `${mimetype} drawing.svg`,
        url,
        info: { mimetype, size: 300, w: 90, h: 90 }
      });
  }
  const last = await tell({ msgtype: 'm.text', body: script });
  await put('m.room.pinned_events', { pinned: [last] });
  await put('m.room.name', { name: script });

  await expect(alba.conversation.messages(script).last()).toBeVisible();
  // Only what is in sight is in the page: all of it comes by.
  const found = new Set<string>();
  const { log } = alba.conversation;
  await expect
    .poll(
      async () => {
        for (const one of await taken(alba.page)) found.add(one);
        await log.evaluate((list) => list.scrollBy(0, -list.clientHeight / 2));
        return alba.conversation.messages('the first of all').first().isVisible();
      },
      { timeout: 120_000, intervals: [100] }
    )
    .toBe(true);
  for (const one of await taken(alba.page)) found.add(one);
  expect([...found]).toEqual([]);

  await alba.page.getByRole('button', { name: say('details') }).click();
  await expect(alba.page.getByText(few.at(-1) ?? '').first()).toBeVisible();
  expect(await taken(alba.page)).toEqual([]);
  // Once more from what this browser keeps, where the list is painted from its own HTML.
  await alba.page.reload();
  await expect(alba.conversation.titled(script)).toBeVisible();
  expect(await taken(alba.page)).toEqual([]);
  expect(ran).toEqual([]);

  // What is looked for would have been found.
  await log.evaluate((list) => {
    list.append(document.createElement('iframe'));
    alert('found');
  });
  expect(await taken(alba.page)).toHaveLength(1);
  expect(ran).toEqual(['found']);
});
