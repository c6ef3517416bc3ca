import { describe, expect, it } from 'vitest';
import { entryOf, holidayOf } from './holidays';
import type { Entry } from './types';

describe('holidays', () => {
  it('come back from editing as they went in', () => {
    const entries: Entry[] = [
      { name: 'Ngày Chiến thắng', solar: '30/4' },
      { name: 'Giỗ Tổ Hùng Vương', lunar: '10/3' },
      { name: 'Tết Nguyên đán', tet: { days_before: 1, days_after: 3 } },
      { name: 'Nghỉ bù', date: '2026-09-01' },
      { name: 'Nghỉ Tết', from: '2026-02-14', to: '2026-02-22' },
    ];
    for (const entry of entries) expect(entryOf(holidayOf(entry))).toEqual(entry);
  });

  it('keep their name when their kind changes', () => {
    const holiday = { ...holidayOf({ name: 'Tết', solar: '1/1' }), kind: 'tet' as const };
    expect(entryOf(holiday)).toEqual({ name: 'Tết', tet: { days_before: 0, days_after: 0 } });
  });
});
