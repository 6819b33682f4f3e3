import { describe, expect, it } from 'vitest';
import type { Timeline } from '../../values.ts';
import { anna, berta, event, id, me, member, room } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { chunk, loadedTimeline, openTimeline, said, sealed } from '../testing/timeline-session.ts';

describe('a gap', () => {
  it('is closed: the rows that are here stay, with what was missed behind them', async () => {
    const { take, page, current, timeline } = await loadedTimeline('$0', '$1');
    const before = current()?.rows;
    take([event('$9')], { gap: true, stale: true });
    (await page()).reply({ chunk: chunk('$8', '$9'), end: 'p8' });
    const further = await page();
    expect(Object.fromEntries(further.query)).toMatchObject({ from: 'p8', limit: '100' });
    further.reply({ chunk: chunk('$0', '$1', '$2', '$7'), end: 'p0' });
    await settled();
    expect([said(current()), current()?.older]).toEqual([['$0', '$1', '$2', '$7', '$8', '$9'], 'more']);
    expect(current()?.rows.slice(0, 2)).toEqual(before);
    void timeline.older();
    expect((await page()).query.get('from')).toBe('p1');
  });

  it('too long begins the run anew, and keeps one’s own messages on their way', async () => {
    const { take, page, current, items, item, timeline, zone } = await loadedTimeline('$1');
    items.push(item('t1'));
    timeline.refresh();
    take([event('$9')], { gap: true, stale: true });
    for (const name of ['$9', '$8', '$7']) (await page()).reply({ chunk: chunk(name), end: `p${name}` });
    await settled();
    expect([said(current()), current()?.older]).toEqual([['$7', '$8', '$9', 't1'], 'more']);
    const asked = zone.log.length;
    void timeline.older();
    expect((await page()).query.get('from')).toBe('p$7');
    expect(zone.log).toHaveLength(asked + 1);
  });

  it('that cannot be loaded is never papered over: nothing is joined on, and it is made up for', async () => {
    const { take, page, current, timeline } = await loadedTimeline('$1');
    take([], { gap: true });
    (await page()).lose();
    await settled();
    expect([said(current()), current()?.older]).toEqual([['$1'], { failed: 'unreachable' }]);
    take([event('$9')]);
    (await page()).lose();
    await settled();
    expect(said(current())).toEqual(['$1']);
    timeline.heal();
    (await page()).reply({ chunk: chunk('$1', '$8', '$9'), end: 'p1' });
    await settled();
    expect([said(current()), current()?.older]).toEqual([['$1', '$8', '$9'], 'more']);
  });

  it('in what was kept is not joined over: that is a picture until the server has answered', async () => {
    const tail = { room, events: [event('$1'), event('$9')], before: null };
    const { page, current, timeline } = openTimeline({ tail });
    (await page()).lose();
    await settled();
    expect(said(current())).toEqual(['$1', '$9']);
    timeline.heal();
    (await page()).reply({ chunk: chunk('$1', '$5', '$9', '$10'), end: 'p' });
    await settled();
    expect(said(current())).toEqual(['$1', '$5', '$9', '$10']);
  });

  it('a first page that cannot be loaded is loaded when the person asks, or the connection is back', async () => {
    for (const again of ['older', 'heal'] as const) {
      const { page, current, timeline, item } = openTimeline();
      (await page()).lose();
      await settled();
      expect(current()?.older).toEqual({ failed: 'unreachable' });
      timeline.sent(item('t1'), id('$2'));
      void timeline[again]();
      const mine = event('$2', { sender: me });
      (await page()).reply({ chunk: chunk('$1', mine), end: 'p' });
      await settled();
      expect(current()?.rows.map(({ key }) => key)).toEqual(['$1', 't1']);
    }
  });

  it('healed where nothing is torn asks nothing', async () => {
    const { timeline, zone } = await loadedTimeline('$1');
    timeline.heal();
    await settled();
    expect(zone.log).toHaveLength(1);
  });
});

