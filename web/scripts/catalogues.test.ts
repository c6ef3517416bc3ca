import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** A message is a text, or several among which a number decides: then all of them together. */
const flat = (message: unknown): string =>
  typeof message === 'string'
    ? message
    : (JSON.stringify(message).match(/"[^"]*\{\w+\}[^"]*"|"[^"]+"/g) ?? []).join(' ');
const read = (path: string) =>
  Object.fromEntries(Object.entries(JSON.parse(readFileSync(path, 'utf8'))).map(([key, said]) => [key, flat(said)]));
const areas = readdirSync('messages');
const catalogue = (area: string, language: string) => read(`messages/${area}/${language}.json`);

/** Names in braces: what a message is given. */
const given = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();

function sources(folder: string, ends = /\.(svelte|ts)$/): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'paraglide' ? [] : sources(path, ends);
    return ends.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('catalogues', () => {
  it('are all compiled', () => {
    const settings = JSON.parse(readFileSync('project.inlang/settings.json', 'utf8'));
    const patterns: string[] = settings['plugin.inlang.messageFormat'].pathPattern;
    expect(patterns.map((pattern) => pattern.split('/')[2]).sort()).toEqual([...areas].sort());
  });

  it.each(areas)('%s says the same things in both languages', (area) => {
    const [vi, en] = [catalogue(area, 'vi'), catalogue(area, 'en')];
    expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
    for (const [key, text] of Object.entries(vi)) expect(given(en[key] ?? ''), key).toEqual(given(text));
  });

  it.each(areas)('%s keeps its keys to itself and leaves none empty', (area) => {
    const prefix = `${area.replace(/s$/, '')}`;
    for (const language of ['vi', 'en']) {
      for (const [key, text] of Object.entries(catalogue(area, language))) {
        expect(key.startsWith(`${area}_`) || key.startsWith(`${prefix}_`), key).toBe(true);
        expect(text.trim(), key).not.toBe('');
      }
    }
  });

  it('hold no message that nothing shows', () => {
    // Errors are looked up by the code of a problem.
    const keys = areas.filter((area) => area !== 'errors').flatMap((area) => Object.keys(catalogue(area, 'vi')));
    const used = new Set(sources('src').flatMap((text) => [...text.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key)));
    expect(keys.filter((key) => !used.has(key))).toEqual([]);
  });

  it('say every problem that the daemon names', () => {
    // Codes stand beside `.code(`, in `Problem::new(` and in the tables of src/desk/failures.rs.
    const patterns = [/\.code\(\s*"(\w+)"/g, /Problem::new\(\s*[^,]+,\s*"(\w+)"/g, /=> \((?:\w+::)?\w+, "(\w+)"\)/g];
    const codes = sources('../src', /\.rs$/).flatMap((text) =>
      patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code ?? '')),
    );
    // Said by its own sentence: the codes of a kind alone, which stand for whatever has no code of its own.
    const said = catalogue('errors', 'vi');
    const kinds = ['usage', 'refused', 'conflict', 'not_ready', 'failed'];
    const unsaid = [...new Set(codes)].filter((code) => !kinds.includes(code) && !(`error_${code}` in said)).sort();
    expect(codes.length).toBeGreaterThan(50);
    expect(unsaid).toEqual([]);
  });

  it('say everything that the daemon writes into the audit trail', () => {
    // The word stands in the call that writes the row, or is chosen just before it.
    const words =
      /"((?:account|activity|air|backup|clip|clock|draft|log|queue|session|settings|slot|token)\.(?!json")[a-z_]+)"/g;
    const written = new Set(
      sources('../src/desk', /\.rs$/).flatMap((text) => [...text.matchAll(words)].map(([, word]) => word)),
    );
    const said = readFileSync('src/lib/settings/audit.ts', 'utf8');
    const unsaid = [...written].filter((word) => !said.includes(`'${word}':`)).sort();
    expect(written.size).toBeGreaterThan(40);
    expect(unsaid).toEqual([]);
  });

  it('are written in Vietnamese: in composed letters', () => {
    for (const area of areas) {
      for (const text of Object.values(catalogue(area, 'vi'))) expect(text).toBe(text.normalize('NFC'));
    }
  });
});
