import type { Page } from '@playwright/test';
import { Account } from '../lab/account.ts';
import { expect, test } from './fixtures.ts';
import { keptForOffline } from './pages/offline.ts';
import { say } from './words.ts';

/** All that a browser keeps for this origin, by its kind. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const answered = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const databases: Record<string, unknown> = {};
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answered(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        databases[`${name} ${store}`] = [await answered(objects.getAllKeys()), await answered(objects.getAll())];
      }
      database.close();
    }
    const files: string[] = [];
    const root = await navigator.storage.getDirectory();
    for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) files.push(name);
    const workers = await navigator.serviceWorker.getRegistrations();
    return {
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookies: document.cookie,
      databases,
      caches: (await caches.keys()).map((name) => name.replace(/:\d+$/, ':BUILD')),
      workers: workers.map(({ active }) => new URL(active?.scriptURL ?? '').pathname),
      files
    };
  });

test('when the last account signs out nothing of a person is left: only the app itself', async ({ arrive, zone }) => {
  const alba = await (await arrive()).register('alba');
  const other = await Account.register(zone, `${alba.name}-too`);
  await alba.chats.open('Plaza');
  await alba.conversation.send('good evening to all');
  await expect(alba.conversation.delivery('good evening to all', 'delivery_sent')).toBeVisible();
  await alba.conversation.field.fill('half a sentence');
  await keptForOffline(alba.page);
  await alba.page.goto('/sign-in?another');
  await alba.enter(other.name, other.password);
  await alba.chats.shown();
  const traces = [alba.name, other.name, 'good evening to all', 'half a sentence', 'matrix-sdk-crypto', 'syt_'];
  const before = JSON.stringify(await kept(alba.page));
  expect(traces.filter((trace) => before.includes(trace))).toEqual(traces);

  await alba.leaveDevice();
  await alba.chats.shown();
  // The one who stays has met the other: of her own nothing is left.
  const { databases, ...between } = await kept(alba.page);
  expect(JSON.stringify([between, Object.keys(databases), databases['tertulia accounts']])).not.toContain(other.name);
  await alba.signOut();
  expect(await kept(alba.page)).toEqual({
    local: { PARAGLIDE_LOCALE: 'en' },
    session: { 'sveltekit:scroll': expect.anything(), 'sveltekit:snapshot': expect.anything() },
    cookies: '',
    databases: { 'tertulia accounts': [[], []] },
    caches: ['tertulia-files', 'tertulia-build:BUILD'],
    workers: ['/service-worker.js'],
    files: []
  });
  await alba.page.goto('/chats');
  await expect(alba.page).toHaveURL(/\/sign-in$/);

  const elsewhere = await Account.signIn(zone, alba.name, alba.password);
  const { devices } = await elsewhere.call<{ devices: unknown[] }>('GET', '/v3/devices');
  expect(devices).toHaveLength(1);
});

test('a form sent before the page listens is neither lost nor written into the address', async ({ arrive }) => {
  const alba = await arrive();
  const listens = Promise.withResolvers<void>();
  await alba.page.route('**/_app/immutable/entry/*', async (route) => {
    await listens.promise;
    await route.continue();
  });
  await alba.tryRegistering('alba', '/register', 'commit');
  expect(new URL(alba.page.url()).search).toBe('');
  listens.resolve();
  await alba.chats.shown();
});

test('two tabs share one session, and both leave', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.open('Plaza');
  await expect(alba.conversation.titled('Plaza')).toBeVisible();
  const other = await alba.context.newPage();
  await other.goto(alba.page.url());
  await alba.conversation.send('seen in both');
  await expect(other.getByRole('log').getByText('seen in both')).toBeVisible();
  await alba.signOut();
  await expect(other).toHaveURL(/\/sign-in/);
});

test('without a mouse: sign in, open a conversation, write, send', async ({ arrive }) => {
  const alba = await (await arrive()).register('alba');
  await alba.signOut();
  const { page } = alba;
  const { keyboard } = page;
  /** Tab by Tab until the focus is where one wants it. */
  const reach = async (what: ReturnType<Page['locator']>): Promise<void> => {
    await expect(what).toBeVisible();
    for (let left = 30; left > 0; left--) {
      if (await what.evaluate((element) => element === document.activeElement)) return;
      await keyboard.press('Tab');
    }
    throw new Error(`the Tab key does not reach ${String(what)}`);
  };
  await reach(page.getByLabel(say('field_name'), { exact: true }));
  await keyboard.type(alba.name);
  await reach(page.getByLabel(say('field_password'), { exact: true }));
  await keyboard.type(alba.password);
  await keyboard.press('Enter');
  await alba.chats.shown();
  await reach(alba.chats.row('Plaza').getByRole('link'));
  await keyboard.press('Enter');
  await expect(alba.conversation.field).toBeVisible();
  await reach(alba.conversation.field);
  await keyboard.type('no mouse');
  await keyboard.press('Enter');
  await expect(alba.conversation.delivery('no mouse', 'delivery_sent')).toBeVisible();
});

test('the administrator’s link works once', async ({ arrive, zone }) => {
  const link = new URL(zone.administrator);
  const path = `${link.pathname}${link.search}${link.hash}`;
  const alba = await arrive();
  await alba.tryRegistering('alba', path);
  await alba.chats.open('Plaza');
  await alba.page.getByRole('button', { name: say('details') }).click();
  const herself = alba.page.getByRole('listitem').filter({ hasText: `${alba.name}@localhost` });
  await expect(herself).toContainText(say('role_administrator'));

  const bo = await arrive();
  await bo.tryRegistering('bo', path);
  await expect(bo.page.getByText(say('register_not_administrator'))).toBeVisible();
  await expect(bo.page.getByText(say('failure_administrator_link_used'))).toBeVisible();
  await bo.page.getByRole('button', { name: say('go_on') }).click();
  await bo.chats.shown();
});
