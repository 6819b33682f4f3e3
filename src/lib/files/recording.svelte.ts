import type { Attachment } from '$lib/matrix/values';
import { resampled } from './levels';

/** Why nothing can be recorded: she, or the browser, has said no; there is nothing to record with. */
export type Refusal = 'denied' | 'no-microphone';
type State =
  | { readonly state: 'idle' | 'asking' }
  | { readonly state: 'recording'; readonly take: Take }
  | { readonly state: 'refused'; readonly why: Refusal };

/** ms between two looks at how loud it is, how long a message may be, and how many bars others draw of it. */
const [step, longest, bars] = [50, 15 * 60_000, 60];
/** In the order of how many clients play them. */
const types = ['audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm;codecs=opus', 'audio/webm'];

/** A voice message while it is spoken. */
export class Recording {
  #state = $state.raw<State>({ state: 'idle' });
  #levels = $state.raw<readonly number[]>([]);
  #elapsed = $state(0);
  /** Which beginning this is: one that was given up while it was asked for is another's. */
  #turn = 0;

  get state(): State['state'] {
    return this.#state.state;
  }

  get refusal(): Refusal | null {
    return this.#state.state === 'refused' ? this.#state.why : null;
  }

  /** How loud it has been, from 0 to 1, one value each 50 ms. */
  get levels(): readonly number[] {
    return this.#levels;
  }

  /** ms. */
  get elapsed(): number {
    return this.#elapsed;
  }

  async start(): Promise<void> {
    if (this.state === 'asking' || this.state === 'recording') return;
    const turn = ++this.#turn;
    this.#state = { state: 'asking' };
    this.#levels = [];
    this.#elapsed = 0;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (turn !== this.#turn) return stop(stream);
      const take = new Take(stream, (level, elapsed) => this.#heard(level, elapsed));
      this.#state = { state: 'recording', take };
    } catch (thrown) {
      if (turn !== this.#turn) return;
      const name = thrown instanceof DOMException ? thrown.name : '';
      const why = name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : 'no-microphone';
      this.#state = { state: 'refused', why };
    }
  }

  /** Ends it; null where nothing was recorded. */
  async finish(): Promise<Attachment | null> {
    if (this.#state.state !== 'recording') return null;
    const { take } = this.#state;
    this.#state = { state: 'idle' };
    const bytes = await take.end();
    if (bytes.size === 0) return null;
    const extension = bytes.type.replace('audio/', '');
    const voice = resampled(this.#levels, bars);
    return { kind: 'audio', name: `voice.${extension}`, bytes, duration: Math.round(take.elapsed), voice };
  }

  /** Gives it up; nothing of it stays. */
  cancel(): void {
    this.#turn++;
    if (this.#state.state === 'recording') void this.#state.take.end();
    this.#state = { state: 'idle' };
  }

  #heard(level: number, elapsed: number): void {
    this.#elapsed = elapsed;
    if (elapsed <= longest) this.#levels = [...this.#levels, level];
    else if (this.#state.state === 'recording') this.#state.take.pause();
  }
}

const stop = (stream: MediaStream): void => stream.getTracks().forEach((track) => track.stop());

/** What the microphone gives, from now to its end. */
class Take {
  readonly #stream: MediaStream;
  readonly #recorder: MediaRecorder;
  readonly #context = new AudioContext();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #parts: Blob[] = [];
  readonly #began = performance.now();
  readonly #whole = Promise.withResolvers<void>();
  #paused: number | null = null;

  constructor(stream: MediaStream, heard: (level: number, elapsed: number) => void) {
    this.#stream = stream;
    const type = types.find((one) => MediaRecorder.isTypeSupported(one));
    // Speech needs no more, and on a thin line each byte counts.
    this.#recorder = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 24_000 });
    this.#recorder.ondataavailable = ({ data }) => this.#parts.push(data);
    this.#recorder.onstop = () => this.#whole.resolve();
    this.#recorder.start();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const mean = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
      heard(Math.min(1, Math.sqrt(mean) * 4), this.elapsed);
    }, step);
  }

  /** ms. */
  get elapsed(): number {
    return (this.#paused ?? performance.now()) - this.#began;
  }

  /** It has become as long as one may be. */
  pause(): void {
    this.#paused ??= performance.now();
    if (this.#recorder.state === 'recording') this.#recorder.pause();
  }

  async end(): Promise<Blob> {
    this.#paused ??= performance.now();
    clearInterval(this.#timer);
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    await this.#whole.promise;
    stop(this.#stream);
    await this.#context.close();
    return new Blob(this.#parts, { type: this.#recorder.mimeType.split(';')[0] });
  }
}
