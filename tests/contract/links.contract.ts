import { expect, it, describe } from 'vitest';
import type { EventId } from '../../src/lib/matrix/values.ts';
import { elsewhere, expectFailure, gathering, newcomer, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

/** What links lead to. That a page is looked at indeed: `previews.test.ts`. */
export function linksContract(stage: () => Stage): void {
  describe('what links lead to', () => {
    it('is nothing where the zone finds none, or may not look, and for what is no address of the web', async () => {
      const anna = await newcomer(stage(), 'anna');
      for (const url of ['http://127.0.0.1:9/', 'ftp://zone.example/', 'javascript:alert(1)', 'no address', '']) {
        expect([url, await anna.links.preview(url)]).toEqual([url, null]);
      }
    });

    it('is not known where the zone is away', async () => {
      const anna = await newcomer(stage(), 'anna');
      const mend = await stage().cut(anna.browser);
      await expectFailure(anna.links.preview('http://127.0.0.1:9/other'), 'unreachable');
      await mend();
      expect(await anna.links.preview('http://127.0.0.1:9/other')).toBeNull();
    });

    it('is shown everywhere or nowhere, on all devices', async () => {
      const anna = await newcomer(stage(), 'anna');
      const wanted = watch(anna.links.wanted());
      await wanted.until(({ everywhere, offered }) => everywhere && offered);
      await anna.links.setEverywhere(false);
      await wanted.until(({ everywhere }) => !everywhere);
      const other = await elsewhere(stage(), anna);
      await until(other.links.wanted(), ({ everywhere }) => !everywhere);
      await other.links.setEverywhere(true);
      await wanted.until(({ everywhere }) => everywhere);
    });

    it('is chosen for a conversation and a message on one browser, of which no other hears', async () => {
      const anna = await newcomer(stage(), 'anna');
      const [room, event] = [await gathering({ sealed: true }, anna), '$hidden:zone' as EventId];
      const wanted = watch(anna.links.wanted());
      await wanted.until(({ rooms, hidden }) => Object.keys(rooms).length + hidden.length === 0);
      await anna.links.setIn(room, true);
      await anna.links.hide(event);
      await wanted.until(({ rooms, hidden }) => rooms[room] === true && hidden.includes(event));
      const other = await elsewhere(stage(), anna);
      const theirs = await until(other.links.wanted(), () => true);
      expect([theirs.rooms, theirs.hidden]).toEqual([{}, []]);
      await anna.links.setIn(room, false);
      await wanted.until(({ rooms }) => rooms[room] === false);
      await anna.links.setIn(room, null);
      await wanted.until(({ rooms, hidden }) => !(room in rooms) && hidden.includes(event));
    });
  });
}
