import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock';

const START = Date.UTC(2026, 10, 24);

describe('ServerClock', () => {
  it('knows nothing before the station spoke', () => {
    expect(new ServerClock().at(5)).toBeNull();
  });

  it('stays within the quickest delivery, however slow the others are', () => {
    const clock = new ServerClock();
    const delays = [400, 20, 900, 300, 1500, 40, 700];
    delays.forEach((delay, second) => clock.heard(START + second * 1000, second * 1000 + delay));
    const error = (clock.at(10_000) ?? 0) - (START + 10_000);
    expect(Math.abs(error)).toBeLessThan(250);
  });

  it('follows a step of the station in both directions', () => {
    const clock = new ServerClock();
    clock.heard(START, 0);
    clock.heard(START - 3_600_000, 1000);
    expect(clock.at(1000)).toBe(START - 3_600_000);
    clock.heard(START + 7_200_000, 2000);
    expect(clock.at(2000)).toBe(START + 7_200_000);
  });

  it('follows a browser whose clock runs fast', () => {
    const clock = new ServerClock();
    // One millisecond too many in each second, for an hour.
    for (let second = 0; second < 3600; second += 1) clock.heard(START + second * 1000, second * 1001);
    expect(Math.abs((clock.at(3599 * 1001) ?? 0) - (START + 3_599_000))).toBeLessThan(50);
  });
});
