import { expect, it, vi } from 'vitest';
import type { RoomId } from '../../values.ts';
import { event } from '../testing/examples.ts';
import { Lately } from './lately.ts';

const room = '!room' as RoomId;
const sealed = (id: string, ciphertext: string) => event(id, { type: 'm.room.encrypted', content: { ciphertext } });

it('opens an event once for all that ask for it', async () => {
  const lately = new Lately<string>(() => true);
  const open = vi.fn(async () => 'said');
  const asked = [lately.of(room, sealed('$1', 'a'), open), lately.of(room, sealed('$1', 'a'), open)];
  expect(await Promise.all(asked)).toEqual(['said', 'said']);
  expect(await lately.of(room, sealed('$1', 'a'), open)).toBe('said');
  expect(open).toHaveBeenCalledTimes(1);
});

it('shows nobody what another event, or the same id elsewhere, has said', async () => {
  const lately = new Lately<string>(() => true);
  await lately.of(room, sealed('$1', 'a'), async () => 'first');
  expect(await lately.of(room, sealed('$1', 'b'), async () => 'forged')).toBe('forged');
  expect(await lately.of('!other' as RoomId, sealed('$1', 'b'), async () => 'elsewhere')).toBe('elsewhere');
});

it('tries again what could not be opened', async () => {
  const lately = new Lately<string>((opened) => opened !== 'no key');
  expect(await lately.of(room, sealed('$1', 'a'), async () => 'no key')).toBe('no key');
  expect(await lately.of(room, sealed('$1', 'a'), async () => 'said')).toBe('said');
  await expect(lately.of(room, sealed('$2', 'a'), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await lately.of(room, sealed('$2', 'a'), async () => 'said')).toBe('said');
});

it('lets go of the oldest', async () => {
  const lately = new Lately<string>(() => true);
  for (let n = 0; n <= 100; n++) await lately.of(room, sealed(`$${n}`, 'a'), async () => 'first');
  expect(await lately.of(room, sealed('$100', 'a'), async () => 'again')).toBe('first');
  expect(await lately.of(room, sealed('$0', 'a'), async () => 'again')).toBe('again');
});
