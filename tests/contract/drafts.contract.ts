import { beforeAll, describe, expect, it } from 'vitest';
import type { RoomId } from '../../src/lib/matrix/values.ts';
import { elsewhere, expectFailure, newcomer, type Actor, type Stage } from './stage.ts';

const [room, other] = ['!one:zone.example', '!two:zone.example'] as [RoomId, RoomId];

export function draftsContract(stage: () => Stage): void {
  describe('drafts', () => {
    let anna: Actor;
    beforeAll(async () => {
      anna = await newcomer(stage(), 'anna');
    }, 60_000);

    it('are kept for each conversation as they were written, until they are empty', async () => {
      expect(await anna.drafts.of(room)).toBe('');
      await anna.drafts.keep(room, '  two\nlines ');
      await anna.drafts.keep(other, 'other');
      await anna.drafts.keep(room, '  two\nlines and more');
      expect([await anna.drafts.of(room), await anna.drafts.of(other)]).toEqual(['  two\nlines and more', 'other']);
      await anna.drafts.keep(room, '');
      expect([await anna.drafts.of(room), await anna.drafts.of(other)]).toEqual(['', 'other']);
    });

    it('that come late give way to what was kept since', async () => {
      const before = Date.now() - 60_000;
      await anna.drafts.keep(room, 'newer');
      await anna.drafts.keep(room, 'older', before);
      expect(await anna.drafts.of(room)).toBe('newer');
      await anna.drafts.keep(room, '');
      // Asked at once for what is about to be kept.
      void anna.drafts.keep(room, 'as the page went', before);
      expect(await anna.drafts.of(room)).toBe('as the page went');
    });

    it('need no network, and stay on this browser', async () => {
      const restore = await stage().cut(anna.browser);
      await anna.drafts.keep(room, 'offline');
      expect(await anna.drafts.of(room)).toBe('offline');
      await restore();
      const there = await elsewhere(stage(), anna);
      expect(await there.drafts.of(room)).toBe('');
    });

    it('are wiped by signing out', async () => {
      const berta = await newcomer(stage(), 'berta');
      await berta.drafts.keep(room, 'secret');
      await berta.browser.accounts.signOut(berta.id);
      await expectFailure(berta.browser.account(berta.id).drafts.of(room), 'signed-out');
      await berta.browser.accounts.signIn({ name: berta.name, password: berta.password });
      expect(await berta.browser.account(berta.id).drafts.of(room)).toBe('');
    });
  });
}
