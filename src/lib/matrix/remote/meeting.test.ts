import { expect, it, onTestFinished } from 'vitest';
import type { FromEngine, FromPage, Wire } from '../channel.ts';
import { host } from '../engine/meeting.ts';
import { Connection } from './connection.ts';
import { MeetingWire } from './meeting.ts';

/** An engine that answers a call with its name and a watch with its name and the method. */
const answering = (name: string) => (wire: Wire<FromPage, FromEngine>) => {
  wire.onmessage = ({ data }) => {
    if (data.t === 'watch') wire.postMessage({ t: 'values', values: [[data.n, `${name} ${data.method}`]] });
    if (data.t === 'call' && data.method !== 'never') wire.postMessage({ t: 'result', n: data.n, value: name });
  };
  return () => (wire.onmessage = null);
};

const target = (method: string) => ({ port: 'accounts' as const, account: null, method });

function page(place: string): Connection {
  const wire = new MeetingWire(crypto.randomUUID(), place);
  const connection = new Connection(wire);
  wire.onhost = () => connection.again();
  onTestFinished(() => wire.close());
  return connection;
}

const next = (connection: Connection, method: string) =>
  new Promise<unknown>((resolve) => connection.watch(target(method), []).subscribe(resolve));

it('what a page asks before there is an engine waits for one', async () => {
  const place = crypto.randomUUID();
  const answer = page(place).call(target('registration'), []);
  onTestFinished(host(answering('first'), place));
  expect(await answer).toBe('first');
});

it('pages hear what is theirs alone', async () => {
  const place = crypto.randomUUID();
  onTestFinished(host(answering('first'), place));
  const [one, two] = [page(place), page(place)];
  expect(await Promise.all([next(one, 'list'), next(two, 'other')])).toEqual(['first list', 'first other']);
});

it('another engine takes over what is watched, and what was asked of the first is interrupted', async () => {
  const place = crypto.randomUUID();
  const leave = host(answering('first'), place);
  const connection = page(place);
  const seen: unknown[] = [];
  const takenOver = Promise.withResolvers<void>();
  connection.watch(target('list'), []).subscribe((value) => {
    seen.push(value);
    if (value === 'second list') takenOver.resolve();
  });
  expect(await connection.call(target('registration'), [])).toBe('first');
  const lost = connection.call(target('never'), []).catch((thrown: unknown) => thrown);
  leave();
  onTestFinished(host(answering('second'), place));
  await takenOver.promise;
  expect(seen).toEqual(['first list', 'second list']);
  expect(await lost).toMatchObject({ reason: 'interrupted' });
});

it('a page that comes later takes nothing from those that are there', async () => {
  const place = crypto.randomUUID();
  const watches: string[] = [];
  onTestFinished(
    host((wire) => {
      wire.onmessage = ({ data }) => {
        if (data.t === 'watch') watches.push(data.method);
        if (data.t === 'call') setTimeout(() => wire.postMessage({ t: 'result', n: data.n, value: 'done' }), 30);
        if (data.t === 'watch') wire.postMessage({ t: 'values', values: [[data.n, 1]] });
      };
      return () => undefined;
    }, place)
  );
  const early = page(place);
  await next(early, 'list');
  const running = early.call(target('registration'), []);
  expect(await next(page(place), 'other')).toBe(1);
  expect(await running).toBe('done');
  expect(watches).toEqual(['list', 'other']);
});

it('an engine that leaves ends what it serves, before nobody hears it any more', async () => {
  const place = crypto.randomUUID();
  const wires: Wire<FromPage, FromEngine>[] = [];
  const leave = host((wire) => {
    wires.push(wire);
    wire.onmessage = ({ data }) => data.t === 'watch' && wire.postMessage({ t: 'values', values: [[data.n, 1]] });
    return () => wire.postMessage({ t: 'values', values: [] });
  }, place);
  await Promise.all([next(page(place), 'list'), next(page(place), 'list')]);
  expect(wires).toHaveLength(2);
  const heard: unknown[] = [];
  const listening = new BroadcastChannel(place);
  onTestFinished(() => listening.close());
  const both = new Promise<void>((resolve) => {
    listening.onmessage = ({ data }) => heard.push(data) === 2 && resolve();
  });
  leave();
  await both;
  expect(heard).toMatchObject([{ t: 'to-page' }, { t: 'to-page' }]);
});
