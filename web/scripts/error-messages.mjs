import { readFileSync } from 'node:fs';

const MODULE = 'virtual:error-messages';
const CATALOGUE = 'messages/errors/vi.json';

/**
 * A table from the code of a problem to its message, made from the catalogue of errors. The page looks codes up while it runs;
 * naming each message here lets the bundler leave out all others.
 * @returns {import('vite').Plugin}
 */
export function errorMessages() {
  return {
    name: 'loa-error-messages',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined;
      this.addWatchFile(CATALOGUE);
      const keys = Object.keys(JSON.parse(readFileSync(CATALOGUE, 'utf8'))).filter((key) => key.startsWith('error_'));
      const entries = keys.map((key) => `  ${JSON.stringify(key.slice('error_'.length))}: m.${key},`);
      return `import { m } from '/src/lib/paraglide/messages.js';\nexport default {\n${entries.join('\n')}\n};\n`;
    },
  };
}
