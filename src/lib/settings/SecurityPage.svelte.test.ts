import { describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type Example } from '$lib/matrix/fake/examples';
import type { UserId } from '$lib/matrix/values';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import SecurityPage from './SecurityPage.svelte';

async function open(...others: readonly string[]) {
  const example = (await examples.plaza()) as Example & { account: UserId };
  const { zone } = example.browser;
  const resident = zone.people.get(example.account) ?? expect.fail('nobody');
  for (const name of others) {
    resident.devices.add(name);
    resident.deviceNames.set(name, name);
  }
  const onended = vi.fn();
  await show(example, SecurityPage, { onended });
  await expect.element(page.getByRole('list', { name: 'Devices' })).toBeVisible();
  return { ...example, zone, resident, password: resident.password ?? '', onended };
}
const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');

describe('devices and password', () => {
  it('end a session that one does not know, by the password', async () => {
    const { resident, password } = await open('Phone', 'Library');
    await button('End the session of Library').click();
    await dialog().getByRole('textbox', { name: 'Password now' }).fill('not it');
    await dialog().getByRole('button', { name: 'End', exact: true }).click();
    await expect.element(dialog().getByText('This is not your password.')).toBeVisible();
    await dialog().getByRole('textbox', { name: 'Password now' }).fill(password);
    await dialog().getByRole('button', { name: 'End', exact: true }).click();
    await expect.poll(() => resident.devices.has('Library')).toBe(false);
    await expect.element(button('End the session of Library')).not.toBeInTheDocument();
    expect(resident.devices.has('Phone')).toBe(true);
  });

  it('are called as one likes', async () => {
    const { resident, browser } = await open('Firefox on Linux');
    await button('Rename Firefox on Linux').click();
    const name = dialog().getByRole('textbox', { name: 'Name' });
    await expect.element(name).toHaveValue('Firefox on Linux');
    await name.fill(' The library ');
    browser.network.failNext('security.renameDevice', 'unreachable');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await expect.element(dialog().getByText('The zone does not answer.')).toBeVisible();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await expect.element(button('Rename The library')).toBeVisible();
    expect([...resident.deviceNames.values()]).toContain('The library');
  });

  it('end all the others at once', async () => {
    const { resident, password } = await open('Phone', 'Library');
    await button('End all the others').click();
    await dialog().getByRole('textbox', { name: 'Password now' }).fill(password);
    await dialog().getByRole('button', { name: 'End', exact: true }).click();
    await expect.poll(() => resident.devices.size).toBe(1);
  });

  it('change the password, and say so', async () => {
    const { resident, password } = await open();
    await page.getByRole('textbox', { name: 'Password now' }).fill(password);
    await page.getByRole('textbox', { name: 'New password' }).fill('a table in the sun');
    await button('Change the password').click();
    await expect.element(page.getByText('The password is changed.')).toBeVisible();
    expect(resident.password).toBe('a table in the sun');
  });

  it('delete the account only when one is sure and says the password', async () => {
    const { resident, password, onended } = await open();
    await button('Delete my account').click();
    await dialog().getByRole('textbox', { name: 'Password now' }).fill(password);
    await dialog().getByRole('button', { name: 'Delete my account' }).click();
    expect(resident.deactivated).toBe(false);
    await dialog().getByRole('checkbox').click();
    await dialog().getByRole('button', { name: 'Delete my account' }).click();
    await expect.poll(() => resident.deactivated).toBe(true);
    expect(onended).toHaveBeenCalledOnce();
  });

  it.each(themes)('have no fault of accessibility, %s', async (theme) => {
    paint(theme);
    await open('Phone', 'Library');
    await expect.poll(faults).toEqual([]);
  });
});
