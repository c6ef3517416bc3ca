import { describe, expect, it } from 'vitest';
import { waitMs } from './back-off';

describe('waitMs', () => {
  it('grows, is spread, and never passes half a minute', () => {
    const waits = Array.from({ length: 40 }, (_, tries) => waitMs(tries, 1));
    expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(Math.max(...waits)).toBe(30_000);
    expect(waitMs(0, 0)).toBe(500);
  });
});
