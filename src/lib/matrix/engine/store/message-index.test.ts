import 'fake-indexeddb/auto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Failure } from '../../failure.ts';
import type { RoomId } from '../../values.ts';
import { anna, berta, event, id, otherRoom, room } from '../testing/examples.ts';
import { MessageIndex, type Reach, type Said } from './message-index.ts';

let count = 0;
function open(name = `index-${count++}`) {
  const index = new MessageIndex(name);
  onTestFinished(() => index.close());
  return index;
}
const reach: Reach = { room, end: 'now', before: 'then', since: 1, locked: [event('$sealed')] };
const said = (name: string, text = name): Said => ({ event: id(name), sender: anna, name: 'Anna', at: 1, text });
async function allOf(index: MessageIndex, ...rooms: RoomId[]) {
  const all: string[] = [];
  for await (const part of index.all(new Set(rooms))) all.push(...part.said.map(({ text }) => text));
  return all.sort();
}

describe('the index', () => {
  it('gives back what was said in the conversations that one asks for, and how far they were read', async () => {
    const name = `index-${count++}`;
    const first = open(name);
    await first.put(reach, [said('a'), said('b')]);
    await first.put({ ...reach, room: otherRoom }, [said('c')]);
    await first.close();
    const index = open(name);
    expect(await allOf(index, room)).toEqual(['a', 'b']);
    expect(await allOf(index, room, otherRoom)).toEqual(['a', 'b', 'c']);
    expect(await index.reach(room)).toEqual(reach);
    expect([...(await index.reaches()).keys()].sort()).toEqual([room, otherRoom].sort());
  });

  it('gives back all of thousands of parts', async () => {
    const index = open();
    for (let n = 0; n < 120; n++) await index.put(reach, [said(`$${n}`)]);
    expect(await allOf(index, room)).toHaveLength(120);
  });

  it('tells what was said as it stands now: its sender’s edit, and nothing of what was deleted', async () => {
    const index = open();
    await index.put(
      reach,
      [said('a'), said('b'), said('c')],
      [
        { event: id('a'), sender: anna, text: 'better' },
        { event: id('b'), sender: berta, text: 'put into her mouth' },
        { event: id('c'), sender: berta, text: null }
      ]
    );
    expect(await allOf(index, room)).toEqual(['b', 'better']);
  });

  it('forgets conversations, and nothing else', async () => {
    const index = open();
    await index.put(reach, [said('a')], [{ event: id('a'), sender: anna, text: 'better' }]);
    await index.put({ ...reach, room: otherRoom }, [said('c')]);
    await index.forget([room]);
    expect(await allOf(index, room, otherRoom)).toEqual(['c']);
    expect(await index.reach(room)).toBeUndefined();
    await index.put(reach, [said('a')]);
    expect(await allOf(index, room)).toEqual(['a']);
  });

  it('goes where the disk is full, says so, and begins anew', async () => {
    const index = open();
    await index.put(reach, [said('a')]);
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementationOnce(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    await expect(index.put(reach, [said('b')])).rejects.toMatchObject({ reason: 'storage' });
    expect(await allOf(index, room)).toEqual([]);
    expect(await index.reach(room)).toBeUndefined();
    await index.put(reach, [said('b')]);
    expect(await allOf(index, room)).toEqual(['b']);
  });

  it('is refused once the account has stopped', async () => {
    const index = open();
    await index.put(reach, [said('a')]);
    await index.close();
    await expect(index.reach(room)).rejects.toBeInstanceOf(Failure);
  });
});
