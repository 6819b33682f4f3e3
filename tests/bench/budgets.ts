/**
 * What the project may cost, in one place. Where a machine's speed would decide, the figure is measured beside another
 * of the same run: machines are shared and noisy.
 */
export type Budget = { readonly what: string; readonly unit: string; readonly most: number };

/** What the build may weigh: held by each run of `npm test`, as no clock is in it. */
export const weights = {
  signInJavaScript: { what: 'JavaScript to the pages that let people in, gzip', unit: 'KB', most: 60 },
  appJavaScript: { what: 'JavaScript to an open conversation without the worker, gzip', unit: 'KB', most: 150 },
  cryptoLibrary: { what: 'WebAssembly of the crypto library, brotli', unit: 'KB', most: 1500 }
} as const satisfies Readonly<Record<string, Budget>>;

export const budgets = {
  signInJavaScript: weights.signInJavaScript,
  plainMessage: { what: 'Enter → painted at the other side, beyond raw send + sync, plain', unit: 'ms', most: 50 },
  sealedMessage: { what: 'Enter → painted at the other side, beyond raw send + sync, encrypted', unit: 'ms', most: 50 },
  painted: { what: 'open the app → list painted, 5,000 conversations', unit: 'ms', most: 150 },
  paintedRatio: { what: 'the same, against 20 conversations', unit: '×', most: 1.1 },
  usable: { what: 'open the app → a conversation opened and a message written, 5,000', unit: 'ms', most: 350 },
  usableRatio: { what: 'the same, against 20 conversations', unit: '×', most: 1.1 },
  usableSlow: { what: 'the same at a quarter of the page’s speed, 5,000', unit: 'ms', most: 1000 },
  synapsePaintedRatio: { what: 'list painted with 1,000 conversations on Synapse, against 20', unit: '×', most: 1.1 },
  synapseUsableRatio: {
    what: 'a message written with 1,000 conversations on Synapse, against 20',
    unit: '×',
    most: 1.1
  },
  quarterCore: { what: 'list painted on a quarter core, against the sign-in page’s first paint', unit: '×', most: 3 },
  signIn: { what: 'login answered → usable, 5,000', unit: 'ms', most: 500 },
  switching: { what: 'another conversation → painted from what is kept, 5,000', unit: 'ms', most: 80 },
  longestTask: { what: 'the page’s longest task after its first paint, 5,000', unit: 'ms', most: 50 },
  memory: { what: 'page, worker and WebAssembly, 1,000 conversations known', unit: 'MB', most: 40 },
  memoryRatio: { what: 'the same with 5,000, against 1,000', unit: '×', most: 1.3 },
  memoryGrowth: { what: 'the same after an hour of use, against before', unit: '×', most: 1.15 },
  longRatio: { what: 'a conversation of 10,000 messages opens, against one of 100', unit: '×', most: 1.2 },
  longDropped: { what: 'frames not drawn in time while 2,000 of its rows are scrolled past', unit: '%', most: 1 },
  // 70 % of what the line carries.
  fileRatio: {
    what: 'an encrypted file of 20 MB over 100 Mbit/s, Enter → sent, against a bare upload',
    unit: '×',
    most: 1.43
  },
  fileTask: { what: 'the page’s longest task meanwhile', unit: 'ms', most: 50 },
  idleMemory: { what: 'an idle zone, proportional set size', unit: 'MB', most: 400 },
  firstStart: { what: 'npm start on a fresh clone, warm registries', unit: 's', most: 240 },
  secondStart: { what: 'npm start again', unit: 's', most: 15 }
} as const satisfies Readonly<Record<string, Budget>>;

export type Figures = Readonly<Record<keyof typeof budgets, number>>;

/** One line a figure that was measured, and whether each of them keeps its budget. */
export function judge(figures: Partial<Figures>): { lines: string[]; kept: boolean } {
  const all = Object.keys(budgets) as (keyof Figures)[];
  const width = Math.max(...all.map((name) => budgets[name].what.length));
  const names = all.filter((name) => figures[name] !== undefined);
  const value = (name: keyof Figures): number => figures[name] ?? Number.NaN;
  const kept = (name: keyof Figures): boolean => value(name) <= budgets[name].most;
  const lines = names.map((name) => {
    const { what, unit, most } = budgets[name];
    const figure = value(name)
      .toFixed(unit === '×' ? 2 : 1)
      .padStart(8);
    return `${kept(name) ? '✔' : '✖'} ${what.padEnd(width)} ${figure} ${unit.padEnd(2)}  of ${most}`;
  });
  return { lines, kept: names.every(kept) };
}

export const median = (samples: readonly number[]): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return sorted.length % 2 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
};
