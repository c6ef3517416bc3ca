import { describe, expect, it } from 'vitest';
import { DRAFTS_MAX, DraftStore } from './draft-store';

class Memory {
  readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

describe('DraftStore', () => {
  it('gives back what was typed to a page that comes later', () => {
    const memory = new Memory();
    new DraftStore(memory).set('clip/7', { title: 'Bản tin sáng' });
    expect(new DraftStore(memory).get('clip/7')).toEqual({ title: 'Bản tin sáng' });
  });

  it('keeps a bounded number, the latest', () => {
    const memory = new Memory();
    const drafts = new DraftStore(memory);
    for (let n = 0; n < 3 * DRAFTS_MAX; n += 1) drafts.set(`form/${n}`, n);
    expect(memory.kept.size).toBe(DRAFTS_MAX + 1);
    expect(drafts.get(`form/${2 * DRAFTS_MAX - 1}`)).toBeUndefined();
    expect(drafts.get(`form/${2 * DRAFTS_MAX}`)).toBe(2 * DRAFTS_MAX);
  });

  it('leaves nothing of what was sent, nor after signing out', () => {
    const memory = new Memory();
    const drafts = new DraftStore(memory);
    drafts.set('a', 1);
    drafts.set('b', 2);
    drafts.delete('a');
    expect(drafts.get('a')).toBeUndefined();
    drafts.clear();
    expect([...memory.kept]).toEqual([['loa.drafts', '[]']]);
  });

  it('says so when the browser cannot keep it, and reads rubbish as nothing', () => {
    const full = {
      getItem: () => '{',
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => {},
    };
    expect(new DraftStore(full).set('a', 1)).toBe(false);
    expect(new DraftStore(full).get('a')).toBeUndefined();
    expect(new DraftStore(null).set('a', 1)).toBe(false);
  });
});
