import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anna, berta, event, id, me } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { chunk, loadedTimeline, messages, openTimeline, said, sealed } from '../testing/timeline-session.ts';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});

describe('opening', () => {
  it('says nothing before the newest page is there', async () => {
    const { page, values, current, timeline } = openTimeline();
    timeline.setTyping([anna]);
    timeline.refresh();
    await settled();
    expect(values).toEqual([]);
    const asked = await page();
    expect(Object.fromEntries(asked.query)).toMatchObject({ dir: 'b', limit: '40' });
    asked.reply({ chunk: chunk('$1', '$2'), end: 'p' });
    await settled();
    expect([said(current()), current()?.older]).toEqual([['$1', '$2'], 'more']);
    expect(current()?.typing.map(({ id }) => id)).toEqual([anna]);
  });

  it('loses nothing and doubles nothing that comes live meanwhile', async () => {
    const { page, take, current } = openTimeline();
    const asked = await page();
    take([event('$2')]);
    take([event('$3')]);
    asked.reply({ chunk: chunk('$1', '$2'), end: 'p' });
    await settled();
    expect(said(current())).toEqual(['$1', '$2', '$3']);
  });

  it('keeps what was sent while its page was on its way, which the page may not hold', async () => {
    const { timeline, page, item, current, take, tails } = openTimeline();
    const kept = Promise.withResolvers<undefined>();
    tails.tail = kept.promise;
    const asked = await page();
    timeline.sent(item('mine'), id('$2'));
    kept.resolve(undefined);
    asked.reply({ chunk: chunk('$1'), end: 'p1' });
    await settled();
    expect(said(current())).toEqual(['$1', 'mine']);
    take([event('$2', { sender: me })]);
    await settled();
    expect(said(current())).toEqual(['$1', '$2']);
  });

  it('shows what one writes meanwhile, however long that takes, and keeps it for no tail', async () => {
    const { timeline, page, item, items, current, tails } = openTimeline();
    const asked = await page();
    await settled();
    items.push(item('mine'));
    timeline.refresh();
    await settled();
    expect([said(current()), current()?.older, tails.take]).toEqual([['mine'], 'loading', undefined]);
    asked.reply({ chunk: chunk('$1'), end: 'p' });
    await settled();
    expect([said(current()), current()?.older]).toEqual([['$1', 'mine'], 'more']);
  });

  it('puts nothing behind the page that belongs before it', async () => {
    const { page, take, current } = openTimeline();
    const asked = await page();
    // Away for long: the sync reads back further than one page reaches.
    take([event('$0'), event('$1'), event('$2'), event('$3'), event('$4')], { stale: true });
    asked.reply({ chunk: chunk('$2', '$3'), end: 'p' });
    await settled();
    expect(said(current())).toEqual(['$2', '$3', '$4']);
  });

  it('is at the beginning where there is nothing more, and not where a page is only empty', async () => {
    const whole = openTimeline();
    (await whole.page()).reply({ chunk: chunk('$1') });
    await settled();
    expect(whole.current()?.older).toBe('beginning');
    const empty = openTimeline();
    (await empty.page()).reply({ chunk: [], end: 'p' });
    await settled();
    expect(empty.current()?.older).toBe('more');
  });

  it('of which an event cannot be made sense of shows the others', async () => {
    const { page, crypto, current } = openTimeline();
    crypto.gate('$2').reject(new TypeError('broken'));
    (await page()).reply({ chunk: chunk('$1', sealed('$2'), '$3'), end: 'p' });
    await settled();
    expect(said(current())).toEqual(['$1', '$2', '$3']);
  });
});

