import { expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Cues } from './cues';

/** Records what reaches the loudspeakers of this page. */
function listen() {
  const heard: AnalyserNode[] = [];
  const connect: (this: GainNode, target: AudioNode) => AudioNode = GainNode.prototype.connect;
  GainNode.prototype.connect = function (this: GainNode, target: AudioNode) {
    const ear = new AnalyserNode(this.context, { fftSize: 8192 });
    heard.push(ear);
    connect.call(this, ear);
    return connect.call(this, target);
  } as GainNode['connect'];
  onTestFinished(() => void (GainNode.prototype.connect = connect as GainNode['connect']));
  return heard;
}

/** Hz of the loudest part. */
function loudest(ear: AnalyserNode): number {
  const levels = new Float32Array(ear.frequencyBinCount);
  ear.getFloatFrequencyData(levels);
  const peak = levels.indexOf(Math.max(...levels));
  return Math.max(...levels) > -80 ? (peak * ear.context.sampleRate) / ear.fftSize : 0;
}

it('what comes is heard as two notes, one after the other', async () => {
  const heard = listen();
  await userEvent.click(document.body);
  const cues = new Cues();
  await expect.poll(() => cues.message()).toBe(true);
  await expect.poll(() => Math.abs(loudest(heard[0] ?? expect.fail('nothing sounds')) - 659)).toBeLessThan(12);
  await expect.poll(() => Math.abs(loudest(heard[1] ?? expect.fail('one note')) - 880)).toBeLessThan(12);
  expect(heard).toHaveLength(2);
});

it('is heard once, however many tabs have it', async () => {
  const heard = listen();
  await userEvent.click(document.body);
  const [one, other] = [new Cues(), new Cues()];
  await expect.poll(async () => (await one.message()) && heard.length).toBe(2);
  await expect.poll(() => other.message()).toBe(true);
  expect(heard).toHaveLength(2);
});

it('is not heard where one does not want it', async () => {
  const heard = listen();
  const cues = new Cues();
  cues.on = false;
  onTestFinished(() => void (cues.on = true));
  expect(await cues.message()).toBe(false);
  expect(heard).toEqual([]);
});
