import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { installSynapse, pythonOf } from '../../zone/install/synapse.ts';
import { layoutOf } from '../../zone/layout.ts';
import { run } from '../../zone/packages.mjs';

const checkout = join(import.meta.dirname, '../..');
const layout = layoutOf(checkout, join(checkout, '.zone'));

beforeAll(() => installSynapse(layout, AbortSignal.timeout(280_000)), 300_000);

it('the homeserver’s module passes its own tests', async () => {
  const command = ['-B', '-m', 'unittest', 'discover', '--start-directory', layout.synapseModules];
  const { code, output } = await run(pythonOf(layout), command);
  expect(output).toMatch(/\nRan [1-9]\d* tests? in .*\n\nOK\n$/);
  expect(code).toBe(0);
});
