import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import type { RoomId } from '$lib/matrix/values';
import { showConversation } from '../../../tests/component/conversation';
import { Attaching, type Attached } from './attaching.svelte';

const megabyte = 1_000_000;
const many = 500;

/** A file of 500 MB that takes up one: the browser keeps its parts by reference. */
function large(name: string, type: string): File {
  const part = new Blob([new Uint8Array(megabyte)]);
  return new File(
    Array.from({ length: many }, () => part),
    name,
    { type }
  );
}

/** All ways in which somebody comes to the bytes of a file. */
const ways = ['arrayBuffer', 'bytes', 'slice', 'stream', 'text'] as const;
/** What was read of anything large: photos of people on the page are small. */
function reads(): readonly string[] {
  const large = (blob: unknown) => blob instanceof Blob && blob.size > megabyte;
  const methods = ways.filter((way) => vi.mocked(Blob.prototype[way]).mock.contexts.some(large));
  return vi.mocked(URL.createObjectURL).mock.calls.some(([blob]) => large(blob)) ? [...methods, 'address'] : methods;
}
beforeEach(() => {
  for (const way of ways) vi.spyOn(Blob.prototype, way);
  vi.spyOn(URL, 'createObjectURL');
});
afterEach(() => vi.restoreAllMocks());

/** A tray that is on no page. */
function trayOf(most: number | null) {
  let kept: readonly Attached[] = [];
  const shelf = { files: () => kept, attach: (_room: RoomId, files: readonly Attached[]) => (kept = files) };
  const tray = new Attaching({ limit: async () => most }, shelf, '!x' as RoomId);
  const settled = () => vi.waitFor(() => expect(tray.all.map(({ state }) => state)).not.toContain('preparing'));
  return { tray, settled };
}

describe('a file of 500 MB', () => {
  it('is told to be too large before anything of it is read', async () => {
    const example = await examples.direct();
    const { browser, account } = example;
    if (account) browser.account(account).files.limit = async () => 50 * megabyte;
    await showConversation(example);
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (!input) throw new Error('there is nothing to choose files with');
    const transfer = new DataTransfer();
    for (const [name, type] of Object.entries({ 'all.iso': '', 'hill.png': 'image/png', 'hall.mp4': 'video/mp4' }))
      transfer.items.add(large(name, type));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    const tray = page.getByRole('list', { name: 'Files that go with the message' });
    for (const name of ['all.iso', 'hill.png', 'hall.mp4'])
      await expect.element(tray.getByText(new RegExp(`${name}.* is larger than 50 MB, the most`))).toBeVisible();
    expect(reads()).toEqual([]);
  });

  it('that the zone takes is not read before it goes', async () => {
    const { tray, settled } = trayOf(1000 * megabyte);
    const file = large('all.iso', 'application/octet-stream');
    tray.add([file]);
    await settled();
    const [attachment] = await tray.take();
    expect(reads()).toEqual([]);
    expect(attachment).toMatchObject({ kind: 'file', name: 'all.iso' });
    expect(attachment?.bytes).toBe(file);
  });

  it('that holds nothing but a picture is told by its first bytes', async () => {
    const { withoutMetadata } = await import('./metadata');
    const file = large('x.gif', 'image/gif');
    expect(await withoutMetadata(file)).toBe(file);
    expect(reads()).toEqual(['slice']);
    const sizes = vi.mocked(Blob.prototype.arrayBuffer).mock.contexts.map((one) => (one as unknown as Blob).size);
    expect(sizes).toEqual([12]);
  });
});
