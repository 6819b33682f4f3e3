import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Succession } from './succession.ts';

function worker(build: number, place: string) {
  const yields = vi.fn();
  const succession = new Succession(build, yields, place);
  onTestFinished(() => succession.close());
  return { succession, yields };
}

/** Hears all that is said at a place, and says what it likes. */
function bystander(place: string) {
  const channel = new BroadcastChannel(place);
  onTestFinished(() => channel.close());
  const heard: unknown[] = [];
  channel.onmessage = ({ data }) => heard.push(data);
  return { heard, say: (spoken: unknown) => channel.postMessage(spoken) };
}

/** All that was said until now has been heard. */
async function said(place: string): Promise<void> {
  const { heard } = bystander(place);
  const last = crypto.randomUUID();
  bystander(place).say(last);
  await vi.waitFor(() => expect(heard).toContain(last));
}

describe('of two builds', () => {
  it('the older yields when the newer starts, once', async () => {
    const place = crypto.randomUUID();
    const older = worker(1, place);
    const newer = worker(2, place);
    await vi.waitFor(() => expect(older.yields).toHaveBeenCalledOnce());
    worker(3, place);
    await vi.waitFor(() => expect(newer.yields).toHaveBeenCalledOnce());
    expect(older.yields).toHaveBeenCalledOnce();
  });

  it('the older yields also where it is opened after the newer', async () => {
    const place = crypto.randomUUID();
    const newer = worker(2, place);
    const older = worker(1, place);
    await vi.waitFor(() => expect(older.yields).toHaveBeenCalledOnce());
    expect(newer.yields).not.toHaveBeenCalled();
  });

  it('neither yields where they are the same', async () => {
    const place = crypto.randomUUID();
    const [one, two] = [worker(1, place), worker(1, place)];
    await said(place);
    expect([one.yields.mock.calls, two.yields.mock.calls]).toEqual([[], []]);
  });

  it('the older goes on while something is in progress, and yields when all of it is done', async () => {
    const place = crypto.randomUUID();
    const older = worker(1, place);
    const [call, another] = [older.succession.hold(), older.succession.hold()];
    worker(2, place);
    await said(place);
    call();
    call();
    expect(older.yields).not.toHaveBeenCalled();
    another();
    expect(older.yields).toHaveBeenCalledOnce();
  });

  it('what was in progress and is done hands nothing over where nobody asked', async () => {
    const place = crypto.randomUUID();
    const { succession, yields } = worker(1, place);
    succession.hold()();
    await said(place);
    expect(yields).not.toHaveBeenCalled();
  });
});

it('what it does not understand it does not heed', async () => {
  const place = crypto.randomUUID();
  const { yields } = worker(1, place);
  const { say } = bystander(place);
  for (const odd of [null, 'build', 7, {}, { build: '9' }, { build: Number.NaN }]) say(odd);
  await said(place);
  expect(yields).not.toHaveBeenCalled();
});
