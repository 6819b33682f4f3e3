import type { Browser } from '@playwright/test';
import { rateLimits } from '../../synapse/rate-limits.ts';
import { Account, Refused } from '../lab/account.ts';
import { launch } from '../lab/browsers.ts';
import { Lab } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { expect, test } from './fixtures.ts';
import { Person } from './pages/person.ts';
import { say } from './words.ts';

/** How long the link between the zones is cut, and when at the latest what was said then arrives; ms. */
const cutFor = 90_000;
const arrivesWithin = 30_000;

test.describe.configure({ mode: 'serial' });

test.describe('zones as hosts of their own', () => {
  let lab: Lab;
  let a: Zone;
  let b: Zone;
  /** In the host `street`, whose links nobody cuts. */
  let street: Browser;
  let alba: Person;
  let bo: Person;
  let cutAt = 0;

  test.beforeAll(async ({ witnesses }) => {
    test.setTimeout(180_000);
    lab = await Lab.open(['a', 'b', 'street', 'yard']);
    [a, b] = await Promise.all([Zone.on(lab, 'a'), Zone.on(lab, 'b')]);
    const watched = await launch(lab.host('street'), lab.authority);
    witnesses.add(watched.witness);
    street = watched.browser;
  });
  test.afterAll(async () => {
    await street?.close();
    await lab?.close();
  });

  test('a message from one zone to the other, and back', async () => {
    alba = await (await Person.arrive(street, a.origin)).register('alba');
    bo = await (await Person.arrive(street, b.origin)).register('bo');
    await alba.chats.createRoom('Bridge', { sealed: false });
    await alba.conversation.invite(`${bo.name}@b.test`, bo.name);
    await bo.chats.accept('Bridge');
    await bo.conversation.send('from b');
    await expect(alba.conversation.messages('from b')).toBeVisible();
    await alba.conversation.send('from a');
    await expect(bo.conversation.messages('from a')).toBeVisible();
  });

  test('a room of the other zone is found in its directory, looked at, and joined', async () => {
    await bo.chats.createRoom('Market of b', { open: true, topic: 'Saturdays' });
    await expect(bo.conversation.titled('Market of b')).toBeVisible();
    await bo.conversation.send('stalls from nine');
    await expect(bo.conversation.reached('stalls from nine')).toBeVisible();
    await alba.chats.lookInto('Market of b', 'b.test');
    await expect(alba.page.getByRole('heading', { level: 1, name: 'Market of b' })).toBeVisible();
    await alba.page.getByRole('button', { name: say('join'), exact: true }).click();
    await expect(alba.conversation.messages('stalls from nine')).toBeVisible({ timeout: 30_000 });
    await alba.conversation.send('we come');
    await expect(bo.conversation.messages('we come')).toBeVisible();
    for (const { chats } of [alba, bo]) await chats.open('Bridge');
  });

  test('what is said while their link is cut is shown as sent to one’s own zone', async () => {
    await lab.network.link('a', 'b').cut();
    cutAt = performance.now();
    await alba.conversation.send('said in the dark');
    await expect(alba.conversation.delivery('said in the dark', 'delivery_sent')).toBeVisible();
    await expect(bo.conversation.messages('said in the dark')).toBeHidden();
  });

  test('wrong passwords from one address lock out that address only', async ({ witnesses, tolerated }) => {
    const cleo = await (await Person.arrive(street, a.origin)).register('cleo');
    const place = { origin: a.origin, host: lab.host('street') };
    const guess = async (word: string): Promise<string> => {
      const answer: unknown = await Account.signIn(place, cleo.name, word).catch((error: unknown) => error);
      return answer instanceof Refused ? answer.code : String(answer);
    };
    const burst = Array.from({ length: rateLimits.rc_login.address.burst_count }, (_, i) => guess(`guess ${i}`));
    expect(new Set(await Promise.all(burst))).toEqual(new Set(['M_FORBIDDEN']));
    expect([await guess('one more'), await guess('and one')]).toContain('M_LIMIT_EXCEEDED');

    tolerated.push(/status of 429/);
    const guesser = await Person.arrive(street, a.origin);
    // It goes on: with time an address is forgiven, and a page takes time.
    const guessing = { on: true };
    // By several at once: what is forgiven is spent before the page comes.
    const guesses = Array.from({ length: 6 }, async () => {
      while (guessing.on) await guess('on and on');
    });
    try {
      await guesser.trySigningIn(cleo.name, cleo.password);
      await expect(guesser.page.getByText(say('failure_too_many_attempts'))).toBeVisible();
    } finally {
      guessing.on = false;
      await Promise.all(guesses);
    }

    const elsewhere = await launch(lab.host('yard'), lab.authority);
    witnesses.add(elsewhere.witness);
    const owner = await Person.arrive(elsewhere.browser, a.origin);
    await owner.signIn(cleo.name, cleo.password);
    await elsewhere.browser.close();
    await cleo.chats.open('Plaza');
    await cleo.conversation.send('still here');
    await expect(cleo.conversation.delivery('still here', 'delivery_sent')).toBeVisible();
    await Promise.all([cleo.close(), guesser.close()]);
  });

  test('an answer that is lost, with its homeserver, makes no second message', async () => {
    test.setTimeout(120_000);
    // The first message of a conversation asks the zone a question before it is sent; its answer must come yet.
    await bo.conversation.send('can you hear me');
    await expect(bo.conversation.delivery('can you hear me', 'delivery_sent')).toBeVisible();
    // b's answers do not reach the street, so bo's browser cannot know that the message has been taken.
    await lab.network.way('b', 'street').set({ cut: true });
    await bo.conversation.send('taken, and not told');
    const room = decodeURIComponent(new URL(bo.page.url()).pathname.split('/').pop() ?? '');
    const another = await Account.signIn(b, bo.name, bo.password);
    await expect.poll(() => another.texts(room)).toContain('taken, and not told');
    await expect(bo.conversation.delivery('taken, and not told', 'delivery_waiting')).toBeVisible();
    // Without these two the answer would still come, kept by TCP.
    const [edge, synapse] = [await b.signal('edge', 'SIGKILL'), await b.signal('synapse', 'SIGKILL')];
    await lab.network.way('b', 'street').set({ cut: false });
    await Promise.all([b.restarted('edge', edge), b.restarted('synapse', synapse)]);
    await expect(bo.conversation.delivery('taken, and not told', 'delivery_sent')).toBeVisible({ timeout: 60_000 });
    await expect(bo.conversation.messages('taken, and not told')).toHaveCount(1);
    expect((await another.texts(room)).filter((text) => text === 'taken, and not told')).toHaveLength(1);
  });

  test('what was said while the link was cut for 90 s arrives within 30 s of its return', async () => {
    test.setTimeout(cutFor + 6 * arrivesWithin);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, cutAt + cutFor - performance.now())));
    await expect(bo.conversation.messages('said in the dark')).toBeHidden();
    await lab.network.link('a', 'b').mend();
    await expect(bo.conversation.messages('said in the dark')).toBeVisible({ timeout: arrivesWithin });
    // b's homeserver died meanwhile and has forgotten its queue: it looks for what it owes on its own time, or when
    // there is something new to tell.
    await bo.conversation.send('there you are');
    await expect(alba.conversation.messages('there you are')).toBeVisible({ timeout: 4 * arrivesWithin });
    await expect(alba.conversation.messages('taken, and not told')).toHaveCount(1);
    await expect(bo.conversation.messages('said in the dark')).toHaveCount(1);
  });
});
