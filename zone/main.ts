import { Command, Option } from 'commander';
import { zoneOf } from './apply.ts';
import { check } from './commands/check.ts';
import { down } from './commands/down.ts';
import { logNames, logs, type LogName } from './commands/logs.ts';
import { renderStatus, statusOf } from './commands/status.ts';
import { checkout, up } from './commands/up.ts';
import { exitCode, Trouble, type Finding } from './finding.ts';
import { readIdentity } from './identity.ts';
import { dataDirectory, layoutOf, type Layout } from './layout.ts';
import { forPeople, forPrograms, type Progress } from './progress.ts';
import { settle } from './settings-file.ts';
import { originOf } from './settings.ts';
import { saidOn, type UpFlags } from './flags.ts';
import { findingsOf } from './unexpected.ts';
import type { Zone } from './zone.ts';

// What a zone writes is its own: nothing for the group, nothing for others.
process.umask(0o077);

type Common = { readonly data?: string; readonly json?: boolean };
const progressFor = ({ json }: Common): Progress => (json ? forPrograms(process.stdout) : forPeople(process.stdout));
const several = (value: string, list: readonly string[] = []) => [...list, value];

/** Runs a command; whatever it throws becomes findings and an exit code. */
function command<F extends Common>(run: (layout: Layout, flags: F, progress: Progress) => Promise<number>) {
  return async (flags: F): Promise<void> => {
    const layout = layoutOf(checkout, dataDirectory(checkout, flags.data));
    const progress = progressFor(flags);
    const failed = (findings: readonly Finding[]) => {
      progress.findings(findings);
      return exitCode(findings);
    };
    const code = await run(layout, flags, progress).catch((thrown: unknown) => failed(findingsOf(thrown, layout)));
    process.exit(code);
  };
}

/** The zone of a data directory that has been started before. @throws Trouble where it has not. */
async function existing(layout: Layout): Promise<Zone> {
  if (readIdentity(layout)) return zoneOf(layout, settle(layout, {}).settings);
  throw new Trouble({
    id: 'zone.none',
    level: 'error',
    symptom: `There is no zone in ${layout.data} yet.`,
    effect: 'There is nothing to tell.',
    fix: 'Start one: npm start; or name its directory: --data DIR.'
  });
}

const program = new Command('zone').description('Installs and runs a Tertulia zone on this machine.').version('0.1.0');
const data = () =>
  new Option('--data <dir>', 'where the zone keeps all that is its own (default: .zone in the checkout)');
const json = () => new Option('--json', 'one JSON object a line, for programs');

program
  .command('up')
  .description(
    'Installs what is missing, starts the zone and keeps it running until Ctrl-C. What is said here is kept.'
  )
  .addOption(data())
  .option('--name <name>', 'what addresses of this zone end in; permanent (default: localhost)')
  .option('--port <n>', 'of the one address (default: 8080, with a certificate 443)', Number)
  .option('--address <ip>', 'where to listen; may be repeated', several)
  .option('--certificate <file>', 'PEM; the zone then speaks https')
  .option('--key <file>', 'of the certificate, PEM')
  .option('--federate <cidr>', 'private range of other zones; may be repeated', several)
  .option('--ca <file>', 'PEM of the community’s certificate authority')
  .option('--registration <how>', 'open, by-invitation or closed')
  .option('--language <tag>', 'of the texts that the zone itself writes: en, ca or es')
  .option('--built', 'install and build nothing')
  .addOption(json())
  .action(
    command<UpFlags & Common>(async (layout, flags, progress) => {
      await up({ layout, said: saidOn(flags), built: flags.built === true, progress });
      return 0;
    })
  );

program
  .command('status')
  .description('A line a part: state, version, since when, memory. Exit code: 0 the zone runs, 1 it does not.')
  .addOption(data())
  .addOption(json())
  .action(
    command(async (layout, flags) => {
      const zone = await existing(layout);
      const status = await statusOf(layout, zone, originOf(zone.settings), Date.now());
      process.stdout.write(`${flags.json ? JSON.stringify(status) : renderStatus(status, Date.now())}\n`);
      return status.running ? 0 : 1;
    })
  );

program
  .command('logs')
  .description('The last lines of one log, or of each.')
  .argument('[part]', logNames.join(', '))
  .addOption(data())
  .option('-f, --follow', 'go on with what is added')
  .action((part: string | undefined, flags: Common & { follow?: boolean }) =>
    command<Common & { follow?: boolean }>(async (layout) => {
      const ending = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
      await logs(layout, { part: logName(part), following: flags.follow === true }, process.stdout, ending.signal);
      return 0;
    })(flags)
  );

program
  .command('down')
  .description('Stops the zone, and what a killed one has left behind.')
  .addOption(data())
  .addOption(json())
  .action(
    command(async (layout, _flags, progress) => {
      await down(layout, progress);
      return 0;
    })
  );

program
  .command('check')
  .description('Looks for what is wrong. Exit code: 0 nothing, 1 warnings, 2 something does not work.')
  .addOption(data())
  .addOption(json())
  .action(
    command(async (layout, flags, progress) => {
      const zone = await existing(layout);
      const findings = await check(zone, (title, found) => {
        if (!flags.json)
          process.stdout.write(
            `${found.length === 0 ? '✔' : found.some(({ level }) => level === 'error') ? '✖' : '⚠'} ${title}\n`
          );
      });
      if (flags.json) process.stdout.write(`${JSON.stringify({ findings })}\n`);
      else progress.findings(findings);
      return exitCode(findings);
    })
  );

function logName(part: string | undefined): LogName | null {
  const known = logNames.find((name) => name === part) ?? null;
  if (known !== null || part === undefined) return known;
  throw new Trouble({
    id: 'logs.unknown',
    level: 'error',
    symptom: `There is no part called ${part}.`,
    effect: 'There is nothing to show.',
    fix: `Name one of ${logNames.join(', ')}.`
  });
}

await program.parseAsync();
