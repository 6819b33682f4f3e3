import { pictures } from '../../src/lib/matrix/media/testing/pictures.ts';
import { sealFile } from '../../src/lib/matrix/media/sealed-file.ts';
import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { say } from './words.ts';

/** 36 × 100 million pixels in some bytes. */
const bomb = pictures.png(60_000, 60_000);

test('a picture that would take all memory is a file to be saved, sealed or not, whatever was said of it', async ({
  arrive,
  zone,
  tolerated
}) => {
  // The service worker gives none of it to the page.
  tolerated.push(/status of 413/);
  const alba = await (await arrive()).register('alba');
  const eli = await Account.register(zone, `eli-of-${alba.name}`);
  const room = await eli.createRoom({ name: 'Hill', invite: [`@${alba.name}:localhost`] });
  await alba.chats.accept('Hill');
  await expect(alba.conversation.titled('Hill')).toBeVisible();
  const put = async (bytes: BodyInit): Promise<string> => {
    const headers = { ...eli.authorization, 'content-type': 'application/octet-stream' };
    const answer = await fetch(`${zone.origin}/_matrix/media/v3/upload`, { method: 'POST', headers, body: bytes });
    return ((await answer.json()) as { content_uri: string }).content_uri;
  };
  const { bytes, seal: sealing } = await sealFile(bomb.buffer);
  const { key, iv, sha256 } = await sealing;
  const file = {
    url: await put(bytes),
    v: 'v2',
    key: { alg: 'A256CTR', ext: true, k: key, key_ops: ['encrypt', 'decrypt'], kty: 'oct' },
    iv,
    hashes: { sha256 }
  };
  const info = { size: bomb.length, w: 300, h: 200 };
  const tell = (content: object) => eli.sendEvent(room, 'm.room.message', { msgtype: 'm.image', ...content });
  await tell({ body: 'sealed.png', file, info: { ...info, mimetype: 'image/png' } });
  // Of this kind the zone makes no thumbnail: the page would draw it as it is.
  await tell({ body: 'plain.avif', url: await put(bomb), info: { ...info, mimetype: 'image/avif' } });

  for (const name of ['sealed.png', 'plain.avif']) {
    const message = alba.conversation.messages(name);
    await expect(message.getByText(say('failure_too_many_pixels'))).toBeVisible();
    await expect(message.locator('img')).toHaveCount(0);
    expect(await alba.conversation.save(name)).toEqual(Buffer.from(bomb));
  }
});