describe('one’s own message', () => {
  const mine = (name: string, transaction?: string) =>
    event(name, { sender: me, unsigned: transaction ? { transaction_id: transaction } : {} });
  const keys = (timeline: Timeline | undefined) => timeline?.rows.map(({ key }) => key);

  it('keeps its key when the answer comes first', async () => {
    const { timeline, take, current, item } = await loadedTimeline('$1');
    timeline.sent(item('t1'), id('$2'));
    await settled();
    expect(current()?.rows.at(-1)).toMatchObject({ key: 't1', delivery: 'sent', event: '$2' });
    take([mine('$2')]);
    await settled();
    expect(keys(current())).toEqual(['$1', 't1']);
  });

  it('keeps its key when the sync comes first, with and without its transaction', async () => {
    for (const transaction of ['t1', undefined]) {
      const { timeline, take, current, item, items } = await loadedTimeline('$1');
      items.push(item('t1'));
      take([mine('$2', transaction)]);
      await settled();
      items.pop();
      timeline.sent(item('t1'), id('$2'));
      await settled();
      expect(keys(current())).toEqual(['$1', 't1']);
    }
  });

  it('is not taken for another’s that claims its transaction', async () => {
    const { timeline, take, current, item } = await loadedTimeline('$1');
    timeline.sent(item('t1'), id('$2'));
    take([event('$forged', { sender: berta, unsigned: { transaction_id: 't1' } })]);
    await settled();
    expect(keys(current())).toEqual(['$1', '$forged', 't1']);
  });

  it('that lies further back than a fresh start reaches does not stay at the end for ever', async () => {
    const { timeline, take, page, current, item } = await loadedTimeline('$1');
    timeline.sent(item('t1'), id('$2'));
    take([], { gap: true });
    (await page()).reply({ chunk: chunk('$80', '$81') });
    await settled();
    expect(keys(current())).toEqual(['$80', '$81']);
  });

  it('sent while a fresh start is asked for stays until it comes', async () => {
    const { timeline, take, page, current, item } = await loadedTimeline('$1');
    take([], { gap: true });
    const asked = await page();
    timeline.sent(item('t1'), id('$99'));
    asked.reply({ chunk: chunk('$80') });
    await settled();
    expect(keys(current())).toEqual(['$80', 't1']);
  });
});

describe('what could not be read', () => {
  it('is read when its key comes, where it stands', async () => {
    const { crypto, current, page } = openTimeline();
    crypto.gate('$2').resolve({ cause: 'waiting' });
    (await page()).reply({ chunk: chunk('$1', sealed('$2'), '$3'), end: 'p' });
    await settled();
    expect(current()?.rows[1]).toMatchObject({ body: { type: 'unreadable', cause: 'waiting' } });
    crypto.forget('$2');
    crypto.says('$2');
    crypto.later.get('$2')?.();
    await settled();
    expect(said(current())).toEqual(['$1', '$2', '$3']);
  });

  it('is tried again when the crypto is up', async () => {
    const { crypto, current, page, timeline } = openTimeline();
    crypto.gate('$1').resolve({ cause: 'waiting' });
    (await page()).reply({ chunk: chunk(sealed('$1')), end: 'p' });
    await settled();
    crypto.forget('$1');
    crypto.says('$1');
    timeline.reopen();
    await settled();
    expect(current()?.rows[0]).toMatchObject({ body: { type: 'text', text: '$1' } });
  });
});

describe('names', () => {
  const senders = (timeline: Timeline | undefined) => timeline?.rows.map(({ sender }) => sender.name);

  it('are the newest ones, whatever older history says', async () => {
    const { timeline, page, current } = openTimeline();
    const renamed = member(anna, 'join', { event_id: id('$m2'), name: 'Annie' });
    (await page()).reply({ chunk: chunk('$1', renamed), state: [member(anna, 'join', { name: 'Anna' })], end: 'p' });
    await settled();
    expect(senders(current())?.[0]).toBe('Annie');
    const reading = timeline.older();
    (await page()).reply({ chunk: chunk(member(anna, 'join', { name: 'Nan' }), '$0') });
    await reading;
    await settled();
    expect(new Set(senders(current()))).toEqual(new Set(['Annie']));
  });

  it('stay of who has left', async () => {
    const { take, current } = await loadedTimeline(member(anna, 'join', { name: 'Anna' }), '$1');
    take([member(anna, 'leave')]);
    await settled();
    expect(new Set(senders(current()))).toEqual(new Set(['Anna']));
  });
});
