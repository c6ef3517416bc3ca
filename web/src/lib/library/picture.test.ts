import { describe, expect, it } from 'vitest';
import { bars } from './picture';

describe('bars', () => {
  it('loses no peak, however few bars there are', () => {
    const high = Array.from({ length: 997 }, (_, index) => (index === 501 ? 127 : 10));
    const low = high.map((value) => -value);
    for (const count of [1, 2, 10, 300, 997, 5000]) {
      const drawn = bars({ low, high }, count);
      expect(drawn).toHaveLength(Math.min(count, 997));
      expect(Math.max(...drawn.map((bar) => bar.high))).toBe(1);
      expect(Math.min(...drawn.map((bar) => bar.low))).toBe(-1);
    }
  });

  it('draws nothing of nothing', () => {
    expect(bars({ low: [], high: [] }, 100)).toEqual([]);
  });
});
