/** What is on show before the app itself is there. */
import { expect, test } from './fixtures.ts';

test('the list as it was seen last stands before the app does, and what is pressed in it is not lost', async ({
  arrive
}) => {
  const alba = await (await arrive()).register('alba');
  await alba.chats.createRoom('Attic');
  await alba.page.goto('/chats');
  await expect(alba.chats.row('Attic')).toBeVisible();
  // The files come from the zone, not from what is kept for offline.
  await alba.page.evaluate(async () => {
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  });
  const listens = Promise.withResolvers<void>();
  await alba.page.route('**/_app/immutable/entry/*', async (route) => {
    await listens.promise;
    await route.continue();
  });
  await alba.page.reload({ waitUntil: 'commit' });
  const picture = alba.page.locator('#picture');
  await picture.getByText('Attic').click();
  await expect(picture.locator('[aria-current]')).toContainText('Attic');
  listens.resolve();
  await expect(alba.page.getByRole('heading', { name: 'Attic' })).toBeVisible();
  await expect(picture).toHaveCount(0);
  expect(new URL(alba.page.url()).pathname).toMatch(/^\/chats\/.+/);
  await alba.page.goBack();
  await alba.chats.shown();
});
