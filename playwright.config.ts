import { defineConfig } from '@playwright/test';

/** What takes long runs with `npm run test:full` only. */
const full = process.env.TERTULIA_FULL === '1';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: full ? '**/*.test.ts' : /(?<!\.full)\.test\.ts$/,
  outputDir: 'test-results/e2e',
  // Journeys wait more than they work: two share two cores. Each worker has a zone and a browser of its own.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // The JSON report goes where PLAYWRIGHT_JSON_OUTPUT_NAME says.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : 'list',
  // A trace of all takes a quarter of the time: `--trace=retain-on-failure` asks for it.
  use: { locale: 'en-GB', screenshot: 'only-on-failure' }
});
