import { describe, expect, it } from 'vitest';
import { anna, event, id, room } from '../testing/examples.ts';
import { ScriptedServer } from '../testing/scripted-server.ts';
import { findAtZone } from './at-zone.ts';

const search = /\/search$/;
const ever = new AbortController().signal;
const answer = (results: readonly unknown[], more: object = {}) => ({
  search_categories: { room_events: { count: results.length, results, highlights: [], ...more } }
});

async function find(given: unknown, term = 'bread') {
  const zone = new ScriptedServer();
  zone.on('POST', search, () => given);
  return findAtZone(zone.server, { term }, undefined, ever);
}

describe('what the zone finds', () => {
  it('is asked for in the words of the zone, without its commands', async () => {
    const zone = new ScriptedServer();
    zone.on('POST', search, () => answer([], { next_batch: 'more' }));
    const { next } = await findAtZone(zone.server, { term: ' -Pa "or" AND «plaça» OR ', room }, 'from', ever);
    const [asked] = zone.asked('POST', search);
    expect(asked?.query.get('next_batch')).toBe('from');
    expect(asked?.body).toMatchObject({
      search_categories: {
        room_events: { search_term: 'Pa "or" plaça» "OR"', order_by: 'recent', filter: { rooms: [room] } }
      }
    });
    expect(next).toBe('more');
  });

  it('is each message by what it says now, with its sender’s name', async () => {
    const edit = {
      ...event('$e'),
      content: {
        msgtype: 'm.text',
        body: '* bread at nine',
        'm.new_content': { msgtype: 'm.text', body: 'bread at nine' },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$a' }
      }
    };
    const { hits } = await find(
      answer([
        {
          result: { ...event('$b', { content: { msgtype: 'm.text', body: 'bread' } }), room_id: room },
          context: { profile_info: { [anna]: { displayname: 'Anna' } } }
        },
        { result: { ...edit, room_id: room } }
      ])
    );
    expect(hits).toEqual([
      { room, event: id('$b'), sender: anna, name: 'Anna', at: 1000, text: 'bread' },
      { room, event: id('$a'), sender: anna, name: '', at: 1000, text: 'bread at nine' }
    ]);
  });

  it('leaves out what is no message, what was deleted, and what nobody can make sense of', async () => {
    const { hits, words } = await find(
      answer(
        [
          null,
          { result: { ...event('$a'), room_id: 7 } },
          { result: { ...event('$b'), event_id: undefined, room_id: room } },
          { result: { ...event('$c', { content: {} }), room_id: room } },
          {
            result: {
              ...event('$d', { type: 'm.room.name', state_key: '', content: { name: 'bread' } }),
              room_id: room
            }
          },
          { result: { ...event('$e', { content: { msgtype: 'm.text', body: { bread: 1 } } }), room_id: room } },
          { result: { ...event('$f'), room_id: room }, context: { profile_info: 'Anna' } }
        ],
        { highlights: ['bread', 3, null], next_batch: 9 }
      )
    );
    expect(hits.map(({ event }) => event)).toEqual(['$f']);
    expect(words).toEqual(['bread']);
  });

  it.each([{}, { search_categories: {} }, 'no json'])('fails where %j is no answer', async (given) => {
    await expect(find(given)).rejects.toMatchObject({ reason: 'not-understood' });
  });
});
