// After the build: hashes of inline scripts for the server's policy, and each file once more as .br and .gz.
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const DIST = new URL('../dist', import.meta.url).pathname;
const PACKED = /\.(html|js|css|json|svg|txt|webmanifest)$/;
/** Below this a packed copy saves nothing. */
const PACKED_BYTES_MIN = 500;

// Fonts are used if they are there when the page is first drawn, so they are asked for before the style that names them.
const assets = await readdir(join(DIST, '_app/immutable/assets'));
const fonts = assets.filter((name) => /^source-sans-3-(latin|vietnamese)-wght-normal\.[\w-]+\.woff2$/.test(name));
if (fonts.length !== 2) throw new Error(`two fonts were expected, not ${fonts.join(', ') || 'none'}`);
const preload = fonts.map((name) => `<link rel="preload" as="font" type="font/woff2" href="/_app/immutable/assets/${name}" crossorigin />`);
const built = await readFile(join(DIST, 'index.html'), 'utf8');
const html = built.includes(preload[0] ?? '') ? built : built.replace('<title>', `${preload.join('\n    ')}\n    <title>`);
await writeFile(join(DIST, 'index.html'), html);

const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text ?? '');
const hashes = inline.map((text) => `sha256-${createHash('sha256').update(text).digest('base64')}`);
await writeFile(join(DIST, 'csp.json'), JSON.stringify(hashes) + '\n');
if (/\sstyle=/.test(html) || /<style/.test(html)) throw new Error('index.html has inline style, which the policy forbids');

for (const entry of await readdir(DIST, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !PACKED.test(entry.name) || entry.name === 'csp.json') continue;
  const data = await readFile(path);
  if (data.length < PACKED_BYTES_MIN) continue;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length };
  await writeFile(`${path}.br`, brotliCompressSync(data, { params }));
  await writeFile(`${path}.gz`, gzipSync(data, { level: 9 }));
}
