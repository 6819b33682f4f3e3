import { Account, type Event } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { say, saying } from './words.ts';

test('answers, edits, signs and deletions reach the other side of an encrypted room, and are there after a reload', async ({
  arrive
}) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Kitchen');
  await bo.conversation.send('who brings the ladder?');
  await bo.conversation.send('at sevn');
  await expect(alba.conversation.messages('at sevn')).toBeVisible();

  await alba.conversation.act('who brings', 'message_answer');
  await expect(alba.page.getByText(saying('answering', { who: bo.name }))).toBeVisible();
  await alba.conversation.send('I do');
  const quote = bo.conversation.messages('I do').getByRole('button', { name: 'who brings the ladder?' });
  await expect(quote).toBeVisible();

  await bo.conversation.act('at sevn', 'message_edit');
  await bo.conversation.field.fill('at **seven**, `sharp`');
  await bo.conversation.field.press('Enter');
  const edited = alba.conversation.messages('at seven, sharp');
  await expect(edited.getByText(say('edited'))).toBeVisible();
  await expect(edited.locator('strong')).toHaveText('seven');
  await alba.conversation.act('at seven', 'message_versions');
  await expect(alba.page.getByRole('dialog').getByRole('listitem')).toContainText(['at seven', 'at sevn']);
  await alba.page.keyboard.press('Escape');

  await alba.conversation.react('at seven', '👍');
  await expect(bo.conversation.sign('at seven', '👍', 1)).toBeVisible();
  await bo.conversation.sign('at seven', '👍', 1).click();
  await expect(alba.conversation.sign('at seven', '👍', 2)).toBeVisible();
  await alba.conversation.sign('at seven', '👍', 2).click();
  await expect(bo.conversation.sign('at seven', '👍', 1)).toBeVisible();

  await bo.conversation.act('who brings', 'message_delete');
  await bo.page
    .getByRole('dialog')
    .getByRole('button', { name: say('message_delete'), exact: true })
    .click();
  const gone = say('message_deleted');
  await expect(alba.conversation.messages('I do').getByRole('button', { name: gone })).toBeVisible();

  for (const { page, conversation } of [alba, bo]) {
    await page.reload();
    await expect(conversation.messages('at seven, sharp').getByText(say('edited'))).toBeVisible();
    await expect(conversation.sign('at seven', '👍', 1)).toBeVisible();
    await expect(conversation.messages('I do').getByRole('button', { name: gone })).toBeVisible();
    await expect(conversation.messages('who brings')).toHaveCount(0);
  }
});

test('what other clients write is understood, and they are understood by what we write', async ({ arrive, zone }) => {
  const alba = await (await arrive()).register('alba');
  const eli = await Account.register(zone, `eli-of-${alba.name}`);
  const me = `@${alba.name}:localhost`;
  const room = await eli.createRoom({ name: 'Workshop', invite: [me] });
  await alba.chats.accept('Workshop');
  await expect(alba.conversation.titled('Workshop')).toBeVisible();
  const at = `/v3/rooms/${encodeURIComponent(room)}`;
  const put = async (type: string, content: Record<string, unknown>) =>
    (await eli.call<{ event_id: string }>('PUT', `${at}/send/${type}/${crypto.randomUUID()}`, content)).event_id;

  await alba.conversation.send('which antenna?');
  await expect(alba.conversation.reached('which antenna?')).toBeVisible();
  const newest = async () =>
    (await eli.call<{ chunk: Event[] }>('GET', `${at}/messages?dir=b&limit=1`)).chunk[0] as Event;
  const question = (await newest()).event_id;

  // As Element and Cinny wrote answers for years: the quote in the text, and again as HTML.
  await put('m.room.message', {
    msgtype: 'm.text',
    body: `> <${me}> which antenna?\n\nthe **old** one`,
    format: 'org.matrix.custom.html',
    formatted_body: `<mx-reply><blockquote><a href="https://matrix.to/#/${room}/${question}">In reply to</a> <a href="https://matrix.to/#/${me}">${me}</a><br>which antenna?</blockquote></mx-reply>the <strong>old</strong> one`,
    'm.relates_to': { 'm.in_reply_to': { event_id: question } }
  });
  const answer = alba.conversation.messages('the old one');
  await expect(answer.getByRole('button', { name: 'which antenna?' })).toBeVisible();
  await expect(answer.locator('strong')).toHaveText('old');
  await expect(answer).not.toContainText('In reply to');

  // As they write in a thread, for clients that know none.
  const root = await put('m.room.message', { msgtype: 'm.text', body: 'a thread begins' });
  const inThread = { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root } };
  const pill = `<a href="https://matrix.to/#/${me}">${alba.name}</a>`;
  await put('m.room.message', {
    msgtype: 'm.text',
    body: `${alba.name}: look`,
    format: 'org.matrix.custom.html',
    formatted_body: `${pill}: look`,
    'm.mentions': { user_ids: [me] },
    'm.relates_to': inThread
  });
  await expect(alba.conversation.messages(`@${alba.name}: look`)).toBeVisible();
  await put('m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: question, key: '🎉' } });
  await expect(alba.conversation.sign('which antenna?', '🎉', 1)).toBeVisible();

  await alba.conversation.act(`@${alba.name}: look`, 'message_answer');
  await alba.conversation.field.pressSequentially(`**yes** @${eli.name}`);
  await alba.page.getByRole('option', { name: eli.name }).click();
  await alba.conversation.field.press('Enter');
  await expect(alba.conversation.reached(`yes @${eli.name}`)).toBeVisible();
  const { content } = await newest();
  expect(content).toMatchObject({
    msgtype: 'm.text',
    body: `**yes** @${eli.name}`,
    format: 'org.matrix.custom.html',
    formatted_body: `<p><strong>yes</strong> <a href="https://matrix.to/#/${encodeURIComponent(eli.id)}">@${eli.name}</a></p>`,
    'm.mentions': { user_ids: [eli.id] },
    // An answer to what stands in a thread stays there.
    'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: false }
  });
});

test('by the keyboard alone, on a narrow page', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  await alba.meet(bo, 'Balcony');
  await bo.conversation.send('first');
  await bo.conversation.send('second');
  await expect(alba.conversation.messages('second')).toBeVisible();
  await alba.page.setViewportSize({ width: 375, height: 700 });

  await alba.conversation.field.focus();
  // What adds files stands before the field.
  for (let steps = 0; steps < 2; steps++) await alba.page.keyboard.press('Shift+Tab');
  await expect(alba.conversation.messages('second')).toBeFocused();
  await alba.page.keyboard.press('ArrowUp');
  await expect(alba.conversation.messages('first')).toBeFocused();
  await alba.page.keyboard.press('Enter');
  const sheet = alba.page.getByRole('dialog', { name: say('message_actions') });
  await expect(sheet).toBeVisible();
  await sheet.getByRole('button', { name: say('message_answer') }).press('Enter');
  await expect(alba.conversation.field).toBeFocused();
  await alba.page.keyboard.type('an answer');
  await alba.page.keyboard.press('Enter');
  await expect(bo.conversation.messages('an answer').getByRole('button', { name: 'first' })).toBeVisible();
});
