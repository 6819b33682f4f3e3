import { beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import { createFake } from '$lib/matrix/fake';
import { pagesOf } from '$lib/matrix/fake/link-examples';
import type { AccountId, EventId, LinkPreview, RoomId } from '$lib/matrix/values';
import Details from '$lib/people/Details.svelte';
import Settings from '$lib/settings/Settings.svelte';
import { showConversation } from '../../../tests/component/conversation';
import { article, marta, open as openPlaza, said } from '../../../tests/component/plaza';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import { markup } from '../../../tests/hostile';
import { Links } from './links.svelte';

type Open = Example & { account: AccountId; room: RoomId };
const bread = 'https://forn.example/obrim';
const card = (name: string | RegExp = /Obrim dissabte/) => page.getByRole('link', { name });
const hide = () => page.getByRole('button', { name: 'Hide preview' });
const topOf = (text: string) => article(text).element().getBoundingClientRect().top;

/** Marta has sent a link in her conversation with Alba, which is encrypted. */
async function sealed(): Promise<Open> {
  const example = (await examples.direct()) as Open;
  const { zone } = example.browser;
  zone.pages = pagesOf(zone);
  const room = zone.rooms.get(example.room) ?? expect.fail('no room');
  zone.say(room, marta, `obert: ${bread}`);
  return example;
}
const nothing = () => undefined;
const details = async ({ browser, account, room }: Open) => {
  const summary = browser.account(account).conversations.one(room).current ?? expect.fail('no conversation');
  return { room, summary, onopen: nothing, oninvite: nothing, onsettings: nothing, onfiles: nothing };
};

beforeEach(async () => {
  paint('light');
  await page.viewport(1280, 800);
});

describe('under a message with a link', () => {
  it.each(themes)('stands what it leads to, for who sees, hears and types, in the %s', async (theme) => {
    paint(theme);
    await showConversation(await examples.links());
    const link = card();
    await expect.element(link).toHaveAttribute('href', bread);
    await expect.element(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    await expect.element(link).toHaveAccessibleName(/El Forn · forn\.example .*Pa de pagès/);
    await expect.poll(() => link.element().querySelector('img')?.naturalWidth).toBe(600);
    await expect.element(card('El mapa mapa.example')).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it('nothing moves when it comes, nor where there is none', async () => {
    const example = await examples.links();
    const { network } = example.browser;
    const release = network.hold('links.preview');
    await showConversation(example);
    await expect.element(card(/res\.example/)).toBeVisible();
    await expect.element(card(/^forn\.example/)).toBeVisible();
    const log = page.getByRole('log').element();
    await expect.poll(() => log.scrollHeight - log.clientHeight - log.scrollTop).toBeLessThan(1);
    const texts = ['El forn obre', 'I el mapa?', 'tot el que sé'];
    const before = texts.map(topOf);
    release();
    await expect.element(card()).toBeVisible();
    await expect.element(card('El mapa mapa.example')).toBeVisible();
    expect(texts.map(topOf)).toEqual(before);
    // What is said of where it leads is its address, and the page itself says nothing.
    await expect.element(card(/^res\.example .*\/un\/cami/)).toBeVisible();
    const heights = [card(), card(/^res/), card(/^El mapa/)].map((one) => one.element().getBoundingClientRect().height);
    expect(new Set(heights).size).toBe(1);
  });

  it('it fits where the page is narrow', async () => {
    await page.viewport(375, 700);
    await showConversation(await examples.links());
    await expect.element(card()).toBeVisible();
    const log = page.getByRole('log').element();
    expect(log.scrollWidth).toBe(log.clientWidth);
    const title = card().getByText('Obrim dissabte a les vuit').element().getBoundingClientRect();
    const [first] = document.querySelectorAll('button[aria-label="Hide preview"]');
    expect(title.right).toBeLessThanOrEqual(first?.getBoundingClientRect().left ?? 0);
  });

  it('it is hidden for good by who does not want it, and the keyboard stays there', async () => {
    const example = await openPlaza(({ browser: { zone } }) => void (zone.pages = pagesOf(zone)));
    const event = said(example, `demà sí ${bread}`);
    await expect.element(card()).toBeVisible();
    hide().element().focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(card()).not.toBeInTheDocument();
    expect(document.activeElement).toBe(article('demà sí').element());
    const wanted = example.browser.account(example.account).links.wanted();
    expect(wanted.current?.hidden).toEqual([event]);
    said(example, `un altre ${bread}`);
    await expect.element(card()).toBeVisible();
  });

  it('the picture is left out where no browser should draw it', async () => {
    await openPlaza(({ browser: { zone } }) => {
      zone.pages = pagesOf(zone);
      for (const address of zone.media.keys()) zone.media.set(address, new Blob(['<svg onload="alert(1)"/>']));
    }).then((example) => said(example, bread));
    await expect.element(card()).toBeVisible();
    await expect.poll(() => card().element().querySelector('img')).toBeNull();
  });

  it('what a page says is text, whatever it is', async () => {
    const called: unknown[] = [];
    window.alert = (why) => void called.push(why);
    const example = await openPlaza(({ browser: { zone } }) => {
      const pages = markup.map((text, at): [string, LinkPreview] => [
        `https://a.example/${at}`,
        { title: `Z${at} ${text}`, description: text, site: text, picture: null }
      ]);
      zone.pages = new Map(pages);
    });
    for (const at of [0, 5, markup.length - 1]) {
      said(example, `https://a.example/${at}`);
      await expect.element(card(new RegExp(`^Z${at}`))).toBeVisible();
    }
    const inside = document.querySelectorAll('a[href^="https://a.example"] :is(script, svg, iframe, b, a)');
    expect([inside.length, called]).toEqual([0, []]);
  });
});

describe('in an encrypted conversation', () => {
  it('there is none, and the zone is asked nothing', async () => {
    const example = await sealed();
    example.browser.network.hold('links.preview');
    await showConversation(example);
    await expect.element(article('obert:')).toBeVisible();
    await expect.element(card(/^forn/)).not.toBeInTheDocument();
  });

  it('there is where one has chosen so, told what the zone learns', async () => {
    const example = await sealed();
    const { links } = example.browser.account(example.account);
    const shown = await show(example, Details, await details(example));
    const choice = page.getByRole('checkbox', { name: 'Show link previews' });
    await expect.element(choice).not.toBeChecked();
    await expect.element(choice).toHaveAccessibleDescription(/learn its address/);
    await choice.click();
    await expect.element(choice).toBeChecked();
    expect(links.wanted().current?.rooms).toEqual({ [example.room]: true });
    shown.unmount();
    await showConversation(example);
    await expect.element(card()).toBeVisible();
    await links.setIn(example.room, null);
    await expect.element(card()).not.toBeInTheDocument();
  });
});

it('there is none anywhere once one wants none, and none where the zone does not look', async () => {
  const example = (await examples.links()) as Open;
  const shown = await show(example, Settings, {
    leaving: false,
    onleaving: nothing,
    onstay: nothing,
    onsignedout: nothing
  });
  const choice = page.getByRole('checkbox', { name: 'Show link previews' });
  await expect.element(choice).toBeChecked();
  await choice.click();
  await expect.element(choice).not.toBeChecked();
  example.browser.network.failNext('links.setEverywhere', 'unreachable');
  await choice.click();
  await expect.element(page.getByText('The zone does not answer.')).toBeVisible();
  await expect.element(choice).not.toBeChecked();
  shown.unmount();
  await showConversation(example);
  await expect.element(article('El forn obre')).toBeVisible();
  await expect.element(card()).not.toBeInTheDocument();
  await example.browser.account(example.account).links.setEverywhere(true);
  await expect.element(card()).toBeVisible();
  example.browser.zone.pages = null;
  example.browser.zone.changed();
  await expect.element(card()).not.toBeInTheDocument();
});

describe('what is known of a link', () => {
  const message = { event: '$a' as EventId, body: { type: 'text', style: 'plain', text: bread } } as const;

  it('is asked once, and anew where the zone was away', async () => {
    const browser = createFake();
    const { id } = await browser.accounts.register({ name: 'alba', password: 'long enough' });
    browser.zone.pages = pagesOf(browser.zone);
    const links = new Links(browser.account(id).links, 'https://zone.example');
    browser.network.cut();
    await links.ask(bread);
    expect([links.known(bread), links.heightUnder(message)]).toEqual([undefined, 92]);
    browser.network.restore();
    await links.ask(bread);
    expect(links.known(bread)?.title).toBe('Obrim dissabte a les vuit');
    browser.network.failNext('links.preview', 'unexpected');
    // Known already: this one does not fail.
    await links.ask(bread);
    await links.ask('https://res.example/');
    await links.ask('https://res.example/');
    expect(links.known('https://res.example/')).toBeNull();
  });

  it('is not shown in a conversation that became encrypted because one had chosen so before', async () => {
    const browser = createFake();
    const { id } = await browser.accounts.register({ name: 'alba', password: 'long enough' });
    const links = new Links(browser.account(id).links, 'https://zone.example');
    const room = { id: '!a' as RoomId, sealed: false };
    await links.setIn(room, false);
    expect(links.shownIn(room)).toBe(false);
    await links.setIn(room, true);
    expect([links.shownIn(room), links.shownIn({ ...room, sealed: true })]).toEqual([true, false]);
    await links.setIn({ ...room, sealed: true }, true);
    expect(links.shownIn({ ...room, sealed: true })).toBe(true);
  });

  it('is nothing worth a place the next time', async () => {
    const browser = createFake();
    const { id } = await browser.accounts.register({ name: 'alba', password: 'long enough' });
    const links = new Links(browser.account(id).links, 'https://zone.example');
    await links.ask(bread);
    expect([links.known(bread), links.heightUnder(message)]).toEqual([null, 0]);
  });
});
