import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { createFake } from '$lib/matrix/fake';
import { examples, type Example } from '$lib/matrix/fake/examples';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import Register from './Register.svelte';
import SignIn from './SignIn.svelte';

const at = (link = '') => new URL(`http://zone.example/register${link}`);

async function register(link = '', options: Parameters<typeof createFake>[0] = {}) {
  const example: Example = { browser: createFake(options), account: null, room: null, clock: { at: Date.now() } };
  const onenter = vi.fn();
  await show(example, Register, { address: at(link), onenter });
  return { ...example, onenter };
}

async function fill(name: string, password: string) {
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByLabelText('Password').fill(password);
}

describe.each(themes)('the welcome in the %s', (theme) => {
  it('to sign in: renders, and axe finds nothing', async () => {
    paint(theme);
    await show(await examples.nobody(), SignIn, { onenter: vi.fn() });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.element(page.getByRole('alert').first()).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['', {}],
    ['#administrator=first', {}],
    ['?invitation=yes', { registration: 'by-invitation' }],
    ['', { registration: 'by-invitation' }],
    ['', { registration: 'closed' }]
  ] as const)('to register with «%s» where %j', async (link, options) => {
    paint(theme);
    await register(link, options);
    await expect.element(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it('with words for the strength of a password, and for what is wrong', async () => {
    paint(theme);
    await register();
    for (const [name, password] of [
      ['Alba Puig', 'short'],
      ['alba', 'longer one'],
      ['alba', 'a really long password']
    ] as const) {
      await fill(name, password);
      expect(await faults()).toEqual([]);
    }
  });
});

describe('registering', () => {
  it('shows the address that one will have', async () => {
    await register();
    await fill('Alba', '');
    await expect.element(page.getByText('alba@zone.example')).toBeVisible();
  });

  it('shows what one writes only when asked', async () => {
    await register();
    await fill('alba', 'a long password');
    const field = page.getByLabelText('Password');
    await expect.element(field).toHaveAttribute('type', 'password');
    await page.getByRole('button', { name: 'Show characters' }).click();
    await expect.element(field).toHaveAttribute('type', 'text');
  });

  it('brings one in', async () => {
    const { onenter } = await register();
    await fill('alba', 'a long password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await vi.waitFor(() => expect(onenter).toHaveBeenCalled());
  });

  it('says beside the field what the zone refuses', async () => {
    const { browser } = await register();
    await browser.zone.browser().accounts.register({ name: 'alba', password: 'a long password' });
    await fill('alba', 'a long password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect
      .element(page.getByRole('textbox', { name: 'Name' }))
      .toHaveAccessibleDescription(/already has this name/);
  });

  it('goes on when only the administrator’s link fails', async () => {
    const { onenter } = await register('#administrator=used');
    await fill('alba', 'a long password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect.element(page.getByText('The administrator’s link has already been used.')).toBeVisible();
    expect(onenter).not.toHaveBeenCalled();
    await page.getByRole('button', { name: 'Go on' }).click();
    expect(onenter).toHaveBeenCalledOnce();
  });

  it('offers the administrator’s link to one who is signed in', async () => {
    const browser = createFake({ administratorToken: 'first' });
    const { id } = await browser.accounts.register({ name: 'alba', password: 'a long password' });
    const onenter = vi.fn();
    await show({ browser, account: id, room: null, clock: { at: 0 } }, Register, {
      address: at('#administrator=first'),
      onenter
    });
    await page.getByRole('button', { name: 'Become administrator' }).click();
    await vi.waitFor(() => expect(onenter).toHaveBeenCalledOnce());
    expect(browser.zone.administratorToken).toBeNull();
  });
});