describe('order', () => {
  it('holds however long opening takes', async () => {
    const { take, crypto, current } = await loadedTimeline('$1');
    take([sealed('$2')]);
    take([event('$3')]);
    take([sealed('$4')]);
    await settled();
    crypto.says('$4');
    await settled();
    expect(said(current())).toEqual(['$1']);
    crypto.says('$2');
    await settled();
    expect(said(current())).toEqual(['$1', '$2', '$3', '$4']);
  });

  it('holds when something comes live while one reads back', async () => {
    const { timeline, take, page, current } = await loadedTimeline('$5');
    const reading = timeline.older();
    const asked = await page();
    expect([asked.query.get('from'), current()?.older]).toEqual(['p1', 'loading']);
    take([event('$6')]);
    asked.reply({ chunk: chunk('$3', '$4', '$5'), end: 'p2' });
    await reading;
    await settled();
    expect([said(current()), current()?.older]).toEqual([['$3', '$4', '$5', '$6'], 'more']);
    void timeline.older();
    expect((await page()).query.get('from')).toBe('p2');
  });

  it('an event that comes twice is there once', async () => {
    const { take, current } = await loadedTimeline('$1', '$2');
    take([event('$2'), event('$3')]);
    take([event('$2'), event('$3')]);
    await settled();
    expect(said(current())).toEqual(['$1', '$2', '$3']);
  });
});

describe('reading back', () => {
  it('asked for twice is one reading', async () => {
    const { timeline, zone, page } = await loadedTimeline('$1');
    const [one, two] = [timeline.older(), timeline.older()];
    (await page()).reply({ chunk: [] });
    await Promise.all([one, two]);
    expect(zone.asked('GET', messages)).toHaveLength(2);
    await timeline.older();
    expect(zone.asked('GET', messages)).toHaveLength(2);
  });

  it('that fails says so, and can be tried again from the same place', async () => {
    const { timeline, page, current } = await loadedTimeline('$1');
    const reading = timeline.older();
    (await page()).lose();
    await reading;
    await settled();
    expect([current()?.older, said(current())]).toEqual([{ failed: 'unreachable' }, ['$1']]);
    const again = timeline.older();
    const asked = await page();
    expect(asked.query.get('from')).toBe('p1');
    asked.reply({ chunk: chunk('$0') });
    await again;
    await settled();
    expect([current()?.older, said(current())]).toEqual(['beginning', ['$0', '$1']]);
  });

  it('ends where the server goes round in a circle', async () => {
    const { timeline, page, current } = await loadedTimeline('$1');
    const reading = timeline.older();
    (await page()).reply({ chunk: chunk('$1'), end: 'p1' });
    await reading;
    await settled();
    expect([current()?.older, said(current())]).toEqual(['beginning', ['$1']]);
  });
});

describe('closing', () => {
  it('ends the request, says nothing more and asks nothing more', async () => {
    const { timeline, page, values, take, zone } = openTimeline();
    const asked = await page();
    timeline.close();
    expect(asked.aborted).toBe(true);
    take([event('$2')]);
    timeline.heal();
    timeline.reopen();
    timeline.refresh();
    timeline.setTyping([anna]);
    await settled();
    expect([values, zone.log.length]).toEqual([[], 1]);
  });

  it('answers who waits for older rows: running, or not begun', async () => {
    const running = await loadedTimeline('$1');
    const reading = running.timeline.older();
    await running.page();
    running.timeline.close();
    await reading;
    const waiting = openTimeline();
    await waiting.page();
    const queued = waiting.timeline.older();
    waiting.timeline.close();
    await queued;
    await waiting.timeline.older();
    expect(waiting.zone.log).toHaveLength(1);
  });

  it('while something is being opened says nothing of it', async () => {
    const { timeline, take, crypto, values } = await loadedTimeline('$1');
    take([sealed('$2')]);
    await settled();
    const before = values.length;
    timeline.close();
    crypto.says('$2');
    crypto.later.get('$2')?.();
    await settled();
    expect(values).toHaveLength(before);
  });
});

it('who has written writes no longer, and many changes of one turn are one value, without rows made anew', async () => {
  const { timeline, take, current, values } = await loadedTimeline('$1');
  timeline.setTyping([anna, berta]);
  await settled();
  expect(current()?.typing.map(({ id }) => id)).toEqual([anna, berta]);
  take([event('$2')]);
  await settled();
  expect(current()?.typing.map(({ id }) => id)).toEqual([berta]);
  const before = values.length;
  for (let change = 0; change < 10; change++) timeline.refresh();
  await settled();
  expect(values).toHaveLength(before);
  for (let change = 0; change < 10; change++) timeline.setTyping(change % 2 ? [anna] : []);
  await settled();
  expect(values).toHaveLength(before + 1);
  expect(values.at(-1)?.rows).toBe(values.at(-2)?.rows);
});
