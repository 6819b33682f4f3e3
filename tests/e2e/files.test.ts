import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { Account, type Event } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { keptForOffline } from './pages/offline.ts';
import { say, saying } from './words.ts';

const text = (name: string, said: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(said) });
const png = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/png', buffer });
/** A picture of 1280 × 720 that no other test has. */
const photo = (page: Page): Promise<Buffer> => page.screenshot();

/** The width in pixels that the picture in there really has; 0 while there is none. */
const widthOf = (place: Locator): Promise<number> =>
  place.locator('img').evaluate((image: HTMLImageElement) => (image.complete ? image.naturalWidth : 0));

for (const sealed of [true, false]) {
  test(`pictures and files reach the other side of a ${sealed ? 'sealed' : 'plain'} room as they were, and stay`, async ({
    arrive,
    zone
  }) => {
    const alba = await (await arrive()).register('alba');
    const bo = await (await arrive()).register('bo');
    await alba.chats.createRoom('Workshop', { sealed });
    await alba.conversation.invite(bo.name);
    await bo.chats.accept('Workshop');
    const original = await photo(alba.page);
    await alba.conversation.attach(png('roof.png', original), text('notes.txt', 'two screws'));
    await alba.conversation.send('from the roof');
    await expect(alba.conversation.reached('from the roof')).toBeVisible();

    for (const { conversation } of [alba, bo]) {
      await expect(conversation.messages('from the roof')).toBeVisible();
      await expect.poll(() => widthOf(conversation.picture('roof.png'))).toBeGreaterThan(300);
      await expect(conversation.log.getByRole('article')).toHaveCount(3);
    }
    // No more than a thumbnail is fetched to show it.
    expect(await widthOf(bo.conversation.picture('roof.png'))).toBeLessThan(1280);
    expect(await bo.conversation.save('notes.txt')).toEqual(Buffer.from('two screws'));

    await bo.conversation.picture('roof.png').click();
    const viewer = bo.page.getByRole('dialog', { name: say('picture_viewer') });
    await expect.poll(() => widthOf(viewer)).toBe(1280);
    const saved = bo.page.waitForEvent('download');
    await viewer.getByRole('button', { name: say('download') }).click();
    expect((await saved).suggestedFilename()).toBe('roof.png');
    await bo.page.keyboard.press('Escape');

    await bo.page.getByRole('button', { name: say('details') }).click();
    await bo.page.getByRole('button', { name: say('shared_files') }).click();
    const shared = bo.page.getByRole('dialog', { name: say('shared_files') });
    await expect.poll(() => widthOf(shared.getByRole('listitem'))).toBeGreaterThan(100);
    await shared.getByRole('listitem').getByRole('button').click();
    await viewer.getByRole('button', { name: say('shared_place') }).click();
    await expect(shared).toBeHidden();
    await expect(bo.conversation.picture('roof.png')).toBeInViewport();

    // Once looked at, it is there without the zone: as it came, sealed or not, and by the service worker.
    await keptForOffline(bo.page);
    await zone.signal('edge', 'SIGSTOP');
    try {
      await bo.page.reload();
      await expect.poll(() => widthOf(bo.conversation.picture('roof.png'))).toBeGreaterThan(300);
    } finally {
      await zone.signal('edge', 'SIGCONT');
    }
    const address = await bo.conversation.picture('roof.png').locator('img').getAttribute('src');
    expect(address).toMatch(/^\/_matrix\/client\/v1\/media\//);
  });
}

test('files written without a network wait over a reload, in their place among the words, and go once', async ({
  arrive,
  zone
}) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Cellar');
  await bo.conversation.send('here');
  await expect(alba.conversation.messages('here')).toBeVisible();
  const picture = await photo(alba.page);
  await keptForOffline(alba.page);
  await zone.signal('edge', 'SIGSTOP');
  try {
    await alba.conversation.send('before');
    await alba.conversation.attach(png('cellar.png', picture));
    await alba.conversation.send('with the picture');
    await alba.conversation.send('after');
    await expect.poll(() => widthOf(alba.conversation.picture('cellar.png'))).toBeGreaterThan(300);
    await alba.page.reload();
    await expect(alba.conversation.delivery('with the picture', 'delivery_waiting')).toBeVisible();
    await expect.poll(() => widthOf(alba.conversation.picture('cellar.png'))).toBeGreaterThan(300);
  } finally {
    await zone.signal('edge', 'SIGCONT');
  }
  await expect(bo.conversation.messages('after')).toBeVisible({ timeout: 30_000 });
  const messages = bo.conversation.log.getByRole('article');
  await expect(messages).toContainText(['here', 'before', 'with the picture', 'after']);
  await expect(messages).toHaveCount(4);
  await expect.poll(() => widthOf(bo.conversation.picture('cellar.png'))).toBeGreaterThan(300);
});

