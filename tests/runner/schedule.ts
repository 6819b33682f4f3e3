import { failure } from './outcome.ts';
import type { Ended } from './run-stage.ts';
import type { Stage } from './stages.ts';

/**
 * Runs stages in their order, side by side while cores are free. A stage whose need has failed is not run, which is a
 * failure. `told` hears of each end.
 */
export async function schedule(
  stages: readonly Stage[],
  cores: number,
  run: (stage: Stage) => Promise<Ended>,
  told: (ended: Ended) => void
): Promise<readonly Ended[]> {
  const waiting = [...stages];
  const running = new Map<Stage, Promise<void>>();
  const ended: Ended[] = [];
  const end = (one: Ended) => {
    ended.push(one);
    told(one);
  };
  const endOf = (name: string) => ended.find(({ stage }) => stage.name === name);
  const free = () => cores - [...running.keys()].reduce((sum, stage) => sum + stage.cores, 0);
  const awaits = ({ needs = [] }: Stage) =>
    needs.some((need) => !endOf(need) && stages.some(({ name }) => name === need));

  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.find((stage) => !awaits(stage) && stage.cores <= free());
    if (!next) {
      await Promise.race(running.values());
      continue;
    }
    waiting.splice(waiting.indexOf(next), 1);
    const broken = next.needs?.find((need) => (endOf(need)?.outcome.failed.length ?? 0) > 0);
    if (broken) end({ stage: next, seconds: 0, outcome: failure(next.name, `not run, as ${broken} failed`) });
    else
      running.set(
        next,
        run(next).then((one) => void (running.delete(next), end(one)))
      );
  }
  return ended;
}
