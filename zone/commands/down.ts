import type { Layout } from '../layout.ts';
import type { Progress } from '../progress.ts';
import { askSupervisor } from '../supervision/control.ts';
import { orphansOf, stopOrphan } from '../supervision/processes.ts';

/** Ends a zone, and whatever a supervisor that was killed has left behind. */
export async function down(layout: Layout, progress: Progress): Promise<void> {
  const running = await progress.step('Stopping the zone', async () => {
    const answered = (await askSupervisor(layout, 'down')) !== null;
    const orphans = orphansOf(layout);
    await Promise.all(orphans.map(stopOrphan));
    return answered || orphans.length > 0;
  });
  if (!running) progress.note('It was not running.');
}
