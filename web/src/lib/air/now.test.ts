import { describe, expect, it } from 'vitest';
import { nextAt, outcomeOf, positionAt } from './now';

describe('what is on air', () => {
  it('takes the first broadcast that is still to come', () => {
    const ahead = [{ start: '2026-11-24T05:00:00+07:00' }, { start: '2026-11-24T17:00:00+07:00' }];
    expect(nextAt(ahead, Date.parse('2026-11-24T05:00:00+07:00'))).toBe(ahead[1]);
    expect(nextAt(ahead, Date.parse('2026-11-25T00:00:00+07:00'))).toBeNull();
  });

  it('carries a position on, but neither past the end nor while it is held', () => {
    const heard = { position_ms: 9_000, length_ms: 10_000, paused: false };
    expect(positionAt(heard, 500)).toBe(9_500);
    expect(positionAt(heard, 5_000)).toBe(10_000);
    expect(positionAt({ ...heard, paused: true }, 500)).toBe(9_000);
  });

  it('shows a broadcast as on air until the log says how it ended', () => {
    expect(outcomeOf({ occurrence_id: 'a', outcome: null }, 'a')).toBe('on_air');
    expect(outcomeOf({ occurrence_id: 'a', outcome: 'aired' }, 'a')).toBe('aired');
    expect(outcomeOf({ occurrence_id: 'b' }, 'a')).toBeNull();
  });
});
