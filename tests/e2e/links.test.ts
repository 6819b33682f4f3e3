import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { say, saying } from './words.ts';

test('a link to a message leads there, over a reload too; from there one reads on, or goes back to the newest', async ({
  arrive,
  zone
}) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.createRoom('Archive');
  await expect(alba.conversation.titled('Archive')).toBeVisible();
  const room = decodeURIComponent(new URL(alba.page.url()).pathname.split('/').at(-1) ?? '');
  const client = await Account.signIn(zone, alba.name, alba.password);
  const events: string[] = [];
  for (let count = 1; count <= 90; count++) events.push(await client.send(room, `line ${count} ends`));
  await expect(alba.conversation.messages('line 90 ends')).toBeInViewport();

  const link = `/chats/${encodeURIComponent(room)}?event=${encodeURIComponent(events[9] ?? '')}`;
  const newest = alba.page.getByRole('button', { name: say('to_newest') });
  for (const follow of [() => alba.page.goto(link), () => alba.page.reload()]) {
    await follow();
    await expect(alba.conversation.messages('line 10 ends')).toBeInViewport();
    await expect(alba.conversation.messages('line 90 ends')).toHaveCount(0);
    await expect(newest).toBeVisible();
  }
  // On, a screen at a time, to the end.
  await expect(async () => {
    await alba.conversation.log.evaluate((log) => log.scrollBy(0, log.clientHeight));
    await expect(alba.conversation.messages('line 90 ends')).toBeInViewport({ timeout: 200 });
  }).toPass();

  await alba.page.goto(link);
  await expect(alba.conversation.messages('line 10 ends')).toBeInViewport();
  await newest.click();
  await expect(alba.conversation.messages('line 90 ends')).toBeInViewport();
  await expect(newest).toBeHidden();
});

test('what leads into Matrix opens here: links in messages, and those that the system hands over', async ({
  arrive
}) => {
  const alba = await (await arrive()).register('alba');
  const bo = await (await arrive()).register('bo');
  const open = `Square of ${alba.name}`;
  await alba.chats.createRoom(open, { open: true });
  await expect(alba.conversation.titled(open)).toBeVisible();
  const room = decodeURIComponent(new URL(alba.page.url()).pathname.split('/').at(-1) ?? '');

  await bo.chats.open('Plaza');
  const link = `https://matrix.to/#/${encodeURIComponent(room)}?via=localhost`;
  await bo.conversation.send(`come to ${link}`);
  await bo.conversation.log.getByRole('link', { name: link }).click();
  await bo.page.getByRole('button', { name: say('join'), exact: true }).click();
  await expect(bo.conversation.field).toBeVisible();
  await expect(bo.conversation.titled(open)).toBeVisible();

  const handOver = (link: string) => bo.page.goto(`/open?${new URLSearchParams({ link })}`);
  await handOver('matrix:r/plaza:localhost');
  await expect(bo.conversation.titled('Plaza')).toBeVisible();
  await handOver(`matrix:u/${alba.name}:localhost?action=chat`);
  await expect(bo.page.getByRole('button', { name: saying('write_to', { name: alba.name }) })).toBeVisible();
  await handOver('matrix:x/nothing');
  await expect(bo.page.getByRole('heading', { name: say('nothing_here') })).toBeVisible();
});
