import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  // Each test has a station of its own; two cores carry one at a time.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: '../test-results',
  use: {
    browserName: 'chromium',
    // The station's zone must show, whatever the browser's.
    timezoneId: 'Europe/Berlin',
    locale: 'vi-VN',
    // Traces cost a third of the time; the page as it stood is told without them.
    trace: process.env['LOA_TRACE'] ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: process.env['LOA_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
