/** How the catalogues are compiled; the same for the page, the tests and the type check. */
export const PARAGLIDE = {
  project: './project.inlang',
  outdir: './src/lib/paraglide',
  /** @type {['localStorage', 'baseLocale']} */
  strategy: ['localStorage', 'baseLocale'],
  localStorageKey: 'loa.language',
  isServer: 'false',
};
