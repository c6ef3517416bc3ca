import { describe, expect, it } from 'vitest';
import { fall, share } from './meter';

describe('a meter', () => {
  it('stands at its ends for silence and full scale, and within for everything else', () => {
    expect([share(null), share(-90), share(-60), share(-30), share(0), share(3)]).toEqual([0, 0, 0, 0.5, 1, 1]);
  });

  it('rises at once and falls at one pace, whatever the frame rate', () => {
    expect(fall(0.1, 0.9, 16)).toBe(0.9);
    let fast = 1;
    let slow = 1;
    for (let frame = 0; frame < 60; frame += 1) fast = fall(fast, 0, 1000 / 60);
    for (let frame = 0; frame < 10; frame += 1) slow = fall(slow, 0, 100);
    expect(fast).toBeCloseTo(slow, 9);
    expect(fast).toBeCloseTo(0.6, 9);
    expect(fall(0.01, 0, 5000)).toBe(0);
  });
});
