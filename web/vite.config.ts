import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { announcerWithoutInlineStyle } from './scripts/announcer.mjs';
import { errorMessages } from './scripts/error-messages.mjs';
import { PARAGLIDE } from './scripts/paraglide-options.mjs';

export default defineConfig(({ command, mode }) => ({
  plugins: [
    announcerWithoutInlineStyle(),
    errorMessages(),
    // While the page is developed, catalogues are compiled as they change; else `npm run messages` did it once.
    command === 'serve' && mode !== 'test' && paraglideVitePlugin(PARAGLIDE),
    sveltekit(),
  ],
  // A running daemon answers for the API while the page is developed.
  server: { proxy: { '/api': process.env['LOA_URL'] ?? 'http://127.0.0.1:8600' } },
  // Assets inside CSS or JS would need `data:` in the policy.
  build: { target: 'es2022', assetsInlineLimit: 0 },
  test: { include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'], environment: 'node' },
}));
