import { expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { examples } from '$lib/matrix/fake/examples';
import { showConversation } from '../../../tests/component/conversation';

async function open() {
  const example = await examples.formatted();
  await showConversation(example);
}

it('a person is named as one, oneself so that it is seen', async () => {
  await open();
  const [me, other] = [page.getByText('@Alba', { exact: true }), page.getByText('@Jordi', { exact: true })];
  await expect.element(me).toHaveClass('bg-accent');
  await expect.element(other).toHaveClass('bg-accent-soft');
});

it('a link says where it leads, and opens apart', async () => {
  await open();
  const link = page.getByRole('link', { name: 'el mapa' });
  await expect.element(link).toHaveAttribute('href', 'https://guifi.net/mapa');
  await expect.element(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
  await expect.element(link).toHaveAttribute('target', '_blank');
});

it('a link to a room or a person is followed here', async () => {
  const example = await examples.plaza();
  const words = 'see #plaza:north.example, and matrix:u/jordi:zone.example?action=chat';
  example.browser.zone.say(example.browser.zone.plaza, example.account ?? ('' as never), words);
  await showConversation(example);
  for (const [name, path] of [
    ['#plaza:north.example', '/chats/%23plaza%3Anorth.example'],
    ['matrix:u/jordi:zone.example?action=chat', '/people?find=%40jordi%3Azone.example']
  ] as const) {
    const link = page.getByRole('link', { name, exact: true });
    await expect.element(link).toHaveAttribute('href', path);
    await expect.element(link).not.toHaveAttribute('target');
  }
});

it('what is hidden is shown when one asks for it', async () => {
  await open();
  await expect.element(page.getByText('tots dormien')).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'Hidden (la pel·lícula): show it' }).click();
  await expect.element(page.getByText('tots dormien')).toBeInTheDocument();
});

it('code of a language is drawn as such, and copied whole', async () => {
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await open();
  const code = page.getByRole('region', { name: 'Code, sh' });
  await expect.element(code.getByText(/^# i si respon/)).toHaveClass('italic');
  await code.hover();
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect.poll(() => write.mock.calls[0]?.[0]).toMatch(/^ping -c 3 10.228.0.1 #[^]*ip route get 10.228.0.1$/);
  write.mockRestore();
});

it('a list counts from where it was told to, and a table has its heads', async () => {
  await open();
  await expect.element(page.getByRole('list').filter({ hasText: 'La quota' }).first()).toHaveAttribute('start', '3');
  await expect.element(page.getByRole('columnheader', { name: 'Node' })).toBeInTheDocument();
});
