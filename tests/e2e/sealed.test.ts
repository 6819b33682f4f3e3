import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { say } from './words.ts';

test('a direct conversation is encrypted, and a second device reads it with the recovery key', async ({
  arrive,
  zone
}) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.chats.writeTo(bo.name);
  await expect(alba.page.getByText(say('sealed'), { exact: true })).toBeVisible();
  await alba.conversation.send('between us');
  await bo.chats.accept(alba.name);
  await expect(bo.conversation.messages('between us')).toBeVisible();
  await bo.conversation.send('nobody else');
  await expect(alba.conversation.messages('nobody else')).toBeVisible();
  const path = new URL(alba.page.url()).pathname;

  const key = await alba.recovery.setUp(alba.password);
  await alba.page.goto(path);
  await alba.conversation.send('since the key was made');
  await expect(bo.conversation.messages('since the key was made')).toBeVisible();

  const second = await (await arrive()).signIn(alba.name, alba.password);
  await second.page.goto(path);
  await expect(second.conversation.log.getByRole('article')).toHaveCount(3);
  await expect(second.conversation.messages('between us')).toBeHidden();
  await second.recovery.restore(key);
  await second.page.goto(path);
  for (const text of ['between us', 'nobody else', 'since the key was made']) {
    await expect(second.conversation.messages(text)).toBeVisible();
  }
  await second.conversation.send('from the second device');
  await expect(bo.conversation.messages('from the second device')).toBeVisible();

  const room = decodeURIComponent(path.split('/').pop() ?? '');
  const seen = await (await Account.signIn(zone, alba.name, alba.password)).events(room);
  expect(seen.filter(({ type }) => type === 'm.room.encrypted')).toHaveLength(4);
  expect(seen.filter(({ type }) => type === 'm.room.message')).toEqual([]);
  expect(JSON.stringify(seen)).not.toContain('between us');
});

test('a wrong recovery key is refused with a sentence', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  await alba.recovery.setUp(alba.password);
  const second = await (await arrive()).signIn(alba.name, alba.password);
  await second.recovery.enter('EsTc 5rr1 4KhM b4Jc dhWA eGwR n2D4 cFdq PXBw 6XhD 3aK8 1sBv');
  await expect(second.page.getByText(say('failure_wrong_recovery_key'))).toBeVisible();
});
