import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromiumOptions } from './tests/chromium.ts';

const alias = {
  $protocol: fileURLToPath(new URL('protocol', import.meta.url)),
  $lib: fileURLToPath(new URL('src/lib', import.meta.url))
};

/** What takes long runs with `npm run test:full` only. */
const exclude = [...configDefaults.exclude, ...(process.env.TERTULIA_FULL === '1' ? [] : ['**/*.full.test.ts'])];

/** Tests of code that runs without a browser and without a compiler's help: in Node. */
function node(name: string, include: readonly string[], more: TestProjectInlineConfiguration['test'] = {}) {
  return {
    resolve: { alias },
    test: { name, include: [...include], exclude, chaiConfig: { truncateThreshold: 0 }, ...more }
  };
}

/** What starts servers takes its time, and one at a time, so that its times mean something. */
const servers = { testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      node('unit', ['{src,protocol,bridges,tests/house,tests/runner,tests/bench}/**/*.test.ts', 'tests/*.test.ts'], {
        exclude: [...exclude, '**/*.svelte.test.ts']
      }),
      node('zone', ['{zone,synapse}/**/*.test.ts', 'tests/zone/**/*.test.ts'], servers),
      node('web', ['tests/web/**/*.test.ts'], servers),
      // Which wait more than they work, at zones of their own.
      node('contract', ['tests/{contract,interleavings,standin}/**/*.test.ts'], { ...servers, fileParallelism: true }),
      node('lab', ['tests/lab/**/*.test.ts'], servers),
      {
        // Views, and view-models, whose effects run in a browser only.
        extends: './vite.config.ts',
        // All that views import is prepared before the first test: what is found later reloads the page under it.
        optimizeDeps: { entries: ['src/**/*.{svelte,ts}', 'tests/component/**/*.{svelte,ts}'] },
        test: {
          name: 'component',
          include: ['src/**/*.svelte.test.ts', 'tests/component/**/*.test.ts'],
          exclude,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumOptions }),
            instances: [{ browser: 'chromium', viewport: { width: 1280, height: 800 } }]
          }
        }
      }
    ]
  }
});
