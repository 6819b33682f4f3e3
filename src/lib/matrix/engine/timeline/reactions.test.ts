import { describe, expect, it } from 'vitest';
import type { UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { anna, berta, event, me, member, redaction } from '../testing/examples.ts';
import type { Entry } from './entry.ts';
import { Namebook } from './namebook.ts';
import { Relations } from './relations.ts';

const plain = (raw: RawEvent): Entry => ({ raw, opened: { type: raw.type, content: raw.content } });
const reacting = (key: unknown, to = '$1') => ({ 'm.relates_to': { rel_type: 'm.annotation', event_id: to, key } });
const reaction = (name: string, key: unknown, sender: UserId, at = 1000) =>
  event(name, { type: 'm.reaction', sender, content: reacting(key), origin_server_ts: at });

function take(...events: readonly RawEvent[]) {
  const [book, relations] = [new Namebook(), new Relations()];
  const more = (...raws: readonly RawEvent[]) => raws.forEach((raw) => relations.take(plain(raw)));
  more(...events);
  const read = () => relations.reactionsTo(event('$1').event_id, book, me);
  const told = () => read().map(({ key, count, mine }) => `${key}${count}${mine ? ' mine' : ''}`);
  return { book, relations, more, read, told };
}

describe('reactions', () => {
  it('count each person once a key, however often it comes', () => {
    const twice = reaction('$2', '🥖', anna);
    const { told } = take(
      twice,
      twice,
      reaction('$3', '🥖', anna),
      reaction('$4', '🥖', me),
      reaction('$5', '🙂', anna)
    );
    expect(told()).toEqual(['🥖2 mine', '🙂1']);
  });

  it('leave when they are deleted: all that one gave by that key, before or after it came', () => {
    const { told, more } = take(reaction('$2', '🥖', anna), reaction('$3', '🥖', anna), redaction('$2'));
    expect(told()).toEqual(['🥖1']);
    more(redaction('$3'));
    expect(told()).toEqual([]);
    more(redaction('$9'), reaction('$9', '🥖', anna));
    expect(told()).toEqual([]);
  });

  it('stand in the order of their times, whichever part of the history came first', () => {
    expect(take(reaction('$3', '🙂', anna, 9), reaction('$2', '🥖', berta, 5)).told()).toEqual(['🥖1', '🙂1']);
  });

  it('are the same object until they, or the name of somebody in them, change', () => {
    const { book, read, more } = take(reaction('$2', '🥖', anna));
    const before = read();
    expect(read()).toBe(before);
    more(reaction('$3', '🥖', anna), event('$4'));
    expect(read()).toBe(before);
    book.learn([member(anna, 'join', { name: 'Annie' })]);
    expect(read()[0]?.people[0]?.name).toBe('Annie');
    expect(read()).not.toBe(before);
  });

  it('are bounded: fifty keys, the most used ones, and ten names of each', () => {
    const floods = Array.from({ length: 600 }, (_, at) => reaction(`$f${at}`, `k${at}`, berta));
    const many = Array.from({ length: 30 }, (_, at) => reaction(`$m${at}`, '🥖', `@u${at}:zone.test` as UserId, 2000));
    const { read } = take(...many, ...floods);
    expect(read()).toHaveLength(50);
    expect(read().find(({ key }) => key === '🥖')).toMatchObject({ count: 30, people: Array(10).fill({}) });
  });

  it.each([[null], [5], [''], [' '], ['x'.repeat(256)], [{}], [['🥖']]])('by what is no sign are none: %j', (key) => {
    expect(take(reaction('$2', key, anna)).told()).toEqual([]);
  });

  it('forged in the state of a room, of another type, or sealed and not opened, are none', () => {
    const { relations, told } = take(
      event('$2', { type: 'm.reaction', content: reacting('🥖'), state_key: '' }),
      event('$3', { content: reacting('🥖') })
    );
    const raw = event('$4', { type: 'm.room.encrypted', content: reacting('🥖') });
    relations.take({ raw, opened: { cause: 'waiting' } });
    expect(told()).toEqual([]);
    relations.take({ raw, opened: { type: 'm.reaction', content: {} } });
    expect(told()).toEqual(['🥖1']);
  });

  it('of ten thousand cost what a thousand do, each', () => {
    const spend = (count: number) => {
      const all = Array.from({ length: count }, (_, at) =>
        reaction(`$r${at}`, `${at % 700}`, `@u${at}:zone.test` as UserId)
      );
      const { more, read } = take();
      const begun = performance.now();
      for (const one of all) more(one);
      read();
      return performance.now() - begun;
    };
    spend(1_000);
    // Ten times as many: a quadratic way takes a hundred times as long.
    expect(spend(10_000)).toBeLessThan(40 * Math.max(1, spend(1_000)));
  });
});

describe('an edit told beside an event', () => {
  const edit = (sender: UserId, at: number, more: Partial<RawEvent> = {}) =>
    event('$e', {
      sender,
      origin_server_ts: at,
      content: {
        'm.new_content': { msgtype: 'm.text', body: 'better' },
        'm.relates_to': { rel_type: 'm.replace', event_id: '$1' }
      },
      ...more
    });
  const beside = (raw: RawEvent): Entry => ({ ...plain(event('$1')), edit: plain(raw) });

  it('counts as if it had been read', () => {
    const relations = new Relations();
    relations.take(beside(edit(anna, 5)));
    expect(relations.editOf(plain(event('$1')))?.content).toMatchObject({ body: 'better' });
  });

  it('by another, or of another kind, is nothing', () => {
    const relations = new Relations();
    relations.take(beside(edit(berta, 5)));
    relations.take(beside(edit(anna, 5, { type: 'm.sticker' })));
    expect(relations.editOf(plain(event('$1')))).toBeUndefined();
  });

  it('gives way to a newer one, and of many that are deleted the one before holds', () => {
    const relations = new Relations();
    const edits = Array.from({ length: 30 }, (_, at) => edit(anna, at, { event_id: `$e${at}` as never }));
    for (const one of edits) relations.take(plain(one));
    const now = () => relations.editOf(plain(event('$1')))?.event;
    expect(now()).toBe('$e29');
    relations.take(plain(redaction('$e29')));
    expect(now()).toBe('$e28');
    relations.take(plain(edit(anna, 28, { event_id: '$e28b' as never })));
    expect(now(), 'of two at one time, the one whose id sorts later').toBe('$e28b');
  });
});
