/**
 * What the project may cost, in one place. Where a machine's speed would decide, the figure is measured beside another
 * of the same run: machines are shared and noisy.
 */
export type Budget = { readonly what: string; readonly unit: string; readonly most: number };

/** What the build may weigh: held by each run of `npm test`, as no clock is in it. */
export const weights = {
  signInJavaScript: { what: 'JavaScript to the sign-in page, gzip', unit: 'KB', most: 60 },
  registerJavaScript: { what: 'JavaScript to the registration page, gzip', unit: 'KB', most: 64 },
  appJavaScript: { what: 'JavaScript to an open conversation without the worker, gzip', unit: 'KB', most: 150 },
  cryptoLibrary: { what: 'WebAssembly of the crypto library, brotli', unit: 'KB', most: 1500 }
} as const satisfies Readonly<Record<string, Budget>>;

export const budgets = {
  signInJavaScript: weights.signInJavaScript,
  plainMessage: { what: 'Enter → painted at the other side, beyond raw send + sync, plain', unit: 'ms', most: 50 },
  sealedMessage: { what: 'Enter → painted at the other side, beyond raw send + sync, encrypted', unit: 'ms', most: 50 },
  idleMemory: { what: 'an idle zone, proportional set size', unit: 'MB', most: 400 },
  firstStart: { what: 'npm start on a fresh clone, warm registries', unit: 's', most: 240 },
  secondStart: { what: 'npm start again', unit: 's', most: 15 }
} as const satisfies Readonly<Record<string, Budget>>;

export type Figures = Readonly<Record<keyof typeof budgets, number>>;

/** One line a figure, and whether every budget is kept. */
export function judge(figures: Figures): { lines: string[]; kept: boolean } {
  const names = Object.keys(budgets) as (keyof Figures)[];
  const width = Math.max(...names.map((name) => budgets[name].what.length));
  const kept = (name: keyof Figures): boolean => figures[name] <= budgets[name].most;
  const lines = names.map((name) => {
    const { what, unit, most } = budgets[name];
    const figure = figures[name].toFixed(1).padStart(8);
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
