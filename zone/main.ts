import { Command } from 'commander';
import { checkout, up } from './commands/up.ts';
import { dataDirectory } from './layout.ts';
import { Trouble, exitCode } from './finding.ts';
import { forPeople, forPrograms } from './progress.ts';
import type { Said } from './settings.ts';

// What a zone writes is its own: no group, no others.
process.umask(0o077);

const program = new Command('zone');
const several = (value: string, list: string[] = []) => [...list, value];
program
  .command('up')
  .option('--data <dir>')
  .option('--port <n>', '', Number)
  .option('--name <name>')
  .option('--address <ip>', '', several)
  .option('--certificate <file>')
  .option('--key <file>')
  .option('--ca <file>')
  .option('--federate <cidr>', '', several)
  .option('--registration <mode>')
  .option('--built')
  .option('--json')
  .action(async (options) => {
    const said: Said = {
      name: options.name,
      port: options.port,
      addresses: options.address,
      certificate: options.certificate ? { file: options.certificate, key: options.key } : undefined,
      registration: options.registration,
      federation: options.federate ? { ranges: options.federate, ca: options.ca ?? null } : undefined
    };
    const progress = options.json ? forPrograms(process.stdout) : forPeople(process.stdout);
    try {
      await up({ data: dataDirectory(checkout, options.data), said, built: options.built === true, progress });
    } catch (thrown) {
      if (!(thrown instanceof Trouble)) throw thrown;
      progress.findings(thrown.findings);
      process.exitCode = exitCode(thrown.findings);
    }
    process.exit();
  });
await program.parseAsync();
