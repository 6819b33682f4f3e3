import { expect, test } from './fixtures.ts';
import { saying } from './words.ts';

test('two people register, meet in the plaza, and write both ways', async ({ arrive }) => {
  const [alba, bo] = await Promise.all([
    arrive().then((person) => person.register('alba')),
    arrive().then((person) => person.register('bo'))
  ]);
  await Promise.all([alba.chats.open('Plaza'), bo.chats.open('Plaza')]);

  await alba.conversation.send(`hello ${bo.name}`);
  await expect(bo.conversation.messages(`hello ${bo.name}`)).toBeVisible();
  await bo.conversation.field.pressSequentially('hel');
  await expect(alba.conversation.typing(bo.name)).toBeVisible();
  await bo.conversation.send(`hello to you, ${alba.name}`);
  await expect(alba.conversation.messages(`hello to you, ${alba.name}`)).toBeVisible();
  await expect(alba.conversation.delivery(`hello ${bo.name}`, 'delivery_read')).toBeVisible();
});

test('what came while one was elsewhere is marked until it is seen, and a reload loses nothing', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Kitchen');
  await expect(bo.conversation.titled('Kitchen')).toBeVisible();
  for (const text of ['one', 'two', 'three']) await bo.conversation.send(text);
  await expect(bo.conversation.delivery('three', 'delivery_read')).toBeVisible();

  await alba.chats.open('Plaza');
  await bo.conversation.send('four');
  await expect(alba.chats.unread('Kitchen', 1)).toBeVisible();
  await alba.chats.open('Kitchen');
  await expect(alba.conversation.messages('four')).toBeVisible();
  await expect(alba.chats.unread('Kitchen', 1)).toBeHidden();
  await expect(bo.conversation.delivery('four', 'delivery_read')).toBeVisible();

  await alba.page.reload();
  await expect(alba.conversation.log.getByRole('article')).toContainText(['one', 'two', 'three', 'four']);
  await alba.page.goto('/');
  await alba.chats.shown();
});

test('an invitation is declined, or accepted and left again', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.chats.createRoom('Balcony');
  await alba.conversation.invite(bo.name);
  await bo.chats.decline('Balcony');
  await expect(bo.chats.row('Balcony')).toBeHidden();

  await alba.meet(bo, 'Garden');
  await bo.conversation.send('nice here');
  await expect(alba.conversation.messages('nice here')).toBeVisible();
  await bo.conversation.leave();
  await expect(bo.chats.row('Garden')).toBeHidden();
  await expect(alba.conversation.log.getByText(saying('change_left', { whom: bo.name }))).toBeVisible();
});

test('an open room is found by others', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  const name = `Orchard of ${alba.name}`;
  await alba.chats.createRoom(name, { topic: 'Pears', open: true });
  await expect(alba.conversation.titled(name)).toBeVisible();
  await bo.chats.joinOpenRoom(name);
  await bo.conversation.send('ripe?');
  await expect(alba.conversation.messages('ripe?')).toBeVisible();
});

test('a last word that no engine has heard is there after the reload', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.open('Plaza');
  await alba.conversation.field.pressSequentially('half');
  await alba.conversation.field.evaluate((field: HTMLTextAreaElement) => {
    // The worker goes with the page before it has heard this.
    MessagePort.prototype.postMessage = () => undefined;
    field.value = 'half a sen';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    location.reload();
  });
  await expect(alba.conversation.field).toHaveValue('half a sen');
});

test('what is begun to be written is there after a reload, and after the only tab was closed', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.open('Plaza');
  await alba.conversation.field.pressSequentially('half a sen');
  await alba.page.reload();
  await expect(alba.conversation.field).toHaveValue('half a sen');
  await alba.conversation.field.pressSequentially('tence');
  const later = await alba.reopen();
  await expect(later.conversation.field).toHaveValue('half a sentence');
  await later.conversation.send('half a sentence, whole');
  await expect(later.conversation.delivery('half a sentence, whole', 'delivery_sent')).toBeVisible();
  await later.page.reload();
  await expect(later.conversation.messages('half a sentence, whole')).toBeVisible();
  await expect(later.conversation.field).toHaveValue('');
});
