import { describe, expect, it } from 'vitest';
import { anna, event, id, me } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { chunk, loadedTimeline, messages, said } from '../testing/timeline-session.ts';

const context = /\/context\//;
const atTime = /\/timestamp_to_event$/;
const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `$${from + at}`);
const events = (from: number, to: number) => names(from, to).map((name) => event(name));

/** Open at $1000, of which the newest forty are loaded. */
async function atEnd() {
  const opened = await loadedTimeline(...names(961, 1000));
  const { zone } = opened;
  /** Answers as a server that has $1 to $1000. */
  const serve = () => {
    zone.on('GET', context, ({ path, query }) => {
      const at = Number(path.split('$')[1]);
      const half = Number(query.get('limit')) / 2;
      const [from, to] = [Math.max(1, at - half), Math.min(1000, at + half)];
      return {
        event: event(`$${at}`),
        events_before: events(from, at - 1).reverse(),
        events_after: events(at + 1, to),
        start: `b${from}`,
        end: `f${to}`
      };
    });
    zone.on('GET', messages, ({ query }) => {
      const from = query.get('from');
      const place = from === 'p1' ? 961 : Number(from?.slice(1));
      const limit = Number(query.get('limit'));
      if (from === null) return { chunk: events(1001 - limit, 1000).reverse(), end: `b${1001 - limit}` };
      if (query.get('dir') === 'b') {
        const start = Math.max(1, place - limit);
        return { chunk: events(start, place - 1).reverse(), ...(start > 1 && { end: `b${start}` }) };
      }
      const end = Math.min(1000, place + limit);
      return { chunk: events(place + 1, end), ...(end > place && { end: `f${end}` }) };
    });
  };
  const first = () => Number(said(opened.current())?.[0]?.slice(1));
  const last = () => Number(said(opened.current())?.at(-1)?.slice(1));
  const run = () => expect(said(opened.current())).toEqual(names(first(), last()));
  return { ...opened, serve, first, last, run };
}

describe('a window', () => {
  it('holds three hundred lines, wherever one reads, and no hole', async () => {
    const { timeline, serve, current, first, last, run } = await atEnd();
    serve();
    for (let step = 0; step < 12; step++) await timeline.older();
    run();
    expect([first(), last(), current()?.newer]).toEqual([481, 780, 'more']);
    for (let step = 0; step < 3; step++) await timeline.newer();
    run();
    expect([first(), last(), current()?.older]).toEqual([601, 900, 'more']);
    await timeline.older();
    run();
    expect([first(), last()]).toEqual([561, 860]);
    for (let step = 0; step < 5; step++) await timeline.newer();
    run();
    expect([last(), current()?.newer]).toEqual([1000, 'end']);
  });

  it('joins on to what comes live once it reaches the end, losing nothing that came meanwhile', async () => {
    const { timeline, serve, take, current, last, run } = await atEnd();
    serve();
    for (let step = 0; step < 8; step++) await timeline.older();
    expect(current()?.newer).toBe('more');
    take([event('$999'), event('$1000')]);
    while (current()?.newer !== 'end') await timeline.newer();
    take([event('$1000'), event('$1001')]);
    await settled();
    run();
    expect(last()).toBe(1001);
  });

  it('is not torn by what comes elsewhere, but told what that does to what is here', async () => {
    const { timeline, serve, take, current } = await atEnd();
    serve();
    await timeline.jump({ event: id('$500') });
    const before = current();
    take([
      event('$1001'),
      event('$r', {
        type: 'm.reaction',
        content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$500', key: '🥖' } }
      })
    ]);
    take([], { gap: true, stale: true });
    await settled();
    expect(said(current())).toEqual(said(before));
    const reacted = current()?.rows.filter((row) => row.kind === 'message' && row.reactions.length > 0);
    expect(reacted?.map(({ key }) => key)).toEqual(['$500']);
    expect(current()?.rows.filter((row, index) => row !== before?.rows[index])).toHaveLength(1);
  });

  it('widens where going back and forth would never end', async () => {
    const { timeline, serve, current, first, last } = await atEnd();
    serve();
    // What a view does whose lines are few and low: it asks at both ends as long as there is more.
    let asked = 0;
    while (current()?.older === 'more' || current()?.newer === 'more') {
      if (current()?.older === 'more') await timeline.older();
      if (current()?.newer === 'more') await timeline.newer();
      if (++asked > 200) break;
    }
    expect([first(), last(), asked < 100]).toEqual([1, 1000, true]);
  });

  it('whose other end cannot be read says so there, and can be tried again', async () => {
    const { timeline, zone, serve, current, last } = await atEnd();
    serve();
    for (let step = 0; step < 8; step++) await timeline.older();
    zone.on('GET', context, (asked) => asked.lose());
    await timeline.newer();
    expect([current()?.newer, current()?.older, last()]).toEqual([{ failed: 'unreachable' }, 'more', 940]);
    serve();
    await timeline.newer();
    expect([current()?.newer, last()]).toEqual(['more', 980]);
  });
});

