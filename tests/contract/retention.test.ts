import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import type { Attachment, EventId, FileBody, RoomId } from '../../src/lib/matrix/values.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { Browsers } from './browsers.ts';
import { gathering, messages, newcomer, say, texts, type Actor, type Message } from './stage.ts';
import { eventually, until, watch } from './until.ts';

/** ms that the room keeps messages; longer than it takes to see them. */
const keeps = 4000;

const file = (name: string): Attachment => ({
  kind: 'image',
  name,
  bytes: new Blob([Uint8Array.from({ length: 3000 }, (_, at) => at % 250)], { type: 'image/png' }),
  thumbnail: { bytes: new Blob([Uint8Array.of(1, 2, 3)], { type: 'image/webp' }), shape: { width: 8, height: 6 } }
});

/** A zone that tidies every second, with what it really has on its disk. */
describe('what is over is deleted at the zone,', () => {
  let local: Awaited<ReturnType<typeof openLocal>>;
  let zone: Zone;
  let database: DatabaseSync;
  let anna: Actor;
  let berta: Actor;
  const browsers = new Browsers();

  beforeAll(async () => {
    local = await openLocal();
    zone = await Zone.local(local.host, { tidy: '1s' });
    database = new DatabaseSync(join(zone.data, 'synapse', 'homeserver.db'), { readOnly: true });
    const stage = { browser: () => browsers.open(zone.origin) };
    [anna, berta] = await Promise.all([newcomer(stage, 'anna'), newcomer(stage, 'berta')]);
  }, 120_000);
  afterAll(async () => {
    database.close();
    await browsers.close();
    await local.close();
  }, 60_000);

  /** Whether the homeserver has the text of an event, and the bytes of a file, at all. */
  const hasText = (event: EventId) =>
    database.prepare("SELECT 1 FROM event_json WHERE event_id = ? AND json LIKE '%origin_server_ts%'").all(event)
      .length > 0;
  const hasBytes = (source: FileBody['source']) => {
    if (source?.at !== 'zone') throw new Error('the file is not at the zone');
    const [, , , id = ''] = source.content.split('/');
    const folder = join(zone.data, 'synapse', 'media', 'local_content', id.slice(0, 2), id.slice(2, 4));
    return readdirSync(folder, { recursive: true }).some((name) => String(name) === id.slice(4));
  };

  async function send(person: Actor, room: RoomId, name: string): Promise<Message> {
    await person.timelines.send(room, { text: '', file: file(name) }, newTransaction());
    const sent = ({ body, delivery }: Message) => body.type === 'file' && body.name === name && delivery === 'sent';
    const timeline = await until(person.timelines.rows(room), (now) => messages(now).some(sent));
    return messages(timeline).find(sent) ?? expect.fail('not sent');
  }
  const eventOf = ({ event }: Message) => event ?? expect.fail('has no event');
  const filesOf = ({ body }: Message) =>
    body.type === 'file' ? [body.source, body.thumbnail] : expect.fail('is no file');

  for (const sealed of [false, true]) {
    const how = sealed ? 'encrypted' : 'plain';

    it(`text and files, when a room no longer keeps them, and no others, ${how}`, async () => {
      const [room, other] = [await gathering({ sealed }, anna, berta), await gathering({ sealed }, anna, berta)];
      const rows = watch(berta.timelines.rows(room));
      await say(anna, room, 'for a while');
      const picture = await send(anna, room, 'while.png');
      const kept = await send(anna, other, 'ever.png');
      const shared = await send(anna, room, 'shared.png');
      await anna.timelines.forward(room, eventOf(shared), other, newTransaction());
      const seen = await rows.until((now) => texts(now).includes('for a while') && messages(now).length === 3);
      const text = messages(seen).find(({ body }) => body.type === 'text') ?? expect.fail('not seen');
      for (const one of [text, picture, kept, shared]) expect(hasText(eventOf(one))).toBe(true);
      for (const source of [picture, kept, shared].flatMap(filesOf)) expect(hasBytes(source)).toBe(true);

      await anna.rooms.change(room, { keeps });
      const isOver = () => [hasText(eventOf(text)), hasText(eventOf(picture)), ...filesOf(picture).map(hasBytes)];
      // The newest message of all stays in the database until there is another one.
      await say(berta, room, 'later');
      await eventually(isOver, (there) => !there.includes(true));
      await say(berta, room, 'later still');
      await rows.until((now) => texts(now).includes('later still') && !texts(now).includes('for a while'));
      expect(messages(await rows.until(() => true)).some(({ body }) => body.type === 'file')).toBe(false);
      for (const source of [kept, shared].flatMap(filesOf)) expect(hasBytes(source)).toBe(true);
      expect(hasText(eventOf(kept))).toBe(true);
    });

    it(`the file of a message that is deleted, ${how}`, async () => {
      const room = await gathering({ sealed }, anna, berta);
      watch(anna.timelines.rows(room));
      const [one, two] = [await send(anna, room, 'one.png'), await send(anna, room, 'two.png')];
      await anna.timelines.delete(room, eventOf(one), '', newTransaction());
      await eventually(
        () => filesOf(one).map(hasBytes),
        (there) => !there.includes(true)
      );
      expect(filesOf(two).map(hasBytes)).toEqual([true, true]);
    });
  }
});
