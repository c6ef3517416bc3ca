import { readdirSync } from 'node:fs';

/** Addresses of every page that takes no number, as the sources have them. */
export function routes(): string[] {
  const folder = new URL('../src/routes', import.meta.url);
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('+page.svelte') && !file.includes('['))
    .map((file) => `/${file.replace(/\/?\+page\.svelte$/, '').replace(/\([^)]+\)\/?/g, '')}`);
  return pages.filter((path) => !['/sign-in', '/first-run'].includes(path)).sort();
}