test('how far a large file is on its way is told, one can be stopped, and what the zone would not take is said first', async ({
  arrive
}) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.createRoom('Archive');
  await expect(alba.conversation.field).toBeVisible();
  const [megabyte, most] = [1024 * 1024, 50];
  await alba.page.evaluate(
    (size) => {
      const chosen = new DataTransfer();
      chosen.items.add(new File([new Uint8Array(size)], 'all.iso'));
      const input = document.querySelector<HTMLInputElement>('input[type=file]');
      if (!input) throw new Error('there is nothing to choose files with');
      input.files = chosen.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    most * megabyte + 1
  );
  await expect(alba.page.getByText(/all\.iso.*52 MB/)).toBeVisible();
  await alba.page.getByRole('button', { name: /all\.iso/ }).click();

  await alba.page.evaluate(() => {
    const shares: number[] = [];
    Object.assign(window, { shares });
    new MutationObserver(() => {
      for (const bar of document.querySelectorAll('progress')) shares.push(bar.value);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await alba.conversation.attach({ ...text('hall.raw', ''), buffer: randomBytes(49 * megabyte) });
  await alba.conversation.send('the hall');
  await expect(alba.conversation.reached('the hall')).toBeVisible({ timeout: 60_000 });
  const shares = await alba.page.evaluate(() => (window as unknown as { shares: number[] }).shares);
  expect(shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(0);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));

  await alba.conversation.attach({ ...text('again.raw', ''), buffer: randomBytes(45 * megabyte) });
  await alba.conversation.send('no, wait');
  await alba.conversation
    .messages('no, wait')
    .getByRole('button', { name: say('file_stop') })
    .click();
  await expect(alba.conversation.messages('no, wait')).toHaveCount(0);
  await alba.page.reload();
  await expect(alba.conversation.messages('the hall')).toBeVisible();
  await expect(alba.conversation.messages('no, wait')).toHaveCount(0);
});

test('files of other clients are understood, and ours by them; nothing in one runs', async ({ arrive, zone }) => {
  const alba = await (await arrive()).register('alba');
  const eli = await Account.register(zone, `eli-of-${alba.name}`);
  const room = await eli.createRoom({ name: 'Library', invite: [`@${alba.name}:localhost`] });
  await alba.chats.accept('Library');
  await expect(alba.conversation.titled('Library')).toBeVisible();
  const put = async (bytes: Buffer, type: string): Promise<string> => {
    const headers = { ...eli.authorization, 'content-type': type };
    const body = new Uint8Array(bytes);
    const answer = await fetch(`${zone.origin}/_matrix/media/v3/upload`, { method: 'POST', headers, body });
    return ((await answer.json()) as { content_uri: string }).content_uri;
  };
  const send = (content: Record<string, unknown>) => eli.sendEvent(room, 'm.room.message', content);
  const picture = await photo(alba.page);

  // As Element seals it, by another's hand than ours.
  const [key, iv] = [randomBytes(32), Buffer.concat([randomBytes(8), Buffer.alloc(8)])];
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  const closed = Buffer.concat([cipher.update(picture), cipher.final()]);
  const bare = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const file = {
    url: await put(closed, 'application/octet-stream'),
    v: 'v2',
    key: { alg: 'A256CTR', ext: true, k: key.toString('base64url'), key_ops: ['encrypt', 'decrypt'], kty: 'oct' },
    iv: bare(iv),
    hashes: { sha256: bare(createHash('sha256').update(closed).digest()) }
  };
  const info = { mimetype: 'image/png', size: picture.length, w: 1280, h: 720 };
  await send({ msgtype: 'm.image', body: 'sealed.png', filename: 'sealed.png', file, info });
  await expect.poll(() => widthOf(alba.conversation.picture('sealed.png'))).toBe(1280);
  const forged = { ...file, hashes: { sha256: bare(randomBytes(32)) } };
  await send({ msgtype: 'm.file', body: 'forged.bin', file: forged, info: { size: 5 } });
  await alba.conversation.log.getByRole('button', { name: /forged\.bin/ }).click();
  await expect(alba.conversation.messages('forged.bin').getByText(say('failure_damaged'))).toBeVisible();

  // A picture that could be a program, and a name that would be markup: it is saved, not shown.
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="parent.hacked=1"><script>top.hacked=1</script></svg>';
  const name = '"><img src=x onerror="hacked=1">.svg';
  const url = await put(Buffer.from(svg), 'image/svg+xml');
  await send({ msgtype: 'm.image', body: name, url, info: { ...info, mimetype: 'image/svg+xml' } });
  await expect(alba.conversation.messages(name).getByRole('button', { name: say('download') })).toBeVisible();
  await expect(alba.conversation.picture(name)).toHaveCount(0);
  expect(await alba.page.evaluate(() => 'hacked' in window)).toBe(false);

  await alba.conversation.attach(png('ours.png', picture));
  await alba.conversation.send('for the shelf');
  await expect(alba.conversation.reached('for the shelf')).toBeVisible();
  const { content } = (await eli.events(room, 1))[0] as Event;
  expect(content).toMatchObject({ msgtype: 'm.image', body: 'for the shelf', filename: 'ours.png', info });
  const [, server, id] = /^mxc:\/\/(.+)\/(.+)$/.exec(String(content.url)) ?? [];
  const at = `${zone.origin}/_matrix/client/v1/media/download/${server}/${id}`;
  const got = Buffer.from(await (await fetch(at, { headers: eli.authorization })).arrayBuffer());
  expect(got.equals(picture)).toBe(true);
  expect(createDecipheriv('aes-256-ctr', key, iv).update(closed).equals(picture)).toBe(true);
});

/** Hertz of the strongest tone where a sound is loudest, by its own samples (Goertzel). */
const tone = (page: Page, address: string): Promise<number> =>
  page.evaluate(async (from) => {
    const bytes = await (await fetch(from)).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(bytes);
    const [samples, rate, length] = [sound.getChannelData(0), sound.sampleRate, 1024];
    let [at, most] = [0, 0];
    for (let start = 0; start + length <= samples.length; start += length / 2) {
      const loud = samples.subarray(start, start + length).reduce((sum, value) => sum + value * value, 0);
      if (loud > most) [at, most] = [start, loud];
    }
    const power = (hertz: number) => {
      const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate);
      let [before, last] = [0, 0];
      for (const value of samples.subarray(at, at + length)) [before, last] = [last, value + factor * last - before];
      return last * last + before * before - factor * last * before;
    };
    const all = Array.from({ length: 190 }, (_, step) => 100 + step * 10);
    return all.reduce((best, hertz) => (power(hertz) > power(best) ? hertz : best));
  }, address);

test('what is spoken is heard at the other side', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Balcony');
  await alba.page.getByRole('button', { name: say('voice_record') }).click();
  // The microphone that the browser makes up beeps twice a second, at 400 Hz.
  await expect(alba.page.getByRole('timer')).toHaveText('0:02');
  await alba.page.getByRole('button', { name: say('send') }).click();
  const play = saying('file_play', { name: say('file_audio') });
  await bo.conversation.log.getByRole('button', { name: play }).click();
  const place = bo.conversation.log.getByRole('slider', { name: say('file_position') });
  await expect.poll(async () => Number(await place.inputValue())).toBeGreaterThan(0.5);
  const address = (await bo.conversation.log.locator('audio').getAttribute('src')) ?? '';
  const hertz = await tone(bo.page, address);
  expect(Math.abs(hertz - 400)).toBeLessThanOrEqual(10);
  await expect(bo.chats.row('Balcony')).toContainText(say('file_audio'));
});
