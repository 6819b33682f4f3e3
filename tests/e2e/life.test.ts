/** The engine behind the tabs dies, without any word: they go on. */
import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { endOwnWorker, endSharedWorker, enginesOf, withoutSharedWorkers } from './pages/engine.ts';
import type { Person } from './pages/person.ts';

/** ms in which another engine serves all tabs (issue: within 2 s). */
const takeOver = 2000;

/** Alba in two tabs and Bo, in an encrypted room of theirs. */
async function twoTabs(alba: Person, bo: Person) {
  await alba.meet(bo, 'Attic');
  await bo.conversation.send('before');
  await expect(alba.conversation.messages('before')).toBeVisible();
  const other = await alba.context.newPage();
  await other.goto(alba.page.url());
  const inOther = (text: string | RegExp) => other.getByRole('article').filter({ hasText: text });
  await expect(inOther('before')).toBeVisible();
  return { other, inOther };
}

for (const way of ['one worker for all tabs', 'a worker for each tab'] as const) {
  test(`the engine dies in the middle: ${way}`, async ({ arrive, browser, zone }) => {
    const alba = await arrive();
    const own = way === 'a worker for each tab';
    if (own) await withoutSharedWorkers(alba.page);
    await alba.register('alba');
    const bo = await (await arrive()).register('bo');
    const { inOther } = await twoTabs(alba, bo);

    const [before] = await enginesOf(alba);
    await (own ? endOwnWorker(alba.page) : endSharedWorker(browser, alba.page));
    const died = performance.now();
    await expect.poll(async () => (await enginesOf(alba)).filter((engine) => engine !== before)).toHaveLength(1);
    expect(performance.now() - died).toBeLessThan(takeOver);
    // What is on show stays there, and what is written at this moment is taken.
    await expect(alba.conversation.messages('before')).toBeVisible();
    await alba.conversation.send('at that moment');
    await bo.conversation.send('are you there?');
    await expect(alba.conversation.messages('are you there?')).toBeVisible();
    await expect(inOther('are you there?')).toBeVisible();
    await expect(alba.conversation.reached('at that moment')).toBeVisible();
    await expect(inOther('at that moment')).toHaveCount(1);

    // The one that took over may die too.
    await (own ? endOwnWorker(alba.page) : endSharedWorker(browser, alba.page));
    await alba.conversation.send('and again');
    await expect(bo.conversation.messages('and again')).toBeVisible();
    await expect(alba.conversation.messages(/at that moment|and again/)).toHaveCount(2);
    const room = decodeURIComponent(new URL(alba.page.url()).pathname.split('/').pop() ?? '');
    const events = await (await Account.signIn(zone, bo.name, bo.password)).events(room);
    expect(events.filter(({ type }) => type === 'm.room.encrypted')).toHaveLength(4);
  });
}

test('the tab whose worker is the engine of all is closed: the others go on', async ({ arrive }) => {
  const alba = await arrive();
  await withoutSharedWorkers(alba.page);
  await alba.register('alba');
  const bo = await (await arrive()).register('bo');
  const { other, inOther } = await twoTabs(alba, bo);
  await alba.page.close();
  await bo.conversation.send('are you there?');
  await expect(inOther('are you there?')).toBeVisible();
  await other.getByRole('textbox').fill('still here');
  await other.keyboard.press('Enter');
  await expect(bo.conversation.messages('still here')).toBeVisible();
});
