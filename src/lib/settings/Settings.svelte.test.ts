import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { examples, type ExampleName } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { Cues } from '$lib/session/cues';
import { Appearance } from '$lib/ui/theme.svelte';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import Settings from './Settings.svelte';

async function open(name: ExampleName, leaving = false) {
  const example = await examples[name]();
  const asked = { onleaving: vi.fn(), onstay: vi.fn(), onsignedout: vi.fn() };
  await show(example, Settings, { leaving, ...asked });
  return { ...example, ...asked };
}

describe.each(themes)('the settings in the %s', (theme) => {
  it.each([
    ['newcomer', false],
    ['recovered', false],
    ['locked', false],
    ['loading', false],
    ['several', false],
    ['newcomer', true],
    ['recovered', true]
  ] as const)('%s, leaving %s: render, and axe finds nothing', async (name, leaving) => {
    await open(name, leaving);
    paint(theme);
    expect(await faults()).toEqual([]);
  });
});

describe('the settings', () => {
  it('change one’s name', async () => {
    const { browser, account } = await open('newcomer');
    const field = page.getByRole('textbox', { name: 'Name' });
    await expect.element(field).toHaveValue('alba');
    await field.fill('Alba Puig');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await expect.element(page.getByRole('button', { name: 'Saved' })).toBeVisible();
    expect(account && browser.zone.person(account).name).toBe('Alba Puig');
  });

  it('change what one tells of oneself, once it is known', async () => {
    const { browser, account } = await open('newcomer');
    const field = page.getByRole('textbox', { name: 'About you' });
    await expect.element(field).toBeEnabled();
    await field.fill(' I mend radios. ');
    await page.getByRole('button', { name: 'Save' }).last().click();
    await expect.element(page.getByRole('button', { name: 'Saved' })).toBeVisible();
    expect(account && browser.zone.people.get(account)?.about).toBe('I mend radios.');
  });

  it('are not taken for empty where they cannot be read', async () => {
    const example = await examples.newcomer();
    example.browser.network.failNext('people.about', 'unreachable');
    await show(example, Settings, { leaving: false, onleaving: vi.fn(), onstay: vi.fn(), onsignedout: vi.fn() });
    await expect.element(page.getByText('The zone does not answer.')).toBeVisible();
    await expect.element(page.getByRole('textbox', { name: 'About you' })).toBeDisabled();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByRole('textbox', { name: 'About you' })).toBeEnabled();
  });

  it('change one’s photo, and take it away', async () => {
    const { browser, account } = await open('newcomer');
    const canvas = new OffscreenCanvas(300, 900);
    canvas.getContext('2d')?.fillRect(0, 0, 300, 900);
    const picture = new File([await canvas.convertToBlob()], 'me.png', { type: 'image/png' });
    const field = document.querySelector<HTMLInputElement>('input[type=file]') ?? expect.fail('no field');
    await userEvent.upload(field, picture);
    await page.getByRole('button', { name: 'Remove the photo' }).click();
    await expect.element(page.getByRole('button', { name: 'Remove the photo' })).not.toBeInTheDocument();
    expect(account && browser.zone.person(account).photo).toBeUndefined();
    expect(browser.zone.media.size).toBe(1);
  });

  it('speak another language at once', async () => {
    await open('newcomer');
    await page.getByText('Català', { exact: true }).click();
    await expect.element(page.getByRole('heading', { name: 'Ajustos' })).toBeVisible();
    await page.getByText('English', { exact: true }).click();
    await expect.element(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  });

  it('paint the page as one chooses', async () => {
    await open('newcomer');
    await page.getByText('Dark', { exact: true }).click();
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(localStorage.getItem('tertulia.theme')).toBe('dark');
    await page.getByText('As the system', { exact: true }).click();
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(localStorage.getItem('tertulia.theme')).toBeNull();
  });

  it('make all text larger, and keep that on this browser', async () => {
    await open('recovered');
    const usual = parseFloat(getComputedStyle(document.documentElement).fontSize);
    await page.getByText('Larger', { exact: true }).click();
    expect(document.documentElement.dataset.text).toBe('larger');
    expect(localStorage.getItem('tertulia.text')).toBe('larger');
    expect(parseFloat(getComputedStyle(document.documentElement).fontSize)).toBeGreaterThan(usual * 1.2);
    expect(new Appearance().text).toBe('larger');
    await page.getByRole('group', { name: 'Text size' }).getByText('Usual').click();
    expect(document.documentElement.dataset.text).toBeUndefined();
    expect(localStorage.getItem('tertulia.text')).toBeNull();
  });

  it('bring rows nearer to each other, and keep that on this browser', async () => {
    await open('recovered');
    await page.getByText('Compact', { exact: true }).click();
    expect(document.documentElement.dataset.density).toBe('compact');
    expect(new Appearance().density).toBe('compact');
    await page.getByText('Roomy', { exact: true }).click();
    expect([document.documentElement.dataset.density, localStorage.getItem('tertulia.density')]).toEqual([
      undefined,
      null
    ]);
  });

  it('keep words that one wants to hear of, and people of whom one does not', async () => {
    const { browser, account } = await open('recovered');
    const resident = (account && browser.zone.people.get(account)) ?? expect.fail('nobody');
    resident.quiet.add('@marta:zone.example' as UserId);
    browser.zone.changed();
    const word = page.getByRole('textbox', { name: 'Word to hear of' });
    await word.fill(' ladder ');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect.element(page.getByRole('button', { name: 'No longer hear of ladder' })).toBeVisible();
    await expect.element(word).toHaveValue('');
    expect([...resident.words]).toEqual(['ladder']);
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'No longer hear of ladder' }).click();
    await expect.poll(() => resident.words.size).toBe(0);
    await page.getByRole('button', { name: 'Hear marta@zone.example again' }).click();
    await expect.poll(() => resident.quiet.size).toBe(0);
  });

  it('sound when something comes, unless one does not want that', async () => {
    await open('recovered');
    const sounds = page.getByRole('checkbox', { name: /^Sound/ });
    await expect.element(sounds).toBeChecked();
    await sounds.click();
    expect(new Cues().on).toBe(false);
    await sounds.click();
    expect(new Cues().on).toBe(true);
  });

  it('list the accounts of this browser, and let the tab go on as another', async () => {
    await open('several');
    const list = page.getByRole('list', { name: 'Accounts' });
    await expect.element(list.getByRole('listitem').nth(0)).toMatchTextContent(/alba@.*In this tab/);
    await expect.element(list.getByRole('listitem').nth(2)).toMatchTextContent(/teo@.*Its session has ended/);
    await list.getByRole('button', { name: /Switch to .*ona@/ }).click();
    expect(sessionStorage.getItem('tertulia.account')).toMatch(/^@ona:/);
    await expect
      .element(page.getByRole('link', { name: 'Add an account' }))
      .toHaveAttribute('href', '/sign-in?another');
    sessionStorage.clear();
  });

  it('say what is wiped, and what would be lost, before one signs out', async () => {
    const { onsignedout, browser } = await open('newcomer', true);
    const dialog = page.getByRole('dialog', { name: 'Sign out of this device?' });
    await expect.element(dialog).toMatchTextContent(/wiped from this browser/);
    await expect.element(dialog).toMatchTextContent(/You would lose your encrypted messages/);
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    await vi.waitFor(() => expect(onsignedout).toHaveBeenCalledOnce());
    expect(browser.accounts.list().current).toEqual([]);
  });

  it('say that keys would be lost, and let one try again or go anyway', async () => {
    const { browser, account, onsignedout } = await open('recovered', true);
    if (!account) throw new Error('nobody is here');
    browser.keysLeft(account, 3);
    const dialog = page.getByRole('dialog', { name: 'Sign out of this device?' });
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    await expect.element(dialog).toMatchTextContent(/not put away yet/);
    expect(await faults()).toEqual([]);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await expect.element(dialog.getByRole('button', { name: 'Sign out anyway' })).toBeVisible();
    expect(onsignedout).not.toHaveBeenCalled();
    await dialog.getByRole('button', { name: 'Sign out anyway' }).click();
    await vi.waitFor(() => expect(onsignedout).toHaveBeenCalledOnce());
  });

  it('warn of no loss where recovery is set up', async () => {
    await open('recovered', true);
    const dialog = page.getByRole('dialog', { name: 'Sign out of this device?' });
    await expect.element(dialog).toBeVisible();
    await expect.element(dialog).not.toMatchTextContent(/You would lose/);
  });
});
