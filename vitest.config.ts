import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const alias = {
  $protocol: fileURLToPath(new URL('protocol', import.meta.url)),
  $lib: fileURLToPath(new URL('src/lib', import.meta.url))
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: ['{src,protocol,zone,synapse,tests/house}/**/*.test.ts', 'tests/*.test.ts'] }
      },
      { resolve: { alias }, test: { name: 'web', include: ['tests/web/**/*.test.ts'], testTimeout: 30_000 } },
      { resolve: { alias }, test: { name: 'zone', include: ['tests/zone/**/*.test.ts'], testTimeout: 30_000 } },
      { resolve: { alias }, test: { name: 'contract', include: ['tests/contract/**/*.test.ts'], testTimeout: 60_000 } }
    ]
  }
});
