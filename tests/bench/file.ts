import { randomBytes } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { Account } from '../lab/account.ts';
import type { Host } from '../lab/host.ts';
import { Person } from '../e2e/pages/person.ts';
import { say } from '../e2e/words.ts';
import { median } from './budgets.ts';

const [samples, warmUp, bytes] = [5, 1, 20_000_000];

/** ms in which the browser alone puts as many bytes into the zone's media, which say nothing to it. */
const bareUpload = (page: Page, authorization: string): Promise<number> =>
  page.evaluate(
    async ({ authorization, bytes }) => {
      const body = new Uint8Array(bytes);
      for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(body.subarray(at, at + 65_536));
      const headers = { authorization, 'content-type': 'application/octet-stream' };
      const blob = new Blob([body]);
      const began = performance.now();
      const answer = await fetch('/_matrix/media/v3/upload', { method: 'POST', headers, body: blob });
      await answer.text();
      if (!answer.ok) throw new Error(`the zone answered ${answer.status}`);
      return performance.now() - began;
    },
    { authorization, bytes }
  );

/** From pressing Enter to the mark that it was sent; ms. `longest`: the page's longest task meanwhile. */
async function sending(person: Person): Promise<{ ms: number; longest: number }> {
  const name = `${crypto.randomUUID()}.raw`;
  await person.conversation.attach({ name, mimeType: 'application/octet-stream', buffer: randomBytes(bytes) });
  const measured = person.page.evaluate(
    ({ name, sent }) =>
      new Promise<{ ms: number; longest: number }>((resolve) => {
        let [began, longest] = [0, 0];
        const tasks = new PerformanceObserver((list) => {
          for (const { startTime, duration } of list.getEntries()) {
            if (began > 0 && startTime >= began) longest = Math.max(longest, duration);
          }
        });
        tasks.observe({ entryTypes: ['longtask'] });
        addEventListener('keydown', ({ timeStamp }) => (began = timeStamp), { once: true, capture: true });
        const observer = new MutationObserver(() => {
          const row = [...document.querySelectorAll('[role=log] article')].find((one) =>
            one.textContent?.includes(name)
          );
          if (!row || ![...row.querySelectorAll('span')].some((one) => one.textContent === sent)) return;
          const ms = performance.now() - began;
          observer.disconnect();
          // What took long is told after it has ended.
          setTimeout(() => {
            tasks.disconnect();
            resolve({ ms, longest });
          }, 100);
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
    { name, sent: say('delivery_sent') }
  );
  await person.conversation.field.press('Enter');
  return measured;
}

/** An encrypted file of 20 MB against a bare upload of as many bytes, turn by turn, and how busy the page was. */
export async function fileSending(
  browser: Browser,
  host: Host,
  origin: string
): Promise<{ readonly ratio: number; readonly longest: number }> {
  const alba = await Person.arrive(browser, origin);
  await alba.register('alba');
  const other = await Account.register({ origin, host }, `bare-${Date.now()}`);
  await alba.chats.createRoom('Measured files');
  await alba.conversation.field.waitFor();
  const [bare, sealed, tasks]: [number[], number[], number[]] = [[], [], []];
  for (let sample = -warmUp; sample < samples; sample++) {
    const upload = await bareUpload(alba.page, other.authorization.authorization);
    const { ms, longest } = await sending(alba);
    if (sample < 0) continue;
    bare.push(upload);
    sealed.push(ms);
    tasks.push(longest);
  }
  console.log('20 MB: bare', median(bare), 'sealed', median(sealed));
  await alba.close();
  return { ratio: median(sealed) / median(bare), longest: median(tasks) };
}
