import { expect, test } from './fixtures.ts';
import { keptForOffline } from './pages/offline.ts';
import { say, saying } from './words.ts';

test('what another app shares comes to the conversation that one chooses, and is sent when one says so', async ({
  arrive
}) => {
  const alba = await (await arrive()).register('alba');
  await alba.page.setViewportSize({ width: 375, height: 700 });
  await keptForOffline(alba.page);
  // Just after it was first put there, the browser takes a moment until it asks it for pages.
  await expect(async () => expect((await alba.page.goto('/chats'))?.fromServiceWorker()).toBe(true)).toPass();
  // As the device does: a form by POST to the address of the manifest.
  const { share_target: target } = await (await alba.page.request.get('/manifest.webmanifest')).json();
  await alba.page.evaluate(({ action, method, enctype, params }) => {
    const form = Object.assign(document.createElement('form'), { action, method, enctype });
    const words = Object.assign(document.createElement('input'), { name: params.text, value: 'open at seven' });
    const file = Object.assign(document.createElement('input'), { name: params.files[0].name, type: 'file' });
    const data = new DataTransfer();
    data.items.add(new File(['a list of breads'], 'breads.txt', { type: 'text/plain' }));
    file.files = data.files;
    form.append(words, file);
    document.body.append(form);
    form.submit();
  }, target);
  await expect(alba.page.getByText('breads.txt', { exact: true })).toBeVisible();
  await alba.page.getByRole('button', { name: saying('share_to', { name: 'Plaza' }) }).click();
  const field = alba.page.getByRole('textbox', { name: say('write_message') });
  await expect(field).toHaveValue('open at seven');
  await expect(alba.page.getByText('breads.txt', { exact: true })).toBeVisible();
  await expect(alba.conversation.messages('open at seven')).toHaveCount(0);
  await alba.page.getByRole('button', { name: say('send'), exact: true }).click();
  await expect(alba.conversation.messages('open at seven')).toBeVisible();
  await expect(alba.conversation.messages('breads.txt')).toBeVisible();
});
