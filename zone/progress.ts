import { render, type Finding } from './finding.ts';

/** Says how a command comes along. One of three: for a person at a terminal, for a log, for a program. */
export interface Progress {
  /** Runs a step under its title, with its duration. */
  step<T>(title: string, run: () => Promise<T>): Promise<T>;
  findings(list: readonly Finding[]): void;
  /** A part changed by itself after the start. */
  note(text: string): void;
  ready(zone: { readonly origin: string; readonly administrator: string | null }): void;
}

type Output = { write(text: string): unknown; readonly isTTY?: boolean };
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** For people: a line a step. On a terminal the running step shows its time. */
export function forPeople(output: Output): Progress {
  return {
    async step(title, run) {
      const since = performance.now();
      const show = () => output.write(`\r\x1b[K◌ ${title} … ${seconds(since)}`);
      const ticking = output.isTTY ? setInterval(show, 200) : undefined;
      if (output.isTTY) show();
      const settle = (mark: string) => {
        clearInterval(ticking);
        output.write(`${output.isTTY ? '\r\x1b[K' : ''}${mark} ${title}  ${seconds(since)}\n`);
      };
      try {
        const result = await run();
        settle('✔');
        return result;
      } catch (thrown) {
        settle('✖');
        throw thrown;
      }
    },
    findings: (list) => list.forEach((finding) => output.write(`\n${render(finding)}\n`)),
    note: (text) => output.write(`${text}\n`),
    ready({ origin, administrator }) {
      const link =
        administrator === null ? '' : `\n  Become its administrator (this link works once):\n    ${administrator}\n`;
      output.write(`\n  Your zone is at  ${origin}\n${link}\n  Ctrl-C stops it.\n`);
    }
  };
}

/** For programs: one JSON object a line. */
export function forPrograms(output: Output): Progress {
  const say = (event: object) => output.write(`${JSON.stringify(event)}\n`);
  return {
    async step(title, run) {
      const since = performance.now();
      const ms = () => Math.round(performance.now() - since);
      say({ event: 'step', title, state: 'started' });
      try {
        const result = await run();
        say({ event: 'step', title, state: 'done', ms: ms() });
        return result;
      } catch (thrown) {
        say({ event: 'step', title, state: 'failed', ms: ms() });
        throw thrown;
      }
    },
    findings: (list) => list.forEach((finding) => say({ event: 'finding', finding })),
    note: (text) => say({ event: 'note', text }),
    ready: (zone) => say({ event: 'ready', ...zone })
  };
}
