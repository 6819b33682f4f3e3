/** The zone ends a session by its clock: the device stays, and with it all that was written. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Account } from '../lab/account.ts';
import type { Zone } from '../lab/zones.ts';
import { expect, test } from './fixtures.ts';
import { say } from './words.ts';

/** Ends all sessions of a person as their lifetime does, from the homeserver's next start on: it knows tokens by heart. */
function endSessions(zone: Zone, name: string): void {
  const database = new DatabaseSync(join(zone.data, 'synapse', 'homeserver.db'), { timeout: 5000 });
  database.prepare('UPDATE access_tokens SET valid_until_ms = 1 WHERE user_id = ?').run(`@${name}:localhost`);
  database.close();
}

test('who must sign in again goes on with her device, her draft and what waits', async ({
  arrive,
  zone,
  tolerated
}) => {
  test.setTimeout(120_000);
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Attic');
  await bo.conversation.send('before');
  await expect(alba.conversation.messages('before')).toBeVisible();

  tolerated.push(/status of (?:401|50[234])/, /Unable to refresh token/);
  endSessions(zone, alba.name);
  await zone.signal('synapse', 'SIGSTOP');
  await alba.conversation.send('queued');
  await expect(alba.conversation.delivery('queued', 'delivery_waiting')).toBeVisible();
  await alba.conversation.field.fill('half a sentence');
  await zone.restarted('synapse', await zone.signal('synapse', 'SIGKILL'));
  await expect(alba.page.getByText(say('failure_signed_out'))).toBeVisible({ timeout: 60_000 });
  // What is here can be read, over a reload too.
  await alba.page.reload();
  await expect(alba.conversation.messages('before')).toBeVisible();
  await expect(alba.conversation.delivery('queued', 'delivery_waiting')).toBeVisible();
  await expect(alba.conversation.field).toHaveValue('half a sentence');

  await alba.page.getByRole('link', { name: say('failure_signed_out_next') }).click();
  await alba.enter(`${alba.name}@localhost`, alba.password);
  await alba.chats.open('Attic');
  await expect(alba.conversation.reached('queued')).toBeVisible({ timeout: 60_000 });
  await expect(alba.conversation.field).toHaveValue('half a sentence');
  for (const { conversation } of [alba, bo])
    await expect(conversation.messages(/before|queued/)).toContainText(['before', 'queued']);
  await bo.conversation.send('after');
  await expect(alba.conversation.messages('after')).toBeVisible();

  const elsewhere = await Account.signIn(zone, alba.name, alba.password);
  const { devices } = await elsewhere.call<{ devices: { display_name?: string }[] }>('GET', '/v3/devices');
  expect(devices.filter(({ display_name: shown }) => shown?.startsWith('Tertulia'))).toHaveLength(1);
});
