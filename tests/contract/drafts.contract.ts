import { beforeAll, describe, expect, it } from 'vitest';
import type { EventId, RoomId } from '../../src/lib/matrix/values.ts';
import { elsewhere, expectFailure, newcomer, type Actor, type Stage } from './stage.ts';

const [room, other] = ['!one:zone.example', '!two:zone.example'] as [RoomId, RoomId];

export function draftsContract(stage: () => Stage): void {
  describe('drafts', () => {
    let anna: Actor;
    beforeAll(async () => {
      anna = await newcomer(stage(), 'anna');
    }, 60_000);

    it('are kept for each conversation as they were written, until there is none', async () => {
      expect(await anna.drafts.of(room)).toBeNull();
      await anna.drafts.keep(room, { text: '  two\nlines ' });
      await anna.drafts.keep(other, { text: 'other' });
      await anna.drafts.keep(room, { text: '  two\nlines and more' });
      expect([await anna.drafts.of(room), await anna.drafts.of(other)]).toEqual([
        { text: '  two\nlines and more' },
        { text: 'other' }
      ]);
      await anna.drafts.keep(room, null);
      expect([await anna.drafts.of(room), await anna.drafts.of(other)]).toEqual([null, { text: 'other' }]);
    });

    it('keep whom they name and beside which message they stand', async () => {
      const draft = {
        text: '@Marta ',
        mentions: [{ id: anna.id, name: 'Marta' }],
        beside: { kind: 'edit', event: '$said' as EventId, said: 'at sevn', better: 'at seven' }
      } as const;
      await anna.drafts.keep(room, draft);
      expect(await anna.drafts.of(room)).toEqual(draft);
      await anna.drafts.keep(room, null);
    });

    it('that come late give way to what was kept since', async () => {
      const before = Date.now() - 60_000;
      await anna.drafts.keep(room, { text: 'newer' });
      await anna.drafts.keep(room, { text: 'older' }, before);
      expect(await anna.drafts.of(room)).toEqual({ text: 'newer' });
      await anna.drafts.keep(room, null);
      // Asked at once for what is about to be kept.
      void anna.drafts.keep(room, { text: 'as the page went' }, before);
      expect(await anna.drafts.of(room)).toEqual({ text: 'as the page went' });
    });

    it('need no network, and stay on this browser', async () => {
      const restore = await stage().cut(anna.browser);
      await anna.drafts.keep(room, { text: 'offline' });
      expect(await anna.drafts.of(room)).toEqual({ text: 'offline' });
      await restore();
      const there = await elsewhere(stage(), anna);
      expect(await there.drafts.of(room)).toBeNull();
    });

    it('are wiped by signing out', async () => {
      const berta = await newcomer(stage(), 'berta');
      await berta.drafts.keep(room, { text: 'secret' });
      await berta.browser.accounts.signOut(berta.id);
      await expectFailure(berta.browser.account(berta.id).drafts.of(room), 'signed-out');
      await berta.browser.accounts.signIn({ name: berta.name, password: berta.password });
      expect(await berta.browser.account(berta.id).drafts.of(room)).toBeNull();
    });
  });
}
