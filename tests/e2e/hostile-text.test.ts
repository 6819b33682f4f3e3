import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';

/** Each would set `window.hacked` where it is taken for markup. */
const script = '<script>window.hacked = true</script>';
const image = '<img src=x onerror="window.hacked = true">';
const link = 'javascript:window.hacked=true';

test('markup in names, topics and messages is text', async ({ arrive, zone }) => {
  const alba = await (await arrive()).register('alba');
  const mallory = await Account.register(zone, `mallory-of-${alba.name}`);
  const me = encodeURIComponent(mallory.id);
  await mallory.call('PUT', `/v3/profile/${me}/displayname`, { displayname: image });
  const room = await mallory.createRoom({ name: script, topic: image, invite: [`@${alba.name}:localhost`] });

  await expect(alba.chats.row(script)).toBeVisible();
  await alba.chats.accept(script);
  await expect(alba.conversation.titled(script)).toBeVisible();
  const raw = (content: Record<string, string>) =>
    mallory.call('PUT', `/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${Math.random()}`, content);
  const html = {
    format: 'org.matrix.custom.html',
    formatted_body: `<b>formatted</b>${script}${image}<a href="${link}">x</a>`
  };
  await raw({ msgtype: 'm.text', body: script });
  await raw({ msgtype: 'm.text', body: 'formatted', ...html });
  await raw({ msgtype: 'm.emote', body: image });
  await raw({ msgtype: 'm.text', body: link });
  await raw({ msgtype: 'm.image', body: image, url: link });

  const { log } = alba.conversation;
  await expect(alba.conversation.messages(script)).toBeVisible();
  await expect(alba.conversation.messages('formatted')).toBeVisible();
  await expect(alba.conversation.messages(link)).toBeVisible();
  await expect(log.getByText(image).first()).toBeVisible();
  await expect(log.locator('script, img, [onerror]')).toHaveCount(0);
  await expect(log.locator('a[href^="javascript:"]')).toHaveCount(0);
  await alba.page.reload();
  await expect(alba.conversation.titled(script)).toBeVisible();
  expect(await alba.page.evaluate(() => 'hacked' in window)).toBe(false);
});
