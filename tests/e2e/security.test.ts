import { readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { say, saying } from './words.ts';

test('one ends a session elsewhere, changes the password and leaves for good', async ({ arrive, zone, tolerated }) => {
  // What has ended is refused.
  tolerated.push(/status of 40[13]/, /Unable to refresh token/, /M_UNKNOWN_TOKEN/);
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Kitchen');
  await alba.conversation.send('remember me');
  await expect(alba.conversation.reached('remember me')).toBeVisible();
  const room = decodeURIComponent(new URL(alba.page.url()).pathname.split('/').at(-1) ?? '');
  const elsewhere = await Account.signIn(zone, alba.name, alba.password);

  await alba.page.goto('/settings/security');
  const list = alba.page.getByRole('list', { name: say('devices') });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await list.getByRole('button', { name: saying('device_end', { name: say('device_unnamed') }) }).click();
  const dialog = alba.page.getByRole('dialog');
  const password = dialog.getByRole('textbox', { name: say('password_now') });
  await password.fill(alba.password);
  await dialog.getByRole('button', { name: say('device_end_short'), exact: true }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await expect(elsewhere.call('GET', '/v3/account/whoami')).rejects.toThrow('M_UNKNOWN_TOKEN');

  const next = `${alba.password}, in the sun`;
  await alba.page.getByRole('textbox', { name: say('password_now') }).fill(alba.password);
  await alba.page.getByRole('textbox', { name: say('password_next') }).fill(next);
  await alba.page.getByRole('button', { name: say('password_change') }).click();
  await expect(alba.page.getByText(say('password_changed'))).toBeVisible();
  await expect(Account.signIn(zone, alba.name, alba.password)).rejects.toThrow('M_FORBIDDEN');

  await alba.page.getByRole('button', { name: say('export_begin') }).click();
  const downloading = alba.page.waitForEvent('download');
  await alba.page.getByRole('button', { name: say('save'), exact: true }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(new RegExp(`^tertulia-${alba.name}-\\d{4}-\\d\\d-\\d\\d\\.zip$`));
  const archive = unzipSync(await readFile(await download.path()));
  const pages = Object.keys(archive).filter((name) => name.endsWith('Kitchen.html'));
  expect(pages.map((name) => strFromU8(archive[name] ?? new Uint8Array())).join()).toContain('remember me');

  await alba.page.getByRole('button', { name: say('account_erase') }).click();
  await dialog.getByRole('checkbox').check();
  await password.fill(next);
  await dialog.getByRole('button', { name: say('account_erase') }).click();
  await expect(alba.page.getByRole('button', { name: say('sign_in') })).toBeVisible({ timeout: 30_000 });
  const kept = () =>
    alba.page.evaluate(async () =>
      (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name.includes('@'))
    );
  expect(await kept()).toEqual([]);
  await expect(Account.signIn(zone, alba.name, next)).rejects.toThrow('M_FORBIDDEN');

  // Who was there has read it; who comes later is shown nothing of it by the zone.
  await expect(bo.conversation.messages('remember me')).toBeVisible();
  const hers = await Account.signIn(zone, bo.name, bo.password);
  const profile = hers.call('GET', `/v3/profile/${encodeURIComponent(`@${alba.name}:localhost`)}/displayname`);
  await expect(profile).rejects.toThrow('M_NOT_FOUND');
  const later = await Account.register(zone, `later-${bo.name}`);
  await hers.invite(room, later.id);
  await later.join(room);
  const events = (await later.events(room)).filter(({ sender }) => sender === `@${alba.name}:localhost`);
  const said = events.filter(({ type }) => type === 'm.room.encrypted' || type === 'm.room.message');
  expect(said.every(({ content }) => Object.keys(content).length === 0)).toBe(true);
});

test('a new device is let in by one that is there, when both show the same signs', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.createRoom('Attic');
  await alba.conversation.send('long ago');
  await expect(alba.conversation.reached('long ago')).toBeVisible();
  await alba.recovery.setUp(alba.password);

  const there = await (await arrive()).signIn(alba.name, alba.password);
  await there.page.goto('/settings/recovery');
  await there.page.getByRole('button', { name: say('verify_other') }).click();
  await alba.page.getByRole('button', { name: say('verify_it_is_me') }).click();
  const shown = async ({ page }: typeof alba) => {
    const signs = page.getByRole('dialog', { name: say('verify_compare') }).getByRole('listitem');
    await expect(signs).toHaveCount(7);
    return signs.allInnerTexts();
  };
  await expect.poll(async () => (await shown(alba)).join()).toBe((await shown(there)).join());
  for (const { page } of [alba, there]) await page.getByRole('button', { name: say('verify_same') }).click();
  for (const { page } of [alba, there]) {
    const done = page.getByRole('dialog', { name: say('verify_done') });
    await done.getByText(say('close'), { exact: true }).click();
    await expect(done).toBeHidden();
  }
  await there.recovery.ready();
  await there.page.goto('/chats');
  await there.chats.open('Attic');
  await expect(there.conversation.messages('long ago')).toBeVisible();
  await there.page.goto('/settings/security');
  await expect(there.page.getByText(say('device_verified'), { exact: true })).toHaveCount(2);
});
