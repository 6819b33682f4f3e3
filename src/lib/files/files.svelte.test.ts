import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { eveningPicture } from '$lib/matrix/fake/scene';
import { Failure } from '$lib/matrix/failure';
import type { FileBody, RoomId } from '$lib/matrix/values';
import { showConversation } from '../../../tests/component/conversation';
import { faults, paint, themes } from '../../../tests/component/stage';

async function open(name: 'direct' | 'files' = 'direct', largestFile?: number) {
  const example = await examples[name]();
  const { browser, room, account } = example;
  if (!room || !account) throw new Error('nobody is here');
  const { files } = browser.account(account);
  if (largestFile !== undefined) files.limit = async () => largestFile;
  await showConversation(example);
  await expect.element(page.getByRole('log')).toBeVisible();
  return { ...example, browser, room, account };
}
const picture = (name = 'vespre.bmp') => new File([eveningPicture(300, 172)], name, { type: 'image/bmp' });
const text = (name: string, said = 'x') => new File([said], name, { type: 'text/plain' });

function given(...files: readonly File[]): DataTransfer {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  return transfer;
}
function choose(...files: readonly File[]): void {
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (!input) throw new Error('there is nothing to choose files with');
  input.files = given(...files).files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}
const tray = () => page.getByRole('list', { name: 'Files that go with the message' });
const bodies = ({ browser, room }: Awaited<ReturnType<typeof open>>, last: number) =>
  (browser.zone.rooms.get(room as RoomId)?.state().lines ?? [])
    .slice(-last)
    .map(({ content }) => (content.type === 'message' ? content.body : null));
const isDrawn = (image: Element) => image instanceof HTMLImageElement && image.naturalWidth > 0;

beforeEach(() => paint('light'));

describe('sending files', () => {
  it('a picture goes with what is written, and is seen', async () => {
    const example = await open();
    choose(picture());
    await expect.element(tray().getByText('vespre.bmp')).toBeVisible();
    await page.getByRole('textbox', { name: 'Write a message' }).fill('from the roof');
    await userEvent.keyboard('{Enter}');
    const row = page.getByRole('article').filter({ hasText: 'from the roof' });
    await expect.element(row.getByRole('button', { name: 'Show vespre.bmp' })).toBeVisible();
    await expect.poll(() => isDrawn(row.element().querySelector('img') ?? row.element())).toBe(true);
    await expect.element(tray()).not.toBeInTheDocument();
    await expect
      .poll(() => bodies(example, 1)[0])
      .toMatchObject({
        kind: 'image',
        name: 'vespre.bmp',
        shape: { width: 300, height: 172 },
        caption: { text: 'from the roof' }
      });
  });

  it('several go before the words, in their order; one can be left out', async () => {
    const example = await open();
    choose(text('one.txt'), text('two.txt'), text('three.txt'));
    await tray().getByRole('button', { name: 'Leave out two.txt' }).click();
    const field = page.getByRole('textbox', { name: 'Write a message' });
    await field.fill('both of them');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('article').filter({ hasText: 'both of them' })).toBeVisible();
    await expect
      .poll(() => bodies(example, 3))
      .toMatchObject([{ name: 'one.txt' }, { name: 'three.txt' }, { type: 'text', text: 'both of them' }]);
    expect(bodies(example, 3)[0]).not.toHaveProperty('caption');
  });

  it('can be let go over the conversation, and pasted', async () => {
    await open();
    const place = page.getByRole('log').element();
    place.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer: given(text('dropped.txt')) }));
    await expect.element(page.getByText('Let go to add the files')).toBeVisible();
    place.dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: given(text('dropped.txt')) })
    );
    await expect.element(page.getByText('Let go to add the files')).not.toBeInTheDocument();
    const field = page.getByRole('textbox', { name: 'Write a message' });
    field
      .element()
      .dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData: given(picture('pasted.png')) }));
    await expect.element(tray().getByText('dropped.txt')).toBeVisible();
    await expect.element(tray().getByText('pasted.png')).toBeVisible();
  });

  it('says at once what the zone would not take, and sends the rest', async () => {
    const example = await open('direct', 1000);
    choose(text('all.iso', 'x'.repeat(1001)), text('empty', ''), text('fits.txt'));
    await expect
      .element(tray().getByText(/all\.iso.* is larger than 1 kB, the most that this zone takes\./))
      .toBeVisible();
    await expect.element(tray().getByText(/empty.* is empty, or a folder\./)).toBeVisible();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => bodies(example, 1)).toMatchObject([{ name: 'fits.txt' }]);
    expect(bodies(example, 2)[0]).not.toMatchObject({ name: 'all.iso' });
  });

  it('what cannot be kept is given back with its words', async () => {
    const { browser, account } = await open();
    const { timelines } = browser.account(account);
    const send = vi.spyOn(timelines, 'send').mockRejectedValueOnce(new Error('full'));
    choose(text('one.txt'));
    await expect.element(tray().getByText('one.txt')).toBeVisible();
    await page.getByRole('textbox', { name: 'Write a message' }).fill('with words');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('alert')).toBeVisible();
    await expect.element(tray().getByText('one.txt')).toBeVisible();
    await expect.element(page.getByRole('textbox', { name: 'Write a message' })).toHaveValue('with words');
    send.mockRestore();
  });

  it('how far it is on its way is told, and it can be stopped', async () => {
    await open('files');
    const row = page.getByRole('article').filter({ hasText: 'Des del terrat' });
    await expect.element(row.getByRole('progressbar', { name: 'On its way: 0%' })).toBeVisible();
    await row.getByRole('button', { name: 'Do not send it' }).click();
    await expect.element(row).not.toBeInTheDocument();
  });
});

