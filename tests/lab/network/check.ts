/**
 * The lab measures its own links before a test trusts them: time, loss and rate as told, and nothing passes a cut.
 * About 3 s. A figure out of its bounds is measured anew, for the machine does other things too; one that stays out is the link's.
 */
import { openProbe } from './probe.ts';
import type { Network } from './network.ts';

export type Figures = {
  /** Round trip without faults, median, ms. */
  readonly plain: number;
  /** The same with 20 ms each way. */
  readonly delayed: number;
  /** Share of datagrams lost on the way there and back, with 10 % each way: 19 % is right. */
  readonly loss: number;
  /** TCP payload in Mbit/s over a link of 10. */
  readonly rate: number;
  /** Datagrams that passed a cut link. */
  readonly throughCut: number;
};

const bounds: { readonly [K in keyof Figures]: readonly [number, number] } = {
  plain: [0, 8],
  delayed: [39, 52],
  // 400 datagrams: a standard error of 2 %, four of them either way.
  loss: [0.11, 0.27],
  // Headers take 5 % of 1400 bytes.
  rate: [8, 10],
  throughCut: [0, 0]
};

const tries = 8;

/** Checks the link between two hosts, which has no faults then and afterwards. Throws with the figures. */
export async function checkLink(network: Network, from: string, to: string): Promise<Figures> {
  const [near, far] = [openProbe(network.host(from)), openProbe(network.host(to))];
  const link = network.link(from, to);
  try {
    const ports = await far.listen();
    const trips = (count: number, patience: number) => near.trips(network.address(to), ports.echo, count, 1, patience);
    const measures: { readonly [K in keyof Figures]: () => Promise<number> } = {
      plain: async () => median(await trips(100, 1000)),
      delayed: async () => {
        await link.set({ delay: 20 });
        return median(await trips(100, 1000));
      },
      loss: async () => {
        await link.set({ loss: 0.1 });
        return 1 - (await trips(400, 150)).length / 400;
      },
      rate: async () => {
        await link.set({ mbit: 10 });
        await near.upload(network.address(to), ports.sink, 700);
        return far.rate(200);
      },
      throughCut: async () => {
        await link.cut();
        return (await trips(20, 100)).length;
      }
    };
    const figures: Record<keyof Figures, number> = { plain: 0, delayed: 0, loss: 0, rate: 0, throughCut: 0 };
    for (const name of Object.keys(measures) as (keyof Figures)[]) {
      const [least, most] = bounds[name];
      for (let left = tries; left > 0; left--) {
        figures[name] = await measures[name]();
        await link.reset();
        if (figures[name] >= least && figures[name] <= most) break;
        if (left === 1) throw new Error(`the lab's link is off: ${name} ${figures[name]}, not in ${least} to ${most}`);
      }
    }
    return figures;
  } finally {
    await link.reset();
    await Promise.all([near.close(), far.close()]);
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
