import { beforeAll, describe, expect, it } from 'vitest';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import type { Attachment, FileBody, RoomId, Timeline, TransactionId } from '../../src/lib/matrix/values.ts';
import { expectFailure, gathering, messages, newcomer, say, texts, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31) % 251);
const png = 'image/png';

/** A picture as a page gives it; nobody below the page looks into it. */
const picture = (): Attachment => ({
  kind: 'image',
  name: 'terrat.png',
  bytes: new Blob([bytesOf(5000)], { type: png }),
  shape: { width: 1200, height: 900 },
  blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
  thumbnail: { bytes: new Blob([bytesOf(700)], { type: 'image/webp' }), shape: { width: 800, height: 600 } }
});

/** Files that go with messages. */
export function filesContract(stage: () => Stage): void {
  describe('files', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    const fileIn = (timeline: Timeline | undefined, name: string): FileBody | undefined =>
      messages(timeline)
        .map(({ body }) => body)
        .find((body): body is FileBody => body.type === 'file' && body.name === name);
    const isPlaced = (timeline: Timeline | undefined, name: string) => fileIn(timeline, name)?.source?.at === 'zone';
    async function send(person: Actor, room: RoomId, file: Attachment, text = ''): Promise<TransactionId> {
      const transaction = newTransaction();
      await person.timelines.send(room, { text, file }, transaction);
      return transaction;
    }
    const read = async (person: Actor, source: FileBody['source']) =>
      new Uint8Array(await (await person.files.bytes(source ?? expect.fail('is nowhere'))).arrayBuffer());

    for (const sealed of [false, true]) {
      const how = sealed ? 'encrypted' : 'plain';

      it(`of a conversation are found together, the newest first, without those that were deleted, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const rows = watch(anna.timelines.rows(room));
        for (const name of ['one.png', 'two.png', 'three.png']) {
          await send(anna, room, { ...picture(), name }, name === 'two.png' ? 'from the roof' : '');
          await say(anna, room, `that was ${name}`);
        }
        await rows.until((timeline) => texts(timeline).length === 6 && isPlaced(timeline, 'three.png'));
        await rows.until((timeline) => messages(timeline).every(({ delivery }) => delivery === 'sent'));
        const shared = await berta.files.shared(room);
        expect(shared).toMatchObject({ next: null, since: null });
        expect(shared.files.map(({ body }) => body.name)).toEqual(['three.png', 'two.png', 'one.png']);
        expect(shared.files[1]).toMatchObject({
          sender: { id: anna.id, name: anna.name },
          body: { kind: 'image', caption: { text: 'from the roof' }, source: { at: 'zone' } }
        });
        expect(shared.files[1]?.event).toBe(
          messages(rows.current).find(({ body }) => body.type === 'file' && body.name === 'two.png')?.event
        );
        expect(await read(berta, shared.files[0]?.body.source)).toEqual(bytesOf(5000));
        await anna.timelines.delete(room, shared.files[1]?.event ?? expect.fail(), '', newTransaction());
        await rows.until((timeline) => texts(timeline).includes('(deleted)'));
        await until(berta.timelines.rows(room), (timeline) => texts(timeline).includes('(deleted)'));
        expect((await berta.files.shared(room)).files.map(({ body }) => body.name)).toEqual(['three.png', 'one.png']);
        const carla = await newcomer(stage(), 'carla');
        await expect(carla.files.shared(room)).rejects.toMatchObject({
          reason: expect.stringMatching(/not-found|forbidden/) as string
        });
      }, 60_000);

      it(`come as they were sent, with what is said of them and with them, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const [hers, theirs] = [watch(anna.timelines.rows(room)), watch(berta.timelines.rows(room))];
        const file = picture();
        const key = await send(anna, room, file, 'from the *roof*');
        const got = fileIn(await theirs.until((timeline) => isPlaced(timeline, 'terrat.png')), 'terrat.png');
        expect(got).toMatchObject({
          kind: 'image',
          mimetype: png,
          size: 5000,
          shape: { width: 1200, height: 900 },
          blurhash: file.blurhash,
          caption: { text: 'from the *roof*', rich: [{ type: 'paragraph' }] }
        });
        for (const source of [got?.source, got?.thumbnail]) {
          expect(source?.at === 'zone' && source.seal !== null).toBe(sealed);
        }
        expect(await read(berta, got?.source)).toEqual(bytesOf(5000));
        expect(await read(berta, got?.thumbnail)).toEqual(bytesOf(700));

        const sent = await hers.until((timeline) => isPlaced(timeline, 'terrat.png'));
        expect(messages(sent).map((row) => row.key)).toEqual([key]);
        expect(await read(anna, fileIn(sent, 'terrat.png')?.source)).toEqual(bytesOf(5000));
        // It was to be seen before it was there.
        const rows = hers.seen.map((timeline) => messages(timeline).find((row) => row.key === key));
        const [first] = rows.flatMap((row) => row?.body ?? []);
        expect(first).toMatchObject({ source: { at: 'outbox', transaction: key, part: 'file' }, size: 5000 });
        // The list says what it is, and neither where nor how it is opened.
        const last = await until(berta.conversations.one(room), (one) => one?.last?.body.type === 'file');
        expect(last?.last?.body).toEqual({ type: 'file', kind: 'image', name: 'terrat.png' });
      });

      it(`wait for the zone in their place, can be seen meanwhile, and come once, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const hers = watch(anna.timelines.rows(room));
        const restore = await stage().cut(anna.browser);
        await say(anna, room, 'before');
        const transaction = await send(anna, room, { kind: 'file', name: 'acta.pdf', bytes: new Blob([bytesOf(3)]) });
        await say(anna, room, 'after');
        const waiting = await hers.until((timeline) => texts(timeline).length === 3);
        const source = fileIn(waiting, 'acta.pdf')?.source;
        expect(source).toEqual({ at: 'outbox', transaction, part: 'file' });
        expect(await read(anna, source)).toEqual(bytesOf(3));
        await restore();
        await anna.link.retryNow();
        const arrived = await until(berta.timelines.rows(room), (timeline) => texts(timeline).includes('after'));
        expect(texts(arrived)).toEqual(['before', '(file)', 'after']);
        expect(await read(berta, fileIn(arrived, 'acta.pdf')?.source)).toEqual(bytesOf(3));
      });
    }

    it('can be taken back before they are sent', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const hers = watch(anna.timelines.rows(room));
      const restore = await stage().cut(anna.browser);
      const transaction = await send(anna, room, picture());
      const source = fileIn(await hers.until((timeline) => messages(timeline).length === 1), 'terrat.png')?.source;
      await anna.timelines.cancel(room, transaction);
      await hers.until((timeline) => messages(timeline).length === 0);
      await expectFailure(anna.files.bytes(source ?? expect.fail('is nowhere')), 'not-found');
      await restore();
      await anna.link.retryNow();
      await say(anna, room, 'nothing');
      const arrived = await until(berta.timelines.rows(room), (timeline) => texts(timeline).includes('nothing'));
      expect(texts(arrived)).toEqual(['nothing']);
    });

    it('one that is larger than the zone takes is refused, and others pass', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const most = (await anna.files.limit()) ?? expect.fail('the zone says no limit');
      const hers = watch(anna.timelines.rows(room));
      const bytes = new Blob([new Uint8Array(most + 1)]);
      const transaction = await send(anna, room, { kind: 'file', name: 'all.iso', bytes });
      const row = () => messages(hers.current).find(({ key }) => key === transaction);
      await say(anna, room, 'passes');
      await until(berta.timelines.rows(room), (timeline) => texts(timeline).includes('passes'));
      expect(row()?.delivery).toEqual({ failed: 'too-large' });
      await anna.timelines.cancel(room, transaction);
      await hers.until(() => row() === undefined);
    });

    it('that nobody has are not there', async () => {
      const content = `mxc://${stage().zone}/nobodyhasthis`;
      await expectFailure(anna.files.bytes({ at: 'zone', content, seal: null }), 'not-found');
      const waiting = { at: 'outbox', transaction: newTransaction(), part: 'file' } as const;
      await expectFailure(anna.files.bytes(waiting), 'not-found');
    });

    it('are out of reach without the zone', async () => {
      const restore = await stage().cut(berta.browser);
      const content = `mxc://${stage().zone}/anything`;
      await expectFailure(berta.files.bytes({ at: 'zone', content, seal: null }), 'unreachable');
      await restore();
    });
  });
}
