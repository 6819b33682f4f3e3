import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';

test('a homeserver that dies in the middle of a send takes nothing along', async ({ arrive, zone, tolerated }) => {
  test.setTimeout(120_000);
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Attic');
  await alba.conversation.send('before');
  await expect(bo.conversation.messages('before')).toBeVisible();

  // It hangs, so that the request is on its way when it dies.
  tolerated.push(/status of 50[234]/);
  await zone.signal('synapse', 'SIGSTOP');
  for (const text of ['first', 'second', 'third']) await alba.conversation.send(text);
  await expect(alba.conversation.delivery('third', 'delivery_waiting')).toBeVisible();
  await zone.restarted('synapse', await zone.signal('synapse', 'SIGKILL'));

  for (const text of ['first', 'second', 'third']) {
    await expect(alba.conversation.reached(text)).toBeVisible({ timeout: 60_000 });
  }
  const shown = (person: typeof alba) => person.conversation.messages(/before|first|second|third/);
  for (const person of [alba, bo]) await expect(shown(person)).toContainText(['before', 'first', 'second', 'third']);
  for (const person of [alba, bo]) await expect(shown(person)).toHaveCount(4);
  const room = decodeURIComponent(new URL(alba.page.url()).pathname.split('/').pop() ?? '');
  const kept = await (await Account.signIn(zone, bo.name, bo.password)).events(room);
  expect(kept.filter(({ type }) => type === 'm.room.encrypted')).toHaveLength(4);
});

test('what is written while the homeserver is away outlives a reload', async ({ arrive, zone, tolerated }) => {
  test.setTimeout(120_000);
  const alba = await (await arrive()).register('alba');
  await alba.chats.createRoom('Cellar');
  await alba.conversation.send('light');
  await expect(alba.conversation.delivery('light', 'delivery_sent')).toBeVisible();
  tolerated.push(/status of 50[234]/);
  await zone.signal('synapse', 'SIGSTOP');
  await alba.conversation.send('dark');
  await expect(alba.conversation.delivery('dark', 'delivery_waiting')).toBeVisible();
  await alba.page.reload();
  await zone.signal('synapse', 'SIGCONT');
  await expect(alba.conversation.delivery('dark', 'delivery_sent')).toBeVisible({ timeout: 60_000 });
  await expect(alba.conversation.messages(/light|dark/)).toHaveCount(2);
});
