import { describe, expect, it } from 'vitest';
import { Leafed, type Page } from './leafed.svelte';

describe('Leafed', () => {
  it('goes on from page to page until there are no more', async () => {
    const first: Page<number> = { items: [9, 8], next: '8' };
    const pages: Record<string, Page<number>> = { 8: { items: [7, 6], next: '6' }, 6: { items: [5], next: null } };
    const leafed = new Leafed(
      () => first,
      (cursor) => Promise.resolve(pages[cursor] ?? { items: [] }),
    );
    expect([leafed.rows, leafed.further]).toEqual([[9, 8], false]);
    await leafed.more?.();
    await leafed.more?.();
    expect([leafed.rows, leafed.further, leafed.more]).toEqual([[9, 8, 7, 6, 5], true, null]);
  });

  it('drops what followed a list that is another by now', async () => {
    let first: Page<string> = { items: ['old'], next: 'old' };
    let answer: (page: Page<string>) => void = () => undefined;
    const leafed = new Leafed(
      () => first,
      () => new Promise<Page<string>>((resolve) => (answer = resolve)),
    );
    const fetched = leafed.more?.();
    first = { items: ['new'], next: 'new' };
    answer({ items: ['older'], next: null });
    await fetched;
    expect(leafed.rows).toEqual(['new']);
    expect(leafed.more).not.toBeNull();
  });
});
