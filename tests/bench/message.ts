import type { Browser, Page } from '@playwright/test';
import { Account } from '../lab/account.ts';
import type { Host } from '../lab/host.ts';
import { Person } from '../e2e/pages/person.ts';
import { median } from './budgets.ts';

const samples = 20;
const warmUp = 5;

/** ms from before a request that sends to the answer of the other's waiting sync that holds it: what the server takes. */
async function rawTrip(
  from: Account,
  to: Account,
  room: string,
  since: string
): Promise<{ ms: number; since: string }> {
  const text = crypto.randomUUID();
  const heard = (async () => {
    for (let next = since; ;) {
      const query = `timeout=10000&since=${encodeURIComponent(next)}`;
      const answer = await to.call<{ next_batch: string }>('GET', `/v3/sync?${query}`);
      next = answer.next_batch;
      if (JSON.stringify(answer).includes(text)) return { at: performance.now(), since: next };
    }
  })();
  const began = performance.now();
  await from.send(room, text);
  const { at, since: next } = await heard;
  return { ms: at - began, since: next };
}

/** Notes in the page when Enter was pressed, or when a text was first painted; ms since the epoch. */
const pressed = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        addEventListener('keydown', ({ timeStamp }) => resolve(performance.timeOrigin + timeStamp), {
          once: true,
          capture: true
        })
      )
  );
const painted = (page: Page, text: string): Promise<number> =>
  page.evaluate(
    (text) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (!document.querySelector('[role=log]')?.textContent?.includes(text)) return;
          observer.disconnect();
          // A message to oneself from within a frame is heard when that frame has been drawn.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
            port2.postMessage(null);
          });
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      }),
    text
  );

async function pageTrip(from: Person, to: Person): Promise<number> {
  const text = `measured ${crypto.randomUUID()}`;
  await from.conversation.field.fill(text);
  const began = pressed(from.page);
  const ended = painted(to.page, text);
  await from.conversation.field.press('Enter');
  const ms = (await ended) - (await began);
  await from.conversation.delivery(text, 'delivery_read').waitFor();
  await quiet();
  return ms;
}

/** What a message brings about after it was heard (read marks, word of them) must not slow what is measured next. */
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250));

/** How much longer a message takes through two apps than through two bare requests, ms, medians of one run. */
export async function messageTrips(
  browser: Browser,
  host: Host,
  origin: string
): Promise<Record<'plain' | 'sealed', number>> {
  const [alba, bo] = [await Person.arrive(browser, origin), await Person.arrive(browser, origin)];
  await alba.register('alba');
  await bo.register('bo');
  const [raw, other] = await Promise.all(
    ['raw', 'other'].map((name) => Account.register({ origin, host }, `${name}-${Date.now()}`))
  );
  if (!raw || !other) throw new Error('nobody to compare with');
  const room = await raw.createRoom({ preset: 'private_chat', invite: [other.id] });
  await other.join(room);
  let { next_batch: since } = await other.call<{ next_batch: string }>('GET', '/v3/sync');

  const compare = async (): Promise<number> => {
    const [apps, bare]: [number[], number[]] = [[], []];
    for (let sample = -warmUp; sample < samples; sample++) {
      const trip = await rawTrip(raw, other, room, since);
      since = trip.since;
      await quiet();
      const through = await pageTrip(alba, bo);
      if (sample < 0) continue;
      bare.push(trip.ms);
      apps.push(through);
    }
    console.log('bare', median(bare), 'apps', median(apps));
    return median(apps) - median(bare);
  };
  await alba.chats.createRoom('Measured', { sealed: false });
  await alba.conversation.invite(bo.name);
  await bo.chats.accept('Measured');
  await bo.chats.open('Measured');
  const plain = await compare();
  await alba.chats.writeTo(bo.name);
  await bo.chats.accept(alba.name);
  await bo.chats.open(alba.name);
  const sealed = await compare();
  await Promise.all([alba.context.close(), bo.context.close()]);
  return { plain, sealed };
}
