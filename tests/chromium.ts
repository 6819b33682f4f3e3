/** Debian's Chromium, for Playwright and for Vitest's browser mode. */
export const chromiumOptions = {
  executablePath: '/usr/bin/chromium',
  args: [
    // It runs as root on a machine for tests, where its sandbox refuses to start.
    '--no-sandbox',
    // No calls to its maker: a test must not depend on the internet.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync'
  ]
};