describe('a jump', () => {
  it('to an event shows what is around it, at once where it is loaded', async () => {
    const { timeline, serve, zone, current, run, first, last } = await atEnd();
    serve();
    expect(await timeline.jump({ event: id('$990') })).toBe('$990');
    expect(zone.asked('GET', context)).toHaveLength(0);
    const key = await timeline.jump({ event: id('$500') });
    run();
    expect([key, first(), last(), current()?.older, current()?.newer]).toEqual(['$500', 480, 520, 'more', 'more']);
  });

  it('to an event without a row of its own leads to the next one', async () => {
    const { timeline, zone } = await atEnd();
    const odd = event('$odd', { type: 'org.example.poll' });
    const around = { event: odd, events_before: [event('$1')], events_after: [event('$2')], start: 'b', end: 'f' };
    zone.on('GET', context, () => around);
    expect(await timeline.jump({ event: id('$odd') })).toBe('$2');
  });

  it('to a time asks after it, then before it, and is at the end where there is neither', async () => {
    const { timeline, serve, zone, current } = await atEnd();
    serve();
    zone.on('GET', atTime, (asked) =>
      asked.query.get('dir') === 'f' ? asked.refuse(404, 'M_NOT_FOUND') : { event_id: '$700', origin_server_ts: 5 }
    );
    expect(await timeline.jump({ at: 12.5 })).toBe('$700');
    expect(zone.asked('GET', atTime).map(({ query }) => [query.get('ts'), query.get('dir')])).toEqual([
      ['12', 'f'],
      ['12', 'b']
    ]);
    zone.on('GET', atTime, (asked) => asked.refuse(404, 'M_NOT_FOUND'));
    expect(await timeline.jump({ at: 9 })).toBeNull();
    expect(current()?.newer).toBe('end');
  });

  it('that fails moves nothing', async () => {
    const { timeline, zone, serve, current } = await atEnd();
    zone.on('GET', context, (asked) => asked.refuse(404, 'M_NOT_FOUND'));
    const before = current();
    await expect(timeline.jump({ event: id('$gone') })).rejects.toMatchObject({ reason: 'not-found' });
    expect(current()).toBe(before);
    serve();
    await timeline.jump({ event: id('$500') });
    const there = current();
    zone.on('GET', messages, (asked) => asked.lose());
    await expect(timeline.jump('end')).rejects.toMatchObject({ reason: 'unreachable' });
    expect(current()).toEqual(there);
  });

  it('to the newest event there is leaves the end open for what comes', async () => {
    const { timeline, zone, take, current } = await loadedTimeline('$1');
    zone.on('GET', context, () => ({ event: event('$9'), events_before: [event('$8')], events_after: [], start: 'b' }));
    await timeline.jump({ event: id('$9') });
    take([event('$10')]);
    await settled();
    expect([said(current()), current()?.newer]).toEqual([['$8', '$9', '$10'], 'end']);
  });

  it('away keeps one’s own words for the end, and saying something leads there', async () => {
    const { timeline, serve, items, item, current, last } = await atEnd();
    serve();
    await timeline.jump({ event: id('$500') });
    items.push(item('t1'));
    timeline.refresh();
    await settled();
    expect(last()).toBe(520);
    timeline.return();
    await settled();
    expect(said(current())?.slice(-2)).toEqual(['$1000', 't1']);
  });
});

describe('a server without end', () => {
  it('that always has another page with nothing new in it is given up, and can be asked again', async () => {
    const { timeline, zone, current } = await loadedTimeline('$1');
    let page = 1;
    zone.on('GET', messages, () => ({ chunk: page % 2 ? chunk('$1') : [], end: `p${++page}` }));
    await timeline.older();
    expect([current()?.older, zone.asked('GET', messages).length]).toEqual([{ failed: 'not-understood' }, 21]);
    zone.on('GET', messages, () => ({ chunk: chunk('$0') }));
    await timeline.older();
    expect([current()?.older, said(current())]).toEqual(['beginning', ['$0', '$1']]);
  });

  it.each([[[]], [{ chunk: 'x', end: 5 }], ['<html>'], [null], [{ end: {} }]])(
    'that answers %j fails politely',
    async (body) => {
      const { timeline, zone, current } = await loadedTimeline('$1');
      zone.on('GET', messages, (asked) => void asked.reply(body));
      await timeline.older();
      expect([current()?.older, said(current())]).toEqual([{ failed: 'not-understood' }, ['$1']]);
    }
  );

  it('whose page holds nothing but rubbish is read on', async () => {
    const { timeline, zone, current } = await loadedTimeline('$1');
    zone.on('GET', messages, ({ query }) =>
      query.get('from') === 'p1' ? { chunk: [null, 5, {}, { event_id: '$x' }], end: 'p2' } : { chunk: chunk('$0') }
    );
    await timeline.older();
    expect([current()?.older, said(current())]).toEqual(['beginning', ['$0', '$1']]);
  });
});

it('ten thousand events that come one by one cost ten times what a thousand do', async () => {
  const receive = async (count: number) => {
    const { take, current } = await loadedTimeline('$0');
    const begun = performance.now();
    for (let at = 1; at <= count; at++) {
      const related = { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$0', key: `${at % 3}` } };
      take([
        at % 2
          ? event(`$${at}`, { sender: at % 3 ? anna : me })
          : event(`$${at}`, { type: 'm.reaction', content: related })
      ]);
      // A turn for each, as each comes by an answer of its own.
      if (at % 10 === 0) await settled(1);
    }
    await settled();
    expect(current()?.rows.length).toBe(Math.min(300, 1 + count / 2));
    return performance.now() - begun;
  };
  await receive(1_000);
  const thousand = await receive(1_000);
  expect(await receive(10_000)).toBeLessThan(40 * thousand);
}, 60_000);
