/** One step of `npm test`: a program, and how its outcome is read. */
export type Stage = {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Stages that must have passed before. */
  readonly needs?: readonly string[];
  /** How many of the two cores it keeps busy; what measures time takes both. */
  readonly cores: 1 | 2;
  /** When it is given up. */
  readonly minutes: number;
  /** Whose JSON report counts its tests; a stage without one is a test itself. */
  readonly report?: 'vitest' | 'playwright';
};

export const reportOf = (stage: string): string => `test-results/${stage.replace(/ /g, '-')}.json`;
export const logOf = (stage: string): string => `test-results/${stage.replace(/ /g, '-')}.log`;

const install = (what: string): Stage['command'] => ['node', 'tests/runner/install.ts', what];

function vitest(name: string, more: Omit<Stage, 'name' | 'command' | 'report'>): Stage {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportOf(name)}`];
  // Vitest itself leaves one core to others.
  const workers = [`--maxWorkers=${more.cores}`];
  return { name, command: ['vitest', 'run', '--project', name, ...reporters, ...workers], report: 'vitest', ...more };
}

/** In the order of starting. The build comes early: it also writes the types that others need. */
export const stages: readonly Stage[] = [
  { name: 'build', command: install('app'), cores: 1, minutes: 5 },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'], cores: 1, minutes: 3 },
  { name: 'homeserver', command: install('synapse'), cores: 1, minutes: 8 },
  { name: 'lint', command: ['eslint', '--max-warnings=0', '.'], needs: ['build'], cores: 1, minutes: 5 },
  {
    name: 'types',
    command: ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
    needs: ['build'],
    cores: 1,
    minutes: 5
  },
  { name: 'dead code', command: ['knip'], needs: ['build'], cores: 1, minutes: 3 },
  vitest('unit', { needs: ['build'], cores: 1, minutes: 5 }),
  vitest('zone', { needs: ['build', 'homeserver'], cores: 1, minutes: 8 }),
  vitest('web', { needs: ['build'], cores: 2, minutes: 5 }),
  vitest('component', { needs: ['build'], cores: 2, minutes: 8 }),
  vitest('contract', { needs: ['build', 'homeserver'], cores: 2, minutes: 8 }),
  vitest('lab', { needs: ['build', 'homeserver'], cores: 2, minutes: 8 }),
  {
    name: 'e2e',
    command: ['playwright', 'test'],
    needs: ['build', 'homeserver'],
    cores: 2,
    // Ten on a machine of its own; a slow one takes twice as long.
    minutes: 25,
    report: 'playwright'
  }
];

/** The longer tier gives each stage this many times its minutes. */
export const fullTierFactor = 6;

/** The stages of these names and all that they need, in order. Throws for a name that none has. */
export function selected(names: readonly string[]): readonly Stage[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const stage = stages.find((one) => one.name === name);
    if (!stage) throw new Error(`there is no stage "${name}"; there are: ${stages.map((one) => one.name).join(', ')}`);
    wanted.add(name);
    stage.needs?.forEach(add);
  };
  names.forEach(add);
  return names.length === 0 ? stages : stages.filter(({ name }) => wanted.has(name));
}
