import { expect, test } from './fixtures.ts';
import { say, saying } from './words.ts';

test('a room is opened to others, read before it is entered, looked after and kept in order', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  const name = `Fair of ${alba.name}`;
  await alba.chats.createRoom(name);
  await expect(alba.conversation.titled(name)).toBeVisible();
  await alba.conversation.send('only for us');
  await expect(alba.conversation.reached('only for us')).toBeVisible();
  const directory = await bo.chats.begin('way_open');
  await expect(directory.getByRole('listitem').filter({ hasText: 'Plaza' })).toBeVisible();
  await expect(directory.getByRole('listitem').filter({ hasText: name })).toBeHidden();
  await bo.page.keyboard.press('Escape');

  const open = `Square of ${alba.name}`;
  await alba.chats.createRoom(open, { open: true, topic: 'Stalls and benches' });
  await expect(alba.conversation.titled(open)).toBeVisible();
  await alba.conversation.send('welcome, all of you');
  await expect(alba.conversation.reached('welcome, all of you')).toBeVisible();
  await bo.chats.lookInto(open);
  await expect(bo.page.getByText('welcome, all of you')).toBeVisible();
  await expect(bo.conversation.field).toBeHidden();
  await bo.page.getByRole('button', { name: say('join'), exact: true }).click();
  await bo.conversation.send('thank you');
  await expect(alba.conversation.messages('thank you')).toBeVisible();

  const settings = await alba.conversation.settings();
  await settings.getByRole('textbox', { name: say('room_address'), exact: true }).fill(`square-${alba.name}`);
  await settings.getByRole('radio', { name: '30 days' }).click();
  await settings.getByRole('radio', { name: say('history_joined') }).click();
  await settings.getByRole('button', { name: say('save'), exact: true }).click();
  await expect(settings.getByText(say('room_settings_saved'))).toBeVisible();
  await alba.page.keyboard.press('Escape');
  for (const { page, conversation } of [alba, bo]) {
    await expect(page.locator('header').getByText(/kept for 30 days/)).toBeVisible();
    await expect(conversation.log.getByText(/how long messages are kept/)).toBeVisible();
  }
  await bo.page.goto(`/chats/${encodeURIComponent(`#square-${alba.name}:localhost`)}`);
  await expect(bo.conversation.titled(open)).toBeVisible();

  await alba.page.getByRole('button', { name: say('details') }).click();
  const act = async (action: Parameters<typeof say>[0]) => {
    await alba.page.getByRole('button', { name: saying('member_actions', { name: bo.name }) }).click();
    await alba.page.getByRole('menuitem', { name: say(action), exact: true }).click();
  };
  await act('member_make_moderator');
  await bo.conversation.log.getByRole('button', { name: 'and 2 more changes', exact: true }).click();
  await expect(bo.conversation.log.getByText(/changed your role/)).toBeVisible();
  await bo.conversation.act('welcome', 'message_delete');
  await bo.page
    .getByRole('dialog')
    .getByRole('button', { name: say('message_delete'), exact: true })
    .click();
  await expect(alba.conversation.log.getByText(say('message_deleted'))).toBeVisible();
  await act('member_ban');
  await alba.page
    .getByRole('dialog')
    .getByRole('button', { name: say('member_ban'), exact: true })
    .click();
  await expect(bo.chats.row(open)).toBeHidden();
  await expect(bo.conversation.field).toBeHidden();
});

test('whoever asks is let in', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  const name = `Workshop of ${alba.name}`;
  const dialog = await alba.chats.begin('way_room');
  await dialog.getByLabel(say('field_name'), { exact: true }).fill(name);
  await dialog.getByText(say('room_knock'), { exact: true }).click();
  await dialog.getByRole('button', { name: say('create_room') }).click();
  await expect(alba.conversation.titled(name)).toBeVisible();
  await bo.chats.lookInto(name);
  await bo.page.getByLabel(say('visit_knock_reason')).fill('I have tools');
  await bo.page.getByRole('button', { name: say('visit_knock') }).click();
  await expect(bo.page.getByText(say('conversation_knocked'))).toBeVisible();
  await alba.page.getByRole('button', { name: say('details') }).click();
  await alba.page.getByRole('button', { name: saying('member_actions', { name: bo.name }) }).click();
  await alba.page.getByRole('menuitem', { name: say('member_let_in'), exact: true }).click();
  await bo.chats.accept(name);
  await alba.conversation.send('come in');
  await expect(bo.conversation.messages('come in')).toBeVisible();
});

test('conversations stand where one puts them, on every browser, and are as loud as one likes', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Quiet');
  await bo.chats.open('Plaza');
  await bo.conversation.arrange('favourite_add');
  await expect.poll(() => bo.chats.names()).toEqual(['Plaza', 'Quiet']);
  await bo.chats.open('Quiet');
  await bo.page.getByRole('button', { name: say('details') }).click();
  await bo.page.getByRole('radio', { name: say('notify_nothing') }).click();
  await expect(bo.chats.row('Quiet').getByText(say('muted'))).toBeAttached();
  await bo.chats.open('Plaza');
  await alba.conversation.send('nobody hears this');
  await expect(bo.chats.unread('Quiet', 1)).toBeAttached();
  await expect(bo.page.getByRole('link', { name: say('section_chats'), exact: true })).toBeVisible();

  // Wherever one is, also while one writes.
  await bo.conversation.field.click();
  await bo.page.keyboard.press('Control+k');
  await bo.page.getByRole('combobox', { name: say('switch_title') }).fill('quie');
  await expect(bo.page.getByRole('option', { selected: true })).toContainText('Quiet');
  await bo.page.keyboard.press('Enter');
  await expect(bo.conversation.titled('Quiet')).toBeVisible();

  const again = await (await arrive()).signIn(bo.name, bo.password);
  await expect.poll(() => again.chats.names()).toEqual(['Plaza', 'Quiet']);
  await expect(again.chats.row('Quiet').getByText(say('muted'))).toBeAttached();
});
