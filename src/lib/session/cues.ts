const key = 'tertulia.sounds';

/** Hz of the notes, and s between their beginnings and until the last is silent. */
const [notes, step, end] = [[659.25, 880], 0.09, 0.42];
/** s within which one browser is heard once, however many tabs it has. */
const once = 1;

/** What is heard when something comes, made here: a browser that may not sound (autoplay) stays silent. */
export class Cues {
  #context: AudioContext | undefined;

  get on(): boolean {
    return localStorage.getItem(key) !== 'off';
  }

  set on(on: boolean) {
    if (on) localStorage.removeItem(key);
    else localStorage.setItem(key, 'off');
  }

  /** Two soft notes; true when they are heard in this browser. */
  async message(): Promise<boolean> {
    if (!this.on || !('AudioContext' in globalThis)) return false;
    this.#context ??= new AudioContext();
    const context = this.#context;
    // It begins suspended where nobody has pressed anything in this tab yet, and never answers then.
    if (context.state === 'suspended') void context.resume();
    if (context.state !== 'running') return false;
    return new Promise((resolve, reject) => {
      navigator.locks
        .request('tertulia.cue', { ifAvailable: true }, async (lock) => {
          if (lock) play(context);
          resolve(true);
          if (lock) await new Promise((done) => setTimeout(done, once * 1000));
        })
        .catch(reject);
    });
  }
}

function play(context: AudioContext): void {
  for (const [index, frequency] of notes.entries()) {
    const at = context.currentTime + index * step;
    const [tone, loudness] = [new OscillatorNode(context, { frequency }), new GainNode(context, { gain: 0 })];
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.12, at + 0.012);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + end);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + end);
  }
}
