import { fileURLToPath } from 'node:url';
import { unspentLink } from '../administrator.ts';
import { apply, zoneOf } from '../apply.ts';
import { Trouble } from '../finding.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { observe } from '../observe.ts';
import { plan } from '../plan.ts';
import type { Progress } from '../progress.ts';
import { settle } from '../settings-file.ts';
import { originOf, type Said } from '../settings.ts';
import { askSupervisor, serveControl } from '../supervision/control.ts';
import { systemClock } from '../supervision/part.ts';
import { launch } from '../supervision/process.ts';
import { Supervisor } from '../supervision/supervisor.ts';

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export type Up = { readonly data: string; readonly said: Said; readonly built: boolean; readonly progress: Progress };

/** Starts a zone and keeps it running until it is told to end. @throws Trouble, with nothing left running. */
export async function up({ data, said: flags, built, progress }: Up): Promise<void> {
  const layout = layoutOf(checkout, data);
  await refuseSecond(layout);
  const { said, settings, changed } = settle(layout, flags);
  const { findings, steps } = plan(settings, await observe(layout, settings, changed, built));
  if (findings.some(({ level }) => level === 'error')) throw new Trouble(...findings);
  progress.findings(findings);

  const since = Date.now();
  let ready = false;
  const supervisor = new Supervisor({
    layout,
    clock: systemClock,
    launch,
    watch: (name, state) => {
      if (ready && state.state === 'waiting')
        progress.note(`⚠ ${name} ended (${state.exit.signal ?? state.exit.code}); it starts again.`);
      if (ready && state.state === 'running') progress.note(`✔ ${name} answers again.`);
    }
  });
  const ended = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<'asked'>();
  const end = () => asked.resolve('asked');
  const status = () => ({
    pid: process.pid,
    origin: originOf(settings),
    since,
    parts: [...supervisor.states()].map(([name, state]) => ({ name, state }))
  });
  const silence = await serveControl(layout, {
    status,
    down: () => {
      end();
      return ended.promise;
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  try {
    const applied = apply(steps, { layout, settings, said, supervisor, progress });
    // Told to end while it starts: what is being waited for ends with the parts.
    applied.catch(() => {});
    if ((await Promise.race([applied, asked.promise])) === 'asked') return;
    const zone = await zoneOf(layout, settings);
    ready = true;
    progress.ready({
      origin: originOf(settings),
      administrator: unspentLink(layout, settings, zone.secrets.administrator)
    });
    await asked.promise;
  } finally {
    ready = false;
    await supervisor.stop();
    silence();
    ended.resolve();
  }
}

async function refuseSecond(layout: Layout): Promise<void> {
  const running = await askSupervisor(layout, 'status');
  if (!running) return;
  throw new Trouble({
    id: 'zone.running',
    level: 'error',
    symptom: `This zone runs already, at ${running.origin} (pid ${running.pid}).`,
    effect: 'Nothing was started.',
    fix: 'Open that address; or stop it first: npm run zone down.'
  });
}
