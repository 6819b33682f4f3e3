import { describe, expect, it, vi } from 'vitest';
import type { Crypto, Opened } from '../crypto/crypto.ts';
import { fold, withSaid } from '../sync/record.ts';
import type { EventId } from '../../values.ts';
import { event, me, room, update } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import type { RawEvent } from '../event.ts';
import { Previews } from './previews.ts';

const saying = (raw: RawEvent) => fold(undefined, room, update({ timeline: [raw] }), me);
const sealed = (name: string, content: Record<string, unknown> = { ciphertext: 'x' }) =>
  event(name, { type: 'm.room.encrypted', content });

function previews(open: Crypto['open']) {
  const changed = vi.fn();
  const spy = vi.fn(open);
  return { previews: new Previews(() => ({ open: spy }) as unknown as Crypto, changed), changed, open: spy };
}
const says = (body: string): Opened => ({ type: 'm.room.message', content: { msgtype: 'm.text', body } });

describe('what a conversation says last', () => {
  it('is there at once in clear, or nothing', () => {
    const { previews: all } = previews(async () => says('x'));
    expect(all.of(saying(event('$1')))).toMatchObject({ type: 'text', text: '$1' });
    expect(all.of(fold(undefined, room, update(), me))).toBeNull();
  });

  it('is opened once, and then there', async () => {
    const { previews: all, changed, open } = previews(async () => says('a secret'));
    const record = saying(sealed('$1'));
    expect([all.of(record), all.of(record)]).toEqual([null, null]);
    await settled();
    expect([all.of(record), changed.mock.calls.length, open.mock.calls.length]).toMatchObject([
      { text: 'a secret' },
      1,
      1
    ]);
  });

  it('is opened again when its key comes', async () => {
    let later: () => void = () => undefined;
    const answers: Opened[] = [{ cause: 'waiting' }, says('at last')];
    const { previews: all } = previews(async (_room, _raw, then) => {
      later = then;
      return answers.shift() ?? { cause: 'no-key' };
    });
    const record = saying(sealed('$1'));
    all.of(record);
    await settled();
    expect(all.of(record)).toEqual({ type: 'unreadable', cause: 'waiting' });
    later();
    all.of(record);
    await settled();
    expect(all.of(record)).toMatchObject({ text: 'at last' });
  });

  it('that an earlier session has opened is there without a crypto', () => {
    const never = new Previews(() => undefined, vi.fn());
    const record = saying(sealed('$1'));
    expect(never.of(record)).toBeNull();
    const body = { type: 'text', style: 'plain', text: 'a secret' } as const;
    expect(never.of(withSaid(record, record.last?.event_id as EventId, body))).toEqual(body);
  });

  it('is told to who keeps it once it is open, and not while it cannot be', async () => {
    const kept = vi.fn();
    const answers: Opened[] = [{ cause: 'waiting' }, says('at last')];
    const crypto = { open: async () => answers.shift() } as unknown as Crypto;
    const all = new Previews(() => crypto, vi.fn(), kept);
    for (const name of ['$1', '$2']) all.of(saying(sealed(name)));
    await settled();
    expect(kept.mock.calls).toEqual([[room, '$2', { type: 'text', style: 'plain', text: 'at last' }]]);
  });

  it('that was deleted says so, though it was read before', async () => {
    const { previews: all } = previews(async () => says('regretted'));
    const record = saying(sealed('$1'));
    all.of(record);
    await settled();
    const deleted = fold(
      record,
      room,
      update({ timeline: [event('$r', { type: 'm.room.redaction', content: { redacts: '$1' } })] }),
      me
    );
    expect(all.of(deleted)).toEqual({ type: 'deleted' });
    expect(all.of(saying(event('$2', { content: {} })))).toEqual({ type: 'deleted' });
  });

  it('that was edited says its new words, sealed or not, once they are known', async () => {
    const relates = { rel_type: 'm.replace', event_id: '$1' };
    const content = { body: '* new', 'm.new_content': { msgtype: 'm.text', body: 'new' }, 'm.relates_to': relates };
    const edited = (first: RawEvent, edit: RawEvent) =>
      fold(saying(first), room, update({ timeline: [edit, event('$r', { type: 'm.reaction', content: {} })] }), me);
    const { previews: all } = previews(async (_room, raw) =>
      raw.event_id === '$1' ? says('old') : { type: 'm.room.message', content }
    );
    expect(all.of(edited(event('$1'), event('$2', { content })))).toMatchObject({ text: 'new' });
    const record = edited(sealed('$1'), sealed('$2', { ciphertext: 'x', 'm.relates_to': relates }));
    all.of(record);
    await settled();
    expect(all.of(record)).toMatchObject({ text: 'new' });
  });

  it('that cannot be made sense of brings nothing down', async () => {
    vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const { previews: all } = previews(async () => {
      throw new TypeError('broken');
    });
    const record = saying(sealed('$1'));
    all.of(record);
    await settled();
    expect(all.of(record)).toEqual({ type: 'unreadable', cause: 'no-key' });
  });

  it('is kept of a bounded number', async () => {
    const { previews: all, open } = previews(async () => says('x'));
    for (let at = 0; at < 600; at++) all.of(saying(sealed(`$${at}`)));
    await settled();
    expect(open).toHaveBeenCalledTimes(600);
    all.of(saying(sealed('$599')));
    expect(open).toHaveBeenCalledTimes(600);
    all.of(saying(sealed('$0')));
    expect(open).toHaveBeenCalledTimes(601);
  });
});
