import adapter from '@sveltejs/adapter-static';
import { readFileSync } from 'node:fs';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    // One page for every address; the daemon answers with it. `.br` and `.gz` are made by scripts/finish.mjs.
    adapter: adapter({ pages: 'dist', assets: 'dist', fallback: 'index.html', precompress: false, strict: true }),
    paths: { relative: false },
    output: { bundleStrategy: 'split' },
    // Fixed, so that the same sources give the same files.
    version: { name: version, pollInterval: 0 },
  },
};
