import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { say, saying } from './words.ts';

test('what was said is found again, encrypted or not, and one is led to it', async ({ arrive, zone }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Kitchen');
  await bo.conversation.send('who brings the Làdder?');
  await expect(alba.conversation.messages('who brings')).toBeVisible();
  // As much as pushes it out of what is loaded.
  const other = await Account.signIn(zone, bo.name, bo.password);
  const room = decodeURIComponent(new URL(bo.page.url()).pathname.split('/').at(-1) ?? '');
  const at = `/v3/rooms/${encodeURIComponent(room)}/send/m.room.message`;
  for (let n = 1; n <= 45; n++) {
    await other.call('PUT', `${at}/${crypto.randomUUID()}`, { msgtype: 'm.text', body: `number ${n}` });
  }
  await expect(alba.conversation.messages('number 45')).toBeVisible();
  await alba.chats.open('Plaza');
  await alba.conversation.send(`the ladder of ${alba.name} is in the shed`);
  await expect(alba.conversation.reached('is in the shed')).toBeVisible();
  await alba.page.reload();

  const field = alba.page.getByRole('searchbox', { name: say('search'), exact: true });
  const results = alba.page.getByRole('region', { name: say('search_results') });
  await field.fill('ladder');
  await expect(results.getByRole('link')).toHaveText([/is in the shed/, /who brings the Làdder\?/]);
  await expect(results.locator('mark')).toHaveText(['ladder', 'Làdder']);
  await field.press('ArrowDown');
  await expect(results.getByRole('link').first()).toBeFocused();
  await results.getByRole('link', { name: /who brings/ }).click();
  await expect(alba.conversation.titled('Kitchen')).toBeVisible();
  await expect(alba.conversation.messages('who brings the Làdder?')).toBeInViewport();
  await expect(results.getByRole('link')).toHaveCount(2);

  await alba.page.getByRole('button', { name: say('search_here'), exact: true }).click();
  const here = alba.page.getByRole('searchbox', { name: saying('search_within', { name: 'Kitchen' }) });
  await expect(here).toBeFocused();
  await alba.page.keyboard.type('number 7');
  await expect(results.getByRole('link')).toHaveText([/number 7/]);

  // On a phone the results are a page of their own, to which one comes back.
  await alba.page.setViewportSize({ width: 375, height: 700 });
  await alba.page.getByRole('button', { name: say('more'), exact: true }).click();
  await alba.page.getByRole('menuitem', { name: say('search_here') }).click();
  await expect(here).toBeFocused();
  await alba.page.keyboard.type('number 9');
  await results.getByRole('link', { name: /number 9/ }).click();
  await expect(alba.conversation.messages('number 9')).toBeInViewport();
  await alba.page.goBack();
  await expect(results.getByRole('link')).toHaveText([/number 9/]);
  await alba.page.getByRole('button', { name: say('search_everywhere') }).click();
  await expect(field).toHaveValue('number 9');
  await expect(results.getByRole('link')).toHaveText([/Kitchen.*number 9/]);
});
