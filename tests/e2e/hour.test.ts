import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { keptForOffline } from './pages/offline.ts';
import { say } from './words.ts';

const rooms = [1, 2, 3, 4, 5].map((number) => ({ number, sealed: number <= 3 }));
const words = [1, 2, 3, 4, 5, 6, 7];

// The hour is a cut of as long as it takes to write so much: what waits is on the disk, and the clock is nothing to it.
test('fifty things done in five rooms without a network, over a reload, all arrive once and in their order', async ({
  arrive,
  zone
}) => {
  test.setTimeout(150_000);
  const [alba, bo] = [await (await arrive()).register('alba'), await (await arrive()).register('bo')];
  const hers = await Account.signIn(zone, alba.name, alba.password);
  const his = await Account.signIn(zone, bo.name, bo.password);
  const nameOf = (number: number) => `Table ${number} of ${alba.name}`;
  const ids: string[] = [];
  for (const { number, sealed } of rooms) {
    const initial_state = sealed
      ? [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }]
      : [];
    const id = await hers.createRoom({ name: nameOf(number), preset: 'private_chat', initial_state, invite: [his.id] });
    await his.join(id);
    ids.push(id);
  }
  const drawn = await alba.page.screenshot();
  for (const { chats } of [alba, bo]) await expect(chats.row(nameOf(5))).toBeVisible();
  for (const { number } of rooms) {
    await alba.chats.open(nameOf(number));
    await alba.conversation.send(`first at ${number}.`);
    await expect(alba.conversation.reached(`first at ${number}.`)).toBeVisible();
  }
  await keptForOffline(alba.page);

  await zone.signal('edge', 'SIGSTOP');
  try {
    for (const { number } of rooms) {
      const { conversation, chats, page } = alba;
      await chats.open(nameOf(number));
      await expect(conversation.titled(nameOf(number))).toBeVisible();
      for (const word of words) await conversation.send(`word ${word} at ${number}.`);
      await conversation.attach({ name: `${number}.png`, mimeType: 'image/png', buffer: drawn });
      await conversation.send(`drawn at ${number}.`);
      // It comes once it has been made small, and moves what the mouse is on.
      await expect(conversation.messages(`drawn at ${number}.`)).toBeVisible();
      await conversation.act(`first at ${number}.`, 'message_edit');
      await conversation.field.fill(`better at ${number}.`);
      await page.getByRole('button', { name: say('save'), exact: true }).click();
      await expect(conversation.messages(`better at ${number}.`)).toBeVisible();
      await conversation.react(`better at ${number}.`, '👍');
      await expect(conversation.sign(`better at ${number}.`, '👍', 1)).toBeVisible();
      if (number === 3) await page.reload();
    }
  } finally {
    await zone.signal('edge', 'SIGCONT');
  }

  for (const { number } of rooms) {
    const { conversation, chats } = bo;
    await chats.open(nameOf(number));
    await expect(conversation.picture(`${number}.png`)).toBeVisible({ timeout: 60_000 });
    const said = [`better at ${number}.`, ...words.map((word) => `word ${word} at ${number}.`)];
    await expect(conversation.log.getByRole('article')).toContainText([...said, `drawn at ${number}.`]);
    await expect(conversation.log.getByRole('article')).toHaveCount(9);
    await expect(conversation.sign(`better at ${number}.`, '👍', 1)).toBeVisible();
  }
  // As the zone has it: ten events of each room beside the first, and no more.
  for (const id of ids) {
    const done = (await hers.events(id)).filter(({ type }) =>
      /^m\.(?:room\.(?:message|encrypted)|reaction)$/.test(type)
    );
    expect(done).toHaveLength(11);
  }
});
