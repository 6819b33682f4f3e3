import { defineConfig } from '@playwright/test';

/** What takes long runs with `npm run test:full` only. */
const full = process.env.TERTULIA_FULL === '1';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: full ? '**/*.test.ts' : /(?<!\.full)\.test\.ts$/,
  outputDir: 'test-results/e2e',
  // Browsers and homeservers share two cores: one journey at a time, so that its times mean something.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // The JSON report goes where PLAYWRIGHT_JSON_OUTPUT_NAME says.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : 'list',
  use: { locale: 'en-GB', trace: 'retain-on-failure', screenshot: 'only-on-failure' }
});
