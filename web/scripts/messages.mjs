// Compiles the catalogues in messages/ to typed functions in src/lib/paraglide, unless that was done with the very same ones.
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { compile } from '@inlang/paraglide-js';
import { PARAGLIDE } from './paraglide-options.mjs';

const STAMP = `${PARAGLIDE.outdir}/.made-from`;

const catalogues = (await readdir('messages', { recursive: true })).filter((file) => file.endsWith('.json')).sort();
const hash = createHash('sha256');
for (const file of ['package-lock.json', 'project.inlang/settings.json', 'scripts/paraglide-options.mjs']) {
  hash.update(await readFile(file));
}
for (const file of catalogues) hash.update(file).update(await readFile(`messages/${file}`));
const now = hash.digest('hex');

if ((await readFile(STAMP, 'utf8').catch(() => '')) !== now) {
  await compile(PARAGLIDE);
  await writeFile(STAMP, now);
}
