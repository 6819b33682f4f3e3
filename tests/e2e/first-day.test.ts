import { expect, test } from './fixtures.ts';
import { say, saying } from './words.ts';

test('the first day of somebody new: from the door, by a phone, to a friend, and on to a second device', async ({
  arrive
}) => {
  test.setTimeout(150_000);
  const bo = await (await arrive()).register('bo');
  await bo.chats.open('Plaza');
  const alba = await arrive();
  await alba.page.setViewportSize({ width: 375, height: 700 });

  await test.step('she comes in by the door, and is greeted where everybody meets', async () => {
    await alba.page.goto('/');
    await alba.page.getByRole('link', { name: say('create_account') }).click();
    const enter = alba.page.getByRole('button', { name: say('create_account') });
    await expect(enter).toBeVisible();
    await alba.fillIn('alba');
    await enter.click();
    await alba.chats.shown();
    await alba.chats.open('Plaza');
    await alba.conversation.send('good day to all of you');
    await expect(bo.conversation.messages('good day')).toBeVisible();
    await bo.conversation.act('good day', 'message_answer');
    await bo.conversation.send('and to you');
    const quote = { name: 'good day to all of you' };
    await expect(alba.conversation.messages('and to you').getByRole('button', quote)).toBeVisible();
  });

  await test.step('she says what she is called', async () => {
    await alba.page.goto('/settings');
    const name = alba.page.getByRole('textbox', { name: say('field_name'), exact: true });
    await name.fill(`Alba of ${alba.name}`);
    await name.press('Enter');
    await expect(alba.page.getByRole('button', { name: say('saved'), exact: true })).toBeVisible();
    await expect(bo.conversation.log.getByText(`Alba of ${alba.name}`).first()).toBeVisible();
  });

  const path = await test.step('she finds a friend, to whom she writes and sends a picture', async () => {
    await alba.page.goto('/people');
    await alba.page.getByRole('searchbox', { name: say('find_person') }).fill(bo.name);
    await alba.page.getByRole('button', { name: saying('write_to', { name: bo.name }) }).click();
    await expect(alba.conversation.titled(bo.name)).toBeVisible();
    await expect(alba.conversation.field).toBeEnabled();
    const buffer = await alba.page.screenshot();
    await alba.conversation.attach({ name: 'here.png', mimeType: 'image/png', buffer });
    await alba.conversation.send('this is how it looks');
    await expect(alba.conversation.reached('this is how it looks')).toBeVisible();
    await bo.chats.accept(`Alba of ${alba.name}`);
    await expect(bo.conversation.picture('here.png')).toBeVisible();
    await bo.conversation.send('like a table');
    await expect(alba.conversation.messages('like a table')).toBeVisible();
    return new URL(alba.page.url()).pathname;
  });

  await test.step('what she has written is there on a second device, by the key that she keeps', async () => {
    const key = await alba.recovery.setUp(alba.password);
    const second = await (await arrive()).signIn(alba.name, alba.password);
    await second.recovery.restore(key);
    await second.page.goto(path);
    await expect(second.conversation.messages('like a table')).toBeVisible();
    await expect(second.conversation.picture('here.png')).toBeVisible();
  });
});
