import { fileURLToPath } from 'node:url';
import { unspentLink } from '../administrator.ts';
import { apply, zoneOf } from '../apply.ts';
import { components } from '../components/index.ts';
import { Trouble } from '../finding.ts';
import type { Layout } from '../layout.ts';
import { observe } from '../observe.ts';
import { whenNpmLeaves } from '../parent.mjs';
import { plan } from '../plan.ts';
import type { Progress } from '../progress.ts';
import { settle } from '../settings-file.ts';
import { originOf, type Said } from '../settings.ts';
import { askSupervisor, serveControl } from '../supervision/control.ts';
import { systemClock } from '../supervision/part.ts';
import { launch, wordsOf } from '../supervision/process.ts';
import { Supervisor } from '../supervision/supervisor.ts';
import { keep } from '../unexpected.ts';

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export type Up = { readonly layout: Layout; readonly said: Said; readonly built: boolean; readonly progress: Progress };

/** Starts a zone and keeps it running until it is told to end. @throws Trouble, with nothing left running. */
export async function up({ layout, said: flags, built, progress }: Up): Promise<void> {
  await refuseSecond(layout);
  const { said, settings, changed } = settle(layout, flags);
  const { findings, steps } = plan(settings, await observe(layout, settings, changed, built));
  if (findings.some(({ level }) => level === 'error')) throw new Trouble(...findings);
  progress.findings(findings);

  const since = Date.now();
  const ending = new AbortController();
  let ready = false;
  const say = (text: string) => {
    keep(text, layout);
    progress.note(text);
  };
  const supervisor = new Supervisor({
    layout,
    clock: systemClock,
    launch,
    watch(name, state) {
      if (!ready) return;
      if (state.state === 'waiting')
        say(`⚠ The ${components[name].title} ended (${wordsOf(state.exit)}); it is started again.`);
      if (state.state === 'running') say(`✔ The ${components[name].title} answers again.`);
    }
  });
  const ended = Promise.withResolvers<void>();
  const end = () => ending.abort();
  const silence = await serveControl(layout, {
    status: () => ({
      pid: process.pid,
      name: settings.name,
      origin: originOf(settings),
      since,
      parts: [...supervisor.states()].map(([name, state]) => ({ name, state }))
    }),
    down() {
      end();
      return ended.promise;
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  whenNpmLeaves(end);
  // What the start waits for ends with the parts.
  const asked = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()));
  void asked.then(() => supervisor.stop());
  try {
    await apply(steps, { layout, settings, said, supervisor, progress, signal: ending.signal });
    const { secrets } = await zoneOf(layout, settings);
    ready = true;
    progress.ready({ origin: originOf(settings), administrator: unspentLink(layout, settings, secrets.administrator) });
    await asked;
  } catch (thrown) {
    if (!ending.signal.aborted) throw thrown;
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
