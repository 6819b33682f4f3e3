import { strFromU8, unzipSync } from 'fflate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import ExportCard from './ExportCard.svelte';

async function open() {
  const example = (await examples.plaza()) as Example & { account: UserId };
  const ports = example.browser.account(example.account);
  await show(example, ExportCard, { port: ports.export, account: example.account });
  await expect.element(button('Put it together')).toBeVisible();
  return { ...example, ports, network: example.browser.network };
}
const button = (name: string) => page.getByRole('button', { name, exact: true });
const status = () => page.getByRole('status');

/** What a press on a link to save would have saved. */
function saved() {
  const links: HTMLAnchorElement[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    links.push(this);
  });
  return links;
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe('downloading one’s data', () => {
  it('puts it together, tells how far it is, and saves it under a name of the person and the day', async () => {
    const { network, account } = await open();
    const links = saved();
    const release = network.hold('export.history');
    await button('Put it together').click();
    await expect.element(status()).toHaveTextContent('Conversation 2 of 7');
    await expect
      .element(page.getByRole('progressbar', { name: 'How much is put together' }))
      .toHaveAttribute('value', '1');
    expect(await faults()).toEqual([]);
    release();
    await expect.element(page.getByText(/Your data is ready: [\d.]+\skB\./)).toBeVisible();
    expect(await faults()).toEqual([]);
    await button('Save').click();
    await expect.poll(() => links.length).toBe(1);
    const [link] = links;
    expect(link?.download).toMatch(
      new RegExp(`^tertulia-${account.slice(1).split(':')[0]}-\\d{4}-\\d\\d-\\d\\d\\.zip$`)
    );
    const bytes = await (await fetch(link?.href ?? '')).arrayBuffer();
    const files = unzipSync(new Uint8Array(bytes));
    expect(strFromU8(files['index.html'] ?? new Uint8Array())).toContain('had in Tertulia');
    await button('Discard').click();
    await expect.element(button('Put it together')).toBeVisible();
  });

  it('takes files along, or leaves them', async () => {
    const { ports } = await open();
    const begin = vi.spyOn(ports.export, 'begin');
    await expect.element(page.getByRole('checkbox')).toBeChecked();
    await page.getByRole('checkbox').click();
    await button('Put it together').click();
    await expect.element(button('Save')).toBeVisible();
    expect(begin.mock.calls[0]?.[0]).toMatchObject({ files: false, words: { language: 'en' } });
  });

  it('can be left', async () => {
    const { network, ports } = await open();
    network.hold('export.history');
    await button('Put it together').click();
    await button('Cancel').click();
    await expect.element(button('Put it together')).toBeVisible();
    await expect(ports.export.archive()).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('says that the zone does not answer, and goes on where it stood', async () => {
    const { network } = await open();
    network.failNext('export.members', 'unreachable');
    await button('Put it together').click();
    await expect.element(page.getByRole('alert').getByText('The zone does not answer.')).toBeVisible();
    expect(await faults()).toEqual([]);
    await button('Try again').click();
    await expect.element(button('Save')).toBeVisible();
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
  });

  it('says what is not in it', async () => {
    const { network, browser, account } = await open();
    const room = browser.zone.open(account, { sealed: true, name: 'Sealed' });
    browser.zone.say(room, account, 'nobody has the key');
    const event = room.state().events.at(-1);
    if (event?.content.type === 'message') event.content.keyFor?.clear();
    // The first of the list.
    browser.zone.say(browser.zone.plaza, account, 'later');
    network.failNext('export.members', 'forbidden');
    await button('Put it together').click();
    await expect.element(page.getByText(/1 conversation is not in it/)).toBeVisible();
    await expect.element(page.getByText(/1 message in it could not be opened/)).toBeVisible();
  });

  it.each(themes)('has no fault of accessibility, %s', async (theme) => {
    paint(theme);
    await open();
    await expect.poll(faults).toEqual([]);
  });
});
