import { describe, expect, it } from 'vitest';
import { differences, plain } from './diff';

describe('differences', () => {
  it('name each value that is another now, however deep', () => {
    const before = {
      title: 'Một',
      days: { from: '2026-01-01', to: null },
      zones: ['a'],
      items: [{ n: 1 }, { n: 2 }],
    };
    const after = {
      title: 'Hai',
      days: { from: '2026-01-01', to: '2026-02-01' },
      zones: ['a', 'b'],
      items: [{ n: 1 }],
    };
    expect(differences(before, after)).toEqual([
      { path: 'title', before: 'Một', after: 'Hai' },
      { path: 'days.to', before: null, after: '2026-02-01' },
      { path: 'zones', before: ['a'], after: ['a', 'b'] },
      { path: 'items.1.n', before: 2, after: undefined },
    ]);
  });

  it('list everything of what was made or removed, and nothing of what is the same', () => {
    expect(differences(null, { a: 1, b: { c: 2 } })).toEqual([
      { path: 'a', before: undefined, after: 1 },
      { path: 'b.c', before: undefined, after: 2 },
    ]);
    expect(differences({ a: 1 }, null).map(({ path }) => path)).toEqual(['a']);
    expect(differences({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
    expect(differences(null, null)).toEqual([]);
  });

  it('are said in one line', () => {
    expect(plain(null)).toBe('—');
    expect(plain('')).toBe('“”');
    expect(plain(['a', 1])).toBe('a, 1');
  });
});
