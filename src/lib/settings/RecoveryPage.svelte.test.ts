import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { examples, type ExampleName } from '$lib/matrix/fake/examples';
import { faults, paint, show, themes } from '../../../tests/component/stage';
import RecoveryPage from './RecoveryPage.svelte';

const password = 'a long password';

async function open(name: ExampleName) {
  const example = await examples[name]();
  await show(example, RecoveryPage, {});
  return example;
}

async function setUp(written: string) {
  await page.getByLabelText('Password').fill(written);
  await page.getByRole('button', { name: 'Make the key' }).click();
}

describe.each(themes)('recovery in the %s', (theme) => {
  it.each(['newcomer', 'locked', 'recovered', 'loading'] as const)(
    '%s: renders, and axe finds nothing',
    async (name) => {
      paint(theme);
      await open(name);
      expect(await faults()).toEqual([]);
    }
  );

  it('with the key on show', async () => {
    paint(theme);
    await open('newcomer');
    await setUp(password);
    await expect.element(page.getByRole('group', { name: 'Recovery key' })).toBeVisible();
    expect(await faults()).toEqual([]);
  });
});

describe('setting recovery up', () => {
  it('shows the key once, and goes on when it has been kept', async () => {
    await open('newcomer');
    await setUp(password);
    const key = page.getByRole('group', { name: 'Recovery key' });
    await expect.element(key).toMatchTextContent(/^EsTx /);
    const done = page.getByRole('button', { name: 'Done' });
    await expect.element(done).toHaveAttribute('aria-disabled', 'true');
    await done.click({ force: true });
    await expect.element(key).toBeVisible();
    await page.getByLabelText('I have kept it').click();
    await done.click();
    await expect.element(key).not.toBeInTheDocument();
    await expect.element(page.getByText('Your messages are safe with you')).toBeVisible();
  });

  it('says when the password is wrong, and makes no key', async () => {
    await open('newcomer');
    await setUp('wrong');
    await expect.element(page.getByRole('alert')).toMatchTextContent(/This is not your password\./);
    await expect.element(page.getByRole('group', { name: 'Recovery key' })).not.toBeInTheDocument();
  });
});

describe('letting a device in', () => {
  it('takes the key however its spaces stand', async () => {
    const { browser, account } = await open('locked');
    const key = account && browser.zone.people.get(account)?.recovery?.key;
    await page.getByLabelText('Recovery key').fill(` ${String(key).replaceAll(' ', '  ')} `);
    await page.getByRole('button', { name: 'Restore messages' }).click();
    await expect.element(page.getByText(/message keys? (is|are) back on this device/)).toBeVisible();
  });

  it('says when it is another key', async () => {
    await open('locked');
    await page.getByLabelText('Recovery key').fill('EsTx other');
    await page.getByRole('button', { name: 'Restore messages' }).click();
    await expect.element(page.getByRole('alert')).toMatchTextContent(/This is not the recovery key of your account\./);
  });
});
