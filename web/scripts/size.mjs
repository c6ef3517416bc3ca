// What a browser loads at first for `/`: the page, its style, its fonts and every script that is loaded without a click.
// Fails above the budget. Counted as sent: brotli where there is a packed copy.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DIST = new URL('../dist', import.meta.url).pathname;
const MANIFEST = new URL('../.svelte-kit/output/client/.vite/manifest.json', import.meta.url).pathname;
const FIRST_LOAD_KB_MAX = 250;

const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8'));
/** The roots of `/`: the start, the layout, the error page and the page itself. */
const nodes = readFileSync(join(DIST, '../.svelte-kit/generated/client-optimized/app.js'), 'utf8');
const leaf = Number(/"\/":\s*\[~?(\d+)/.exec(nodes)?.[1]);
const roots = Object.keys(manifest).filter(
  (key) =>
    manifest[key].isEntry && (!/nodes\//.test(key) || [0, 1, leaf].includes(Number(/nodes\/(\d+)/.exec(key)?.[1]))),
);

const files = new Set(['index.html']);
const seen = new Set();
/** @param {string} key */
function walk(key) {
  if (seen.has(key)) return;
  seen.add(key);
  const chunk = manifest[key];
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const asset of chunk.assets ?? []) if (/(latin|vietnamese)-wght-normal/.test(asset)) files.add(asset);
  for (const next of chunk.imports ?? []) walk(next);
}
roots.forEach(walk);

let total = 0;
const rows = [...files].map((file) => {
  const path = join(DIST, file);
  const bytes = statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
  total += bytes;
  return { file, bytes };
});
rows.sort((a, b) => b.bytes - a.bytes);
for (const { file, bytes } of rows.slice(0, 12)) console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${file}`);
console.log(
  `${(total / 1000).toFixed(1).padStart(7)} kB  first load of / in ${rows.length} files; at most ${FIRST_LOAD_KB_MAX} kB`,
);
if (total > FIRST_LOAD_KB_MAX * 1000) process.exit(1);
