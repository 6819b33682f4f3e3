import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import type { FileBody, RoomId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import { Shared } from './shared.svelte';
import SharedFiles from './SharedFiles.svelte';

const place = (content: string) => ({ at: 'zone', content, seal: null }) as const;
const file = (more: Partial<FileBody> = {}): FileBody => ({
  type: 'file',
  kind: 'file',
  name: 'minutes.pdf',
  source: place('mxc://zone.example/minutes'),
  ...more
});

async function open() {
  const example = await examples.direct();
  if (!example.account) throw new Error('nobody is here');
  const { zone } = example.browser;
  const ports = example.browser.account(example.account);
  const room = await ports.conversations.create({ name: 'Roof', door: 'open', sealed: false });
  const put = (body: FileBody) => zone.say(zone.rooms.get(room) ?? zone.plaza, example.account ?? expect.fail(), body);
  return { example, ports, room, put, zone };
}

describe('the files of a conversation', () => {
  it('are pictures and films, or other files, found further back as one asks', async () => {
    const { ports, room, put } = await open();
    for (let n = 0; n < 40; n++) put(file({ kind: n % 2 ? 'image' : 'file', name: `${n}` }));
    put(file({ kind: 'video', name: 'film' }));
    put(file({ kind: 'image', name: 'drawing', mimetype: 'image/svg+xml' }));
    const shared = new Shared(ports.files, room);
    const names = () => shared.shown.map(({ body }) => body.name);
    await shared.further();
    expect(names().slice(0, 3)).toEqual(['film', '39', '37']);
    expect(shared.since).not.toBeNull();
    expect(shared.fruitful).toBe(true);
    put(file({ kind: 'image', name: 'just now' }));
    await shared.further();
    expect(shared.since).toBeNull();
    expect(names()).toHaveLength(21);
    expect(new Set(names()).size).toBe(21);
    expect(shared.pictures.map(({ body }) => body.name).slice(-2)).toEqual(['37', '39']);
    shared.kind = 'other';
    expect(names().slice(0, 2)).toEqual(['drawing', '38']);
    // There is nothing before the beginning.
    await shared.further();
    expect(names()).toHaveLength(21);
  });

  it('say why they could not be found, and are looked for again', async () => {
    const { ports, room, put, example } = await open();
    put(file({ kind: 'image' }));
    example.browser.network.failNext('files.shared', 'unreachable');
    const shared = new Shared(ports.files, room);
    await shared.further();
    expect(shared.failure?.reason).toBe('unreachable');
    await shared.further();
    expect(shared.shown).toHaveLength(1);
  });

  const shown = async (room: RoomId, example: Awaited<ReturnType<typeof open>>['example']) => {
    const asked = { onplace: vi.fn(), onclose: vi.fn() };
    await show(example, SharedFiles, { room, ...asked });
    return asked;
  };

  it.each(themes)('have no fault of accessibility, %s', async (theme) => {
    paint(theme);
    const { example, room, put } = await open();
    put(file());
    for (let n = 0; n < 5; n++) put(file({ kind: 'image', name: `roof ${n}.png` }));
    put(file({ kind: 'video', name: 'film.mp4' }));
    await shown(room, example);
    await expect.element(page.getByRole('button', { name: /roof 4/ })).toBeVisible();
    expect(await faults()).toEqual([]);
    await page.getByRole('radio', { name: 'Other files' }).click();
    await expect.element(page.getByText('minutes.pdf', { exact: true })).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it('lead to the message that brought them, from the picture, the film and the list', async () => {
    const { example, room, put } = await open();
    const [minutes, picture, film] = [
      put(file()),
      put(file({ kind: 'image', name: 'roof.png' })),
      put(file({ kind: 'video', name: 'film.mp4' }))
    ].map(({ id }) => id);
    const { onplace, onclose } = await shown(room, example);
    await page.getByRole('button', { name: 'film.mp4' }).click();
    expect(onplace).toHaveBeenLastCalledWith(film);
    await page.getByRole('button', { name: /roof.png/ }).click();
    await expect.element(page.getByRole('dialog', { name: 'Pictures' })).toBeVisible();
    await page.getByRole('button', { name: 'Show in the conversation' }).click();
    expect(onplace).toHaveBeenLastCalledWith(picture);
    await page.getByRole('button', { name: /roof.png/ }).click();
    await expect.element(page.getByRole('dialog', { name: 'Pictures' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('dialog', { name: 'Pictures' })).not.toBeInTheDocument();
    expect(onclose).not.toHaveBeenCalled();
    await userEvent.click(page.getByRole('radio', { name: 'Other files' }));
    await page.getByRole('button', { name: 'Show in the conversation' }).click();
    expect(onplace).toHaveBeenLastCalledWith(minutes);
  });

  it('say that there are none', async () => {
    const { example, room } = await open();
    await shown(room, example);
    await expect.element(page.getByText('None so far.')).toBeVisible();
  });
});
