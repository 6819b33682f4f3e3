import type { Browser, Page } from '@playwright/test';
import type { Person } from './person.ts';

/** Those who hold the lock of a person's account: the one engine that runs it. */
export const enginesOf = ({ page, name }: Person): Promise<(string | undefined)[]> =>
  page.evaluate(async (account) => {
    const { held = [] } = await navigator.locks.query();
    return held.filter((lock) => lock.name === account).map(({ clientId }) => clientId);
  }, `tertulia:@${name}:localhost`);

/** Ends the worker that all tabs of this page's browser share, as a phone does that needs the memory: nobody is told. */
export async function endSharedWorker(browser: Browser, page: Page): Promise<void> {
  const own = await page.context().newCDPSession(page);
  const { targetInfo } = await own.send('Target.getTargetInfo');
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] });
  const [worker, ...others] = targetInfos.filter((info) => info.browserContextId === targetInfo.browserContextId);
  if (!worker || others.length > 0) throw new Error(`${others.length + (worker ? 1 : 0)} shared workers`);
  await session.send('Target.closeTarget', { targetId: worker.targetId });
  await session.detach();
}

/** Says what the worker of a newer build says when it starts. */
export const announceNewerBuild = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const builds = new BroadcastChannel('tertulia-builds');
    builds.postMessage({ build: Number.MAX_SAFE_INTEGER });
    builds.close();
  });

/** From here on the pages of this context find no shared workers, as on some phones: each tab has a worker of its own. */
export async function withoutSharedWorkers(page: Page): Promise<void> {
  await page.context().addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'SharedWorker');
    const workers: Worker[] = [];
    globalThis.Worker = class extends Worker {
      constructor(...made: ConstructorParameters<typeof Worker>) {
        super(...made);
        workers.push(this);
      }
    };
    Object.assign(globalThis, { endWorkers: () => workers.splice(0).forEach((worker) => worker.terminate()) });
  });
}

/** Ends a page's own worker without a word. */
export const endOwnWorker = (page: Page): Promise<void> =>
  page.evaluate(() => (globalThis as unknown as { endWorkers: () => void }).endWorkers());
