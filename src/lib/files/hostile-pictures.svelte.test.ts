import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { eveningPicture } from '$lib/matrix/fake/scene';
import { pictures } from '$lib/matrix/media/testing/pictures';
import type { FileBody } from '$lib/matrix/values';
import { showConversation } from '../../../tests/component/conversation';
import { faults, paint, themes } from '../../../tests/component/stage';
import { pictureSize } from './picture-size';

const seal = { key: 'key', iv: 'iv', sha256: 'hash' };
const at = (id: string) => ({ at: 'zone', content: `mxc://zone.example/${id}`, seal }) as const;
const shape = { width: 300, height: 200 };
/** Some bytes that ask for 14 GB, said to be as small as any. */
const bomb = { type: 'file', kind: 'image', name: 'hill.png', mimetype: 'image/png', size: 200, shape } as const;

/** A conversation in which somebody has sent files, whose bytes are in `media` by the id of their source. */
async function sent(media: Readonly<Record<string, Blob>>, ...files: readonly FileBody[]) {
  const example = await examples.direct();
  const { browser, room, account } = example;
  if (!room || !account) throw new Error('nobody is here');
  const target = browser.zone.rooms.get(room);
  if (!target) throw new Error('no room');
  for (const [id, bytes] of Object.entries(media)) browser.zone.media.set(at(id).content, bytes);
  await showConversation(example);
  await expect.element(page.getByRole('log')).toBeVisible();
  for (const file of files) browser.zone.say(target, account, file);
}
const log = () => page.getByRole('log').element();
const boxOf = (element: Element) => element.getBoundingClientRect();
const reason = 'The picture is too large to be shown here. Download it and open it elsewhere.';
const heavy = new Blob([pictures.png(60_000, 60_000)]);

beforeEach(() => paint('light'));

describe('a picture that would take all memory', () => {
  it.each(themes)('is a file to be saved, in the place where it would have been, in the %s', async (theme) => {
    paint(theme);
    await sent({ bomb: heavy }, { ...bomb, source: at('bomb') });
    const row = page.getByRole('article').filter({ hasText: 'hill.png' });
    await expect.element(row.getByRole('alert')).toHaveTextContent(reason);
    expect(row.element().querySelector('img[src^="blob:"]')).toBeNull();
    const place = row.getByRole('alert').element().closest('.grid');
    expect(boxOf(place ?? row.element()).height).toBeCloseTo(pictureSize(bomb).height, 0);
    expect(await faults()).toEqual([]);

    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined);
    await row.getByRole('button', { name: 'Download hill.png' }).click();
    await expect.poll(() => saved.mock.contexts.length).toBe(1);
    const { href } = saved.mock.contexts[0] as HTMLAnchorElement;
    expect(await (await fetch(href)).arrayBuffer()).toEqual(await heavy.arrayBuffer());
    saved.mockRestore();
  });

  it('behind a thumbnail is not shown large, and says why', async () => {
    const small = eveningPicture(150, 100);
    await sent({ bomb: heavy, small }, { ...bomb, source: at('bomb'), thumbnail: at('small') });
    await page.getByRole('button', { name: 'Show hill.png' }).click();
    const viewer = page.getByRole('dialog', { name: 'Pictures' });
    await expect.element(viewer.getByRole('alert')).toHaveTextContent(reason);
    await expect.element(viewer.getByRole('img')).not.toBeInTheDocument();
    await expect.element(viewer.getByRole('button', { name: 'Download' })).toBeVisible();
  });

  it('as a thumbnail, or as a picture of a film, is not shown either', async () => {
    const film = { ...bomb, kind: 'video', name: 'hill.mp4', mimetype: 'video/mp4', source: at('film') } as const;
    await sent(
      { bomb: heavy },
      { ...film, thumbnail: at('bomb') },
      { ...bomb, thumbnail: at('bomb'), source: at('x') }
    );
    const row = page.getByRole('article').filter({ hasText: 'hill.png' });
    await expect.element(row.getByRole('alert')).toHaveTextContent(reason);
    // The film came first, and its picture has been looked at by now.
    const other = page.getByRole('article').filter({ has: page.getByRole('button', { name: /hill\.mp4/ }) });
    await expect.element(other).toBeVisible();
    expect(other.element().querySelector('img[src^="blob:"]')).toBeNull();
  });
});

describe('a picture of which a wrong size is said', () => {
  it.each([
    [100_000, 1],
    [1, 100_000],
    [1, 1],
    [100_000, 100_000]
  ])('%i × %i takes the place that was said, and no more of it', async (width, height) => {
    const lie = { ...bomb, name: 'lie.bmp', mimetype: 'image/bmp', shape: { width, height }, thumbnail: at('evening') };
    await sent({ evening: eveningPicture(300, 172) }, { ...lie, source: at('evening') });
    const opener = page.getByRole('button', { name: 'Show lie.bmp' });
    await expect.element(opener).toBeVisible();
    const before = boxOf(opener.element());
    const picture = () => opener.element().querySelector('img');
    await expect.poll(() => picture()?.naturalWidth).toBe(300);
    const after = boxOf(opener.element());
    const size = pictureSize(lie);
    expect([after.width, after.height]).toEqual([before.width, before.height]);
    expect([after.width, after.height]).toEqual([size.width, size.height]);
    expect(boxOf(picture() ?? opener.element())).toEqual(after);
    expect(log().scrollWidth).toBe(log().clientWidth);

    await opener.click();
    const viewer = page.getByRole('dialog', { name: 'Pictures' });
    await expect.element(viewer.getByRole('img')).toBeVisible();
    const large = viewer.getByRole('img').element();
    await expect.poll(() => boxOf(large).width / boxOf(large).height).toBeCloseTo(300 / 172, 1);
    expect(boxOf(large).right).toBeLessThanOrEqual(boxOf(viewer.element()).right);
    expect(boxOf(large).bottom).toBeLessThanOrEqual(boxOf(viewer.element()).bottom);
  });
});
