import fc from 'fast-check';

export const kinds = ['plain', 'sealed'] as const;
/** The two rooms of a run. */
export type Kind = (typeof kinds)[number];

/** What happens, one after the other. `late`: the page is told nothing before the engine is gone. */
export type Step =
  | {
      readonly do: 'send' | 'sendLate' | 'edit' | 'redact' | 'readHere' | 'readElsewhere' | 'open' | 'shut';
      readonly in: Kind;
    }
  | { readonly do: 'receive'; readonly in: Kind; readonly count: number }
  | { readonly do: 'cut' | 'restore' | 'turnPage' | 'restart' }
  /** `after`: ms in which what was begun goes on. */
  | { readonly do: 'reload' | 'kill'; readonly after: number };

const kind = fc.constantFrom(...kinds);
const inRoom = (what: Extract<Step, { in: Kind; count?: never }>['do']) =>
  fc.record({ do: fc.constant(what), in: kind });
const alone = (what: 'cut' | 'restore' | 'turnPage') => fc.record({ do: fc.constant(what) });
const end = (what: 'reload' | 'kill') =>
  fc.record({ do: fc.constant(what), after: fc.constantFrom(0, 0, 2, 5, 10, 20, 40, 80) });
const times = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

const step = fc.oneof(
  times(8, inRoom('send')),
  times(2, inRoom('sendLate')),
  times(6, fc.record({ do: fc.constant('receive' as const), in: kind, count: fc.constantFrom(1, 1, 2, 25) })),
  times(2, inRoom('edit')),
  times(2, inRoom('redact')),
  times(3, inRoom('readHere')),
  times(3, inRoom('readElsewhere')),
  times(3, inRoom('open')),
  times(2, inRoom('shut')),
  times(3, alone('cut')),
  times(3, alone('restore')),
  times(3, end('reload')),
  times(3, end('kill')),
  times(2, alone('turnPage'))
);

const interruptions = new Set<Step['do']>(['sendLate', 'cut', 'reload', 'kill', 'turnPage', 'restart']);

/**
 * A day of somebody at her browser: one interleaving, for it is interrupted at least once. Every eighth has a restart of
 * the homeserver in it: a zone takes many of them for a fault, and waits half a minute before each.
 */
export const day: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(step, { minLength: 6, maxLength: 24, size: 'max' }),
    fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat({ max: 23 }) })
  )
  .map(([steps, restart]): readonly Step[] =>
    restart === null ? steps : steps.toSpliced(restart, 0, { do: 'restart' })
  )
  .filter((steps) => steps.some((step) => interruptions.has(step.do)));
