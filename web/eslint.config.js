import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  {
    ignores: ['dist/', '.svelte-kit/', 'node_modules/', 'src/lib/paraglide/', 'src/lib/api/schema.ts', 'test-results/'],
  },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // Every address of this page is absolute: it is served at the root of its host.
      'svelte/no-navigation-without-resolve': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // It calls off a change of page that is on its way.
      'no-restricted-imports': [
        'error',
        { name: '$app/navigation', importNames: ['invalidate'], message: 'Use loadAgain of $lib/state/load-again.' },
      ],
    },
  },
  { files: ['src/lib/state/load-again.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
);
