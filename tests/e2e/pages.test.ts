import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { say } from './words.ts';

const widths = { phone: { width: 375, height: 740 }, desk: { width: 1280, height: 800 } };

/** What stands in the way of somebody, as axe sees it, in both widths and both themes. */
async function barriers(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const [width, viewport] of Object.entries(widths)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const axe = new AxeBuilder({ page });
      // Of all that axe looks at, the theme changes colours only.
      const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze();
      for (const { id, nodes } of violations) {
        found.push(
          `${where}, ${width}, ${colorScheme}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`
        );
      }
    }
  }
  await page.setViewportSize(widths.desk);
  return found;
}

// That no page breaks the content security policy is held by the fixture `quiet`, for every journey.
test('nobody is shut out of the pages before one is in', async ({ arrive }) => {
  const { page } = await arrive();
  const found: string[] = [];
  for (const path of ['/', '/sign-in', '/register', '/ca/sign-in', '/es/register']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    found.push(...(await barriers(page, path)));
  }
  await page.goto('/register');
  await page.getByRole('button', { name: say('create_account') }).click();
  await expect(page.getByText(say('register_name_missing'))).toBeVisible();
  found.push(...(await barriers(page, 'a form with mistakes')));
  expect(found).toEqual([]);
});

test('nobody is shut out of the pages within', async ({ arrive }) => {
  test.setTimeout(180_000);
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  const { page } = alba;
  const found: string[] = [];
  const look = async (where: string) => found.push(...(await barriers(page, where)));

  await bo.chats.createRoom(`Porch of ${bo.name}`);
  await bo.conversation.invite(alba.name);
  await expect(alba.chats.row(`Porch of ${bo.name}`)).toBeVisible();
  await look('chats');
  await alba.chats.open('Plaza');
  await alba.conversation.send('so that there is something to see, also https://example.org');
  await expect(alba.conversation.delivery(/something to see/, 'delivery_sent')).toBeVisible();
  await look('a conversation');
  await page.getByRole('button', { name: say('details') }).click();
  await expect(page.getByRole('list', { name: say('members') })).toBeVisible();
  await look('members');
  await alba.conversation.settings();
  await look('the settings of a room that one may not change');
  await page.keyboard.press('Escape');
  await bo.chats.createRoom(`Fair of ${bo.name}`, { open: true });
  await expect(bo.conversation.titled(`Fair of ${bo.name}`)).toBeVisible();
  await bo.conversation.settings();
  found.push(...(await barriers(bo.page, 'the settings of a room')));
  await bo.page.keyboard.press('Escape');
  await alba.chats.lookInto(`Fair of ${bo.name}`);
  await expect(page.getByRole('button', { name: say('join'), exact: true })).toBeVisible();
  await look('a room that one is not in');
  await page.goto('/people');
  await page.getByRole('searchbox').fill(bo.name);
  await expect(page.getByRole('button', { name: new RegExp(bo.name) })).toBeVisible();
  await look('people');
  await page.goto('/settings');
  await expect(page.getByRole('button', { name: say('sign_out') })).toBeVisible();
  await look('settings');
  await page.getByRole('button', { name: say('sign_out') }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('signing out');
  await page.goto('/settings/security');
  await expect(page.getByRole('list', { name: say('devices') })).toBeVisible();
  await look('devices and password');
  await page.goto('/settings/recovery');
  await expect(page.getByRole('button', { name: say('recovery_make_key') })).toBeVisible();
  await look('recovery');
  await page.goto('/chats');
  for (const way of ['way_person', 'way_open', 'way_room'] as const) {
    await alba.chats.begin(way);
    await look(`new conversation, ${way}`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  expect(found).toEqual([]);
});
