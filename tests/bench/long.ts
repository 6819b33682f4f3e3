/** A conversation of many messages: how fast it opens beside one of few, and how evenly it is scrolled. */
import type { Host } from '../lab/host.ts';
import { until } from '../lab/process.ts';
import type { Room } from '../standin/room.ts';
import { median } from './budgets.ts';
import { Somewhere } from './crowd.ts';
import type { Device } from './device.ts';

/** Messages in them, openings of each, and rows that are scrolled past. */
const [many, few] = [10_000, 100];
const rounds = 9;
const scrolled = 2000;

/** Adds messages of the others until there are so many. */
function fill({ server, generated }: Somewhere, room: Room, messages: number): void {
  const people = room.with('join').flatMap(({ state_key }) => state_key ?? []);
  const has = room.events.filter(({ type }) => type === 'm.room.message').length;
  for (let number = has; number < messages; number++) {
    const sender = people[number % people.length] ?? generated.me.id;
    const words = 'we meet at the well after market '.repeat(1 + (number % 7));
    server.world.say(room, sender, `${number}: ${words}`, Date.now() - (messages - number) * 60_000);
  }
  const last = room.events.at(-1);
  if (last) server.world.read(room, generated.me.id, last.event_id);
}

/** Resolves when the newest message is where a conversation opens: at its end. */
const standsAtEnd = (device: Device): Promise<unknown> =>
  until(
    'the conversation to stand at its end',
    () =>
      device.page.evaluate(() => {
        const log = document.querySelector('[role=log]');
        return log !== null && log.scrollHeight - log.clientHeight - log.scrollTop <= 1;
      }),
    { seconds: 3, every: 100 }
  );

/** The share of frames that were not drawn in time, of those in which the rows moved: towards the beginning, at 60 px a frame. */
function scrollBack(device: Device, rows: number): Promise<number> {
  return device.page.evaluate(
    (rows) =>
      new Promise<number>((resolve, reject) => {
        const log = document.querySelector('[role=log]');
        if (!log) return reject(new Error('no conversation is open'));
        const seen = new Set<string>();
        let [frames, missed, last, moved] = [0, 0, 0, false];
        const step = (now: number): void => {
          for (const row of log.querySelectorAll<HTMLElement>('[data-message]')) seen.add(row.dataset.message ?? '');
          const late = Math.max(0, Math.round((now - last) / (1000 / 60)) - 1);
          if (moved) [frames, missed] = [frames + 1 + late, missed + late];
          if (seen.size >= rows) return resolve(missed / frames);
          const before = log.scrollTop;
          log.scrollTop -= 60;
          [last, moved] = [now, log.scrollTop < before];
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
        setTimeout(() => reject(new Error(`only ${seen.size} rows came`)), 240_000);
      }),
    rows
  );
}

/** `ratio`: opening the long one against the short one, in turn. `dropped`: the share of frames, in %. */
export async function longConversation(host: Host): Promise<{ ratio: number; dropped: number }> {
  const place = await Somewhere.start(host, 20);
  try {
    const rooms = place.generated.rooms.slice(-3, -1);
    const [long, short] = rooms;
    if (!long || !short) throw new Error('two conversations are needed');
    fill(place, long, many);
    fill(place, short, few);
    await place.signIn();
    await place.quiet();
    const { device } = place;
    await device.open('/chats');
    await device.used();
    const open = (room: Room) =>
      device.page.evaluate((href) => window.openConversation(href), `/chats/${encodeURIComponent(room.id)}`);
    const times = new Map<Room, number[]>(rooms.map((room) => [room, []]));
    for (let round = 0; round <= rounds; round++)
      for (const room of rooms) {
        const ms = await open(room);
        await standsAtEnd(device);
        if (round > 0) times.get(room)?.push(ms);
      }
    const [slow = Number.NaN, fast = Number.NaN] = rooms.map((room) => median(times.get(room) ?? []));
    await open(long);
    await place.quiet();
    await standsAtEnd(device);
    return { ratio: slow / fast, dropped: 100 * (await scrollBack(device, scrolled)) };
  } finally {
    await place.stop();
  }
}
