/** Makes what tests run on, by the zone's own steps: `node tests/runner/install.ts app|synapse`. Nothing is made twice. */
import { fileURLToPath } from 'node:url';
import { Trouble } from '../../zone/finding.ts';
import { buildApp } from '../../zone/install/app.ts';
import { installSynapse } from '../../zone/install/synapse.ts';
import { dataDirectory, layoutOf } from '../../zone/layout.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const layout = layoutOf(checkout, dataDirectory(checkout, undefined));
const ending = new AbortController();
process.once('SIGTERM', () => ending.abort());

try {
  await (process.argv[2] === 'app' ? buildApp : installSynapse)(layout, ending.signal);
} catch (thrown) {
  if (!(thrown instanceof Trouble)) throw thrown;
  for (const { symptom, fix, log } of thrown.findings) {
    process.stderr.write([symptom, fix, ...(log?.lines ?? [])].join('\n') + '\n');
  }
  process.exit(1);
}
