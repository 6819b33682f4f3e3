import { beforeAll, describe, expect, it } from 'vitest';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import type { EventId, RoomId, Timeline } from '../../src/lib/matrix/values.ts';
import {
  expectFailure,
  gathering,
  messages,
  newcomer,
  say,
  saying,
  type Actor,
  type Message,
  type Stage
} from './stage.ts';
import { until, watch } from './until.ts';

/** What people do to what was said: answers, edits, signs, deletions. */
export function deedsContract(stage: () => Stage): void {
  describe('what one does to a message', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    /** A message that both have. */
    async function said(room: RoomId, text: string): Promise<EventId> {
      await say(anna, room, text);
      const theirs = until(berta.timelines.rows(room), (timeline) => Boolean(saying(timeline, text)?.event));
      await until(anna.timelines.rows(room), (timeline) => saying(timeline, text)?.delivery === 'sent');
      return saying(await theirs, text)?.event ?? expect.fail('has no event');
    }
    const rowOf = (timeline: Timeline | undefined, event: EventId): Message | undefined =>
      messages(timeline).find((row) => row.event === event);
    const textOf = (row: Message | undefined) => (row?.body.type === 'text' ? row.body.text : row?.body.type);

    for (const sealed of [false, true]) {
      const how = sealed ? 'encrypted' : 'plain';

      it(`an answer names what it answers, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const question = await said(room, 'who brings the ladder?');
        const [hers, theirs] = [watch(anna.timelines.rows(room)), watch(berta.timelines.rows(room))];
        await theirs.until((timeline) => Boolean(rowOf(timeline, question)));
        await berta.timelines.send(room, { text: 'I do', answers: question }, newTransaction());
        const quoted = { sender: { id: anna.id }, body: { type: 'text', text: 'who brings the ladder?' } };
        const both = [hers, theirs].map((rows) => rows.until((timeline) => Boolean(saying(timeline, 'I do')?.event)));
        for (const timeline of await Promise.all(both)) {
          expect(saying(timeline, 'I do')?.answers).toMatchObject({ event: question, quoted });
        }
        // While it was on its way, too.
        const echo = theirs.seen.flatMap((timeline) => saying(timeline, 'I do') ?? [])[0];
        expect(echo?.answers).toMatchObject({ event: question, quoted });
        await until(anna.conversations.one(room), (one) => one?.unread.mentions === 1);
        expect(await berta.timelines.look(room, question)).toMatchObject(quoted);
      });

      it(`what is forwarded says there what it says now, and addresses nobody, ${how}`, async () => {
        const [room, other] = [
          await gathering({ sealed }, anna, berta),
          await gathering({ sealed: !sealed }, anna, berta)
        ];
        const question = await said(room, 'who comes?');
        await berta.timelines.send(room, { text: 'I *do*', answers: question }, newTransaction());
        const there = watch(anna.timelines.rows(room));
        const first = await there.until((timeline) => Boolean(saying(timeline, 'I *do*')?.event));
        const event = saying(first, 'I *do*')?.event ?? expect.fail('has no event');
        await berta.timelines.edit(room, event, { text: 'I *come*' }, newTransaction());
        await there.until((timeline) => textOf(rowOf(timeline, event)) === 'I *come*');
        await anna.timelines.forward(room, event, other, newTransaction());
        const got = await until(berta.timelines.rows(other), (timeline) =>
          Boolean(saying(timeline, 'I *come*')?.event)
        );
        expect(saying(got, 'I *come*')).toMatchObject({
          sender: { id: anna.id },
          answers: null,
          edited: false,
          body: { rich: [{ type: 'paragraph' }] }
        });
        await until(berta.conversations.one(other), (one) => one?.unread.count === 1 && one.unread.mentions === 0);
        await expectFailure(anna.timelines.forward(room, '$none' as EventId, other, newTransaction()), 'not-found');
        await expectFailure(anna.timelines.forward(room, event, '!none:x' as RoomId, newTransaction()), 'not-found');
      });

      it(`an edit is seen at once by who writes it, then by all, with what was said before, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const event = await said(room, 'at sevn');
        const [hers, theirs] = [watch(anna.timelines.rows(room)), watch(berta.timelines.rows(room))];
        await Promise.all([hers, theirs].map((rows) => rows.until((timeline) => Boolean(rowOf(timeline, event)))));
        const from = hers.seen.length;
        const transaction = newTransaction();
        await anna.timelines.edit(room, event, { text: 'at seven' }, transaction);
        const got = await theirs.until((timeline) => textOf(rowOf(timeline, event)) === 'at seven');
        expect(rowOf(got, event)).toMatchObject({ edited: true, act: null });
        await hers.until((timeline) => textOf(rowOf(timeline, event)) === 'at seven' && !rowOf(timeline, event)?.act);
        const [first] = hers.seen.slice(from).filter((timeline) => rowOf(timeline, event)?.act);
        expect(rowOf(first, event)).toMatchObject({ act: { does: 'edit', transaction, failed: null }, edited: true });
        const since = hers.seen.slice(hers.seen.indexOf(first as Timeline));
        expect(new Set(since.map((timeline) => textOf(rowOf(timeline, event))))).toEqual(new Set(['at seven']));
        const versions = await berta.timelines.versions(room, event);
        expect(versions.map(({ body }) => body.type === 'text' && body.text)).toEqual(['at sevn', 'at seven']);
        expect(versions[0]?.at).toBeLessThanOrEqual(versions[1]?.at ?? 0);
      });

      it(`a sign is given once, counted, and taken back, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const event = await said(room, 'bread is ready');
        const [hers, theirs] = [watch(anna.timelines.rows(room)), watch(berta.timelines.rows(room))];
        const signs = (timeline: Timeline) =>
          rowOf(timeline, event)?.reactions.map(({ key, count, mine }) => [key, count, mine]);
        const are =
          (...wanted: unknown[]) =>
          (timeline: Timeline) =>
            JSON.stringify(signs(timeline)) === JSON.stringify(wanted) && rowOf(timeline, event)?.act === null;
        await Promise.all([hers, theirs].map((rows) => rows.until(are())));
        await berta.timelines.react(room, event, '🥖', true, newTransaction());
        await Promise.all([hers.until(are(['🥖', 1, false])), theirs.until(are(['🥖', 1, true]))]);
        await berta.timelines.react(room, event, '🥖', true, newTransaction());
        await anna.timelines.react(room, event, '🥖', true, newTransaction());
        await Promise.all([hers.until(are(['🥖', 2, true])), theirs.until(are(['🥖', 2, true]))]);
        await berta.timelines.react(room, event, '🥖', false, newTransaction());
        await Promise.all([hers.until(are(['🥖', 1, true])), theirs.until(are(['🥖', 1, false]))]);
        expect(signs(theirs.current as Timeline)).toEqual([['🥖', 1, false]]);
      });

      it(`a sign is one, however it asks to be drawn, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const event = await said(room, 'dear all');
        const [hers, theirs] = [watch(anna.timelines.rows(room)), watch(berta.timelines.rows(room))];
        const are = (wanted: unknown[]) => (timeline: Timeline) => {
          const row = rowOf(timeline, event);
          const signs = row?.reactions.map(({ key, count, mine }) => [key, count, mine]);
          return JSON.stringify(signs) === JSON.stringify(wanted) && row?.act === null;
        };
        await Promise.all([hers, theirs].map((rows) => rows.until(are([]))));
        await berta.timelines.react(room, event, '\u2764', true, newTransaction());
        await hers.until(are([['\u2764', 1, false]]));
        await anna.timelines.react(room, event, '\u2764\ufe0f', true, newTransaction());
        await Promise.all([hers, theirs].map((rows) => rows.until(are([['\u2764\ufe0f', 2, true]]))));
        await berta.timelines.react(room, event, '\u2764\ufe0f', false, newTransaction());
        await Promise.all([
          hers.until(are([['\u2764\ufe0f', 1, true]])),
          theirs.until(are([['\u2764\ufe0f', 1, false]]))
        ]);
      });

      it(`what is deleted is gone for everybody, at once for oneself, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const event = await said(room, 'a slip');
        const [hers, theirs] = [watch(anna.timelines.rows(room)), watch(berta.timelines.rows(room))];
        await Promise.all([hers, theirs].map((rows) => rows.until((timeline) => Boolean(rowOf(timeline, event)))));
        await berta.timelines.react(room, event, '👀', true, newTransaction());
        await hers.until((timeline) => rowOf(timeline, event)?.reactions.length === 1);
        await anna.timelines.delete(room, event, 'the wrong room', newTransaction());
        const gone = (timeline: Timeline) => rowOf(timeline, event)?.body.type === 'deleted';
        const left = [hers, theirs].map((rows) => rows.until((value) => gone(value) && !rowOf(value, event)?.act));
        for (const timeline of await Promise.all(left)) expect(rowOf(timeline, event)?.reactions).toEqual([]);
        expect((await berta.timelines.look(room, event)).body).toEqual({ type: 'deleted' });
      });
    }

    it('who has read a message is told', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const [first, second] = [await said(room, 'first'), await said(room, 'second')];
      const hers = watch(anna.timelines.rows(room));
      await hers.until((timeline) => Boolean(rowOf(timeline, second)));
      await berta.timelines.markRead(room, first);
      await hers.until((timeline) => rowOf(timeline, first)?.delivery === 'read');
      expect((await anna.timelines.readers(room, first)).map(({ id }) => id)).toEqual([berta.id]);
      expect(await anna.timelines.readers(room, second)).toEqual([]);
    });

    it('a format is what it was meant to be, and a person in it is told', async () => {
      const room = await gathering({ sealed: true }, anna, berta);
      const name = (await until(berta.people.me(), () => true)).name;
      const text = `**Dinner** at \`9\`, @${name}`;
      const theirs = watch(berta.timelines.rows(room));
      await theirs.until(() => true);
      await anna.timelines.send(room, { text, mentions: [{ id: berta.id, name }] }, newTransaction());
      await until(berta.conversations.one(room), (one) => one?.unread.mentions === 1);
      const row = saying(await theirs.until((timeline) => Boolean(saying(timeline, text))), text);
      const person = { type: 'person', person: { id: berta.id, name } };
      const of = [{ type: 'bold', of: ['Dinner'] }, ' at ', { type: 'code', text: '9' }, ', ', person];
      expect(row?.body).toMatchObject({ rich: [{ type: 'paragraph', of }] });
    });

    it('is done without a network, shown at once, and reaches the others in the end', async () => {
      const room = await gathering({ sealed: true }, anna, berta);
      const [edited, liked, deleted] = [await said(room, 'one'), await said(room, 'two'), await said(room, 'three')];
      const [hers, theirs] = [watch(anna.timelines.rows(room)), watch(berta.timelines.rows(room))];
      await hers.until((timeline) => Boolean(rowOf(timeline, deleted)));
      const restore = await stage().cut(anna.browser);
      await anna.timelines.edit(room, edited, { text: 'one, better' }, newTransaction());
      await anna.timelines.react(room, liked, '👍', true, newTransaction());
      await anna.timelines.delete(room, deleted, '', newTransaction());
      const isDone = (timeline: Timeline) =>
        textOf(rowOf(timeline, edited)) === 'one, better' &&
        rowOf(timeline, liked)?.reactions[0]?.key === '👍' &&
        rowOf(timeline, deleted)?.body.type === 'deleted';
      const shown = await hers.until(isDone);
      const acts = [edited, liked, deleted].map((event) => rowOf(shown, event)?.act);
      expect(acts).toMatchObject([{ does: 'edit' }, { does: 'reaction' }, { does: 'deletion' }]);
      await restore();
      await anna.link.retryNow();
      await theirs.until(isDone);
      const settled = (timeline: Timeline) => [edited, liked, deleted].every((event) => !rowOf(timeline, event)?.act);
      expect(isDone(await hers.until(settled))).toBe(true);
    }, 60_000);

    it('can be taken back while it waits', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const event = await said(room, 'one');
      const hers = watch(anna.timelines.rows(room));
      await hers.until((timeline) => Boolean(rowOf(timeline, event)));
      const restore = await stage().cut(anna.browser);
      const transaction = newTransaction();
      await anna.timelines.react(room, event, '👍', true, newTransaction());
      await anna.timelines.edit(room, event, { text: 'two' }, transaction);
      await hers.until((timeline) => textOf(rowOf(timeline, event)) === 'two');
      await anna.timelines.cancel(room, transaction);
      await hers.until((timeline) => textOf(rowOf(timeline, event)) === 'one');
      await restore();
      await anna.link.retryNow();
      await hers.until(
        (timeline) => rowOf(timeline, event)?.reactions[0]?.mine === true && !rowOf(timeline, event)?.act
      );
      expect(rowOf(hers.current, event)).toMatchObject({ edited: false });
    }, 60_000);

    it('that is not allowed is said, and leaves the message as it was', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const event = await said(room, 'mine');
      const theirs = watch(berta.timelines.rows(room));
      await theirs.until((timeline) => Boolean(rowOf(timeline, event)));
      await expectFailure(berta.timelines.edit(room, event, { text: 'yours' }, newTransaction()), 'forbidden');
      const transaction = newTransaction();
      await berta.timelines.delete(room, event, '', transaction);
      const refused = await theirs.until((timeline) => rowOf(timeline, event)?.act?.failed === 'forbidden');
      expect(rowOf(refused, event)).toMatchObject({ act: { does: 'deletion', transaction } });
      expect(textOf(rowOf(refused, event))).toBe('mine');
      await berta.timelines.cancel(room, transaction);
      await theirs.until((timeline) => rowOf(timeline, event)?.act === null);
      await expectFailure(berta.timelines.look(room, '$nothing' as EventId), 'not-found');
    });
  });
}
