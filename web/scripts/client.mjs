// Generates src/lib/api/schema.ts from docs/openapi.json. With --check: fails when the file is not what would be generated.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/lib/api/schema.ts', import.meta.url);

const described = JSON.parse(await readFile(source, 'utf8'));
const made = `// Made from docs/openapi.json by \`npm run client\`; not edited by hand.\n\n${astToString(await openapiTS(described))}`;
if (process.argv.includes('--check')) {
  const kept = await readFile(target, 'utf8').catch(() => '');
  if (kept !== made) {
    console.error(
      'src/lib/api/schema.ts does not fit docs/openapi.json; run `npm run client` and look at what changed',
    );
    process.exit(1);
  }
} else {
  await writeFile(target, made);
}