it('one that waits says so once', async () => {
  const { browser } = await open();
  browser.network.cut();
  choose(picture());
  await expect.element(tray().getByText('vespre.bmp')).toBeVisible();
  await page.getByRole('textbox', { name: 'Write a message' }).fill('when it is back');
  await userEvent.keyboard('{Enter}');
  const row = page.getByRole('article').filter({ hasText: 'when it is back' });
  await expect.element(row.getByText('Waiting to be sent', { exact: true })).toBeVisible();
  browser.network.restore();
  await expect.element(row.getByText('Sent', { exact: true })).toBeInTheDocument();
});

describe('files of others', () => {
  it.each(themes)('axe finds nothing in the %s, a picture open', async (theme) => {
    paint(theme);
    await open('files');
    choose(picture(), text('empty', ''));
    await expect.element(tray().getByText('vespre.bmp')).toBeVisible();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Show vespre.bmp' }).click();
    await expect.element(page.getByRole('dialog', { name: 'Pictures' })).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it('are looked at one after the other by the keyboard, larger and smaller, and left', async () => {
    await open('files');
    const opener = page.getByRole('button', { name: 'Show vespre.bmp' });
    await opener.click();
    const dialog = page.getByRole('dialog', { name: 'Pictures' });
    await expect.element(dialog.getByText('4 of 4')).toBeVisible();
    await expect.element(dialog.getByRole('img', { name: 'vespre.bmp' })).toBeVisible();
    const width = () => dialog.getByRole('img').element().getBoundingClientRect().width;
    const before = width();
    await userEvent.keyboard('+');
    await expect.poll(width).toBeGreaterThan(before);
    await userEvent.keyboard('0');
    await expect.poll(width).toBe(before);
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    await expect.element(dialog.getByText('1 of 4')).toBeVisible();
    await expect.element(dialog.getByRole('button', { name: 'Previous picture' })).toBeDisabled();
    await userEvent.keyboard('{ArrowRight}');
    // One that is not there says so.
    await expect.element(dialog.getByRole('alert')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(opener).toHaveFocus();
  });

  it('one that is not there says so in its place', async () => {
    await open('files');
    page.getByRole('log').element().scrollTop -= 500;
    const row = page.getByRole('button', { name: /Show mapa\.png/ });
    await expect.element(row.getByText('Not shown')).toBeVisible();
    // It keeps its place while it comes, and where it does not.
    const { width, height } = row.element().getBoundingClientRect();
    expect(width / height).toBeCloseTo(300 / 900, 1);
  });

  it('one that was out of reach comes when the zone is back', async () => {
    const { browser, room, account } = await open();
    browser.network.failNext('files.bytes', 'unreachable');
    const source = { at: 'zone', content: 'mxc://zone.example/terrat', seal: null } as const;
    const target = browser.zone.rooms.get(room);
    if (target) browser.zone.say(target, account, { type: 'file', kind: 'image', name: 'again.jpg', source });
    const picture = page.getByRole('button', { name: /Show again\.jpg/ });
    await expect.element(picture.getByText('Not shown')).toBeVisible();
    browser.network.cut();
    browser.network.restore();
    await expect.poll(() => isDrawn(picture.element().querySelector('img') ?? picture.element())).toBe(true);
    await expect.element(picture.getByText('Not shown')).not.toBeInTheDocument();
  });

  it('a sound is heard where it stands', async () => {
    await open('files');
    page.getByRole('log').element().scrollTop -= 900;
    const row = page.getByRole('article').filter({ hasText: 'assaig.wav' });
    await row.getByRole('button', { name: 'Play assaig.wav' }).click();
    const place = row.getByRole('slider', { name: 'Place in it' });
    await expect.poll(() => Number((place.element() as HTMLInputElement).value)).toBeGreaterThan(0.2);
    await row.getByRole('button', { name: 'Pause' }).click();
    await expect.element(row.getByRole('button', { name: 'Play assaig.wav' })).toBeVisible();
  });

  it('are saved as they came, under their name', async () => {
    await open('files');
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined);
    const row = page.getByRole('article').filter({ hasText: 'Amb les esmenes' });
    await row.getByRole('button', { name: 'Download acta-assemblea-maig.pdf' }).click();
    await expect.poll(() => saved.mock.contexts.length).toBe(1);
    const { download, href } = saved.mock.contexts[0] as HTMLAnchorElement;
    expect(download).toBe('acta-assemblea-maig.pdf');
    const bytes = await (await fetch(href)).blob();
    expect([await bytes.text(), bytes.type]).toEqual(['acta', '']);
    saved.mockRestore();
  });

  it('one that cannot be had says so, with what to do', async () => {
    const { browser, account } = await open('files');
    vi.spyOn(browser.account(account).files, 'bytes').mockRejectedValue(new Failure('damaged'));
    const row = page.getByRole('article').filter({ hasText: 'Amb les esmenes' });
    await row.getByRole('button', { name: 'Download acta-assemblea-maig.pdf' }).click();
    await expect
      .element(row.getByRole('alert'))
      .toHaveTextContent('The file is not what was sent. Ask for it to be sent again.');
  });
});

it('what is shown of a picture is what is light', async () => {
  const { previewOf, pictureSize } = await import('./picture-size');
  const seal = { key: '', iv: '', sha256: '' };
  const [plain, sealed, thumbnail] = (['a', 'b', 'c'] as const).map((id) => ({
    at: 'zone' as const,
    content: `mxc://z/${id}`,
    seal: id === 'a' ? null : seal
  }));
  const body = (more: Partial<FileBody>): FileBody => ({ type: 'file', kind: 'image', name: 'x', ...more });
  expect(previewOf(body({ source: plain!, thumbnail: thumbnail! }))).toBe(plain);
  // The zone would not make it smaller.
  expect(previewOf(body({ source: plain!, thumbnail: thumbnail!, mimetype: 'image/bmp' }))).toBe(thumbnail);
  expect(previewOf(body({ source: sealed!, thumbnail: thumbnail! }))).toBe(thumbnail);
  expect(previewOf(body({ source: sealed!, size: 1000 }))).toBe(sealed);
  expect(previewOf(body({ source: sealed!, size: 50_000_000 }))).toBeUndefined();
  // A lying size: fifty thousand pixels each way.
  expect(previewOf(body({ source: sealed!, size: 1000, shape: { width: 50_000, height: 50_000 } }))).toBeUndefined();
  expect(pictureSize(body({ shape: { width: 100_000, height: 1 } }))).toEqual({ width: 320, height: 44 });
});
