/** A world with as many conversations as wanted, of the sizes and lengths that people's have. The same for the same number. */
import type { Room } from './room.ts';
import { World, type Person } from './world.ts';

const words =
  'we meet at the well after market who brings bread and the blue cups my sister said it rains on thursday so perhaps inside then tell rosa please thank you all until tomorrow the key hangs by the door';
const vocabulary = words.split(' ');
const firsts = ['Alba', 'Biel', 'Carme', 'Dídac', 'Elna', 'Ferran', 'Gala', 'Hug', 'Ivet', 'Jan', 'Laia', 'Marc'];
const lasts = ['Roca', 'Vidal', 'Puig', 'Serra', 'Font', 'Riera', 'Soler', 'Bosch', 'Camps', 'Mas'];
const minute = 60_000;

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Generated = { readonly me: Person; readonly rooms: readonly Room[] };

/**
 * One person with `count` conversations in `world`: four of ten direct, most of those encrypted; the others of 3 to 40
 * people, every hundredth of 300. The last one in the stream, and thus the first of her list, is plain and of a few.
 */
export function generate(world: World, name: string, count: number, messages = 30): Generated {
  const random = numbers(count);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const text = () => Array.from({ length: 3 + Math.floor(random() ** 2 * 40) }, () => pick(vocabulary)).join(' ');
  const cipher = () => Array.from({ length: 12 }, () => random().toString(36).slice(2)).join('');
  const me = world.addPerson(name, `${name} sits at a table`, name);
  const others = Array.from({ length: Math.min(400, 40 + count) }, (_, index) =>
    world.addPerson(`${name}-peer${index}`, 'not used', `${pick(firsts)} ${pick(lasts)}`)
  );
  const direct: Record<string, string[]> = {};
  const now = Date.now();
  const rooms = Array.from({ length: count }, (_, index) => {
    let at = now - (count - index) * minute - messages * 1000;
    const tick = () => (at += 1000);
    const isDirect = index % 5 < 2 && index < count - 20;
    const sealed = isDirect ? index % 10 !== 0 : index % 7 === 0 && index < count - 20;
    const size = isDirect ? 1 : index % 100 === 50 ? 299 : 2 + Math.floor(random() ** 3 * 38);
    const from = Math.floor(random() * others.length);
    const company = Array.from(
      { length: Math.min(size, others.length) },
      (_, place) => others[(from + place) % others.length] as Person
    );
    const creator = (company[0] as Person).id;
    const room = world.addRoom();
    const set = (type: string, content: Record<string, unknown>) =>
      world.add(room, { type, sender: creator, stateKey: '', content, at: tick() });
    set('m.room.create', { room_version: '12' });
    world.setMembership(room, creator, creator, 'join', tick());
    set('m.room.power_levels', { users: {} });
    set('m.room.join_rules', { join_rule: 'invite' });
    set('m.room.history_visibility', { history_visibility: 'shared' });
    if (sealed) set('m.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' });
    if (!isDirect) set('m.room.name', { name: `${pick(vocabulary)} ${pick(vocabulary)} ${index}` });
    if (!isDirect && index % 3 === 0) set('m.room.topic', { topic: text() });
    if (isDirect) (direct[creator] ??= []).push(room.id);
    for (const { id } of company.slice(1)) world.setMembership(room, id, id, 'join', tick());
    world.setMembership(room, me.id, me.id, 'join', tick());
    for (let number = 0; number < messages; number++) {
      const { id: sender } = random() < 0.2 ? me : pick(company);
      if (!sealed) world.say(room, sender, text(), tick());
      else
        world.add(room, {
          type: 'm.room.encrypted',
          sender,
          content: { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: cipher(), session_id: `s${index}` },
          at: tick()
        });
    }
    const read = room.events.at(random() < 0.1 ? -4 : -1);
    if (read) world.read(room, me.id, read.event_id);
    return room;
  });
  world.setDocument(me, 'm.direct', direct);
  return { me, rooms };
}
